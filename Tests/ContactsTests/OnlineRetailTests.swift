import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

/// A year of a real web shop, one row an invoice.
@Suite struct OnlineRetailTests {
    static let published = ProcessInfo.processInfo.environment["HOLDFAST_DATA"].map {
        $0 + "/online_retail/invoices.csv"
    }
    .flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }

    /// Lines of the file of which these many have no invoice number, and as many no customer.
    private static let blanked = 10

    @Test(.enabled(if: published != nil, "HOLDFAST_DATA names no folder with the published data"))
    func everyRowIsAccountedForAndTheSumsAgreeToTheCent() async throws {
        let path = try #require(Self.published)
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        let rows = lines.count - 1
        for number in 0..<(2 * Self.blanked) {
            let place = 500 + number * 1_000
            var cells = lines[place].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            cells[number % 2] = ""
            lines[place] = cells.joined(separator: ",")
        }
        let text = lines.joined(separator: "\n") + "\n"
        try await Desk.with { desk in
            try await Self.copy(text, desk)
            let customers = try await desk.text(
                "select distinct customer from retail where customer is not null order by 1")
            let accounts = try await desk.importing(
                .accounts, "key,kind\n" + customers.replacing("\n", with: ",person\n") + ",person\n")
            #expect(accounts.tally.refused == 0 && accounts.tally.made > 4_000)
            let outcome = try await desk.retail(text)
            #expect(outcome.tally.lines == rows)
            #expect(outcome.tally == Tally(made: rows - 2 * Self.blanked, refused: 2 * Self.blanked))
            let refused = try await desk.text(
                "select field, count(*)::text as count from crm.import_refusal group by 1 order by 1")
            #expect(refused == "account_key \(Self.blanked)\norder_key \(Self.blanked)")
            let kinds = try await desk.text(
                """
                select (count(*) filter (where amount_minor < 0) = (select count(*) from retail
                        where invoice is not null and customer is not null and amount < 0))::text as credits,
                    count(*) filter (where amount_minor = 0)::text as zeros from crm.account_order
                """)
            #expect(kinds == "true 4")
            let differing = try await desk.count(
                """
                select from (
                    select customer, date_trunc('month', at) as month, sum(amount) as total, count(*) as orders from retail
                    where invoice is not null and customer is not null group by 1, 2
                ) raw full join (
                    select a.key as customer, date_trunc('month', o.occurred_at at time zone 'UTC') as month,
                        sum(o.amount_minor) / 100.0 as total, count(*) as orders
                    from crm.account_order o join crm.account a on a.id = o.account_id group by 1, 2
                ) kept using (customer, month)
                where raw.total is distinct from kept.total or raw.orders is distinct from kept.orders
                """)
            #expect(differing == 0)
            let again = try await desk.retail(text)
            #expect(again.tally == Tally(unchanged: rows - 2 * Self.blanked, refused: 2 * Self.blanked))
        }
    }

    /// The raw file as a table beside ours.
    private static func copy(_ text: String, _ desk: Desk) async throws {
        try await desk.database.owner.withConnection { connection in
            try await connection.script(
                """
                create table public.retail (invoice text, customer text, at timestamp, lines integer, qty numeric, amount numeric,
                    country text, is_cancel boolean)
                """)
            _ = try await connection.copyIn(
                "copy public.retail from stdin (format csv, header)", bytes: Array(text.utf8))
        }
    }
}

extension Desk {
    /// Imports the shop's invoices as orders: the file has no currency, and its times have no zone.
    fileprivate func retail(_ text: String) async throws -> Importer.Outcome {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
            throw TestBedError("\(path) can't be written")
        }
        return try await Importer(
            kind: .orders, file: ImportFile(path: path),
            map: ["InvoiceNo": "order_key", "CustomerID": "account_key", "date": "ordered_at"],
            notation: Notation(timeZone: TimeZone(identifier: "UTC")), constants: ["currency": "GBP"], source: "shop",
            isHistory: true, pool: pool, progress: ImportProgress { _ in }
        ).run()
    }
}
