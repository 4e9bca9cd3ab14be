/// Walks the tags of a template before the parser does.
enum TemplateCheck {
    static func check(_ text: String) throws {
        var open: [String] = []
        var line = 1
        var rest = Substring(text)
        while let start = rest.firstRange(of: "{{") {
            line += lines(rest[..<start.lowerBound])
            rest = rest[start.upperBound...]
            let isTriple = rest.first == "{"
            guard let end = rest.firstRange(of: isTriple ? "}}}" : "}}") else {
                throw TemplateFault(line: line, "a tag is not closed with }}")
            }
            let tag = rest[..<end.lowerBound].drop { isTriple && $0 == "{" }
            rest = rest[end.upperBound...]
            try check(tag, &open, line)
            line += lines(tag)
        }
        if let name = open.last { throw TemplateFault(line: line, "the section \(name) is not closed") }
    }

    private static func check(_ tag: Substring, _ open: inout [String], _ line: Int) throws {
        switch tag.first {
        case "!": return
        case "#", "^":
            let name = try name(tag.dropFirst(), in: open, line)
            guard open.count < MessageTemplate.depth else {
                throw TemplateFault(line: line, "more than \(MessageTemplate.depth) sections stand in each other")
            }
            guard tag.first == "^" || !open.contains(name) else {
                throw TemplateFault(line: line, "the section \(name) stands inside itself")
            }
            open.append(name)
        case "/":
            let name = tag.dropFirst().filter { $0 != " " }
            guard open.last == name else {
                throw TemplateFault(line: line, "/\(name.prefix(60)) closes no section that is open")
            }
            open.removeLast()
        case "&": _ = try name(tag.dropFirst(), in: open, line)
        case ">", "<", "$", "=", "%", "*":
            throw TemplateFault(line: line, "tags that begin with \(tag.prefix(1)) are not taken")
        default: _ = try name(tag, in: open, line)
        }
    }

    /// A name that the context has, by itself or within the sections around it.
    private static func name(_ tag: Substring, in open: [String], _ line: Int) throws -> String {
        let name = String(tag.filter { $0 != " " })
        if name == "." { return name }
        let known = MessageContext.names
        if known.contains(name) || open.contains(where: { known.contains("\($0).\(name)") }) { return name }
        let shown = name.prefix(60)
        throw TemplateFault(
            line: line, "nothing is named \(shown); there are \(known.sorted().joined(separator: ", "))")
    }

    private static func lines(_ text: Substring) -> Int { text.count { $0.isNewline } }
}
