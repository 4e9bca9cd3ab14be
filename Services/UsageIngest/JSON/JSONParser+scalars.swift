import Foundation

extension JSONParser {
    /// `true`, `false`, `null`, and what Python writes for numbers that JSON lacks.
    mutating func word() throws(JSONFailure) -> JSONValue {
        if take("true") { return .bool(true) }
        if take("false") { return .bool(false) }
        if take("null") { return .null }
        if take("NaN") { return noNumber("NaN") }
        if take("Infinity") { return noNumber("Infinity") }
        throw failure("expected a value")
    }

    private mutating func noNumber(_ name: String) -> JSONValue {
        repaired("\(name) became null")
        return .null
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard at + length <= bytes.count else { return false }
        let isThere = word.withUTF8Buffer { $0.elementsEqual(piece(at..<at + length)) }
        if isThere { at += length }
        return isThere
    }

    /// A number by JSON's grammar. One that no double can hold becomes null, one that is nearer to zero than any becomes
    /// 0; PostgreSQL would keep neither, or as thousands of digits.
    mutating func number(atMost limit: Int) throws(JSONFailure) -> JSONValue {
        let start = at
        if next == UInt8(ascii: "-") {
            at += 1
            if take("Infinity") { return noNumber("-Infinity") }
            if take("NaN") { return noNumber("NaN") }
        }
        let whole = digits()
        guard whole > 0 else { throw failure("expected a digit") }
        guard whole == 1 || bytes[at - whole] != UInt8(ascii: "0") else { throw failure("a number begins with 0") }
        if next == UInt8(ascii: ".") {
            at += 1
            guard digits() > 0 else { throw failure("expected a digit after the point") }
        }
        var hasExponent = false
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            hasExponent = true
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            guard digits() > 0 else { throw failure("expected a digit in the exponent") }
        }
        let literal = String(decoding: piece(start..<at), as: UTF8.self)
        guard hasExponent || at - start > 300 else { return .number(literal) }
        return finite(literal, limit)
    }

    private mutating func finite(_ literal: String, _ limit: Int) -> JSONValue {
        guard let double = Double(literal), double.isFinite else {
            repaired("a number out of range became null")
            return .null
        }
        let mantissa = literal.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        if double == 0, mantissa.contains(where: { (49...57).contains($0) }) {
            repaired("a number too near to zero became 0")
            return .number("0")
        }
        guard literal.utf8.count <= limit else {
            repaired("a number of more than \(limit) digits was rounded")
            return .number("\(double)")
        }
        return .number(literal)
    }

    private mutating func digits() -> Int {
        let start = at
        while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
        return at - start
    }

    /// A string, at its opening quote.
    mutating func string() throws(JSONFailure) -> String {
        at += 1
        let start = at
        var isASCII = true
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                let text = piece(start..<at)
                at += 1
                return isASCII ? String(decoding: text, as: UTF8.self) : decoded(text)
            }
            if byte == UInt8(ascii: "\\") || byte == 0 { return try string(mendedFrom: start) }
            if byte >= 0x80 { isASCII = false }
            at += 1
        }
        throw failure("the text ends inside a string")
    }

    /// The bytes of a range that is within the text.
    private func piece(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[range])
    }

    private mutating func decoded(_ text: UnsafeBufferPointer<UInt8>) -> String {
        if let string = String(validating: text, as: UTF8.self) { return string }
        repaired("bytes that are no UTF-8 became U+FFFD")
        return String(decoding: text, as: UTF8.self)
    }

    /// The slow way, for strings with escapes.
    private mutating func string(mendedFrom start: Int) throws(JSONFailure) -> String {
        var text = Array(piece(start..<at))
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return text.withUnsafeBufferPointer { decoded($0) }
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0: repaired("a NUL character was removed")
            default: text.append(byte)
            }
        }
        throw failure("the text ends inside a string")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONFailure) {
        guard let byte = next else { throw failure("the text ends inside a string") }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            if unit == 0 { return repaired("a NUL character was removed") }
            text += Array(String(Character(try scalar(of: unit))).utf8)
        default: throw failure("an unknown escape in a string")
        }
    }

    private mutating func scalar(of unit: UInt32) throws(JSONFailure) -> Unicode.Scalar {
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if unit < 0xDC00, at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
            let before = at
            at += 2
            let low = try hexadecimal()
            if (0xDC00...0xDFFF).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
            at = before
        }
        repaired("a lone surrogate became U+FFFD")
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(JSONFailure) -> UInt32 {
        guard at + 4 <= bytes.count else { throw failure("the text ends inside a string") }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else {
                throw failure("expected four hexadecimal digits after \\u")
            }
            unit = unit << 4 | UInt32(digit)
            at += 1
        }
        return unit
    }
}
