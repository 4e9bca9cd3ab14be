import Logging
import Postgres
import TestBed
import Testing

@testable import Schema

@Suite struct MigrationTests {
    @Test func `numbers have no gaps`() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
    }

    @Test func `migrating twice changes nothing and a program of this release fits`() async throws {
        try await TestDatabase.with { database in
            try await Schema.migrate(database.owner.configuration, logger: .init(label: "test"))
            try await database.owner.withConnection { try await Schema.check($0) }
        }
    }

    @Test func `every table, view and column has a comment, a numeric one with its unit`() async throws {
        try await TestDatabase.with { database in
            let rows = try await database.owner.query(
                #"""
                select format('%s.%s', c.oid::regclass, a.attname) as place
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                left join pg_description d on d.objoid = c.oid and d.objsubid = a.attnum and d.classoid = 'pg_class'::regclass
                where n.nspname in ('holdfast', 'crm', 'usage', 'risk', 'plan', 'notify', 'queue', 'report')
                    and c.relkind in ('r', 'p', 'v') and not c.relispartition
                    and (d.description is null or (a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,
                        'float8'::regtype, 'numeric'::regtype) and d.description !~ '\[[^]]+\]$'))
                union all
                select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('holdfast', 'crm', 'usage', 'risk', 'plan', 'notify', 'queue', 'report')
                    and c.relkind in ('r', 'p', 'v') and obj_description(c.oid, 'pg_class') is null
                """#)
            #expect(try rows.map { try $0["place"] as String } == [])
        }
    }
}
