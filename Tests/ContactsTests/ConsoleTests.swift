import Foundation
import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct ConsoleTests {
    @Test func aFormWithoutItsTokenDoesNothing() async throws {
        try await Office.with { office in
            let password = try await office.user("anna")
            try await office.desk.importing(.accounts, "key\na\n")
            let task = try await office.desk.task("a", "Call them")
            var visitor = Visitor(office: office)
            let forged = try await visitor.send("/sign-in", [("name", "anna"), ("password", password)])
            #expect(forged.status == 403)
            _ = try await visitor.signIn("anna", password)
            let done = try await visitor.send("/tasks/\(task)/done", [("token", "guess"), ("back", "/tasks")])
            #expect(done.status == 403)
            #expect(try await office.desk.count("select from queue.job where kind = 'task.complete'") == 0)
        }
    }

    @Test func pagesShowWhatTheViewsSay() async throws {
        try await Office.with { office in
            let password = try await office.user("anna")
            try await office.desk.importing(
                .accounts, "key,name,owner\na,Acme,anna\nb,Beta,bob\nc,Gamma,anna\n")
            try await office.desk.importing(
                .subscriptions,
                "account_key,subscription_key,mrr,currency,started_at\na,s1,100,EUR,2025-01-01\nb,s2,5000,EUR,2025-01-01\n"
            )
            try await office.desk.score("a", 0.9, "high", "Usage fell by 60 %")
            try await office.desk.score("b", 0.2, "low", "Fewer people")
            let task = try await office.desk.task("a", "Call Acme", owner: "anna")
            var visitor = Visitor(office: office)
            _ = try await visitor.signIn("anna", password)
            let list = try await visitor.get("/")
            for words in [
                "<strong>90 %</strong> high", "1,200.00 EUR", "60,000.00 EUR", "Usage fell by 60 %", "Call Acme",
            ] {
                #expect(list.body.contains(words), "\(words)")
            }
            let (beta, acme) = (list.body.firstRange(of: "Beta"), list.body.firstRange(of: ">Acme<"))
            #expect(
                (beta?.lowerBound ?? list.body.endIndex) < (acme?.lowerBound ?? list.body.startIndex),
                "0.2 × 60,000 first")
            let mine = try await visitor.get("/?owner=anna&band=high")
            #expect(mine.body.contains(">Acme<") && !mine.body.contains("Beta"))
            try await office.desk.database.owner.execute(
                """
                insert into risk.band_override (account_id, band, why, said_by, until)
                select id, 'high', 'Their <board> decided', 'ines', '2099-05-31' from crm.account where key = 'a'
                """)
            let account = try await visitor.get("/accounts/a")
            #expect(account.body.contains("Set by ines until 2099-05-31: Their &lt;board&gt; decided"))
            #expect(account.body.contains("nothing was learned from your own losses yet"))
            #expect(!(try await visitor.get("/accounts/b")).body.contains("Set by"))
            #expect(account.body.contains("Usage fell by 60 %") && account.body.contains("Subscription s1 active"))
            #expect(account.body.contains("width=\"100\" height=\"6\""))
            let done = try await visitor.send(
                "/tasks/\(task)/done", [("token", account.token), ("back", "/accounts/a")])
            #expect(done.location == "/accounts/a?done=\(task)")
            #expect(try await visitor.get(done.location).body.contains("Task \(task) is being closed."))
            let commands = try await office.desk.text(
                "select payload ->> 'by' as by from queue.job where kind = 'task.complete'")
            #expect(commands == "anna")
        }
    }

    @Test(arguments: [
        (nil, "admin", false, false), (nil, "admin", true, true), (nil, "manager", false, true),
        (nil, "viewer", false, true), ("mine", "admin", false, true), ("all", "manager", true, false),
    ])
    func whoseTasksAreShown(_ whose: String?, _ role: String, _ hasOwn: Bool, _ own: Bool) {
        #expect(ConsoleRoutes.showsOwn(whose: whose, role: role, hasOwn: hasOwn) == own)
    }

    @Test func anAdminWithoutTasksSeesEverybodys() async throws {
        try await Office.with { office in
            let password = try await office.user("admin", role: "admin")
            try await office.desk.importing(.accounts, "key,name,owner\na,Acme,anna\n")
            _ = try await office.desk.task("a", "Call Acme", owner: "anna")
            var visitor = Visitor(office: office)
            _ = try await visitor.signIn("admin", password)
            #expect(try await visitor.get("/tasks").body.contains("Call Acme"))
            #expect(try await !visitor.get("/tasks?whose=mine").body.contains("Call Acme"))
            _ = try await office.desk.task("a", "Ask Acme", owner: "admin")
            let own = try await visitor.get("/tasks")
            #expect(own.body.contains("Ask Acme") && !own.body.contains("Call Acme"))
        }
    }

    @Test func nothingHostileComesThrough() async throws {
        try await Office.with { office in
            let password = try await office.user("anna")
            // A combining mark joins the quote to one character, which naive escaping doesn't know.
            let evil = "\"\u{301}><script>alert(1)</script><\u{338}img src=x onerror='a'>&{{name}}{{{name}}}"
            _ = try await office.desk.database.owner.execute(
                "insert into crm.account (key, name) values (\(evil.normalized), \(evil))")
            try await office.desk.score(evil.normalized, 0.9, "high", evil)
            _ = try await office.desk.task(evil.normalized, evil, owner: "anna")
            let id = try await office.desk.id(evil.normalized)
            _ = try await office.desk.database.owner.execute(
                "insert into crm.interaction (account_id, kind, title) values (\(id), \(String(evil.prefix(30))), \(evil))"
            )
            var visitor = Visitor(office: office)
            _ = try await visitor.signIn("anna", password)
            for path in [
                "/", "/?owner=\(Link.escaped(evil))", "/tasks", "/accounts/\(Link.escaped(evil))",
                "/accounts/\(Link.escaped(evil + "x"))",
            ] {
                let page = try await visitor.get(path)
                #expect(!page.body.contains("<script"), "\(path)")
                #expect(!page.body.utf8.contains("\"\u{301}".utf8), "\(path)")
                #expect(!page.body.utf8.contains("<\u{338}img".utf8), "\(path)")
                let policy = page.headers["content-security-policy"].first ?? ""
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(page.headers["cache-control"] == ["no-store"])
                #expect(page.headers["x-content-type-options"] == ["nosniff"])
                #expect(!page.body.contains("style=\""), "inline styles are shut out by the policy")
            }
            let asked = try await visitor.get("/accounts/\(Link.escaped(evil))")
            #expect(asked.body.contains("&lt;script&gt;"))
        }
    }

    @Test func aViewerChangesNothing() async throws {
        try await Office.with { office in
            let password = try await office.user("vera", role: "analyst")
            try await office.desk.importing(.accounts, "key\na\n")
            let task = try await office.desk.task("a", "Call", owner: "vera")
            var visitor = Visitor(office: office)
            _ = try await visitor.signIn("vera", password)
            let tasks = try await visitor.get("/tasks")
            #expect(tasks.body.contains("Call") && !tasks.body.contains("/done"))
            let done = try await visitor.send("/tasks/\(task)/done", [("token", tasks.token)])
            #expect(done.status == 403)
        }
    }

    @Test func whatIsNotThereIsSaidInPlainWords() async throws {
        try await Office.with { office in
            let password = try await office.user("anna")
            var visitor = Visitor(office: office)
            _ = try await visitor.signIn("anna", password)
            for path in ["/accounts/none", "/nowhere", "/a/b/c"] {
                let page = try await visitor.get(path)
                #expect(page.status == 404)
                #expect(page.headers["content-type"].first?.hasPrefix("text/html") == true)
                #expect(page.body.contains("<h1>Not found</h1>"))
            }
            let style = try await visitor.get("/style.css")
            #expect(style.headers["content-type"] == ["text/css; charset=utf-8"])
        }
    }
}
