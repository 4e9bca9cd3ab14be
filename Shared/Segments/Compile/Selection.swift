import Postgres

/// Writes predicates down as one statement. Each set of rows that facts read is joined once, grouped by account; facts over
/// the same rows share the join, those of several segments too. Aliases are made of numbers, never of names.
///
/// Of one segment, each part of its conjunction is asked as soon as its facts are there, and only for the accounts that are
/// left by then: first what stands in the account's own row, last the days of usage, of which there are most. Conditions
/// stand in a `case`, which the planner takes for one half: whatever else it guesses of an aggregate, a row or none, makes it
/// join groups by nested loops, and a minute of a second.
struct Selection {
    private let predicates: [Predicate]
    private let moment: Moment
    private let scope: AccountScope
    private var joins: [Join] = []
    private var columns: [Column] = []
    private var numbers: [[UInt8]: Int] = [:]
    private var currencies: Set<String> = []

    private struct Join {
        let rows: Rows
        var reach: Reach
        var values: [SQL] = []
    }

    /// What a distinct call is read from: the account's own row, or a join.
    private struct Column {
        let value: SQL
        let join: Int?
    }

    init(_ predicates: [Predicate], moment: Moment, of scope: AccountScope) {
        self.predicates = predicates
        self.moment = Moment(asOf: moment.asOf, isNarrow: scope.isNarrow)
        self.scope = scope
        for call in predicates.flatMap(\.calls) where numbers[call.identity] == nil {
            columns.append(column(of: call))
            numbers[call.identity] = columns.count
        }
    }

    private mutating func column(of call: BoundFact) -> Column {
        let arguments = FactCall(
            texts: call.texts, days: call.days, currency: call.currency, type: call.type, moment: moment)
        switch call.fact.value(arguments) {
        case .column(let expression, let wanted):
            currencies.formUnion(wanted)
            return Column(value: expression, join: nil)
        case .grouped(let rows, let reach, let value, let absent):
            let number: Int
            if let index = joins.firstIndex(where: { $0.rows.name == rows.name }) {
                number = index
                joins[index].reach = joins[index].reach.joined(with: reach)
            } else {
                number = joins.count
                joins.append(Join(rows: rows, reach: reach))
            }
            joins[number].values.append(value)
            let column = SQL(verbatim: "g\(number).v\(joins[number].values.count)")
            guard let absent else { return Column(value: column, join: number) }
            return Column(value: "coalesce(\(fragment: column), \(fragment: absent))", join: number)
        }
    }

    // MARK: Statements

    /// One column `id`: the accounts that all predicates select.
    var statement: SQL {
        var parts = predicates.flatMap(\.conjuncts).map { part in
            (part, needs: Set(part.calls.compactMap { number(of: $0) }))
        }
        var tables = rates
        var known: Set<Int> = []
        let order = joins.indices.sorted { (joins[$0].rows.isLarge ? 1 : 0, $0) < (joins[$1].rows.isLarge ? 1 : 0, $1) }
        for (stage, join) in ([nil] + order.map(Optional.some)).enumerated() {
            let new = columns.indices.filter { columns[$0].join == join }
            known.formUnion(new)
            let ready = parts.filter { $0.needs.isSubset(of: known) }.map(\.0)
            parts.removeAll { $0.needs.isSubset(of: known) }
            let later = parts.reduce(into: Set<Int>()) { $0.formUnion($1.needs) }.intersection(known).sorted()
            let value = { (number: Int) -> SQL in
                new.contains(number) ? columns[number].value : SQL(verbatim: "p.v\(number + 1)")
            }
            let kept = later.map { number in
                ", \(fragment: value(number)) as \(fragment: Self.name(number))" as SQL
            }.joined(separator: "")
            let met = ready.map { " and case when \(fragment: condition($0) { value($0) }) then true end" as SQL }
                .joined(separator: "")
            let before = SQL(verbatim: "s\(stage - 1)")
            let source: SQL =
                if let join {
                    "p.id\(fragment: kept) from \(fragment: before) p\n\(fragment: text(of: join, before, "p"))\nwhere true"
                } else {
                    "a.id\(fragment: kept) from crm.account a\nwhere \(fragment: living)"
                }
            tables.append(
                """
                \(fragment: SQL(verbatim: "s\(stage)")) as materialized (
                select \(fragment: source)\(fragment: met)
                )
                """)
        }
        let last = SQL(verbatim: "s\(joins.count)")
        return "with \(fragment: tables.joined(separator: ", "))\nselect id from \(fragment: last)"
    }

