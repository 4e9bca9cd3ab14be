import NIOCore
import NIOHTTPTypes

/// Closes a connection whose request, from its head to the end of the answer, takes longer than `limit`: a client that
/// sends or reads a byte now and then must not hold a connection for ever. An answer in parts, such as an export, has that
/// long for each of them, which leave only as fast as the client reads.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private var timer: Scheduled<Void>?
    private var reading = false
    private var unanswered = 0
    /// Whether a part of the present answer's body is out.
    private var isStreaming = false

    init(limit: TimeAmount) { self.limit = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            reading = true
            unanswered += 1
            if timer == nil { arm(context) }
        case .body: break
        case .end:
            reading = false
            settle(context)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: isStreaming = false
        case .body:
            if isStreaming, !reading {
                disarm()
                arm(context)
            }
            isStreaming = true
        case .end:
            unanswered -= 1
            settle(context)
        }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        disarm()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { disarm() }

    /// A pipelined request begins its time when the one before it is answered.
    private func settle(_ context: ChannelHandlerContext) {
        guard !reading || unanswered > 0 else { return }
        disarm()
        if reading || unanswered > 0 { arm(context) }
    }

    private func arm(_ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }

    private func disarm() {
        timer?.cancel()
        timer = nil
    }
}

@available(*, unavailable)
extension RequestDeadline: Sendable {}
