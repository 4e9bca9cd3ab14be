extension PostgresType {
    static let bool = PostgresType(oid: 16, array: 1000, name: "boolean")
    static let bytea = PostgresType(oid: 17, array: 1001, name: "bytea")
    static let int8 = PostgresType(oid: 20, array: 1016, name: "bigint")
    static let int2 = PostgresType(oid: 21, array: 1005, name: "smallint")
    static let int4 = PostgresType(oid: 23, array: 1007, name: "integer")
    static let text = PostgresType(oid: 25, array: 1009, name: "text")
    static let json = PostgresType(oid: 114, array: 199, name: "json")
    static let float4 = PostgresType(oid: 700, array: 1021, name: "real")
    static let float8 = PostgresType(oid: 701, array: 1022, name: "double precision")
    static let date = PostgresType(oid: 1082, array: 1182, name: "date")
    static let timestamptz = PostgresType(oid: 1184, array: 1185, name: "timestamp with time zone")
    static let interval = PostgresType(oid: 1186, array: 1187, name: "interval")
    static let numeric = PostgresType(oid: 1700, array: 1231, name: "numeric")
    static let uuid = PostgresType(oid: 2950, array: 2951, name: "uuid")
    static let jsonb = PostgresType(oid: 3802, array: 3807, name: "jsonb")

    static let encodable: [PostgresType] = [
        .bool, .bytea, .int8, .int2, .int4, .text, .json, .float4, .float8, .date, .timestamptz, .interval, .numeric,
        .uuid, .jsonb,
    ]
}

/// Names of types for error messages.
enum PostgresTypeName {
    /// Built-in types whose binary form is their text: name, "unknown", "char", bpchar, varchar, xml, cstring.
    static let alsoText: Set<UInt32> = [18, 19, 142, 705, 1042, 1043, 2275]
    /// Types with a number from here on are made by users: enums, composites, extensions.
    static let firstUserDefined: UInt32 = 16_384

    private static let others: [UInt32: String] = [
        18: "\"char\"", 19: "name", 26: "oid", 142: "xml", 705: "unknown", 790: "money", 869: "inet",
        1042: "character", 1043: "character varying", 1083: "time", 1114: "timestamp without time zone",
        2249: "record", 2275: "cstring", 2278: "void",
    ]

    static func of(_ oid: UInt32) -> String {
        for type in PostgresType.encodable {
            if type.oid == oid { return type.name }
            if type.array == oid { return type.name + "[]" }
        }
        return others[oid] ?? "of the type with oid \(oid)"
    }
}
