/// One setting: an environment variable with its kind, default and documentation. `Settings` holds all of them.
package struct Setting<Value: Sendable>: Sendable {
    /// The environment variable, as `HOLDFAST_CONTACTS_PORT`. `NAME_FILE` names a file that holds the value instead.
    package let name: String
    package let kind: SettingKind<Value>
    package let fallback: Value
    /// One or two sentences for `--help`, ending with a full stop.
    package let doc: String
    /// A secret's value appears in no output, its default neither.
    package let isSecret: Bool

    package init(
        _ name: String, _ kind: SettingKind<Value>, default fallback: Value, secret: Bool = false, _ doc: String
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.doc = doc
        self.isSecret = secret
    }
}

/// A setting whose value's type does not matter, as a table of settings holds it.
package protocol SettingDescription: Sendable {
    var name: String { get }
    var doc: String { get }
    var isSecret: Bool { get }
    /// What a value is, in words and with its unit: `port`, `seconds from 1 to 3600`.
    var kindWords: String { get }
    /// The default as it would be written; nil where there is none.
    var fallbackText: String? { get }
    /// The value that `text` stands for. Throws a `SettingFault` that says what is wrong and what to write.
    func value(of text: String) throws -> any Sendable
}

extension Setting: SettingDescription {
    package var kindWords: String { kind.words }
    package var fallbackText: String? { kind.write(fallback) }
    package func value(of text: String) throws -> any Sendable { try kind.read(text) }
}

/// Why a text is no value of its kind: the end of the sentence that begins with the setting's name.
package struct SettingFault: Error, Equatable {
    package let words: String
    package init(_ words: String) { self.words = words }
}
