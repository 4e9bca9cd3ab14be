import Chassis
import Hummingbird

/// The query of a list: how many, and behind which key.
struct PageQuery {
    static let most: Int64 = 500

    let limit: Int64
    let after: String

    init(_ request: Request) throws {
        let query = request.uri.queryParameters
        if let text = query["limit"] {
            guard let number = Int64(text), (1...Self.most).contains(number) else {
                throw Refusal("limit", "expected a whole number from 1 to \(Self.most)")
            }
            limit = number
        } else {
            limit = 50
        }
        after = String(query["after"] ?? "")
        guard !after.unicodeScalars.contains("\0") else { throw Refusal("after", "expected the next_after of a page") }
    }
}
