import Postgres

/// Writes predicates down as one statement. Each set of rows that facts read is joined once, grouped by account; facts over
/// the same rows share the join, those of several segments too. Aliases are made of numbers, never of names.
///
/// `offset 0` keeps the condition out of the joins. Without it the planner pushes conditions on aggregates, whose
/// selectivity it can only guess, into the groups, expects one row and joins two groups by a nested loop: at 20,000
/// accounts and 1,020,000 daily rows `plan = "pro" and usage.days_since_active > 14` took 7.1 s, with it 0.48 s. What a
/// segment asks of the account's own row goes before the joins: at a million accounts, of which a third met such a
/// condition, that halved the time (4.5 s for 9.4 s, on a busy machine; PostgreSQL 15, 2 cores).
struct Selection {
    private let predicates: [Predicate]
    private let moment: Moment
    private let accounts: [Int64]?
    private var joins: [Join] = []
    /// The expression of each distinct call: the columns `f.v1`, `f.v2` …
    private var columns: [SQL] = []
    private var numbers: [[UInt8]: Int] = [:]
    private var currencies: Set<String> = []
    /// Which calls are read from the account's own row.
    private var own: [[UInt8]: SQL] = [:]

    private struct Join {
        let rows: Rows
        var reach: Reach
        var columns: [SQL]
    }

    init(_ predicates: [Predicate], moment: Moment, restrictedTo accounts: [Int64]?) {
        self.predicates = predicates
        self.moment = Moment(asOf: moment.asOf, isNarrow: accounts != nil)
        self.accounts = accounts
        for call in predicates.flatMap(\.calls) where numbers[call.identity] == nil {
            columns.append(expression(of: call))
            numbers[call.identity] = columns.count
        }
    }

    private mutating func expression(of call: BoundFact) -> SQL {
        let arguments = FactCall(
            texts: call.texts, days: call.days, currency: call.currency, type: call.type, moment: moment)
        switch call.fact.value(arguments) {
        case .column(let expression, let wanted):
            currencies.formUnion(wanted)
            own[call.identity] = expression
            return expression
        case .grouped(let rows, let reach, let value, let absent):
            let number: Int
            if let index = joins.firstIndex(where: { $0.rows.name == rows.name }) {
                number = index
                joins[index].reach = joins[index].reach.joined(with: reach)
            } else {
                number = joins.count
                joins.append(Join(rows: rows, reach: reach, columns: []))
            }
            joins[number].columns.append(value)
            let column = SQL(verbatim: "g\(number).v\(joins[number].columns.count)")
            guard let absent else { return column }
            return "coalesce(\(fragment: column), \(fragment: absent))"
        }
    }

    // MARK: Statements

    /// One column `id`: the accounts that all predicates select.
    var statement: SQL {
        let condition = predicates.map { "(\(fragment: self.condition($0) { value(of: $0) }))" as SQL }
            .joined(separator: " and ")
        return "\(fragment: tables)select f.id from (\n\(fragment: facts)\n) f\nwhere \(fragment: condition)"
    }

    /// Two columns: `id`, an account, and `held`, the places (from 1) of the predicates that select it. Accounts that none
    /// selects are there too.
    var heldStatement: SQL {
        let held = predicates.enumerated().map { place, predicate in
            "case when \(fragment: condition(predicate) { value(of: $0) }) then \(Int64(place + 1)) end" as SQL
        }.joined(separator: ", ")
        return """
            \(fragment: tables)select f.id, array_remove(array[\(fragment: held)]::bigint[], null) as held
            from (\n\(fragment: facts)\n) f
            """
    }

    private var facts: SQL {
        var sql: SQL = "select a.id"
        for (index, column) in columns.enumerated() {
            sql += ", \(fragment: column) as \(fragment: SQL(verbatim: "v\(index + 1)"))"
        }
        sql += "\nfrom crm.account a"
        for (number, join) in joins.enumerated() { sql += "\n" + text(of: join, SQL(verbatim: "g\(number)")) }
        sql += "\nwhere a.merged_into is null and a.erased_at is null"
        if accounts != nil { sql += " and a.id in (select id from asked)" }
        if let ownCondition { sql += " and (\(fragment: ownCondition))" }
        if moment.asOf != nil {
            sql += " and a.created_at <= \(fragment: moment.now) and a.known_at <= \(fragment: moment.now)"
        }
        return sql + "\noffset 0"
    }

