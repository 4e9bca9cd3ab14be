import Foundation
import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Who gets into the console, and how it is kept.
@Suite struct SignInTests {
    @Test func aStrangerIsSentToSignInAndBack() async throws {
        try await Office.with { office in
            let password = try await office.user("anna")
            var visitor = Visitor(office: office)
            let sent = try await visitor.get("/tasks?whose=all")
            #expect([sent.status.description, sent.location] == ["303", "/sign-in?next=%2Ftasks%3Fwhose%3Dall"])
            let wrong = try await visitor.signIn("anna", "wrong")
            #expect(wrong.status == 403)
            #expect(wrong.body.contains("do not match"))
            let right = try await visitor.signIn("anna", password, next: "/tasks?whose=all")
            #expect([right.status.description, right.location] == ["303", "/tasks?whose=all"])
            let cookie = right.headers["set-cookie"].first { $0.hasPrefix("holdfast_session=") } ?? ""
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
            let tasks = try await visitor.get("/tasks")
            #expect(tasks.status == 200)
            let out = try await visitor.send("/sign-out", [("token", tasks.token)])
            #expect(out.location == "/sign-in")
            #expect(try await visitor.get("/tasks").status == 303)
            #expect(try await office.desk.count("select from crm.session_secret") == 0)
        }
    }

    @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y"])
    func signingInLeadsNowhereElse(_ next: String) async throws {
        try await Office.with { office in
            let password = try await office.user("anna")
            var visitor = Visitor(office: office)
            #expect(try await visitor.signIn("anna", password, next: next).location == "/")
        }
    }

    @Test func passwordsCanNotBeTriedForEver() async throws {
        try await Office.with { office in
            let password = try await office.user("anna")
            var visitor = Visitor(office: office)
            for _ in 0..<SignInLimit.mostByName {
                #expect(try await visitor.signIn("anna", "wrong").status == 403)
            }
            let late = try await visitor.signIn("anna", password)
            #expect(late.status == 429)
            #expect(late.headers["retry-after"].first.flatMap { Int($0) } ?? 0 > 0)
        }
    }

    @Test func aDisabledUserIsOutAtOnce() async throws {
        try await Office.with { office in
            let password = try await office.user("anna")
            var visitor = Visitor(office: office)
            _ = try await visitor.signIn("anna", password)
            #expect(try await visitor.get("/").status == 200)
            try await office.desk.pool.transaction { try await User.disable("anna", true, in: $0) }
            #expect(try await visitor.get("/").status == 303)
            #expect(try await visitor.signIn("anna", password).status == 403)
        }
    }
}

extension Office {
    /// Adds somebody who works here; returns the password. Its hash is a cheap one: the real one takes a second of debug.
    func user(_ name: String, role: String = "manager") async throws -> String {
        let password = Password.make()
        let hash = try Password.hash(password, log2Rounds: 10)
        try await desk.pool.transaction { connection in
            try await User.add(
                name, role: role, email: nil, language: nil, timeZone: nil, passwordHash: hash, in: connection)
        }
        return password
    }
}
