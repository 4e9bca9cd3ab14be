import Foundation

/// Where a page ended, as the next one is asked for: the values of the last row that it is sorted by, packed into one word.
struct Cursor: Sendable, Equatable {
    let values: [String]

    init(_ values: [String]) { self.values = values }

    /// Throws a refusal for what is no `next_after` of such a page.
    init(_ text: String, count: Int) throws(Refusal) {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard text.utf8.count <= 8_192, let data = Data(base64Encoded: padded),
            let values = try? JSONDecoder().decode([String].self, from: data), values.count == count,
            values.allSatisfy({ !$0.unicodeScalars.contains("\0") })
        else { throw Self.unread }
        self.values = values
    }

    static let unread = Refusal("after", "expected the next_after of a page", code: "bad_cursor")

    var text: String {
        let data = (try? JSONEncoder().encode(values)) ?? Data()
        return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
