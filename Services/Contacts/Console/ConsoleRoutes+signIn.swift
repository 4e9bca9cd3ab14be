import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import Postgres

extension ConsoleRoutes {
    func addSignIn(to open: RouterGroup<ContactsContext>) {
        open.get("sign-in") { request, context in
            signInPage(request, next: request.uri.queryParameters["next"].map { String($0) } ?? "/")
        }
        open.post("sign-in") { request, context in try await enter(request, context) }
        open.post("sign-out") { request, context in try await leave(request, context) }
    }

    private struct Content {
        var message: String?
        let token: String
        let next: String
        var name = ""
    }

    private func signInPage(
        _ request: Request, next: String, name: String = "", message: String? = nil, status: HTTPResponse.Status = .ok
    ) -> Response {
        let known = request.cookies[Self.formCookie]?.value
        let token = known.flatMap { Token.isWellFormed($0) ? $0 : nil } ?? Token.make()
        let content = Content(
            message: message, token: Token.form(token), next: Link.own(next.removingPercentEncoding ?? next), name: name
        )
        var response = Self.html(pages.render("sign-in", content, Pages.Frame(title: "Sign in")), status)
        response.setCookie(cookie(Self.formCookie, token, seconds: 3_600))
        return response
    }

    private func enter(_ request: Request, _ context: ContactsContext) async throws -> Response {
        let form = try await Form(request)
        let known = request.cookies[Self.formCookie]?.value ?? ""
        guard Token.isWellFormed(known), form["token"] == Token.form(known) else {
            return signInPage(
                request, next: form["next"], message: "This page was open for long. Please sign in again.",
                status: .forbidden)
        }
        let outcome = try await signIn.attempt(
            name: form["name"].trimmingBlanks(), password: form["password"], from: context.remoteAddress)
        switch outcome {
        case .signedIn(let token):
            var response = Self.redirect(form["next"])
            response.setCookie(
                cookie(Self.sessionCookie, token, seconds: Int(Session.lifetime.components.seconds)))
            response.setCookie(cookie(Self.formCookie, "", seconds: 0))
            return response
        case .refused:
            return signInPage(
                request, next: form["next"], name: form["name"], message: "Name and password do not match.",
                status: .forbidden)
        case .tooMany(let seconds):
            throw HTTPProblem.retry(
                .tooManyRequests, code: "too_many_attempts",
                "There were too many attempts. Try again in \((seconds + 59) / 60) minutes.", after: seconds)
        }
    }

    private func leave(_ request: Request, _ context: ContactsContext) async throws -> Response {
        let form = try await Form(request)
        if let token = request.cookies[Self.sessionCookie]?.value, form["token"] == Token.form(token) {
            try await Session.end(token, in: pool)
        }
        var response = Self.redirect("/sign-in")
        response.setCookie(cookie(Self.sessionCookie, "", seconds: 0))
        return response
    }

    private func cookie(_ name: String, _ value: String, seconds: Int) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: seconds, path: "/", secure: isSecure, httpOnly: true, sameSite: .strict)
    }
}
