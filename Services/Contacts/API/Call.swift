import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import Model
import Postgres

/// A request for an operation, with its path and query read by their shapes.
struct Call: Sendable {
    let operation: Operation
    let request: Request
    let context: ContactsContext
    let pool: PostgresPool
    let query: Fields
    private let places: Fields

    init(_ operation: Operation, _ request: Request, _ context: ContactsContext, _ pool: PostgresPool) throws {
        self.operation = operation
        self.request = request
        self.context = context
        self.pool = pool
        try Negotiation.check(request, operation)
        if operation.method == .put, !operation.isConditional { try Precondition.refuse(request) }
        var pieces: [String: FieldValue] = [:]
        for place in operation.places { pieces[place.name] = .text(try context.piece(place.name)) }
        places = try Fields(pieces).read(operation.places, .query)
        query = try Fields(try Self.pairs(request.uri.query)).read(operation.query, .query)
    }

    /// By whom the call's changes are, in the audit.
    var origin: Origin { Origin(actor: "key \(context.key?.id ?? 0)", source: "api") }

    /// A text of the path.
    func place(_ name: String) throws -> String { try places.needed(name) }

    /// A number of the path.
    func number(_ name: String) throws -> Int64 {
        guard let number = places.integer(name).value else { throw places.refusal(name, "expected a whole number") }
        return number
    }

    /// The body, read by the operation's shape, and as it came.
    func body() async throws -> (fields: Fields, bytes: [UInt8]) {
        let bytes = try await JSONBody.bytes(request)
        let fields = try JSONBody.fields(bytes)
        return (try fields.read(operation.body?.fields ?? [], .json), bytes)
    }

    /// What a query says, each name once.
    private static func pairs(_ query: String?) throws -> [String: FieldValue] {
        var values: [String: FieldValue] = [:]
        for pair in (query ?? "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = sides[0], let value = sides.count == 2 ? sides[1] : "" else {
                throw HTTPProblem(.badRequest, code: "bad_query", "The query can't be read: escape it as UTF-8.")
            }
            guard values.updateValue(.text(value), forKey: name) == nil else {
                throw Refusal(name, "stands twice in the query: send it once")
            }
        }
        return values
    }
}
