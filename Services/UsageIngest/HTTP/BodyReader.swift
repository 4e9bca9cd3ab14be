import Chassis
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads a request's body, unpacked, within the limit of size and in a time that grows with it.
struct BodyReader: Sendable {
    /// The most bytes, as sent and unpacked.
    let limit: Int
    /// A body has this long, and a second more for each `slowest` bytes: who dribbles must not hold a place for ever.
    var patience: Duration = .seconds(10)
    static let slowest = 64 << 10

    /// Its bytes; for one that can't be unpacked, the bytes as they came with the reason.
    enum Outcome: Sendable {
        case bytes([UInt8])
        case corrupt([UInt8])
    }

    /// - Parameter packsUnsaid: a body without Content-Encoding that begins like gzip is gzip.
    func read(_ request: Request, _ place: Admission.Place, packsUnsaid: Bool = false) async throws -> Outcome {
        guard let packing = Packing(request.headers[.contentEncoding]) else {
            throw HTTPProblem(
                .unsupportedMediaType, code: "unknown_encoding",
                "Content-Encoding must be gzip, deflate or identity.", headers: [.acceptEncoding: "gzip, deflate"])
        }
        let declared = request.headers[.contentLength].flatMap { Int($0) } ?? limit
        let time = patience + .seconds(min(declared, limit) / Self.slowest)
        do {
            return try await within(time) { try await collect(request.body, packing, place, packsUnsaid) }
        } catch is DeadlineExceeded {
            // Not 408: rudder's clients drop what gets one.
            throw HTTPProblem.retry(
                .serviceUnavailable, code: "body_too_slow",
                "The body did not arrive in time: at least \(Self.slowest / 1024) KiB a second are expected.", after: 5)
        }
    }

    private func collect(
        _ body: RequestBody, _ said: Packing, _ place: Admission.Place, _ packsUnsaid: Bool
    ) async throws -> Outcome {
        var raw: [UInt8] = []
        var packing = said
        var isCorrupt = false
        var inflation = Inflation(packing, limit: limit)
        var taken = 0
        for try await buffer in body {
            raw += buffer.readableBytesView
            guard raw.count <= limit else { throw Self.tooLarge(limit) }
            if packsUnsaid, packing == .none, taken == 0, raw.starts(with: Packing.gzipMagic) {
                packing = .gzip
                inflation = Inflation(packing, limit: limit)
            }
            if packing != .none, !isCorrupt {
                do throws(UnpackingFailure) {
                    try inflation.add(Array(raw[taken...]))
                    taken = raw.count
                } catch {
                    switch error {
                    case .corrupt: isCorrupt = true
                    case .tooLarge: throw Self.tooLarge(limit)
                    case .tooDense: throw Self.tooDense
                    }
                }
            }
            guard place.holds(raw.count + inflation.output.count) else { throw Admission.overloaded }
        }
        guard packing != .none else { return .bytes(raw) }
        guard !isCorrupt, let unpacked = try? inflation.finish() else { return .corrupt(raw) }
        return .bytes(unpacked)
    }

    private static var tooDense: HTTPProblem {
        HTTPProblem(
            .contentTooLarge, code: "body_too_dense",
            "The body unpacks to more than \(Inflation.mostRatio) times its size, which no events do: send it unpacked."
        )
    }

    private static func tooLarge(_ limit: Int) -> HTTPProblem {
        HTTPProblem(
            .contentTooLarge, code: "body_too_large",
            "The body is larger than \(limit) bytes when unpacked: send less at once.")
    }
}
