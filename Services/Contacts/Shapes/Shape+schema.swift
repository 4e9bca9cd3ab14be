import Chassis

extension Shape {
    /// As JSON Schema 2020-12 has it. Named shapes are put into `components`, and referred to.
    func schema(_ components: inout [String: JSON]) -> JSON {
        switch self {
        case .text(let most, let lines, let filled):
            let pattern = JSON.string(Characters.pattern(lines: lines, filled: filled))
            var schema: [String: JSON] = ["type": "string", "maxLength": .integer(Int64(most)), "pattern": pattern]
            if filled { schema["minLength"] = 1 }
            return .object(schema)
        case .form(let form): return form.schema(&components)
        case .choice(let words): return ["type": "string", "enum": .array(words.map(JSON.string))]
        case .integer(let range): return Self.integer(range)
        case .amount(let isSigned):
            let most = Shape.mostAmount
            return [
                "type": ["integer", "string"], "minimum": .integer(isSigned ? -most : 0), "maximum": .integer(most),
                "pattern": .string(Amount.pattern(isSigned: isSigned, digits: 4)),
            ]
        case .flag: return ["type": "boolean"]
        case .list(let item, let most):
            var schema: [String: JSON] = ["type": "array", "items": item.schema(&components)]
            if most < .max { schema["maxItems"] = .integer(Int64(most)) }
            return .object(schema)
        case .object(let fields, let rules): return Self.object(fields, rules, &components)
        case .row(let shape): return ["anyOf": [shape.schema(&components), true]]
        case .open: return ["type": "object"]
        case .words: return ["type": "string"]
        case .moment: return ["type": "string", "format": "date-time"]
        case .day: return ["type": "string", "format": "date"]
        case .number: return ["type": "number"]
        case .anything: return true
        case .nullable(let shape): return Self.nullable(shape.schema(&components))
        case .record(let fields):
            var properties: [String: JSON] = [:]
            for field in fields { properties[field.name] = field.schema(&components) }
            return [
                "type": "object", "additionalProperties": false, "required": .array(fields.map { .string($0.name) }),
                "properties": .object(properties),
            ]
        case .all(let shapes): return ["allOf": .array(shapes.map { $0.schema(&components) })]
        case .named(let name, let shape):
            if components[name] == nil {
                components[name] = true
                components[name] = shape.schema(&components)
            }
            return ["$ref": .string("#/components/schemas/\(name)")]
        }
    }

    /// The largest whole number of units that is taken.
    static let mostAmount: Int64 = 999_999_999_999

    private static func integer(_ range: ClosedRange<Int64>) -> JSON {
        var schema: [String: JSON] = ["type": "integer"]
        if range.lowerBound > .min { schema["minimum"] = .integer(range.lowerBound) }
        if range.upperBound < .max { schema["maximum"] = .integer(range.upperBound) }
        return .object(schema)
    }

    private static func object(_ fields: [Field], _ rules: [Rule], _ components: inout [String: JSON]) -> JSON {
        var properties: [String: JSON] = [:]
        for field in fields { properties[field.name] = field.schema(&components) }
        var schema: [String: JSON] = [
            "type": "object", "additionalProperties": false, "properties": .object(properties),
            "required": .array(fields.filter(\.isNeeded).map { .string($0.name) }),
        ]
        if rules.count == 1 {
            schema["anyOf"] = .array(rules[0].alternatives)
        } else if !rules.isEmpty {
            schema["allOf"] = .array(rules.map { ["anyOf": .array($0.alternatives)] })
        }
        return .object(schema)
    }

    fileprivate static func nullable(_ schema: JSON) -> JSON {
        guard case .object(var fields) = schema, let type = fields["type"] else {
            return schema == true ? schema : ["anyOf": [schema, ["type": "null"]]]
        }
        fields["type"] = .array((type.array ?? [type]) + ["null"])
        if let words = fields["enum"]?.array { fields["enum"] = .array(words + [.null]) }
        return .object(fields)
    }
}

extension Field {
    func schema(_ components: inout [String: JSON]) -> JSON {
        let schema = shape.schema(&components)
        guard case .object(var fields) = isNeeded ? schema : Shape.nullable(schema) else { return schema }
        if !words.isEmpty { fields["description"] = .string(words) }
        return .object(fields)
    }
}

extension TextForm {
    /// Where its schema stands among the components.
    var reference: JSON { ["$ref": .string("#/components/schemas/\(name)")] }

    fileprivate func schema(_ components: inout [String: JSON]) -> JSON {
        if components[name] == nil {
            var schema: [String: JSON] = ["type": "string", "description": .string(expected)]
            if let texts {
                schema["enum"] = .array(texts.map(JSON.string))
            } else if let pattern {
                schema["pattern"] = .string(pattern)
                schema["maxLength"] = .integer(Int64(most))
            }
            components[name] = .object(schema)
        }
        return reference
    }
}
