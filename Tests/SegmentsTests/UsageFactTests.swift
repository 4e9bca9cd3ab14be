import Testing

@Suite struct UsageFactTests {
    @Test func counts() async throws {
        try await Story.with { story in
            try await story.account("busy", "idle", "shop")
            try await story.subject("busy")
            try await story.subject("idle")
            try await story.usage("busy", "login", 3, ago: 0, 6, 7, 40)
            try await story.usage("busy", "it's \"odd\"", 2, ago: 6)
            try await story.usage("idle", "$page", 50, ago: 1)
            let table = [
                ("usage.days_since_active = 0", "busy"), ("usage.days_since_active is not known", "idle shop"),
                ("usage.active_days(7 days) = 2", "busy"), ("usage.active_days(8 days) = 3", "busy"),
                ("usage.active_days(7 days) = 0", "idle"), ("usage.count(7 days) = 8", "busy"),
                ("usage.count(1 day) = 3", "busy"), ("usage.count(24 hours) = 3", "busy"),
                ("usage.count(365 days) = 0", "idle"), ("usage.count(7 days) is not known", "shop"),
                ("event(\"login\").count(7 days) = 6", "busy"), ("event(\"login\").count(8 days) = 9", "busy"),
                ("event(\"login\").count(7 days) = 0", "idle"), ("event(\"$page\").count(7 days) = 50", "idle"),
                ("event(\"it's \\\"odd\\\"\").count(7 days) = 2", "busy"),
                ("event(\"it's \\\"odd\\\"\").days_since_last = 6", "busy"),
                ("event(\"Login\").days_since_last is not known", "busy idle shop"),
                ("event(\"login\").count(7 days) > 5 and usage.active_days(365 days) = 4", "busy"),
                ("event(\"login\").count(1 day) = 3 and event(\"it's \\\"odd\\\"\").count(7 days) = 2", "busy"),
            ]
            for (text, expected) in table { #expect(try await story.select(text) == expected, "\(text)") }
            for (text, expected) in table where !text.contains("is not known") {
                let all = [try await story.id("busy"), try await story.id("idle"), try await story.id("shop")]
                #expect(try await story.select(text, restrictedTo: all) == expected, "\(text)")
            }
        }
    }

    @Test func change() async throws {
        try await Story.with { story in
            try await story.account("fades", "grows", "starts", "today", "stops")
            for key in ["fades", "grows", "starts", "today", "stops"] { try await story.subject(key) }
            try await story.usage("fades", "login", 10, ago: 8, 14)
            try await story.usage("fades", "login", 4, ago: 1, 7)
            try await story.usage("fades", "$page", 900, ago: 2)
            try await story.usage("grows", "login", 10, ago: 14)
            try await story.usage("grows", "login", 25, ago: 1)
            try await story.usage("starts", "login", 5, ago: 3)
            try await story.usage("today", "login", 10, ago: 10)
            try await story.usage("today", "login", 99, ago: 0)
            try await story.usage("stops", "login", 10, ago: 10)
            #expect(try await story.select("usage.change(7 days) = -60%") == "fades")
            #expect(try await story.select("usage.change(1 week) >= 150%") == "grows")
            #expect(try await story.select("usage.change(7 days) = -1") == "stops today", "today is not over")
            #expect(try await story.select("usage.change(7 days) is not known") == "starts")
        }
    }

    /// A day counts once it is over and what was said of it is known.
    @Test func asOfAPastTime() async throws {
        try await Story.with { story in
            try await story.account("acme")
            try await story.subject("acme")
            try await story.usage("acme", "login", 5, ago: 12)
            try await story.usage("acme", "login", 7, ago: 11, known: 3)
            try await story.usage("acme", "login", 9, ago: 10)
            #expect(try await story.select("event(\"login\").count(30 days) = 21") == "acme")
            #expect(try await story.select("event(\"login\").count(30 days) = 5", asOf: 10) == "acme")
            #expect(try await story.select("event(\"login\").count(30 days) = 14", asOf: 9) == "acme")
            #expect(try await story.select("event(\"login\").count(30 days) = 21", asOf: 2) == "acme")
            #expect(
                try await story.select("event(\"login\").count(1 day) = 9", asOf: 9) == "acme", "the last whole day")
            #expect(try await story.select("usage.days_since_active = 2", asOf: 10) == "acme")
        }
    }
}
