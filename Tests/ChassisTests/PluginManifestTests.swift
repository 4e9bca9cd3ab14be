@testable import Chassis
import Foundation
import Logging
import Testing

@Suite struct PluginManifestTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func faults(_ manifest: String) -> [String] {
        do {
            _ = try PluginManifest(Data(manifest.utf8), folder: "/nowhere")
            return []
        } catch let faults as PluginManifestFaults {
            return faults.words
        } catch {
            return ["\(error)"]
        }
    }

    @Test func defaultsAndFieldsOfItsKindAreKept() throws {
        let text = #"{"kind": "signal", "name": "a-1", "version": "2", "command": ["python3", "x.py"], "weight": 0.5}"#
        let manifest = try PluginManifest(Data(text.utf8), folder: "/")
        #expect(manifest.kind == .signal && manifest.timeout == .seconds(10) && manifest.memoryMiB == 512)
        #expect(manifest.details["weight"] == 0.5)
    }

    @Test func allFaultsAreNamedByFieldAndRemedy() {
        #expect(
            faults(
                #"{"kind": "x", "name": "Ä", "command": ["./gone"], "timeout_s": 0, "memory_mb": 1.5, "settings": {"a-b": "c"}}"#
            )
                == [
                    "field kind is wrong: only signal plugins are loaded in this release",
                    "field name is wrong: 1 to 63 small letters, digits, _ and -, a letter first",
                    "field version is missing: 1 to 64 characters, such as 1.0.0",
                    "field timeout_s is wrong: a number of seconds from 1 to 600",
                    "field memory_mb is wrong: a whole number of MiB from 16 to 65536",
                    "field settings is wrong: an object of NAME: \"text\"",
                    "field command names /nowhere/./gone, which is missing or not executable: chmod +x it",
                ])
    }

    @Test(arguments: ["step", "channel", "fact"])
    func whatNoServiceLoadsIsRefusedByItsPlace(_ kind: String) throws {
        let folder = try PluginFolder()
        defer { folder.remove() }
        try folder.add(
            "own", manifest: #"{"kind": "\#(kind)", "name": "own", "version": "1", "command": ["python3"]}"#)
        let failure = #expect(throws: ProgramFailure.self) {
            _ = try ExternalPlugins.load(folder: folder.path, kind: .signal, logger: logger)
        }
        #expect(
            failure?.sentences == [
                "\(folder.path)/own/plugin.json: field kind is wrong: only signal plugins are loaded in this release"
            ])
    }

    @Test(arguments: ["", "[]", "{", "null", "\u{0}", String(repeating: " ", count: 70_000)])
    func whatIsNoObjectIsOneFault(_ text: String) {
        #expect(faults(text).count == 1)
    }

    @Test func folderNamesTheFileOfEachFaultAndOfATakenName() throws {
        let folder = try PluginFolder()
        defer { folder.remove() }
        let good = #"{"kind": "signal", "name": "same", "version": "1", "command": ["python3"]}"#
        try folder.add("a", manifest: good)
        try folder.add("b", manifest: good)
        try folder.add("c", manifest: "{}")
        try FileManager.default.createDirectory(atPath: folder.path + "/d", withIntermediateDirectories: true)
        let failure = #expect(throws: ProgramFailure.self) {
            _ = try ExternalPlugins.load(folder: folder.path, kind: .signal, logger: logger)
        }
        let said = try #require(failure).sentences
        #expect(
            said.first
                == "\(folder.path)/b/plugin.json: field name is taken by \(folder.path)/a/plugin.json: choose another")
        #expect(
            said.contains(
                "\(folder.path)/c/plugin.json: field kind is missing: only signal plugins are loaded in this release"))
        #expect(
            said.last
                == "\(folder.path)/d/plugin.json: is missing or closed to this user: write it, or move the folder away")
    }

    @Test func noFolderMeansNoPluginsAndAWrongOneIsRefused() throws {
        #expect(try ExternalPlugins.load(folder: nil, kind: .signal, logger: logger).all.isEmpty)
        #expect(throws: ProgramFailure.self) {
            _ = try ExternalPlugins.load(folder: "/nowhere", kind: .signal, logger: logger)
        }
    }

    @Test func restDoublesUpToAMinute() {
        #expect(
            [1, 2, 3, 7, 8, 1_000].map { PluginRest.pause(after: $0) }
                == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(32), .seconds(60), .seconds(60)])
    }
}
