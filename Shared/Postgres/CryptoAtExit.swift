import Foundation

/// libpq signs in with OpenSSL, which frees what it has when the process exits, though threads of connections that were
/// closed just then still end and look at it: one command in some thousands crashed after its work was done. The system
/// takes the memory back anyway.
enum CryptoAtExit {
    /// OPENSSL_INIT_NO_ATEXIT of openssl/crypto.h.
    private static let noAtExit: UInt64 = 0x0008_0000

    /// Read before the first connection is opened: only OpenSSL's first initialization decides. False where libpq brings no
    /// OpenSSL that others can see.
    static let isLeftAlone: Bool = {
        guard let address = dlsym(nil, "OPENSSL_init_crypto") else { return false }
        typealias Initialize = @convention(c) (UInt64, OpaquePointer?) -> CInt
        return unsafeBitCast(address, to: Initialize.self)(noAtExit, nil) == 1
    }()
}
