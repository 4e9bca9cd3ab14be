import Foundation
import TestBed
import Testing

struct RunningProgramTests {
    @Test func whatAProgramSaysIsKept() async throws {
        let (exit, output) = try await RunningProgram.run(
            "/bin/sh", ["-c", "echo to $NAME; echo and error >&2; exit 3"], environment: ["NAME": "you"])
        #expect(exit == .code(3))
        #expect(output.contains("to you") && output.contains("and error"))
    }

    @Test func itIsWaitedForAndStopped() async throws {
        let program = try RunningProgram(
            "/bin/sh", ["-c", "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done"])
        try await program.says("that it's ready") { $0.contains("ready") }
        #expect(program.exitNow == nil)
        let exit = await program.stop()
        #expect(exit == .code(0) && program.output.contains("bye"))
    }

    @Test func oneThatEndsEarlyIsNotWaitedFor() async throws {
        let program = try RunningProgram("/bin/sh", ["-c", "exit 1"])
        await #expect(throws: TestBedError.self) { try await program.says("hello") { $0.contains("hello") } }
    }

    @Test func itCanBeKilled() async throws {
        let program = try RunningProgram("/bin/sleep", ["60"])
        program.signal(SIGKILL)
        #expect(await program.exit == .signal(SIGKILL))
    }
}
