import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// People who sign in to the pages: `contacts user add | list | password | disable | enable`.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "People who sign in and own accounts.",
        subcommands: [Add.self, List.self, NewPassword.self, Disable.self, Enable.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a user. The password is printed once, alone on the last line.",
            discussion: "A user that an import made as the owner of accounts gets the password and what is given here.")

        @Argument(help: "The name to sign in with, as it stands in owner columns.") var name: String
        @Option(help: "admin, manager (the default), service, or analyst, who looks and changes nothing.") var role:
            String?
        @Option(help: "Mail address for alerts.") var email: String?
        @Option(help: "Language of pages and messages, such as uk.") var language: String?
        @Option(help: "Time zone, such as Europe/Kyiv.") var timeZone: String?

        func run() async throws {
            let given = ["name": name, "role": role, "email": email, "language": language, "time_zone": timeZone]
            try await Runtime.oneShot(.contacts) { runtime in
                let user = try Given.checked(given) { fields in
                    (
                        name: try fields.needed("name", atMost: 200),
                        role: try fields.choice("role", of: User.roles).value,
                        email: try Address.read(fields)["mail"]?.first, language: try fields.language("language").value,
                        timeZone: try fields.timeZone("time_zone").value
                    )
                }
                let password = Password.make()
                let hash = try Password.hash(password)
                try await runtime.pool.transaction { connection in
                    try await User.add(
                        user.name, role: user.role, email: user.email, language: user.language, timeZone: user.timeZone,
                        passwordHash: hash, in: connection)
                }
                Output.note("The password of \(user.name). It is shown this once:")
                Output.line(password)
            }
        }
    }

    struct NewPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Give a user a new password and end all sign-ins. It is printed once.")

        @Argument(help: "The user's name.") var name: String

        func run() async throws {
            let name = name
            try await Runtime.oneShot(.contacts) { runtime in
                let password = Password.make()
                let hash = try Password.hash(password)
                try await runtime.pool.transaction { try await User.setPassword(name, hash: hash, in: $0) }
                Output.note("The new password of \(name). It is shown this once:")
                Output.line(password)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the users.")

        func run() async throws {
            try await Runtime.oneShot(.contacts) { runtime in
                let rows = try await runtime.pool.query(
                    """
                    select u.name, u.role, coalesce(u.email, '') as email, u.language, u.time_zone,
                        (select count(*) from crm.current_owner o where o.user_id = u.id)::text as accounts,
                        case when u.disabled_at is not null then 'disabled' when s.user_id is null then 'no password'
                            else 'may sign in' end as state
                    from crm.team_user u left join crm.user_secret s on s.user_id = u.id order by u.name
                    """)
                let columns = ["name", "role", "email", "language", "time_zone", "accounts", "state"]
                Output.table(columns, try rows.map { row in try columns.map { try row[$0] } })
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a user in no more and end all sign-ins; accounts keep their owner.")

        @Argument(help: "The user's name.") var name: String

        func run() async throws { try await UserCommand.disable(name, true) }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a disabled user in again.")

        @Argument(help: "The user's name.") var name: String

        func run() async throws { try await UserCommand.disable(name, false) }
    }

    private static func disable(_ name: String, _ isDisabled: Bool) async throws {
        try await Runtime.oneShot(.contacts) { runtime in
            try await runtime.pool.transaction { try await User.disable(name, isDisabled, in: $0) }
            Output.line("\(name) is \(isDisabled ? "disabled" : "enabled").")
        }
    }
}
