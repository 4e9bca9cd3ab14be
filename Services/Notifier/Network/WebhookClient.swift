import AsyncHTTPClient
import Chassis
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests to addresses that strangers chose. It looks the name up, checks every address against the policy, and
/// connects to one that it checked and to nothing else: the host stays in Host and in TLS, the look-up is not repeated.
/// No redirects, no proxy, no decompression, no connection used twice.
struct WebhookClient: Sendable {
    struct Limits: Sendable {
        /// From the look-up to the last byte of the answer.
        var whole: Duration = .seconds(20)
        var lookUp: Duration = .seconds(5)
        var connect: Duration = .seconds(5)
        /// Of an answer's body, no more is read [bytes].
        var body = 16 << 10
        /// Of that, so much is kept for people to read [characters].
        var words = 500
        /// How many of a name's addresses are tried.
        var addresses = 3
    }

    let policy: AddressPolicy
    let resolver: Resolver
    var limits = Limits()

    /// What is told of a refusal: not which address it was.
    static let refusal =
        "The endpoint's address is none that webhooks may reach. Private networks must be named in "
        + "\(Settings.notifierAllowNetworks.name)."

    /// Posts exactly these bytes. Throws only where the task was cancelled.
    func post(_ url: EndpointURL, headers: [(String, String)], body: [UInt8]) async throws -> AttemptResult {
        do {
            return try await within(limits.whole) {
                switch try await checkedAddresses(of: url) {
                case .failure(let result): return result.result
                case .success(let addresses): return try await post(url, at: addresses, headers: headers, body: body)
                }
            }
        } catch is DeadlineExceeded {
            return .timedOut
        }
    }

    private struct Failure: Error {
        let result: AttemptResult
    }

    private func checkedAddresses(of url: EndpointURL) async throws -> Result<[String], Failure> {
        let addresses: [String]
        if url.isNumeric {
            addresses = [url.host]
        } else {
            do {
                addresses = try await within(limits.lookUp) { await resolver.addresses(url.host) }
            } catch is DeadlineExceeded {
                return .failure(Failure(result: .unreachable("The host's name was not resolved in time.")))
            }
        }
        guard !addresses.isEmpty else {
            return .failure(Failure(result: .unreachable("The host's name is unknown.")))
        }
        guard addresses.allSatisfy(policy.allows) else {
            return .failure(Failure(result: .refused(WebhookClient.refusal)))
        }
        return .success(Array(addresses.prefix(limits.addresses)))
    }

    /// Tries one address after the other as long as no connection comes about.
    private func post(
        _ url: EndpointURL, at addresses: [String], headers: [(String, String)], body: [UInt8]
    ) async throws -> AttemptResult {
        var result = AttemptResult.unreachable("No connection.")
        for address in addresses {
            let client = client(for: url, at: address)
            let outcome = await outcome { try await exchange(client, url, headers: headers, body: body) }
            try? await client.shutdown()
            try Task.checkCancellation()
            switch outcome {
            case .success(let answered): return answered
            case .failure(let failure):
                result = failure.result
                if !failure.isConnect { return result }
            }
        }
        return result
    }

    private func client(for url: EndpointURL, at address: String) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: limits.connect.amount, read: limits.whole.amount),
            connectionPool: .init(idleTimeout: .seconds(1)), proxy: nil, decompression: .disabled)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.maximumUsesPerConnection = 1
        if !url.isNumeric { configuration.dnsOverride = [url.host: address] }
        return HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
    }

    private func exchange(
        _ client: HTTPClient, _ url: EndpointURL, headers: [(String, String)], body: [UInt8]
    ) async throws -> AttemptResult {
        var request = HTTPClientRequest(url: url.description)
        request.method = .POST
        request.headers = HTTPHeaders(headers + [("connection", "close")])
        request.body = .bytes(body)
        let response = try await client.execute(request, timeout: limits.whole.amount)
        let retryAfter = RetryAfter.read(response.headers.first(name: "retry-after"), now: Date())
        var read: [UInt8] = []
        for try await part in response.body {
            read += part.readableBytesView.prefix(limits.body - read.count)
            if read.count >= limits.body { break }
        }
        try Task.checkCancellation()
        return .answered(
            status: Int(response.status.code), retryAfter: retryAfter, words: Words.plain(read, limit: limits.words))
    }

    private struct Broken: Error {
        let result: AttemptResult
        let isConnect: Bool

        init(result: AttemptResult, isConnect: Bool) {
            self.result = result
            self.isConnect = isConnect
        }

        init(_ error: HTTPClientError) {
            switch error {
            case .connectTimeout: self.init(result: .unreachable("No connection in time."), isConnect: true)
            case .deadlineExceeded, .readTimeout, .writeTimeout: self.init(result: .timedOut, isConnect: false)
            case .remoteConnectionClosed:
                self.init(
                    result: .unreachable("The connection was closed before the answer was complete."), isConnect: false)
            case .invalidURL, .emptyHost, .emptyScheme:
                self.init(result: .refused("The endpoint's URL can't be used."), isConnect: false)
            default: self.init(result: .unreachable("The request failed: \(error.shortDescription)."), isConnect: false)
            }
        }
    }

    private func outcome(
        _ exchange: () async throws -> AttemptResult
    ) async -> Result<AttemptResult, Broken> {
        do {
            return .success(try await exchange())
        } catch let error as HTTPClientError {
            return .failure(Broken(error))
        } catch {
            // Errors of sockets and TLS name addresses; what kind it was is enough.
            let kind = String(describing: type(of: error))
            let isTLS = kind.contains("SSL")
            return .failure(
                Broken(
                    result: .unreachable(isTLS ? "TLS failed: the certificate does not fit." : "No connection."),
                    isConnect: kind.contains("Connect") || kind == "IOError"))
        }
    }
}

extension Duration {
    fileprivate var amount: TimeAmount {
        .nanoseconds(components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000)
    }
}
