import Chassis
import Hummingbird
import Model
import Postgres

extension APIRoutes {
    func addInteractions(to api: Group) {
        api.post("accounts/:key/interactions") { request, context in
            let key = try context.piece("key")
            let fields = try await JSONBody.fields(request)
            try fields.allow(only: Interaction.fields)
            let interaction = try Interaction(fields)
            let origin = origin(context)
            let id = try await pool.transaction { connection in
                let account = try await account(key, in: connection)
                return try await interaction.write(account, origin, in: connection)
            }
            guard let id else { return try JSONBody.answer(.unchanged, key: interaction.entryKey ?? "") }
            return try JSONBody.answer(["id": String(id), "result": "made"], .created)
        }
    }
}
