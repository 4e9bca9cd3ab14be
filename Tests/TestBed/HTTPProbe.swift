import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Asks whether a program answers over HTTP.
enum HTTPProbe {
    /// The status of a GET; nil if there was no answer within 5 seconds.
    static func status(_ url: URL) async -> Int? {
        var request = URLRequest(url: url)
        request.timeoutInterval = 5
        guard let (_, response) = try? await URLSession.shared.data(for: request) else { return nil }
        return (response as? HTTPURLResponse)?.statusCode
    }
}
