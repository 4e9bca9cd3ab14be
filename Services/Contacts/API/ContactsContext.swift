import Chassis
import Foundation
import Hummingbird
import Model
import NIOCore

/// A request to contacts: the key of a program, or the sign-in of a person.
struct ContactsContext: KeyHolding {
    var coreContext: CoreRequestContextStorage
    var key: KeyIdentity?
    var session: Session?
    /// Where the request came from, without the port; a proxy's address where there is one.
    let remoteAddress: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    /// A piece of the path, without percent signs.
    func piece(_ name: String) throws -> String {
        let raw = try parameters.require(name)
        guard let text = raw.removingPercentEncoding, !text.unicodeScalars.contains("\0") else {
            throw HTTPProblem(.badRequest, code: "bad_path", "The path can't be read: escape it as UTF-8.")
        }
        return text.normalized
    }
}
