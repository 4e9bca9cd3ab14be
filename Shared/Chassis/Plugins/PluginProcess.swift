import Foundation
import Logging
import Metrics
import Subprocess
import SystemPackage

/// One process of a plugin, from its start to its end. It is in a session of its own, without our file descriptors and
/// environment, under its memory limit, and its whole process group is killed at the end.
struct PluginProcess {
    let plugin: ExternalPlugin
    private var name: String { plugin.manifest.name }

    /// Starts the process for this call and serves those that follow it until the process ends or breaks the contract.
    func serve(_ first: PluginExchange) async {
        first.begin()
        do {
            let result = try await Subprocess.run(
                configuration, input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                await withTaskCancellationHandler {
                    await exchange(first, execution)
                } onCancel: {
                    try? execution.send(signal: .kill, toProcessGroup: true)
                }
            }
            plugin.logger.info("The plugin has ended.", metadata: ["status": "\(result.terminationStatus)"])
        } catch {
            if !first.isSettled { plugin.noteFailure(error) }
            first.fail(.notStarted(plugin: name, reason: "\(error)"))
            plugin.logger.error("The plugin can't be started or followed.", metadata: ["error": "\(error)"])
        }
    }

    private typealias Running = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

    private func exchange(_ first: PluginExchange, _ running: Running) async {
        plugin.logger.info("The plugin is started.", metadata: ["pid": "\(running.processIdentifier.value)"])
        let current = CurrentCall()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await readAnswers(running.standardOutput, current) }
            group.addTask { await logComplaints(running.standardError) }
            var next = PluginInbox.Next.call(first)
            while case .call(let call) = next {
                if !call.isSettled {
                    guard current.set(call) else {
                        // It ended while nobody asked anything of it: that is no fault of this call.
                        if call === first { break }
                        plugin.inbox.putBack(call)
                        break
                    }
                    guard await carryOut(call, running, current) else { break }
                }
                next = await plugin.inbox.next()
            }
            if !first.isSettled { failed(first) }
            try? running.send(signal: .kill, toProcessGroup: true)
            try? await running.standardInputWriter.finish()
        }
    }

    /// Sends the call's lines and waits for its end. False where the process must go.
    private func carryOut(_ call: PluginExchange, _ running: Running, _ current: CurrentCall) async -> Bool {
        call.begin()
        let started = ContinuousClock.now
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask { await write(call, to: running.standardInputWriter) }
            group.addTask { await watch(call) }
            let outcome = await call.outcome()
            // A write that hangs ends with the process.
            if case .failure = outcome { try? running.send(signal: .kill, toProcessGroup: true) }
            group.cancelAll()
            return outcome
        }
        current.clear()
        let took = started.duration(to: .now).nanoseconds
        switch outcome {
        case .success:
            plugin.noteSuccess()
            Timer(label: "plugin.call", dimensions: [("plugin", name), ("result", "ok")]).recordNanoseconds(took)
            return true
        case .failure(let error):
            // Whoever called may have gone; that tells nothing of the plugin.
            if !(error is CancellationError) { plugin.noteFailure(error) }
            Timer(label: "plugin.call", dimensions: [("plugin", name), ("result", "failed")]).recordNanoseconds(took)
            return false
        }
    }

    private func failed(_ call: PluginExchange) {
        plugin.noteFailure(PluginFailure.died(plugin: name))
        call.fail(.died(plugin: name))
    }

    private func write(_ call: PluginExchange, to writer: StandardInputWriter) async {
        do {
            for line in call.lines { _ = try await writer.write(line) }
            call.written()
        } catch {
            call.fail(.died(plugin: name))
        }
    }

    /// Ends the call when the plugin has been silent for too long.
    private func watch(_ call: PluginExchange) async {
        while !call.isSettled {
            let left = call.patience(plugin.manifest.timeout)
            guard left > .zero else {
                call.fail(.tookTooLong(plugin: name, limit: plugin.manifest.timeout))
                return
            }
            do { try await Task.sleep(for: left) } catch { return }
        }
    }

    private func readAnswers(_ output: SubprocessOutputSequence, _ current: CurrentCall) async {
        var splitter = LineSplitter(limit: PluginExchange.lineLimit)
        do {
            reading: for try await buffer in output {
                guard let lines = splitter.lines(adding: buffer.bytes) else {
                    current.fail(
                        .garbled(plugin: name, reason: "a line is longer than \(PluginExchange.lineLimit) bytes"))
                    break
                }
                for line in lines where !current.receive(line) { break reading }
            }
        } catch {
            plugin.logger.debug("The plugin's output broke off.", metadata: ["error": "\(error)"])
        }
        current.end(.died(plugin: name))
        plugin.inbox.interrupt()
    }

    private func logComplaints(_ output: SubprocessOutputSequence) async {
        var complaints = PluginComplaints(logger: plugin.logger)
        do {
            for try await buffer in output { complaints.add(buffer.bytes) }
        } catch {
            plugin.logger.debug("The plugin's standard error broke off.", metadata: ["error": "\(error)"])
        }
        complaints.finish()
    }
}

extension PluginProcess {
    /// `sh` sets the limits that a process inherits, then becomes the plugin.
    private var configuration: Configuration {
        let limits = "ulimit -c 0; ulimit -n 256; ulimit -v \(plugin.manifest.memoryMiB * 1_024); exec \"$@\""
        var command = plugin.manifest.command
        if let executable = command.first, executable.contains("/") {
            command[0] = PluginManifest.path(executable, in: plugin.folder)
        }
        var options = PlatformOptions()
        options.createSession = true
        var environment: [Environment.Key: String] = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC",
        ]
        for (key, value) in plugin.manifest.settings {
            if let key = Environment.Key(rawValue: key) { environment[key] = value }
        }
        return Configuration(
            executable: .path("/bin/sh"), arguments: Arguments(["-c", limits, plugin.manifest.name] + command),
            environment: .custom(environment), workingDirectory: FilePath(plugin.folder), platformOptions: options)
    }
}

extension SubprocessOutputSequence.Buffer {
    fileprivate var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}