    private var tables: SQL {
        let wanted = joins.reduce(into: currencies) { $0.formUnion($1.reach.currencies) }
        var tables = wanted.sorted().map { ExchangeRate.table($0, moment) }
        if accounts != nil || !joins.isEmpty {
            tables.append(Members.tables(restrictedTo: accounts, where: ownCondition))
        }
        if tables.isEmpty { return "" }
        return "with \(fragment: tables.joined(separator: ", "))\n"
    }

    private func text(of join: Join, _ alias: SQL) -> SQL {
        var columns: SQL = "m.account_id"
        for (index, column) in join.columns.enumerated() {
            columns += ", \(fragment: column) as \(fragment: SQL(verbatim: "v\(index + 1)"))"
        }
        return """
            left join (
            select \(fragment: columns)
            from \(fragment: join.rows.from(join.reach, moment))
            group by m.account_id
            ) \(fragment: alias) on \(fragment: alias).account_id = a.id
            """
    }

    /// What the only predicate demands of the account's own row: those parts of its conjunction that read nothing else.
    /// An account for which one of them is not true is not selected, whatever the others say.
    private var ownCondition: SQL? {
        guard predicates.count == 1, let predicate = predicates.first else { return nil }
        let parts = if case .all(let parts) = predicate { parts } else { [predicate] }
        let conditions = parts.filter { part in
            let calls = part.calls
            return !calls.isEmpty && calls.allSatisfy { own[$0.identity] != nil }
        }.map { "(\(fragment: condition($0) { own[$0.identity] ?? "null" }))" as SQL }
        return conditions.isEmpty ? nil : conditions.joined(separator: " and ")
    }

    // MARK: Condition

    private func condition(_ predicate: Predicate, _ value: (BoundFact) -> SQL) -> SQL {
        switch predicate {
        case .any(let parts):
            return parts.map { "(\(fragment: condition($0, value)))" as SQL }.joined(separator: " or ")
        case .all(let parts):
            return parts.map { "(\(fragment: condition($0, value)))" as SQL }.joined(separator: " and ")
        case .segment(_, let inner, _): return inner.map { "(\(fragment: condition($0, value)))" } ?? "null::boolean"
        case .not(let part): return "not (\(fragment: condition(part, value)))"
        case .constant(let constant): return "\(constant)::boolean"
        case .truth(let call): return value(call)
        case .comparison(let left, let comparison, let right):
            return "\(fragment: text(of: left, value)) \(fragment: comparison.sql) \(fragment: text(of: right, value))"
        case .among(let call, let literals, let negated):
            let list = literals.map(\.sql).joined(separator: ", ")
            guard call.type.isMany else {
                return "\(fragment: value(call)) \(fragment: negated ? "not in" : "in") (\(fragment: list))"
            }
            return "\(fragment: negated ? "not " : "")(\(fragment: value(call)) && array[\(fragment: list)])"
        case .between(let call, let low, let high, let negated):
            let word: SQL = negated ? "not between" : "between"
            let (lower, upper) = (text(of: low, value), text(of: high, value))
            return "\(fragment: value(call)) \(fragment: word) \(fragment: lower) and \(fragment: upper)"
        case .match(let call, let match, let part, let negated):
            let holds =
                call.type.isMany ? "\(part)::text = any(\(fragment: value(call)))" : match.sql(value(call), part)
            return "\(fragment: negated ? "not " : "")(\(fragment: holds))"
        case .known(let call, let negated):
            return "\(fragment: value(call)) \(fragment: negated ? "is null" : "is not null")"
        }
    }

    private func text(of operand: Operand, _ value: (BoundFact) -> SQL) -> SQL {
        switch operand {
        case .literal(let literal): literal.sql
        case .fact(let call): value(call)
        }
    }

    /// `init` gave every call of the predicates a column.
    private func value(of call: BoundFact) -> SQL {
        numbers[call.identity].map { SQL(verbatim: "f.v\($0)") } ?? "null"
    }
}
