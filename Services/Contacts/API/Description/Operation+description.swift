import Chassis
import HTTPTypes
import Postgres

extension Operation {
    /// The description itself. It holds no data and no secret, and tools fetch it before anybody has a key: so it needs none.
    static let description: [Operation] = [
        Operation(
            method: .get, path: "/v1/openapi.json", id: "getDescription", summary: "Read this description",
            isOpen: true,
            answers: [
                Answer(
                    words: "OpenAPI 3.1.",
                    shape: .record(
                        ["openapi", "jsonSchemaDialect"].map { .needed($0, .words, "") }
                            + ["info", "servers", "security", "paths", "components"].map { .needed($0, .anything, "") })
                )
            ]
        ) { _ in
            JSONBody.answer(written)
        }
    ]

    /// Written once; nothing in it changes while the program runs.
    private static let written: JSONText = {
        let json = Description(operations: API.operations).json
        return (try? JSONText(encoding: json)) ?? JSONText("{}")
    }()
}
