import NIOHTTP1

@testable import Contacts

/// A person at a browser: keeps cookies, and sends forms with the token of the page.
struct Visitor: Sendable {
    let office: Office
    var cookies: [String: String] = [:]

    mutating func get(_ path: String) async throws -> Office.Answer { try await go(.GET, path, nil) }

    mutating func send(_ path: String, _ fields: [(String, String)]) async throws -> Office.Answer {
        try await go(.POST, path, fields.map { "\(Link.escaped($0))=\(Link.escaped($1))" }.joined(separator: "&"))
    }

    private mutating func go(_ method: HTTPMethod, _ path: String, _ body: String?) async throws -> Office.Answer {
        let sent = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
        let answer = try await office.ask(method, path, body, headers: sent.isEmpty ? [:] : ["Cookie": sent])
        for cookie in answer.headers["set-cookie"] {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
            cookies[pair[0]] = pair.count == 2 && !pair[1].isEmpty ? pair[1] : nil
        }
        return answer
    }

    mutating func signIn(_ name: String, _ password: String, next: String = "/") async throws -> Office.Answer {
        let page = try await get("/sign-in")
        return try await send(
            "/sign-in", [("token", page.token), ("name", name), ("password", password), ("next", next)])
    }
}

extension Office.Answer {
    var token: String {
        let rest = body.split(separator: "name=\"token\" value=\"", maxSplits: 1).last ?? ""
        return String(rest.prefix { $0 != "\"" })
    }

    var location: String { headers["location"].first ?? "-" }
}

extension String.UTF8View {
    /// Whether these bytes stand in it, however they combine to characters.
    func contains(_ part: String.UTF8View) -> Bool {
        let (whole, part) = (Array(self), Array(part))
        guard whole.count >= part.count else { return false }
        return (0...(whole.count - part.count)).contains { whole[$0..<$0 + part.count].elementsEqual(part) }
    }
}
