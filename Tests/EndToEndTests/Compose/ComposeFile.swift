import Foundation
import Yams

/// compose.yaml, as far as the tests ask about it.
struct ComposeFile: Decodable {
    struct Service: Decodable {
        var command: [String]?
        var environment: [String: String]?
        var ports: [String]?
        var volumes: [String]?
        var healthcheck: Health?
        var depends_on: [String: Dependency]?
        var deploy: Deploy?
        var container_name: String?
    }
    struct Health: Decodable {
        var test: [String]
    }
    struct Dependency: Decodable {
        var condition: String
    }
    struct Deploy: Decodable {
        struct Resources: Decodable {
            struct Limits: Decodable {
                var cpus: String
                var memory: String
            }
            var limits: Limits
        }
        var resources: Resources
    }
    struct Volume: Decodable {}

    var services: [String: Service]
    var volumes: [String: Volume?]

    static func read() throws -> ComposeFile {
        try YAMLDecoder().decode(ComposeFile.self, from: Clone.text("compose/compose.yaml"))
    }
}
