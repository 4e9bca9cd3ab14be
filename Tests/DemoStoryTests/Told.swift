import Foundation
import Model

@testable import DemoStory

/// The module's one helper: stories told as of a fixed day, from the purchases that stand in the repository.
enum Told {
    static let today = CalendarDay(daysSince1970: 20_781)  // 2026-11-24, a Tuesday

    static let shopFile = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("compose/demo/shop-orders.csv").path

    static func story(seed: UInt64 = 1, today: CalendarDay = Told.today) throws -> Story {
        try Story(seed: seed, today: today, shopOrders: Folder.read(shopFile), of: shopFile)
    }

    /// The files of a story cut to its first accounts, by name.
    static func files(seed: UInt64 = 1, companies: Int) throws -> [String: String] {
        var story = try story(seed: seed)
        story.companies = Array(story.companies.prefix(companies))
        var files: [String: String] = [:]
        try story.files { name, text in files[name] = text }
        return files
    }
}

extension Story {
    /// Usual events of an account in the days `from`…`to` before today.
    func events(of company: Company, daysAgo days: ClosedRange<Int>) -> Int {
        days.reduce(0) { $0 + usage.count(of: company, on: period.today.advanced(by: -$1)) }
    }

    func companies(_ truth: Truth) -> [Company] { companies.filter { $0.plot.truth == truth } }
}
