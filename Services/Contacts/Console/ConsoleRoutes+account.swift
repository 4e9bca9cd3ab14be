import Chassis
import Foundation
import Hummingbird
import Postgres

extension ConsoleRoutes {
    /// The page of one account; `after` turns the timeline's pages.
    func account(_ request: Request, _ context: ContactsContext) async throws -> Response {
        let key = try context.piece("key")
        let given = request.uri.queryParameters["after"].map { String($0) } ?? ""
        // One who mistypes the address sees the first page.
        let after = (try? Cursor(given, count: 2)) == nil ? "" : given
        let card = try await pool.withConnection { connection in
            try await AccountCard.read(key, after: after, in: connection)
        }
        guard let card else {
            throw HTTPProblem(.notFound, code: "unknown_account", "There is no account “\(key)”.")
        }
        if card.key != key { return Self.redirect(Link.account(card.key)) }
        let session = context.session
        let content = try AccountContent(
            card, formToken: session?.formToken ?? "", mayChange: session?.user.mayChange ?? false,
            notice: Self.notice(request))
        return page("account", content, title: card.name, context)
    }
}
