import Mustache

/// The templates of all pages, compiled once. Each escapes by `Markup`.
struct Pages: Sendable {
    private let library: MustacheLibrary

    init() throws {
        MustacheContentTypes.register(Markup(), named: Markup.name)
        var library = MustacheLibrary()
        for (name, text) in Pages.templates {
            try library.register("{{% CONTENT_TYPE:\(Markup.name)}}" + text, named: name)
        }
        self.library = library
    }

    private static let templates = [
        "layout": Pages.layout, "sign-in": Pages.signIn, "at-risk": Pages.atRisk, "account": Pages.account,
        "tasks": Pages.tasks, "problem": Pages.problem,
    ]

    /// What every page shows around its own content.
    struct Frame {
        let title: String
        var user: String?
        var formToken: String?
        /// Which entry of the navigation is the page's own.
        var isAtRisk = false
        var isTasks = false
        let styleVersion = Style.version
    }

    /// A page: the template's content within the frame.
    func render(_ template: String, _ content: Any, _ frame: Frame) -> String {
        let body = library.render(content, withTemplate: template) ?? ""
        return library.render(Whole(frame: frame, body: body), withTemplate: "layout") ?? ""
    }

    private struct Whole {
        let frame: Frame
        /// HTML.
        let body: String
    }
}
