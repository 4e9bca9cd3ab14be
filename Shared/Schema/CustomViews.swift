import Postgres

/// Operators' own views on ours. They are dropped with what they read and made again; one that no longer fits stops the
/// migration, by its name.
struct CustomViews {
    private struct View {
        let name: String
        let materialized: Bool
        let owner: String
        let comment: String?
        let definition: String
        /// Of a materialized view, as statements that make them.
        let indexes: [String]
        let grants: [String]
    }

    private let views: [View]

    /// In an order in which each can be made from those before it.
    static func save(_ connection: PostgresConnection) async throws -> CustomViews {
        let rows = try await connection.query(
            #"""
            with recursive ours as (
                select c.oid, 0 as depth from pg_class c
                where c.relkind = 'v' and c.relnamespace in ('report'::regnamespace, 'crm'::regnamespace)
            ), reading as (
                select oid, depth from ours
                union
                select r.ev_class, g.depth + 1 from reading g
                join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = g.oid
                    and d.classid = 'pg_rewrite'::regclass
                join pg_rewrite r on r.oid = d.objid and r.ev_class <> g.oid
                where g.depth < 50
            )
            select format('%I.%I', n.nspname, c.relname) as name, c.relkind = 'm' as materialized,
                pg_get_userbyid(c.relowner) as owner, obj_description(c.oid, 'pg_class') as comment,
                pg_get_viewdef(c.oid) as definition,
                array(
                    select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid = c.oid order by i.indexrelid
                ) as indexes,
                array(
                    select format('grant %s on %I.%I to %s', x.privilege_type, n.nspname, c.relname,
                        case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
                    from aclexplode(c.relacl) x where x.grantee <> c.relowner
                ) as grants
            from (select oid, max(depth) as depth from reading group by oid) found
            join pg_class c on c.oid = found.oid
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('report', 'crm')
            order by found.depth, name
            """#)
        return CustomViews(
            views: try rows.map { row in
                View(
                    name: try row["name"], materialized: try row["materialized"], owner: try row["owner"],
                    comment: try row["comment"], definition: try row["definition"], indexes: try row["indexes"],
                    grants: try row["grants"])
            })
    }

    func restore(_ connection: PostgresConnection) async throws {
        for view in views {
            let kind = view.materialized ? "materialized view" : "view"
            do {
                try await connection.script("create \(kind) \(view.name) as \(view.definition)")
                for index in view.indexes { try await connection.script(index) }
                try await connection.script("alter \(kind) \(view.name) owner to \(quoted(view.owner))")
                if let comment = view.comment {
                    let literal = comment.replacing("'", with: "''")
                    try await connection.script("comment on \(kind) \(view.name) is '\(literal)'")
                }
                for grant in view.grants { try await connection.script(grant) }
            } catch let error as PostgresError {
                throw Schema.Mismatch(
                    description: "the view \(view.name) no longer fits (\(error.message)): "
                        + "drop or change it, then migrate again")
            }
        }
    }

    private func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}
