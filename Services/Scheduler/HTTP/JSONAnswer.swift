import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers and questions of the API in JSON: snake_case keys, times in ISO 8601 by UTC.
enum JSONAnswer {
    static func make(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let body = ByteBuffer(bytes: try encoder.encode(value))
        return Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: body))
    }

    /// The body of a request as JSON. Faults become 400 with their place.
    static func read<Value: Decodable>(_ type: Value.Type, _ request: Request, atMost limit: Int) async throws -> Value
    {
        try JSONDecoder().decode(type, from: Data(try await body(request, atMost: limit)))
    }

    static func body(_ request: Request, atMost limit: Int) async throws -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw HTTPProblem(
                .contentTooLarge, code: "body_too_large", "The body is larger than \(limit) bytes: send less at once.")
        }
    }
}

/// A page of a list: `after` is the id to go on behind; absent at the end.
struct Page<Item: Encodable & Sendable>: Encodable, Sendable {
    var items: [Item]
    var next: Int64?
}

/// What pages are asked for: `after` and `limit`.
struct PageRequest {
    var after: Int64
    var limit: Int

    init(_ request: Request) throws {
        after = try PageRequest.number("after", request) ?? 0
        let asked = try PageRequest.number("limit", request) ?? 100
        guard (1...Int64(API.pageLimit)).contains(asked) else {
            throw HTTPProblem(
                .badRequest, code: "bad_parameter", "limit is \(asked): it must be from 1 to \(API.pageLimit).")
        }
        limit = Int(asked)
    }

    static func number(_ name: String, _ request: Request) throws -> Int64? {
        guard let text = request.uri.queryParameters[name[...]] else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw HTTPProblem(.badRequest, code: "bad_parameter", "\(name) is no whole number.")
        }
        return number
    }

    static func text(_ name: String, _ request: Request, of words: [String]? = nil) throws -> String? {
        guard let text = request.uri.queryParameters[name[...]].map(String.init) else { return nil }
        if let words, !words.contains(text) {
            throw HTTPProblem(
                .badRequest, code: "bad_parameter", "\(name) must be one of \(words.joined(separator: ", ")).")
        }
        guard text.utf8.count <= 400, !text.utf8.contains(0) else {
            throw HTTPProblem(.badRequest, code: "bad_parameter", "\(name) is too long or holds a NUL character.")
        }
        return text
    }
}
