import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres

/// JSON in and out of the API.
enum JSONBody {
    /// The largest body that is taken [bytes].
    static let limit = 4 << 20

    /// The fields of the object that the body is.
    static func fields(_ request: Request) async throws -> Fields {
        let buffer = try await request.body.collect(upTo: limit)
        let value: FieldValue
        do {
            value = try JSONDecoder().decode(FieldValue.self, from: Data(buffer.readableBytesView))
        } catch {
            throw HTTPProblem(.badRequest, code: "bad_json", "The body is no JSON: send an object in UTF-8.")
        }
        guard case .object(let values) = value else {
            throw HTTPProblem(.badRequest, code: "bad_json", "The body is \(value.kind): send an object.")
        }
        return Fields(values)
    }

    static func answer(_ body: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response {
        answer(try JSONText(encoding: body), status)
    }

    static func answer(_ text: JSONText, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.text)))
    }

    /// What became of a body that was written: 201 where it made something.
    static func answer(_ verdict: Verdict, key: String) throws -> Response {
        try answer(["key": key, "result": verdict.word], verdict == .made ? .created : .ok)
    }
}
