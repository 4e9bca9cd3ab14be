import Foundation
import Model
import Testing

@testable import DemoStory

@Suite struct FilesTests {
    @Test func `the same seed gives the same bytes, another seed others`() throws {
        let files = try Told.files(companies: 12)
        #expect(try Told.files(companies: 12) == files)
        let others = try Told.files(seed: 2, companies: 12)
        for name in ["shop-contacts.csv", "saas-accounts.csv", "truth.csv", "usage-0001.json", "story.json"] {
            #expect(files[name] != nil && files[name] != others[name], "\(name)")
        }
        #expect(files["shop-orders.csv"] == others["shop-orders.csv"])
    }

    @Test func `bodies are within the limits, and each message id comes once`() throws {
        struct Body: Decodable {
            struct Item: Decodable { let messageId, type, userId, timestamp: String }
            let batch: [Item]
        }
        let files = try Told.files(companies: 12)
        let bodies = files.filter { $0.key.hasPrefix("usage-") }.sorted { $0.key < $1.key }.map(\.value)
        let items = try bodies.flatMap { try JSONDecoder().decode(Body.self, from: Data($0.utf8)).batch }
        #expect(bodies.allSatisfy { $0.utf8.count <= UsageBodies.mostBytes })
        #expect(bodies.count == (items.count + UsageBodies.mostMessages - 1) / UsageBodies.mostMessages)
        #expect(Set(items.map(\.messageId)).count == items.count)
        #expect(items.map(\.timestamp) == items.map(\.timestamp).sorted())
        #expect(items.first?.timestamp.hasPrefix("2026-06-09T00:00:00.") == true)
        #expect(items.last?.timestamp.hasPrefix("2026-11-23T") == true)
        #expect(files["story.json"]?.contains(#""bodies":\#(bodies.count),"messages":\#(items.count),"#) == true)
        #expect(files["story.json"]?.contains(#""events":\#(items.filter { $0.type == "track" }.count)}"#) == true)
    }

    @Test func `a body is closed before it grows past its bytes`() {
        var bodies = UsageBodies()
        var message: Message {
            Message(
                call: .identify(traits: [("note", .text(String(repeating: "x", count: 100_000)))]), id: "1",
                userKey: "u", accountKey: "a", day: Told.today, millisecond: 0)
        }
        let closed = (0..<5).compactMap { _ in bodies.add(message) }
        #expect(closed.count == 1)
        #expect(closed.allSatisfy { $0.utf8.count <= UsageBodies.mostBytes })
        #expect(bodies.finish() != nil)
        #expect(bodies.finish() == nil)
    }

    @Test func `a message is a call of the tracking API, with its text escaped`() {
        let message = Message(
            call: .track(event: "Say \"\\\n", properties: [("rows", .whole(3))]), id: "m1", userKey: "usr",
            accountKey: "org", day: Told.today, millisecond: 45_296_007)
        #expect(
            message.json.rendered == #"{"messageId":"m1","userId":"usr","type":"track","event":"Say \"\\\u000a","#
                + #""properties":{"rows":3},"context":{"groupId":"org"},"timestamp":"2026-11-24T12:34:56.007Z"}"#)
    }

    @Test func `nobody can be reached, and everybody has a key of their own`() throws {
        let story = try Told.story()
        let contacts = story.shop.contacts + story.companies.flatMap { Contact.all(of: $0, seed: 1) }
        #expect(contacts.allSatisfy { $0.email.hasSuffix("@example.invalid") })
        #expect(Set(contacts.map(\.email)).count == contacts.count)
        #expect(Set(contacts.map(\.key)).count == contacts.count)
        #expect(contacts.allSatisfy { $0.consents.contains(.serviceGranted) })
        let refused = contacts.filter { $0.consents.contains(.marketingRefused) }.count
        let silent = contacts.filter { $0.consents == [.serviceGranted] }.count
        #expect((100...300).contains(refused) && (400...800).contains(silent), "\(refused) \(silent) \(contacts.count)")
    }

    @Test func `every subscription began before the usage and renews in the future`() throws {
        let story = try Told.story()
        let subscriptions = story.companies.map { Subscription(of: $0, seed: 1, period: story.period) }
        #expect(subscriptions.allSatisfy { $0.startedAt < story.period.firstDay && $0.renewsAt > Told.today })
        #expect(subscriptions.allSatisfy { $0.monthlyCents > 0 })
        #expect(subscriptions.contains { $0.renewsAt < Told.today.advanced(by: 31) })
    }

    @Test func `writing again replaces an older story and leaves nothing of it`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("story-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var story = try Told.story()
        story.companies = Array(story.companies.prefix(4))
        try Folder(folder).replace(with: story)
        let many = try FileManager.default.contentsOfDirectory(atPath: folder).count
        story.companies = Array(story.companies.prefix(1))
        try Folder(folder).replace(with: story)
        let few = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(few.count < many)
        #expect(few.contains("story.json") && few.contains("truth-outage.json"))
        #expect(throws: Refusal.self) { try Folder("/proc/nowhere").replace(with: story) }
    }
}
