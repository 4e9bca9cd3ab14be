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

    /// No body of the API nests deeper; decoding gets slow with the square of the depth.
    static let mostDepth = 16

    /// The body as it came.
    static func bytes(_ request: Request) async throws -> [UInt8] {
        Array(try await request.body.collect(upTo: limit).readableBytesView)
    }

    /// The fields of the object that the body is.
    static func fields(_ bytes: [UInt8]) throws -> Fields {
        guard depth(of: bytes) <= mostDepth else {
            throw HTTPProblem(
                .badRequest, code: "bad_json", "The body nests more than \(mostDepth) levels deep: send it flatter.")
        }
        let value: FieldValue
        do {
            value = try JSONDecoder().decode(FieldValue.self, from: Data(bytes))
        } catch {
            throw HTTPProblem(.badRequest, code: "bad_json", "The body is no JSON: send an object in UTF-8.")
        }
        guard case .object(let values) = value else {
            throw HTTPProblem(.badRequest, code: "bad_json", "The body is \(value.kind): send an object.")
        }
        return Fields(values)
    }

    /// How deep brackets and braces nest, those within texts left out.
    static func depth(of bytes: some Sequence<UInt8>) -> Int {
        var (depth, deepest, isText, isEscaped) = (0, 0, false, false)
        for byte in bytes {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\") where isText: isEscaped = true
            case UInt8(ascii: "\""): isText.toggle()
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if isText { continue }
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if !isText { depth -= 1 }
            default: break
            }
        }
        return deepest
    }

    static func answer(_ body: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response {
        answer(try JSONText(encoding: body), status)
    }

    /// - Parameter version: of the record, for `If-Match`.
    static func answer(_ text: JSONText, _ status: HTTPResponse.Status = .ok, version: String? = nil) -> Response {
        var response = Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.text)))
        if let version { response.headers[.eTag] = version }
        return response
    }

    /// What became of a body that was written: 201 where it made something.
    static func answer(_ verdict: Verdict, key: String, version: String? = nil) throws -> Response {
        let body = try JSONText(encoding: ["key": key, "result": verdict.word])
        return answer(body, verdict == .made ? .created : .ok, version: version)
    }
}
