import Mustache

/// A mustache template of plain text. Only what a message needs is let in (values, sections and comments over known
/// names), so that no template can crash, blow up or send a letter with a hole where a name should be.
struct MessageTemplate: Sendable {
    /// Sections in sections.
    static let depth = 6
    /// A rendered text longer than this is a fault [characters].
    static let longest = 200_000

    private let template: MustacheTemplate

    /// Throws `TemplateFault` with the line.
    init(_ text: String) throws {
        try TemplateCheck.check(text)
        do {
            template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + text)
        } catch let error as MustacheTemplate.ParserError {
            throw TemplateFault(line: error.context.lineNumber, "the tags don't fit together")
        }
    }

    func render(_ context: MessageContext) throws -> String {
        let text = template.render(context.values)
        guard text.count <= MessageTemplate.longest else {
            throw TemplateFault(line: 1, "the rendered text is longer than \(MessageTemplate.longest) characters")
        }
        return text
    }
}

/// What is wrong with a template, and where.
struct TemplateFault: Error, Equatable, CustomStringConvertible {
    let line: Int
    let words: String
    init(line: Int, _ words: String) {
        self.line = line
        self.words = words
    }

    var description: String { "Template, line \(line): \(words)." }
}
