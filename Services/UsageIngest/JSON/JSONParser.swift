/// Reads JSON as clients really send it: Python's NaN and Infinity, lone surrogates, NULs, bytes that are no UTF-8 and a
/// byte order mark are mended and noted; one place that breaks a limit is left out and noted; only a text that has no
/// structure fails as a whole.
///
/// It reads through a pointer into the caller's array: by the array itself, checks and counts of references took twice the
/// time of all that it does.
struct JSONParser {
    private let limits: JSONLimits
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0
    private var values = 0
    private(set) var repairs: [JSONNote] = []
    private(set) var faults: [JSONNote] = []

    static func parse(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONFailure) -> JSONDocument {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONFailure) in
            var parser = JSONParser(buffer, limits)
            if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { parser.at = 3 }
            let value = try parser.value(depth: 0)
            parser.skipSpace()
            guard parser.at == buffer.count else { throw parser.failure("expected the end of the text") }
            return JSONDocument(value: value, repairs: parser.repairs, faults: parser.faults)
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    func failure(_ words: String) -> JSONFailure { JSONFailure(offset: at, words: words) }

    mutating func repaired(_ words: String) {
        if repairs.count < limits.notes { repairs.append(JSONNote(path: [], words: words)) }
    }

    mutating func faulty(_ words: String) {
        if faults.count < limits.notes { faults.append(JSONNote(path: [], words: words)) }
    }

    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func skipSpace() {
        while at < bytes.count {
            let byte = bytes[at]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at += 1
        }
    }

    private mutating func value(depth: Int) throws(JSONFailure) -> JSONValue {
        values += 1
        guard values <= limits.values else { throw failure("more than \(limits.values) values: send less at once") }
        skipSpace()
        guard let byte = next else { throw failure("the text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return depth < limits.depth ? try object(depth) : try tooDeep()
        case UInt8(ascii: "["): return depth < limits.depth ? try array(depth) : try tooDeep()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(atMost: limits.numberBytes)
        default: return try word()
        }
    }

    private mutating func object(_ depth: Int) throws(JSONFailure) -> JSONValue {
        let start = at
        at += 1
        var members: [JSONObject.Member] = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            at += 1
            return .object(JSONObject(start: start, end: at))
        }
        members.reserveCapacity(8)
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("expected a member's name in quotes") }
            let (mended, faulted) = (repairs.count, faults.count)
            let name = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw failure("expected : after a member's name") }
            at += 1
            let value = try value(depth: depth + 1)
            if name.utf8.count > limits.nameBytes { faulty("a name of more than \(limits.nameBytes) bytes") }
            place(.name(name), mended, faulted)
            members.append(JSONObject.Member(name: name, value: value))
            skipSpace()
            guard let byte = next else { throw failure("the text ends inside an object") }
            at += 1
            if byte == UInt8(ascii: "}") { break }
            guard byte == UInt8(ascii: ",") else { throw failure("expected , or } in an object", back: 1) }
            if members.count == limits.children {
                try abandon("members")
                break
            }
        }
        return .object(JSONObject(members, start: start, end: at))
    }

    private mutating func array(_ depth: Int) throws(JSONFailure) -> JSONValue {
        at += 1
        var elements: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            at += 1
            return .array([])
        }
        while true {
            let (mended, faulted) = (repairs.count, faults.count)
            elements.append(try value(depth: depth + 1))
            place(.index(elements.count - 1), mended, faulted)
            skipSpace()
            guard let byte = next else { throw failure("the text ends inside an array") }
            at += 1
            if byte == UInt8(ascii: "]") { break }
            guard byte == UInt8(ascii: ",") else { throw failure("expected , or ] in an array", back: 1) }
            if elements.count == limits.children {
                try abandon("elements")
                break
            }
        }
        return .array(elements)
    }

    private func failure(_ words: String, back: Int) -> JSONFailure { JSONFailure(offset: at - back, words: words) }

    /// What was noted inside of a child gets the step that leads to it. Notes are rare, so reading pays nothing for them.
    private mutating func place(_ step: JSONNote.Step, _ mended: Int, _ faulted: Int) {
        for index in mended..<repairs.count { repairs[index].path.insert(step, at: 0) }
        for index in faulted..<faults.count { faults[index].path.insert(step, at: 0) }
    }

    private mutating func tooDeep() throws(JSONFailure) -> JSONValue {
        faulty("nested deeper than \(limits.depth)")
        at += 1
        try skipToEnd()
        at += 1
        return .null
    }

    /// Past the limit of children: the rest of the container is passed over, with its closing bracket.
    private mutating func abandon(_ what: String) throws(JSONFailure) {
        faulty("more than \(limits.children) \(what)")
        try skipToEnd()
        at += 1
    }

    /// Moves to the bracket that closes the container that it is in, without recursion.
    private mutating func skipToEnd() throws(JSONFailure) {
        var open = 1
        while let byte = next {
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["): open += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                open -= 1
                if open == 0 { return }
            case UInt8(ascii: "\""):
                at += 1
                while let inner = next, inner != UInt8(ascii: "\"") { at += inner == UInt8(ascii: "\\") ? 2 : 1 }
            default: break
            }
            at += 1
        }
        throw failure("the text ends inside an object or array")
    }
}
