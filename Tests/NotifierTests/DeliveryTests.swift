import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Notifier

@Suite struct DeliveryTests {
    @Test func consentedMailIsLoggedInTheSandbox() async throws {
        try await Bench.with { bench in
            let account = try await bench.account("acme", name: "Acme & Sons")
            let contact = try await bench.contact("ada", of: account, mail: "ada@example.invalid")
            try await bench.consent(contact)
            let message = try await bench.message(
                account, contact: contact, subject: "News for {{account.name}}", body: "Dear {{contact.first_name}}")
            try await bench.request(message)
            try await bench.settled(1)
            let row = try #require(try await bench.owner.first("select * from notify.delivery"))
            #expect(try row["state"] == "delivered")
            #expect(try row["sandbox"] == true)
            #expect(try row["subject"] == "News for Acme & Sons")
            #expect(try row["body"] == "Dear Ada")
            #expect(try row["address"] == "ada@example.invalid")
            let attempt = try #require(try await bench.log.attempts(of: 1).first)
            let head = try #require(attempt.detail)
            for header in [
                "Message-ID: <", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Subject: News for Acme",
            ] {
                #expect(head.contains(header))
            }
            #expect(attempt.status == nil, "nobody answered")
            #expect(try await bench.reasons() == ["consent"])
        }
    }

    @Test func withoutConsentNothingIsDelivered() async throws {
        try await Bench.with { bench in
            let account = try await bench.account("acme")
            let contact = try await bench.contact("ada", of: account, mail: "ada@example.invalid")
            try await bench.consent(contact, topic: "service")
            try await bench.consent(contact)
            try await bench.consent(contact, granted: false)
            let (refused, allowed) = (
                try await bench.message(account, contact: contact),
                try await bench.message(account, contact: contact, topic: "service")
            )
            let alert = try await bench.message(account, contact: contact, topic: "alert")
            try await bench.request(refused, allowed, alert)
            try await bench.decided(3)
            #expect(try await bench.reasons() == ["no_consent", "consent", "no_consent"])
            #expect(try await bench.count("select count(*) from notify.delivery") == 1)
        }
    }

    @Test func aRepeatedJobChangesNothing() async throws {
        try await Bench.with(workers: 2) { bench in
            let account = try await bench.account("acme")
            let contact = try await bench.contact("ada", of: account, mail: "ada@example.invalid")
            try await bench.consent(contact)
            let message = try await bench.message(account, contact: contact)
            for _ in 0..<5 { try await bench.request(message, message) }
            try await eventually(within: 30, "all jobs are done") {
                try await bench.count("select count(*) from queue.done") >= 6
            }
            #expect(try await bench.reasons() == ["consent"])
            #expect(try await bench.states() == ["delivered"])
            #expect(try await bench.count("select count(*) from notify.attempt") == 1)
        }
    }

    @Test func alertsGoToEndpointsSignedForReal() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with { bench in
            let (endpoint, secret) = try await bench.book.add(name: "hook", url: receiver.url, topics: [])
            let account = try await bench.account("acme")
            let message = try await bench.message(
                account, channel: "webhook", topic: "alert", body: "{{account.name}} exported")
            try await bench.request(message)
            try await bench.settled(1)
            let request = try #require(receiver.requests.first)
            let id = try #require(request.headers["webhook-id"])
            let second = try #require(Int64(request.headers["webhook-timestamp"] ?? ""))
            #expect(
                request.headers["webhook-signature"]
                    == StandardSignature.sign(id: id, timestamp: second, body: request.body, secrets: [secret]))
            #expect(abs(Double(second) - Date().timeIntervalSince1970) < 60)
            #expect(!id.contains("."))
            let body = String(decoding: request.body, as: UTF8.self)
            #expect(body.contains(#""type":"message.requested""#) && body.contains("acme exported"))
            let row = try #require(try await bench.owner.first("select * from notify.delivery"))
            #expect(try row["sandbox"] == false)
            #expect(try row["body"] == body)
            #expect(try row["endpoint_id"] == endpoint.id)
        }
    }

    @Test func topicsReachThoseWhoWantThem() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with { bench in
            _ = try await bench.book.add(name: "tasks", url: receiver.url + "/tasks", topics: ["task.opened"])
            _ = try await bench.book.add(name: "all", url: receiver.url + "/all", topics: [])
            _ = try await bench.book.add(name: "risk", url: receiver.url + "/risk", topics: ["risk.changed"])
            let account = try await bench.account("acme")
            let task = try await bench.task(account, title: "Call them")
            try await bench.publish(.taskOpened, TasksTouched(tasks: [task]))
            try await bench.settled(2)
            #expect(Set(receiver.requests.map { $0.line.split(separator: " ")[1] }) == ["/hook/tasks", "/hook/all"])
            let body = try #require(receiver.requests.first?.body)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
            let data = try #require(object["data"] as? [String: Any])
            #expect(object["type"] as? String == "task.opened")
            #expect(data["account_key"] as? String == "acme")
            #expect(data["title"] as? String == "Call them")
        }
    }
}
