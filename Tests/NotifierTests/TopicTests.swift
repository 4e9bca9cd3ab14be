import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Notifier

/// What the bodies of topics say.
@Suite struct TopicTests {
    private func data(_ bench: Bench, _ receiver: Receiver, count: Int = 1) async throws -> [[String: Any]] {
        try await bench.settled(count)
        return try receiver.requests.map { request in
            #expect(request.body.count < 20_000)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
            return try #require(object["data"] as? [String: Any])
        }
    }

    @Test func riskSaysProbabilityAndReasons() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with { bench in
            _ = try await bench.book.add(name: "hook", url: receiver.url, topics: ["risk.changed"])
            let account = try await bench.account("acme")
            let model = try await bench.id("insert into risk.model (name, parameters) values ('m', '{}') returning id")
            try await bench.owner.execute(
                """
                insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, model_id)
                values (\(account), 90, 0.75, 1, 1, 'high', \(model))
                """)
            try await bench.owner.execute(
                """
                insert into risk.score_reason (account_id, horizon_days, rank, signal, contribution, words)
                values (\(account), 90, 2, 'b', 0.1, 'second'), (\(account), 90, 1, 'a', 0.5, 'first')
                """)
            try await bench.publish(.riskChanged, AccountsTouched(accounts: [account, 999_999]))
            let data = try #require(try await data(bench, receiver).first)
            #expect(data["account_key"] as? String == "acme")
            #expect(data["probability"] as? Double == 0.75)
            #expect(data["band"] as? String == "high")
            #expect((data["reasons"] as? [[String: Any]])?.map { $0["words"] as? String } == ["first", "second"])
        }
    }

    @Test func segmentsSayTheirKey() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with { bench in
            _ = try await bench.book.add(name: "hook", url: receiver.url, topics: [])
            let accounts = [try await bench.account("a"), try await bench.account("b")]
            try await bench.publish(.segmentEntered, SegmentCrossed(segment: "data-exported", accounts: accounts))
            let data = try await data(bench, receiver, count: 2)
            #expect(Set(data.map { $0["account_key"] as? String }) == ["a", "b"])
            #expect(data.allSatisfy { $0["segment"] as? String == "data-exported" })
        }
    }

    @Test func longTextsStaySmall() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with { bench in
            _ = try await bench.book.add(name: "hook", url: receiver.url, topics: [])
            let wide = String(repeating: "🙂", count: 400)
            let account = try await bench.account("a", name: wide)
            let task = try await bench.task(account, title: String(repeating: "🙂", count: 1_000))
            try await bench.owner.execute("update plan.task set reason = repeat('🙂', 4000) where id = \(task)")
            try await bench.publish(.taskOpened, TasksTouched(tasks: [task]))
            #expect(try await data(bench, receiver).count == 1)
        }
    }

    @Test func anotherPayloadIsADeadLetterThatSaysWhere() async throws {
        try await Bench.with { bench in
            try await bench.publish(.riskChanged, ["account": ["acme"]])
            try await eventually(within: 20, "it is a dead letter") {
                try await bench.count("select count(*) from queue.dead where error like '%/accounts%'") == 1
            }
        }
    }

    @Test func aJobThatComesTwiceMakesNoSecondDelivery() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with { bench in
            _ = try await bench.book.add(name: "hook", url: receiver.url, topics: [])
            let account = try await bench.account("a")
            let task = try await bench.task(account)
            try await bench.publish(.taskOpened, TasksTouched(tasks: [task, task]))
            _ = try await data(bench, receiver)
            #expect(try await bench.count("select count(*) from notify.delivery") == 1)
        }
    }
}
