import Postgres

extension Fact {
    static let field = Fact(
        path: [.step("field", .text)], type: .undecided,
        source: .account, historised: false, changesWithTime: false,
        doc: """
            Value of a custom field of the account, by its key and with the type that the field has; of a field with \
            several choices, contains and in ask for one of them. No data until it is set, or where it is of another type.
            """,
        unit: "as the field has it", example: "field(\"health\") >= 3"
    ) { call in
        let value: SQL = "(a.fields -> \(call.text))"
        func typed(_ kind: String, _ read: SQL) -> SQL {
            "case when jsonb_typeof(\(fragment: value)) = \(kind) then \(fragment: read) end"
        }
        let text: SQL = "(a.fields ->> \(call.text))"
        switch call.type {
        case .truth: return .column(typed("boolean", "\(fragment: text)::boolean"))
        case .number, .share: return .column(typed("number", "\(fragment: text)::float8"))
        case .date:
            return .column(
                "case when \(fragment: text) ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then \(fragment: text)::date end")
        case .many:
            return .column(typed("array", "array(select jsonb_array_elements_text(\(fragment: value)))"))
        case .money:
            let minor: SQL = "(\(fragment: value) ->> 'minor')::bigint"
            guard let target = call.currency else { return .column(typed("object", minor)) }
            let factor = ExchangeRate.factor("\(fragment: value) ->> 'currency'", to: target)
            return .column(
                typed("object", "round(\(fragment: minor) * \(fragment: factor))"), currencies: call.currencies)
        case .text, .choice, .duration: return .column(typed("string", text))
        case .undecided: return .column("nullif(\(fragment: value), 'null'::jsonb)")
        }
    }
}
