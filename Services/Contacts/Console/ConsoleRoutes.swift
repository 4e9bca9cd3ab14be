import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres

/// The pages for people: plain HTML, no scripts. One file for each page.
struct ConsoleRoutes: Sendable {
    let pool: PostgresPool
    let pages: Pages
    let signIn: SignIn
    /// Whether browsers reach it by https, so that cookies may travel by nothing else.
    let isSecure: Bool

    static let sessionCookie = "holdfast_session"
    static let formCookie = "holdfast_form"

    func add(to router: Router<ContactsContext>) {
        router.get("style.css") { _, _ in asset(Style.sheet, "text/css; charset=utf-8") }
        router.get("icon.svg") { _, _ in asset(Style.icon, "image/svg+xml") }
        let open = router.group().add(middleware: PageGuard(pages: pages))
        addSignIn(to: open)
        let signedIn = open.add(middleware: SignedIn(pool: pool))
        signedIn.get("/") { request, context in try await atRisk(request, context) }
        signedIn.get("accounts/:key") { request, context in try await account(request, context) }
        signedIn.get("tasks") { request, context in try await tasks(request, context) }
        signedIn.post("tasks/:id/done") { request, context in try await taskDone(request, context) }
        signedIn.get("**") { _, _ -> Response in
            throw HTTPProblem(.notFound, code: "not_found", "There is no page at this address.")
        }
    }

    /// A page within the frame of the signed-in user.
    func page(
        _ template: String, _ content: Any, title: String, _ context: ContactsContext, status: HTTPResponse.Status = .ok
    ) -> Response {
        var frame = Pages.Frame(title: title, user: context.session?.user.name, formToken: context.session?.formToken)
        frame.isAtRisk = template == "at-risk"
        frame.isTasks = template == "tasks"
        return ConsoleRoutes.html(pages.render(template, content, frame), status)
    }

    static func html(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    static func redirect(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: Link.own(path)])
    }

    private func asset(_ text: String, _ type: String) -> Response {
        let headers: HTTPFields = [
            .contentType: type, .cacheControl: "public, max-age=31536000, immutable", .xContentTypeOptions: "nosniff",
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A page's form must carry the token of its session.
    func checkToken(_ form: Form, _ context: ContactsContext) throws -> Session {
        guard let session = context.session, form["token"] == session.formToken else {
            throw HTTPProblem(
                .forbidden, code: "stale_form",
                "This form is from an earlier sign-in. Go back, reload the page and try again.")
        }
        return session
    }
}
