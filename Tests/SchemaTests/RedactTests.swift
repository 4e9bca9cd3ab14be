import Postgres
import TestBed
import Testing

/// Words without the names of whoever was erased.
struct RedactTests {
    @Test(
        arguments: [
            ("Anna Koval called, ANNA KOVAL again", "[erased] called, [erased] again"),
            ("Anna Kovalenko", "Anna Kovalenko"),
            // Never longer than it was: columns have limits.
            ("Ann said Al left", "[…] said [… left"), ("", ""),
        ] as [(String, String)])
    func wordsLoseTheNames(_ words: String, _ left: String) async throws {
        try await TestDatabase.with { database in
            let row = try await database.owner.first(
                "select crm.redact(\(words)::text, array['anna koval', 'ann', 'al']) as left")
            let found: String? = try row?["left"]
            #expect(found == left)
        }
    }
}
