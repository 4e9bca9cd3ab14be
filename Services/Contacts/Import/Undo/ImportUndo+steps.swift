import Model
import Postgres

extension ImportUndo {
    /// Removes the rows that the import made.
    func takeBack(_ touched: inout Set<Int64>) async throws -> Int64 {
        if kind == .accounts {
            let ids = try await connection.query(
                "select t.id from \(fragment: table) t where \(fragment: isFree) order by t.id for update of t")
            try await Membership.forget(try ids.map { try $0["id"] }, in: connection)
        }
        // What belongs to a row goes in the same statement: references are checked at its end.
        let parts = rows.parts.map { part in
            """
            , \(fragment: SQL(verbatim: part.table.replacing(".", with: "_"))) as (
                delete from \(fragment: SQL(verbatim: part.table)) p using gone g where p.\(identifier: part.owner) = g.id)
            """ as SQL
        }.joined(separator: "")
        let row = try await connection.first(
            """
            with gone as (
                delete from \(fragment: table) t where \(fragment: isFree) returning t.id, \(fragment: told) as told
            )\(fragment: parts)
            select count(*) as count, coalesce(array_agg(distinct told), '{}') as told from gone
            """)
        guard let row else { return 0 }
        let told: [Int64] = try row["told"]
        touched.formUnion(told)
        return try row["count"]
    }

    /// Sets back the rows that the import changed and nobody since.
    /// - Returns: the rows.
    func restore(_ touched: inout Set<Int64>) async throws -> Set<Int64> {
        let columns = try await connection.query(
            """
            select attname::text as name from pg_attribute where attrelid = \(rows.table)::regclass and attnum > 0
                and not attisdropped and attgenerated = '' and attidentity = ''
                and attname <> all('{merged_into,survivor_id,erased_at,import_id}') order by attnum
            """
        ).map { try $0["name"] as String }
        let sets = columns.map { "\(identifier: $0) = r.\(identifier: $0)" as SQL }.joined(separator: ", ")
        let restored = try await connection.query(
            """
            with before as materialized (
                select t.id, b.before from crm.import_before b join \(fragment: table) t on t.id = b.row_id
                where b.import_id = \(id) and b.after = \(fragment: ImportBefore.digest(rows.image))
                order by t.id for update of t
            )
            update \(fragment: table) t set \(fragment: sets)
            from before b join \(fragment: table) o on o.id = b.id
                cross join lateral jsonb_populate_record(o, b.before) r
            where t.id = b.id
            returning t.id, \(fragment: told) as told
            """)
        let ids: [Int64] = try restored.map { try $0["id"] }
        for row in restored { touched.insert(try row["told"]) }
        switch kind {
        case .contacts: try await restoreAddresses(ids)
        case .orders: try await restoreLines(ids)
        default: break
        }
        try await connection.execute(
            "delete from crm.import_before where import_id = \(id) and row_id = any(\(ids))")
        return Set(ids)
    }

    private func restoreAddresses(_ ids: [Int64]) async throws {
        let known: SQL = """
            select b.row_id as contact_id, d.value ->> 0 as channel, d.value ->> 1 as value
            from crm.import_before b cross join lateral jsonb_array_elements(
                case jsonb_typeof(b.before -> 'addresses') when 'array' then b.before -> 'addresses' else '[]' end) d
            where b.import_id = \(id) and b.row_id = any(\(ids))
            """
        try await connection.execute(
            """
            with known as (\(fragment: known))
            delete from crm.contact_address a where a.contact_id = any(\(ids)) and not exists (
                select from known k where (k.contact_id, k.channel, k.value) = (a.contact_id, a.channel, a.value))
            """)
        try await connection.execute(
            """
            with known as (\(fragment: known))
            insert into crm.contact_address (contact_id, channel, value, import_id)
            select k.contact_id, k.channel, k.value, c.import_id from known k join crm.contact c on c.id = k.contact_id
            on conflict do nothing
            """)
    }

    private func restoreLines(_ ids: [Int64]) async throws {
        try await connection.execute("delete from crm.order_line where order_id = any(\(ids))")
        try await connection.execute(
            """
            insert into crm.order_line (order_id, line, product, category, quantity, amount_minor, import_id)
            select b.row_id, l.line, l.product, l.category, l.quantity, l.amount_minor, o.import_id
            from crm.import_before b join crm.account_order o on o.id = b.row_id
            cross join lateral jsonb_populate_recordset(null::crm.order_line,
                case jsonb_typeof(b.before -> 'lines') when 'array' then b.before -> 'lines' else '[]' end) l
            where b.import_id = \(id) and b.row_id = any(\(ids))
            """)
    }

    /// Removes what the import said of rows that others made, as far as nothing else was said since.
    /// - Returns: the rows.
    func takeBackDated(_ touched: inout Set<Int64>) async throws -> Set<Int64> {
        var ids: Set<Int64> = []
        for dated in rows.dated {
            let (name, owner) = (SQL(verbatim: dated.table), "\(identifier: dated.owner)" as SQL)
            let rows = try await connection.query(
                """
                delete from \(fragment: name) d using \(fragment: table) t
                where d.import_id = \(id) and t.id = d.\(fragment: owner) and t.import_id is distinct from \(id)
                    and not \(fragment: isFollowed(dated))
                returning t.id, \(fragment: told) as told
                """)
            for row in rows {
                ids.insert(try row["id"])
                touched.insert(try row["told"])
            }
        }
        return ids
    }

    /// About a dated row `d`: another one came after it, and not by this import.
    private func isFollowed(_ dated: ImportedRows.Dated) -> SQL {
        let same = ([dated.owner] + dated.same).map { "l.\(identifier: $0) = d.\(identifier: $0)" as SQL }
        return """
            exists (select from \(fragment: SQL(verbatim: dated.table)) l where \(fragment: same.joined(separator: " and "))
                and (l.occurred_at, l.id) > (d.occurred_at, d.id) and l.import_id is distinct from \(id))
            """
    }

    /// What is left of the import, as counts by reason.
    func kept() async throws -> [String: Int64] {
        var reason: SQL = "case when t.edited then 'changed since'"
        for (words, holds) in rows.reasons { reason += " when \(fragment: holds) then \(words)" }
        var left: SQL = """
            select \(fragment: reason) end as reason from \(fragment: table) t where t.import_id = \(id)
            union all select 'changed since' from crm.import_before b join \(fragment: table) t on t.id = b.row_id
            where b.import_id = \(id) and t.import_id is distinct from \(id)
            """
        for dated in rows.dated {
            left += """

                union all select 'said otherwise since' from \(fragment: SQL(verbatim: dated.table)) d
                join \(fragment: table) t on t.id = d.\(identifier: dated.owner)
                where d.import_id = \(id) and t.import_id is distinct from \(id)
                """
        }
        let rows = try await connection.query(
            "select coalesce(reason, 'was in use') as reason, count(*) as count from (\(fragment: left)) l group by 1 order by 1"
        )
        return try rows.reduce(into: [:]) { kept, row in kept[try row["reason"]] = try row["count"] }
    }
}
