package import Hummingbird

/// A request's context that can hold the key that it came with.
package protocol KeyHolding: RequestContext {
    /// Set by `KeyMiddleware`; nil on routes that need no key.
    var key: KeyIdentity? { get set }
}

/// The context of a request to a service, unless the service has one of its own.
package struct ServiceContext: KeyHolding {
    package var coreContext: CoreRequestContextStorage
    package var key: KeyIdentity?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
