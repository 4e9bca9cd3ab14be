import Chassis
import Hummingbird
import Model
import Postgres

extension APIRoutes {
    func addInteractions(to api: Group) {
        api.post("accounts/:key/interactions") { request, context in
            let key = try context.piece("key")
            let bytes = try await JSONBody.bytes(request)
            let repeatable = try Repeatable(request, context, body: bytes)
            let fields = try JSONBody.fields(bytes)
            try fields.allow(only: Interaction.fields)
            let interaction = try Interaction(fields)
            let origin = origin(context)
            return try await repeatable.run(pool) { connection in
                let account = try await account(key, in: connection)
                guard let id = try await interaction.write(account, origin, in: connection) else {
                    let known = ["key": interaction.entryKey ?? "", "result": Verdict.unchanged.word]
                    return Repeatable.Answer(body: try JSONText(encoding: known))
                }
                let made = ["id": String(id), "result": Verdict.made.word]
                return Repeatable.Answer(status: .created, body: try JSONText(encoding: made))
            }
        }
    }
}
