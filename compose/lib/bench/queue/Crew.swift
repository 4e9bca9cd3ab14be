import Foundation
import Synchronization
import TestBed

/// The worker processes of a scenario.
final class Crew: Sendable {
    /// A worker's place: what is special about the one that works there.
    struct Post: Sendable {
        var environment: [String: String] = [:]
        var url: String?
        var polls = false
    }

    static let usual = [Post(), Post(), Post(polls: true)]

    private let url: String
    private let posts = Mutex<[(post: Post, program: RunningProgram)]>([])

    init(url: String) {
        self.url = url
    }

    func start(_ posts: [Post]) throws {
        let manned = try posts.map { ($0, try program($0)) }
        self.posts.withLock { $0 = manned }
    }

    /// By way of env: libfaketime changes the environment as it is loaded, after which a Swift program that it was loaded
    /// into by itself no longer finds its arguments.
    private func program(_ post: Post) throws -> RunningProgram {
        let words = ["work", "--url", post.url ?? url, "--concurrency", "8"] + (post.polls ? ["--polls"] : [])
        return try RunningProgram(
            "/usr/bin/env", [try RunningProgram.path("queue-bench")] + words, environment: post.environment)
    }

    var programs: [RunningProgram] { posts.withLock { $0.map(\.program) } }

    /// Who has ended is followed by another, until the task is cancelled.
    func supervise() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
            posts.withLock { posts in
                for index in posts.indices {
                    guard let exit = posts[index].program.exitNow else { continue }
                    if exit != .signal(SIGKILL) {
                        let words = "a worker ended (\(exit)): \(posts[index].program.output.suffix(500))\n"
                        FileHandle.standardError.write(Data(words.utf8))
                    }
                    if let next = try? program(posts[index].post) { posts[index].program = next }
                }
            }
        }
    }

    func stop() async {
        await withTaskGroup(of: Void.self) { group in
            for program in programs { group.addTask { await program.stop() } }
        }
    }
}
