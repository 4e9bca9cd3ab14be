import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import Model
import Postgres

extension Operation {
    /// Erasing people, and giving out what is held of them.
    static let people: [Operation] = [
        Operation(
            method: .delete, path: "/v1/contacts/{key}", id: "eraseContact",
            summary: "Erase a person everywhere; this can't be undone",
            places: [.needed("key", .key, "of the contact")], answers: [certificate], problems: [.unknown("contact")]
        ) { call in
            try await erase(.contact(try call.place("key")), call)
        },
        Operation(
            method: .delete, path: "/v1/accounts/{key}", id: "eraseAccount",
            summary: "Erase an account that is a person, with its contacts; this can't be undone",
            places: [.needed("key", .key, "of the account")], answers: [certificate],
            problems: [
                .unknown("account"),
                .refusal("no_person", "merged", words: "The account, or one that was merged into it, is a company."),
            ]
        ) { call in
            try await erase(.account(try call.place("key")), call)
        },
        Operation(
            method: .get, path: "/v1/erasures/{id}", id: "getErasure",
            summary: "Read the certificate of a person who was erased",
            places: [.needed("id", .id, "of the erasure")], answers: [certificate], problems: [.unknown("erasure")]
        ) { call in
            let id = try call.number("id")
            guard let text = try await call.pool.withConnection({ try await Erasure.certificate(id, in: $0) }) else {
                throw unknown("erasure", said: "There is no erasure \(id).")
            }
            return JSONBody.answer(text)
        },
        export("contact", in: "contacts") { .contact($0) },
        export(
            "account", in: "accounts",
            problems: [
                .refusal("no_person", "merged", words: "The account, or one that was merged into it, is a company.")
            ]
        ) { .account($0) },
    ]

    private static let certificate = Answer(
        words: "The certificate; finished_at is null until every service has erased what it held.",
        shape: .named(
            "Erasure",
            .record([
                .needed("erasure_id", .count(), ""), .needed("erased_at", .moment, "when it was begun"),
                .needed("actor", .words, "who asked for it"),
                .needed("whole", .flag, "true where a whole account was the person"),
                .needed("removed", .anything, "rows that were removed or emptied, as counts by table"),
                .needed("waits_for", .list(.words, atMost: .max), "services that have yet to erase what they hold"),
                .optional("finished_at", .moment, "when all had"),
            ])))

    private static func erase(_ who: Erasure.Who, _ call: Call) async throws -> Response {
        let actor = call.origin.actor
        let text = try await call.pool.transaction { connection in
            let erasure = try await Erasure.run(who, by: actor, in: connection)
            return try await Erasure.certificate(erasure.id, in: connection)
        }
        return JSONBody.answer(text ?? JSONText("{}"))
    }

    private static func export(
        _ noun: String, in folder: String, problems: [Problem] = [], _ who: @escaping @Sendable (String) -> Erasure.Who
    ) -> Operation {
        Operation(
            method: .get, path: "/v1/\(folder)/{key}/export", id: "export\(noun.capitalized)",
            summary: "Read all that is held about the person, from all schemas",
            places: [.needed("key", .key, "of the \(noun)")],
            answers: [Answer(words: "Rows by table, at most \(PersonExport.most) of each.", shape: .anything)],
            problems: [.unknown(noun)] + problems
        ) { call in
            JSONBody.answer(try await PersonExport.run(who(try call.place("key")), in: call.pool))
        }
    }

    static func unknown(_ noun: String, said words: String) -> HTTPProblem {
        HTTPProblem(.notFound, code: "unknown_\(noun)", words)
    }
}
