package import Foundation

/// What values a setting takes: words for `--help`, reading with checks, and writing the default.
package struct SettingKind<Value: Sendable>: Sendable {
    package let words: String
    package let read: @Sendable (String) throws -> Value
    /// The text that `read` would turn into the value; nil where a value means "not set".
    package let write: @Sendable (Value) -> String?

    /// A kind of one's own. `read` throws `SettingFault` for what it can't take.
    package init(
        _ words: String, read: @escaping @Sendable (String) throws -> Value,
        write: @escaping @Sendable (Value) -> String?
    ) {
        self.words = words
        self.read = read
        self.write = write
    }

    /// The same kind, where the setting may also be left out.
    package static func optional<Present>(_ kind: SettingKind<Present>) -> Self where Value == Present? {
        SettingKind(kind.words, read: { try kind.read($0) }, write: { $0.flatMap(kind.write) })
    }
}

extension SettingKind<Int> {
    /// A whole number within `range`, counted in `unit`.
    package static func number(_ range: ClosedRange<Int>, _ unit: String) -> Self {
        SettingKind("\(unit), \(range.lowerBound) to \(range.upperBound)") { text in
            guard let number = Int(text), range.contains(number) else {
                throw SettingFault("is not a whole number from \(range.lowerBound) to \(range.upperBound) (\(unit))")
            }
            return number
        } write: {
            String($0)
        }
    }

    /// A TCP port; 0 takes any free one.
    package static var port: Self { number(0...65_535, "TCP port") }

    /// A size in bytes within `range`; `KiB`, `MiB` and `GiB` may follow the number.
    package static func bytes(_ range: ClosedRange<Int>) -> Self {
        SettingKind("bytes, \(ByteSize.words(range.lowerBound)) to \(ByteSize.words(range.upperBound))") { text in
            guard let size = ByteSize.read(text), range.contains(size) else {
                throw SettingFault(
                    "is not a size from \(ByteSize.words(range.lowerBound)) to \(ByteSize.words(range.upperBound)), "
                        + "such as 1048576 or 1MiB")
            }
            return size
        } write: {
            ByteSize.words($0)
        }
    }
}

extension SettingKind<Duration> {
    /// Whole seconds within `range`.
    package static func seconds(_ range: ClosedRange<Int>) -> Self {
        let number = SettingKind<Int>.number(range, "seconds")
        return SettingKind(number.words) {
            .seconds(try number.read($0))
        } write: {
            String($0.components.seconds)
        }
    }
}

extension SettingKind<Bool> {
    /// `on` or `off`; `true`, `false`, `yes`, `no`, `1` and `0` are taken too.
    package static var flag: Self {
        SettingKind("on or off") { text in
            switch text.lowercased() {
            case "on", "true", "yes", "1": return true
            case "off", "false", "no", "0": return false
            default: throw SettingFault("is neither on nor off")
            }
        } write: {
            $0 ? "on" : "off"
        }
    }
}

extension SettingKind<String> {
    /// A host name or address to listen on or to connect to, without a port.
    package static var host: Self {
        SettingKind("host name or address") { text in
            let allowed = text.utf8.allSatisfy {
                $0 == 45 || $0 == 46 || $0 == 58 || $0 == 95 || UInt8.isLetterOrDigit($0)
            }
            guard !text.isEmpty, text.utf8.count <= 253, allowed else {
                throw SettingFault("is no host name or address, such as 127.0.0.1")
            }
            return text
        } write: {
            $0
        }
    }

    /// Any text of 1 to 4,096 bytes without control characters, described by `words`.
    package static func text(_ words: String = "text") -> Self {
        SettingKind(words) { text in
            guard !text.isEmpty, text.utf8.count <= 4_096, text.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
                throw SettingFault("is not \(words) of 1 to 4096 bytes on one line")
            }
            return text
        } write: {
            $0
        }
    }

    /// An absolute path.
    package static var path: Self {
        let text = text("absolute path")
        return SettingKind("absolute path") { path in
            guard path.hasPrefix("/") else { throw SettingFault("is no absolute path, which begins with /") }
            return try text.read(path)
        } write: {
            $0
        }
    }

    /// One of a few words.
    package static func one(of words: [String]) -> Self {
        SettingKind(words.joined(separator: " | ")) { text in
            guard words.contains(text) else { throw SettingFault("is none of \(words.joined(separator: ", "))") }
            return text
        } write: {
            $0
        }
    }
}

extension SettingKind<URL> {
    /// An `http` or `https` address with a host.
    package static var httpURL: SettingKind<URL> {
        SettingKind("http or https URL") { text in
            guard text.utf8.count <= 4_096, let url = URL(string: text), url.scheme == "http" || url.scheme == "https",
                url.host?.isEmpty == false
            else { throw SettingFault("is no http or https address, such as https://holdfast.example.com") }
            return url
        } write: {
            $0.absoluteString
        }
    }
}

extension SettingKind<[NetworkRange]> {
    /// Networks in CIDR notation, separated by commas or spaces; empty for none.
    package static var networks: Self {
        SettingKind("networks such as 10.0.0.0/8,fd00::/8") { text in
            let parts = text.split { $0 == "," || $0 == " " }
            guard parts.count <= 256 else { throw SettingFault("names more than 256 networks") }
            return try parts.map { part in
                guard let network = NetworkRange(part) else {
                    throw SettingFault("holds '\(part.prefix(64))', which is no network such as 10.0.0.0/8")
                }
                return network
            }
        } write: {
            $0.isEmpty ? nil : $0.map(\.description).joined(separator: ",")
        }
    }
}

/// Sizes as people write them.
enum ByteSize {
    private static let units: [(suffix: String, bytes: Int)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]

    static func read(_ text: String) -> Int? {
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = Int(text.dropLast(3)) else { return nil }
            let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
            return overflow ? nil : bytes
        }
        return Int(text)
    }

    static func words(_ bytes: Int) -> String {
        for unit in units where bytes >= unit.bytes && bytes % unit.bytes == 0 {
            return "\(bytes / unit.bytes)\(unit.suffix)"
        }
        return String(bytes)
    }
}

extension UInt8 {
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
