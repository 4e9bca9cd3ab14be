import Foundation
import Model
import Testing

@testable import DemoStory

@Suite struct ShopTests {
    @Test func `orders move by whole days until the last one was yesterday`() throws {
        let story = try Told.story()
        let days = story.shop.orders.map(\.day)
        #expect(story.shop.movedDays == 10_373)
        #expect(days.max() == story.period.yesterday)
        #expect(days.min() == CalendarDay("1997-01-01")?.advanced(by: 10_373))
        #expect(story.shop.orders.count == 6_919)
        #expect(story.shop.accountKeys.count == 2_357)
        #expect(story.shop.orderLines.first == ["00004", "cdnow-0001", "2025-05-27T12:00:00Z", "29.33", "USD", "2"])
    }

    @Test(arguments: [
        ("1,a,1998-02-30,1.00,USD,1", "record 2"), ("1,a,1998-02-03,1.005,USD,1", "record 2"),
        ("1,a,1998-02-03,1.00,USD,x", "record 2"), (",a,1998-02-03,1.00,USD,1", "record 2"),
        ("1,a,1998-02-03,1.00,USD,1\n2,a,1998-02-03,1.00,USD,1", "stands twice"), ("", "has no orders"),
    ]) func `what is no order is refused`(lines: String, said: String) throws {
        let source = "account_key,order_key,ordered_on,amount,currency,items\n" + lines
        let refusal = #expect(throws: Refusal.self) {
            try Shop(source: source, of: "file", seed: 1, period: Period(today: Told.today))
        }
        #expect(refusal?.description.contains(said) == true)
    }

    static let published = ProcessInfo.processInfo.environment["HOLDFAST_DATA"].map { $0 + "/cdnow/CDNOW_sample.txt" }

    @Test(.enabled(if: published != nil, "HOLDFAST_DATA names no folder with the published data"))
    func `the purchases are the published ones, row by row`() throws {
        let rows = try Folder.read(#require(Self.published)).split(whereSeparator: \.isNewline).map {
            $0.split(separator: " ").map(String.init)
        }
        let columns = ["account_key", "ordered_on", "items", "amount"]
        let ours = try CSV.rows(Folder.read(Told.shopFile), columns: columns, of: Told.shopFile)
        let found = ours.map { [$0[0], $0[1].replacing("-", with: ""), $0[2], $0[3]] }
        #expect(found == rows.map { [$0[0], $0[2], $0[3], $0[4]] })
    }
}
