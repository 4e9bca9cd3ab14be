import Foundation

extension String {
    /// Its composed form (NFC): what reads alike is one, in Swift, which compares letters, as in PostgreSQL, which compares
    /// bytes. Keys, ids and names from outside are taken in this form.
    package var normalized: String { utf8.allSatisfy { $0 < 0x80 } ? self : precomposedStringWithCanonicalMapping }
}
