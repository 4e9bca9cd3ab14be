import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Chassis

/// How long a request may last, on a clock of our own.
@Suite struct RequestDeadlineTests {
    private static let part = HTTPResponsePart.body(ByteBuffer(string: "part"))

    /// A connection on which a request was read whole; `then` writes and lets time pass.
    private func isOpen(after then: (EmbeddedChannel, EmbeddedEventLoop) throws -> Void) throws -> Bool {
        let loop = EmbeddedEventLoop()
        let channel = EmbeddedChannel(handler: RequestDeadline(limit: .seconds(10)), loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let head = HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/")
        try channel.writeInbound(HTTPRequestPart.head(head))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try then(channel, loop)
        defer { _ = try? channel.finish() }
        return channel.isActive
    }

    @Test func anAnswerThatDoesNotComeEndsTheConnection() throws {
        #expect(try isOpen { _, loop in loop.advanceTime(by: .seconds(9)) })
        #expect(try !isOpen { _, loop in loop.advanceTime(by: .seconds(11)) })
    }

    @Test func anAnswerInPartsLastsAsLongAsTheyCome() throws {
        let streamed = try isOpen { channel, loop in
            try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
            for _ in 0..<8 {
                try channel.writeOutbound(Self.part)
                loop.advanceTime(by: .seconds(9))
            }
            try channel.writeOutbound(HTTPResponsePart.end(nil))
            loop.advanceTime(by: .seconds(60))
        }
        #expect(streamed)
        let stuck = try isOpen { channel, loop in
            try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
            for _ in 0..<3 { try channel.writeOutbound(Self.part) }
            loop.advanceTime(by: .seconds(11))
        }
        #expect(!stuck)
    }

    @Test func whoSendsTheRequestInPartsGainsNothing() throws {
        let loop = EmbeddedEventLoop()
        let channel = EmbeddedChannel(handler: RequestDeadline(limit: .seconds(10)), loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(
            HTTPRequestPart.head(HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/")))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        for _ in 0..<4 {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
            try channel.writeOutbound(Self.part)
            loop.advanceTime(by: .seconds(3))
        }
        #expect(!channel.isActive)
        _ = try? channel.finish()
    }
}
