// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "holdfast",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "contacts", targets: ["Contacts"]),
        .executable(name: "usage-ingest", targets: ["UsageIngest"]),
        .executable(name: "risk-scorer", targets: ["RiskScorer"]),
        .executable(name: "scheduler", targets: ["Scheduler"]),
        .executable(name: "notifier", targets: ["Notifier"]),
        .executable(name: "demo-story", targets: ["DemoStory"]),
        .executable(name: "queue-bench", targets: ["QueueBench"]),
        .executable(name: "ingest-bench", targets: ["IngestBench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Imports go one way: Model ← Postgres ← Schema, Jobs, Segments ← Chassis ← Services.
        .systemLibrary(
            name: "CLibPQ", path: "Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CZLib", path: "Shared/CZLib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "Model", path: "Shared/Model"),
        .target(name: "Postgres", dependencies: ["CLibPQ", "Model", .log, .lifecycle], path: "Shared/Postgres"),
        .target(
            name: "Schema", dependencies: ["Model", "Postgres", .log], path: "Shared/Schema", exclude: ["schema.sql"]),
        .target(name: "Jobs", dependencies: ["Model", "Postgres", .log, .lifecycle, .metrics], path: "Shared/Jobs"),
        .target(name: "Segments", dependencies: ["Model", "Postgres"], path: "Shared/Segments"),
        .target(
            name: "Chassis",
            dependencies: [
                "Model", "Postgres", "Schema", "Jobs", .arguments, .log, .metrics, .lifecycle, .unixSignals, .crypto,
                .hummingbird, .hummingbirdCore, .httpTypes, .nioCore, .nioHTTP1, .nioHTTPTypes, .subprocess,
            ],
            path: "Shared/Chassis"),
        .service(
            "Contacts",
            needs: [
                "Segments", .crypto, .cryptoExtras, .hummingbird, .httpTypes, .nioCore, .nioPosix, .mustache,
            ]),
        .service("UsageIngest", needs: ["CZLib", .crypto, .hummingbird, .httpTypes, .nioCore]),
        .service("RiskScorer", needs: ["Segments"]),
        .service(
            "Scheduler", needs: ["Segments", .crypto, .hummingbird, .httpTypes, .nioCore, .mustache, .yams]),
        .service(
            "Notifier", needs: [.crypto, .hummingbird, .httpTypes, .httpClient, .nioCore, .nioPosix, .mustache]),
        .executableTarget(name: "DemoStory", dependencies: ["Model"], path: "compose/demo/story"),
        .executableTarget(
            name: "QueueBench",
            dependencies: [
                "Model", "Postgres", "Schema", "Jobs", "TestBed", .arguments, .log, .lifecycle, .unixSignals,
            ],
            path: "compose/lib/bench/queue"),
        .executableTarget(
            name: "IngestBench",
            dependencies: ["Model", "Postgres", "Jobs", "TestBed", .arguments, .log, .lifecycle, .unixSignals],
            path: "compose/lib/bench/ingest"),
        // What tests share: a throw-away database for each test, `eventually`, running executables.
        .target(name: "TestBed", dependencies: ["Model", "Postgres", "Schema", "Jobs", .log], path: "Tests/TestBed"),
        .tests(of: "Model"),
        .tests(of: "Postgres"),
        .tests(of: "Schema"),
        .tests(of: "Jobs", needs: ["Schema"]),
        .tests(of: "Segments", needs: ["Schema"]),
        .tests(
            of: "Chassis",
            needs: [
                "Jobs", "Schema", .arguments, .hummingbird, .httpClient, .httpTypes, .metrics, .nioCore, .nioEmbedded,
                .nioHTTP1, .nioHTTPTypes,
            ]),
        .tests(of: "Contacts", needs: ["Chassis", "Jobs", "Schema", "Segments", .httpClient, .nioCore, .nioHTTP1]),
        .tests(
            of: "UsageIngest",
            needs: [
                "CZLib", "Chassis", "Jobs", "Schema", .httpClient, .httpTypes, .hummingbird, .nioCore, .nioHTTP1,
            ]),
        .tests(of: "RiskScorer", needs: ["Chassis", "Jobs", "Schema", "Segments"]),
        .tests(
            of: "Scheduler", needs: ["Chassis", "Jobs", "Schema", "Segments", .httpClient, .nioCore, .nioHTTP1, .yams]),
        .tests(of: "Notifier", needs: ["Chassis", "Jobs", "Schema", .crypto]),
        .tests(of: "DemoStory"),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestBed", "Model", "Postgres", "Schema", "Jobs", "Segments", "Chassis", .crypto, .httpTypes,
                .hummingbird,
                .lifecycle, .log, .nioCore, .yams,
            ],
            path: "Tests/EndToEndTests"),
    ],
    swiftLanguageModes: [.v6]
)

extension Target.Dependency {
    static var arguments: Self { .product(name: "ArgumentParser", package: "swift-argument-parser") }
    static var crypto: Self { .product(name: "Crypto", package: "swift-crypto") }
    static var cryptoExtras: Self { .product(name: "CryptoExtras", package: "swift-crypto") }
    static var httpClient: Self { .product(name: "AsyncHTTPClient", package: "async-http-client") }
    static var httpTypes: Self { .product(name: "HTTPTypes", package: "swift-http-types") }
    static var hummingbird: Self { .product(name: "Hummingbird", package: "hummingbird") }
    static var hummingbirdCore: Self { .product(name: "HummingbirdCore", package: "hummingbird") }
    static var lifecycle: Self { .product(name: "ServiceLifecycle", package: "swift-service-lifecycle") }
    static var log: Self { .product(name: "Logging", package: "swift-log") }
    static var metrics: Self { .product(name: "Metrics", package: "swift-metrics") }
    static var mustache: Self { .product(name: "Mustache", package: "swift-mustache") }
    static var nioCore: Self { .product(name: "NIOCore", package: "swift-nio") }
    static var nioEmbedded: Self { .product(name: "NIOEmbedded", package: "swift-nio") }
    static var nioHTTP1: Self { .product(name: "NIOHTTP1", package: "swift-nio") }
    static var nioHTTPTypes: Self { .product(name: "NIOHTTPTypes", package: "swift-nio-extras") }
    static var nioPosix: Self { .product(name: "NIOPosix", package: "swift-nio") }
    static var subprocess: Self { .product(name: "Subprocess", package: "swift-subprocess") }
    static var unixSignals: Self { .product(name: "UnixSignals", package: "swift-service-lifecycle") }
    static var yams: Self { .product(name: "Yams", package: "Yams") }
}

extension Target {
    static func service(_ name: String, needs: [Target.Dependency]) -> Target {
        .executableTarget(
            name: name,
            dependencies: ["Model", "Postgres", "Jobs", "Schema", "Chassis", .arguments, .log, .lifecycle, .metrics]
                + needs,
            path: "Services/\(name)")
    }

    static func tests(of module: String, needs: [Target.Dependency] = []) -> Target {
        let modules = Set([module, "TestBed", "Model", "Postgres"]).sorted().map { Target.Dependency.byName(name: $0) }
        return .testTarget(
            name: "\(module)Tests", dependencies: modules + [.log, .lifecycle] + needs, path: "Tests/\(module)Tests")
    }
}

let ci = Context.environment["HOLDFAST_TEST_STRICT"] == "1"
for target in package.targets where target.type != .system {
    var settings: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
    if ci { settings.append(.treatAllWarnings(as: .error)) }
    target.swiftSettings = settings
}
