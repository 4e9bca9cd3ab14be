import ArgumentParser
import Chassis
import HTTPTypes
import Model
import Postgres

/// Erasing a person on request: `contacts erase contact | account | show`.
struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erase a person everywhere; this can't be undone.",
        discussion: """
            Names, addresses, custom fields and the person's own words go from all tables, here at once and in the other \
            services as soon as they run. Orders, money, days and counts stay. No message goes to the person's addresses any \
            more, whoever brings them again: a SHA-256 of each is kept for that. The certificate says what was removed, by \
            table, and names nobody.
            """,
        subcommands: [Contact.self, Account.self, Show.self])

    struct Contact: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Erase a contact.")

        @Argument(help: "The contact's key.") var key: String

        func run() async throws { try await EraseCommand.erase(.contact(key.normalized)) }
    }

    struct Account: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erase an account that is a person, with its contacts and all that was merged into it.")

        @Argument(help: "The account's key.") var key: String

        func run() async throws { try await EraseCommand.erase(.account(key.normalized)) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a certificate as JSON.")

        @Argument(help: "Its number.") var number: Int64

        func run() async throws {
            let number = number
            try await Runtime.oneShot(.contacts) { runtime in
                let found = try await runtime.pool.withConnection { try await Erasure.certificate(number, in: $0) }
                guard let found else { throw ProgramFailure(.badInput, "There is no erasure \(number).") }
                Output.line(found.text)
            }
        }
    }

    private static func erase(_ who: Erasure.Who) async throws {
        try await Runtime.oneShot(.contacts) { runtime in
            let certificate = try await Given.sentence {
                try await runtime.pool.transaction { connection in
                    let erasure = try await Erasure.run(who, by: "command line", in: connection)
                    return try await Erasure.certificate(erasure.id, in: connection)
                }
            }
            Output.line(certificate?.text ?? "")
        }
    }
}
