import Chassis
import Foundation
import Model
import Testing

/// No container engine is needed to see that what compose.yaml names exists.
@Suite struct ComposeFileTests {
    let file: ComposeFile

    init() throws {
        file = try ComposeFile.read()
    }

    @Test(arguments: ServiceName.allCases)
    func runsTheServiceWithSettingsThatItHas(_ name: ServiceName) throws {
        let service = try #require(file.services[name.rawValue])
        #expect(service.command == [name.rawValue, "serve"])
        let known = Set(Settings.table(of: name).map(\.name))
        let named = try #require(service.environment).keys.map(Self.setting)
        #expect(!named.isEmpty)
        #expect(named.filter { !known.contains($0) } == [])
        #expect(named.contains(Settings.databaseURL(name).name))
    }

    @Test func migratesWithThePasswordOfEveryRole() throws {
        let migrate = try #require(file.services["migrate"])
        #expect(migrate.command == ["contacts", "migrate"])
        let expected =
            [Settings.migrateURL.name, Settings.operatorURL.name, Settings.reportURL.name]
            + ServiceName.allCases.map { Settings.databaseURL($0).name }
        #expect(try #require(migrate.environment).keys.map(Self.setting).sorted() == expected.sorted())
    }

    @Test(arguments: ServiceName.allCases)
    func asksForHealthAndPublishesWhereItListens(_ name: ServiceName) throws {
        let service = try #require(file.services[name.rawValue])
        let asked = try #require(service.healthcheck?.test.last)
        #expect(asked.contains("http_get \(name.healthPort) /readyz"))
        let inside = (service.ports ?? []).compactMap { $0.split(separator: ":").last.flatMap { Int($0) } }
        #expect(inside == (name.apiPort.map { [$0] } ?? []))
        #expect((service.ports ?? []).allSatisfy { $0.hasPrefix("127.0.0.1:") })
    }

    @Test(arguments: ServiceName.allCases)
    func isLimitedAndScalesAlone(_ name: ServiceName) throws {
        let service = try #require(file.services[name.rawValue])
        #expect(service.deploy != nil)
        #expect(service.container_name == nil)
        // A range of host ports, so that a second one finds a free port.
        #expect((service.ports ?? []).allSatisfy { $0.split(separator: ":")[1].contains("-") })
    }

    @Test(arguments: ServiceName.allCases)
    func seesNobodyElsesSecrets(_ name: ServiceName) throws {
        let service = try #require(file.services[name.rawValue])
        #expect(service.volumes == ["secrets-\(name.rawValue):/run/secrets:ro"])
    }

    @Test func publishesNoPortTwice() {
        let ranges = file.services.values.flatMap { $0.ports ?? [] }.map { port -> ClosedRange<Int> in
            let ends = port.split(separator: ":")[1].split(separator: "-").compactMap { Int($0) }
            return (ends.first ?? 0)...(ends.last ?? 0)
        }.sorted { $0.lowerBound < $1.lowerBound }
        for (one, next) in zip(ranges, ranges.dropFirst()) { #expect(!one.overlaps(next)) }
    }

    @Test func namesOnlyServicesVolumesAndFilesThatExist() {
        for (name, service) in file.services {
            for other in (service.depends_on ?? [:]).keys {
                #expect(file.services[other] != nil, "\(name) depends on \(other)")
            }
            for volume in service.volumes ?? [] {
                let source = String(volume.split(separator: ":")[0])
                let exists =
                    source.hasPrefix(".") ? Clone.has("compose/\(source)") : file.volumes.keys.contains(source)
                #expect(exists, "\(name) mounts \(source)")
            }
        }
    }

    /// `NAME_FILE` is `NAME`, read from a file.
    private static func setting(_ variable: String) -> String {
        variable.hasSuffix("_FILE") ? String(variable.dropLast(5)) : variable
    }
}
