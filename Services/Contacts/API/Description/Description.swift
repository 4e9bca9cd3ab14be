import Chassis
import HTTPTypes

/// The API as OpenAPI 3.1 describes it, written from the operations that the router runs.
struct Description {
    let operations: [Operation]

    var json: JSON {
        var components: [String: JSON] = [:]
        var paths: [String: JSON] = [:]
        for (path, operations) in Dictionary(grouping: operations, by: \.path) {
            var methods: [String: JSON] = [:]
            for operation in operations {
                methods[operation.method.rawValue.lowercased()] = described(operation, &components)
            }
            paths[path] = .object(methods)
        }
        return [
            "openapi": "3.1.0", "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
            "info": [
                "title": "Holdfast contacts", "version": .string(Chassis.version), "description": .string(Self.words),
            ],
            "servers": [["url": "/"]], "security": [["key": []]], "paths": .object(paths),
            "components": [
                "schemas": .object(components),
                "securitySchemes": [
                    "key": [
                        "type": "http", "scheme": "bearer",
                        "description": "A key of scope api: contacts key add --name shop --scope api",
                    ]
                ],
            ],
        ]
    }

    private static let words = """
        Customers and everything of the relationship with them. Keys are the outside world's ids; times are RFC 3339; money \
        is an ISO 4217 code with whole minor units, or with a decimal as a text. What a body doesn't say stays as it is, and \
        null empties. GET and PUT answer an ETag; a PUT with If-Match is refused with 412 where somebody else was quicker, \
        one with If-None-Match: * only makes. A POST with an Idempotency-Key is done once in \(Repeatable.kept). Each key may \
        ask \(Settings.contactsRequestsPerSecond.fallback) times a second, unless the service is set otherwise, with bursts \
        of \(KeyRate.burst) seconds; beyond it 429 says in Retry-After when to come again. Errors are \
        application/problem+json with a code for programs; 422 is not what is described here, 409 is \
        and can't be taken all the same: it doesn't fit what is there, or a rule that a schema can't say.
        """

    private func described(_ operation: Operation, _ components: inout [String: JSON]) -> JSON {
        var parameters: [JSON] = []
        for place in operation.places { parameters.append(parameter(place, in: "path", &components)) }
        for field in operation.query { parameters.append(parameter(field, in: "query", &components)) }
        if operation.isRepeatable { parameters.append(Repeatable.parameter) }
        var described: [String: JSON] = [
            "operationId": .string(operation.id), "summary": .string(operation.summary),
            "tags": [.string(tag(operation))],
            "responses": .object(responses(operation, &components)),
        ]
        if !parameters.isEmpty { described["parameters"] = .array(parameters) }
        if let body = operation.body {
            let content: JSON = ["application/json": ["schema": body.schema(&components)]]
            described["requestBody"] = ["required": true, "content": content]
        }
        if let type = operation.bodyType {
            let file: JSON = ["schema": ["type": "string"]]
            described["requestBody"] = [
                "required": true, "content": .object([type: file, "application/octet-stream": file]),
            ]
        }
        if operation.isOpen { described["security"] = [] }
        return .object(described)
    }

    /// The first piece of the path behind `/v1`.
    private func tag(_ operation: Operation) -> String {
        operation.path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
    }

    private func parameter(_ field: Field, in place: String, _ components: inout [String: JSON]) -> JSON {
        [
            "name": .string(field.name), "in": .string(place), "required": .bool(field.isNeeded),
            "description": .string(field.words), "schema": field.shape.schema(&components),
        ]
    }

    private func responses(_ operation: Operation, _ components: inout [String: JSON]) -> [String: JSON] {
        var responses: [String: JSON] = [:]
        for answer in operation.answers {
            var headers: [String: JSON] = [
                "X-Request-Id": Self.header("by which the log knows the request", isNeeded: true)
            ]
            if answer.isVersioned {
                headers["ETag"] = Self.header("the record's version, for If-Match", isNeeded: true)
            }
            if operation.isRepeatable {
                headers["Idempotency-Replayed"] = Self.header("true where it was done before", isNeeded: false)
            }
            let schema: JSON = ["schema": answer.shape.schema(&components)]
            let types = operation.answerTypes.isEmpty ? ["application/json"] : operation.answerTypes
            responses[String(answer.status.code)] = [
                "description": .string(answer.words), "headers": .object(headers),
                "content": .object(Dictionary(uniqueKeysWithValues: types.map { ($0, schema) })),
            ]
        }
        for (status, problems) in Dictionary(grouping: operation.allProblems, by: \.status) {
            responses[String(status.code)] = problem(status, problems, &components)
        }
        return responses
    }

    private func problem(
        _ status: HTTPResponse.Status, _ problems: [Operation.Problem], _ components: inout [String: JSON]
    ) -> JSON {
        let codes = Set(problems.flatMap(\.codes)).sorted().map(JSON.string)
        let schema: JSON = [
            "allOf": [
                Operation.Problem.shape.schema(&components),
                ["properties": ["code": ["enum": .array(codes)], "status": ["const": .integer(Int64(status.code))]]],
            ]
        ]
        var described: [String: JSON] = [
            "description": .string(problems.map(\.words).joined(separator: " ")),
            "content": ["application/problem+json": ["schema": schema]],
        ]
        if status == .tooManyRequests || status == .serviceUnavailable {
            described["headers"] = ["Retry-After": Self.header("seconds to wait", isNeeded: true)]
        }
        return .object(described)
    }

    private static func header(_ words: String, isNeeded: Bool) -> JSON {
        ["description": .string(words), "required": .bool(isNeeded), "schema": ["type": "string"]]
    }
}