    /// Two columns: `id`, an account, and `held`, the places (from 1) of the predicates that select it. Accounts that none
    /// selects are there too.
    var heldStatement: SQL {
        let held = predicates.enumerated().map { place, predicate in
            let condition = condition(predicate) { "f.\(fragment: Self.name($0))" }
            return "case when \(fragment: condition) then \(Int64(place + 1)) end" as SQL
        }.joined(separator: ", ")
        let values = columns.enumerated().map { number, column in
            ", \(fragment: column.value) as \(fragment: Self.name(number))" as SQL
        }.joined(separator: "")
        let asked: SQL = "asked as materialized (select a.id from crm.account a where \(fragment: living))"
        let joined = joins.indices.map { text(of: $0, "asked", "a") }.joined(separator: "\n")
        return """
            with \(fragment: (rates + [asked]).joined(separator: ", "))
            select f.id, array_remove(array[\(fragment: held)]::bigint[], null) as held from (
            select a.id\(fragment: values) from asked e join crm.account a on a.id = e.id
            \(fragment: joined)
            offset 0
            ) f
            """
    }

    private var rates: [SQL] {
        joins.reduce(into: currencies) { $0.formUnion($1.reach.currencies) }.sorted()
            .map { ExchangeRate.table($0, moment) }
    }

    /// The condition that an account `a` is living and among those asked for.
    private var living: SQL {
        let known: SQL =
            moment.asOf == nil
            ? "" : " and a.created_at <= \(fragment: moment.now) and a.known_at <= \(fragment: moment.now)"
        return "a.merged_into is null and a.erased_at is null\(fragment: scope.condition(on: "a.id"))\(fragment: known)"
    }

    /// The rows of the accounts in `table`, with those that were merged into them, grouped.
    private func text(of join: Int, _ table: SQL, _ accounts: SQL) -> SQL {
        let alias = SQL(verbatim: "g\(join)")
        let values = joins[join].values.enumerated().map { index, value in
            ", \(fragment: value) as \(fragment: Self.name(index))" as SQL
        }.joined(separator: "")
        return """
            left join (
            with member as (
                select id as account_id, id as member_id from \(fragment: table)
                union all select m.survivor_id, m.id from \(fragment: table) t join crm.account m on m.survivor_id = t.id
            )
            select m.account_id\(fragment: values)
            from \(fragment: joins[join].rows.from(joins[join].reach, moment))
            group by m.account_id
            ) \(fragment: alias) on \(fragment: alias).account_id = \(fragment: accounts).id
            """
    }

    private static func name(_ number: Int) -> SQL { SQL(verbatim: "v\(number + 1)") }

    // MARK: Condition

    private func condition(_ predicate: Predicate, _ value: (Int) -> SQL) -> SQL {
        switch predicate {
        case .any(let parts):
            return parts.map { "(\(fragment: condition($0, value)))" as SQL }.joined(separator: " or ")
        case .all(let parts):
            return parts.map { "(\(fragment: condition($0, value)))" as SQL }.joined(separator: " and ")
        case .segment(_, let inner, _):
            // Whoever has no data for it is no member: that is known.
            return inner.map { "coalesce(\(fragment: condition($0, value)), false)" } ?? "null::boolean"
        case .not(let part): return "not (\(fragment: condition(part, value)))"
        case .constant(let constant): return "\(constant)::boolean"
        case .truth(let call): return column(call, value)
        case .comparison(let left, let comparison, let right):
            return "\(fragment: text(of: left, value)) \(fragment: comparison.sql) \(fragment: text(of: right, value))"
        case .among(let call, let literals, let negated):
            let list = literals.map(\.sql).joined(separator: ", ")
            guard call.type.isMany else {
                return "\(fragment: column(call, value)) \(fragment: negated ? "not in" : "in") (\(fragment: list))"
            }
            return "\(fragment: negated ? "not " : "")(\(fragment: column(call, value)) && array[\(fragment: list)])"
        case .between(let call, let low, let high, let negated):
            let word: SQL = negated ? "not between" : "between"
            let (lower, upper) = (text(of: low, value), text(of: high, value))
            return "\(fragment: column(call, value)) \(fragment: word) \(fragment: lower) and \(fragment: upper)"
        case .match(let call, let match, let part, let negated):
            let column = column(call, value)
            let holds = call.type.isMany ? "\(part)::text = any(\(fragment: column))" : match.sql(column, part)
            return "\(fragment: negated ? "not " : "")(\(fragment: holds))"
        case .known(let call, let negated):
            return "\(fragment: column(call, value)) \(fragment: negated ? "is null" : "is not null")"
        }
    }

    private func text(of operand: Operand, _ value: (Int) -> SQL) -> SQL {
        switch operand {
        case .literal(let literal): literal.sql
        case .fact(let call): column(call, value)
        }
    }

    private func column(_ call: BoundFact, _ value: (Int) -> SQL) -> SQL { number(of: call).map(value) ?? "null" }

    /// `init` gave every call of the predicates a column.
    private func number(of call: BoundFact) -> Int? { numbers[call.identity].map { $0 - 1 } }
}
