import Foundation
import Model
import Testing

@Suite struct DockerfileTests {
    let text: String

    init() throws {
        text = try Clone.text("compose/Dockerfile").replacing("\\\n", with: " ")
    }

    @Test func copiesOnlyWhatExistsAndIsNotIgnored() throws {
        let ignore = try Clone.text("compose/Dockerfile.dockerignore")
        let admitted = ignore.split(separator: "\n").filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
        let copied = words(after: "COPY").filter { !$0[0].hasPrefix("--") }.map { $0[0] }
        #expect(!copied.isEmpty)
        for source in copied {
            #expect(Clone.has(source), "\(source) is copied")
            #expect(admitted.contains(source), "\(source) is admitted by Dockerfile.dockerignore")
        }
    }

    @Test func holdsEveryProgram() {
        for name in ServiceName.allCases { #expect(text.contains(" \(name.rawValue)")) }
    }

    @Test func buildsWithASwiftThatThePackageTakes() throws {
        let tools = try #require(try Clone.text("Package.swift").firstMatch(of: /swift-tools-version: (\d+)\.(\d+)/))
        let image = try #require(text.firstMatch(of: /FROM swift:(\d+)\.(\d+)-bookworm/))
        let (needed, given) = ([Int(tools.1), Int(tools.2)], [Int(image.1), Int(image.2)])
        #expect(!given.lexicographicallyPrecedes(needed) { ($0 ?? 0) < ($1 ?? 0) })
    }

    @Test func runsAsNobodySpecial() {
        let users = words(after: "USER").map { $0[0] }
        #expect(users.last == "holdfast")
    }

    /// Packages are looked up where they will be installed from: on Debian 12, whose release both images are.
    @Test(.enabled("needs apt's lists of Debian 12") { try await Command.succeeds("apt-cache", "show", "libpq5") })
    func installsPackagesThatExist() async throws {
        let installed = words(after: "install").map { $0.prefix { $0 != "&&" }.filter { !$0.hasPrefix("-") } }
        #expect(installed.count == 2)
        for package in installed.joined() {
            let policy = try await Command.run("apt-cache", "policy", package)
            #expect(policy.output.contains("Candidate:") && !policy.output.contains("Candidate: (none)"), "\(package)")
        }
    }

    /// For each line that has the word, the words that follow it.
    private func words(after word: String) -> [[String]] {
        text.split(separator: "\n").flatMap { line -> [[String]] in
            let words = line.split(separator: " ").map(String.init)
            return words.indices.filter { words[$0] == word && $0 + 1 < words.count }.map { Array(words[($0 + 1)...]) }
        }
    }
}
