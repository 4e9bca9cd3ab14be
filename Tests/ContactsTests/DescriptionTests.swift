import Chassis
import Foundation
import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

/// The API's description against the service itself.
@Suite struct DescriptionTests {
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]

    private static func description(_ office: Office) async throws -> JSON {
        let answer = try await office.ask(.GET, "/v1/openapi.json")
        #expect(answer.status == 200)
        return try JSONDecoder().decode(JSON.self, from: Data(answer.body.utf8))
    }

    /// Asked, each path takes the methods that are described, and answers 405 with their names to the others.
    @Test func describesExactlyTheRoutesThereAre() async throws {
        try await Office.with { office in
            let paths = try #require(try await Self.description(office)["paths"]?.object)
            #expect(paths.count > 15)
            for (path, operations) in paths {
                var described = Set((operations.object ?? [:]).keys.map { $0.uppercased() })
                if described.contains("GET") { described.insert("HEAD") }
                let place = path.replacing(try Regex("\\{[a-z]+\\}"), with: "7")
                for method in Self.methods {
                    let answer = try await office.api(HTTPMethod(rawValue: method), place)
                    if described.contains(method) {
                        #expect(![405, 501].contains(answer.status), "\(method) \(place): \(answer.body)")
                        #expect(answer["code"] != "not_found", "\(method) \(place)")
                    } else {
                        #expect(answer.status == 405, "\(method) \(place): \(answer.status)")
                        #expect(answer.headers["allow"] == [described.sorted().joined(separator: ", ")])
                    }
                }
            }
            let nowhere = try await office.api(.GET, "/v1/nowhere")
            #expect(
                [nowhere.status.description, nowhere["code"], nowhere["title"]] == ["404", "not_found", "Not Found"])
            #expect(nowhere.headers["content-type"] == ["application/problem+json"])
        }
    }

    /// What the router runs and what is described is one list, whose ids and routes are distinct.
    @Test func operationsAreDistinct() {
        let operations = API.operations
        #expect(Set(operations.map(\.id)).count == operations.count)
        #expect(Set(operations.map { "\($0.method) \($0.path)" }).count == operations.count)
        for operation in operations {
            let places = operation.path.matches(of: /\{([a-z_]+)\}/).map { String($0.output.1) }
            #expect(places == operation.places.map(\.name), "\(operation.path)")
        }
    }

    @Test func answersAreClosedAndErrorsDescribed() async throws {
        try await Office.with { office in
            let description = try await Self.description(office)
            let operations = (description["paths"]?.object ?? [:]).values.flatMap { ($0.object ?? [:]).values }
            for operation in operations {
                let responses = operation["responses"]?.object ?? [:]
                #expect(responses.keys.contains { $0.hasPrefix("2") })
                let isOpen = operation["security"]?.array?.isEmpty == true
                for status in ["400", "406", "422"] + (isOpen ? [] : ["401", "429"]) {
                    #expect(responses[status] != nil, "\(operation["operationId"]?.string ?? "") lacks \(status)")
                }
                for (status, response) in responses {
                    try Self.check(response, status)
                }
                if let body = operation["requestBody"]?["content"]?["application/json"]?["schema"] {
                    #expect(Self.isClosed(body))
                }
            }
            for (name, schema) in description["components"]?["schemas"]?.object ?? [:] {
                #expect(Self.isClosed(schema), "\(name)")
            }
        }
    }

    private static func check(_ response: JSON, _ status: String) throws {
        #expect(response["description"]?.string?.isEmpty == false)
        let content = response["content"]?.object ?? [:]
        // A file is the only answer that is no JSON.
        let types = ["text/csv", "application/x-ndjson"].filter { content[$0] != nil }
        let type = status.hasPrefix("2") ? types.first ?? "application/json" : "application/problem+json"
        #expect(isClosed(try #require(content[type]?["schema"])), "\(status)")
    }

    /// Every object with fields takes no others, and says which it must have.
    private static func isClosed(_ schema: JSON) -> Bool {
        if let properties = schema["properties"], schema["type"] != nil {
            guard schema["additionalProperties"] == false, schema["required"] != nil else { return false }
            guard (properties.object ?? [:]).values.allSatisfy(isClosed) else { return false }
        }
        return ["items"].compactMap { schema[$0] }.allSatisfy(isClosed)
            && ["allOf", "anyOf"].flatMap { schema[$0]?.array ?? [] }.allSatisfy(isClosed)
    }

    /// A pattern says to others exactly what the reader takes.
    @Test(
        arguments: [
            TextForm.time, .calendarDay, .language, .name, .mail, .phone, .askedPhone, .segmentKey, .fieldKey,
            .columnMap,
            .address,
        ])
    func patternsAndReadersAgree(_ form: TextForm) throws {
        let expression = try NSRegularExpression(pattern: try #require(form.pattern))
        var taken = 0
        for text in Self.texts {
            let all = NSRange(text.startIndex..., in: text)
            let matches = expression.firstMatch(in: text, range: all).map { $0.range == all } ?? false
            let isTaken = (try? Shape.form(form).read(.text(text), .json, at: "x")) != nil
            #expect(matches == isTaken, "\(form.name): \(text.debugDescription)")
            if isTaken { taken += 1 }
        }
        #expect(taken > 0)
    }

    private static let texts: [String] =
        [
            "", " ", "\n", "EUR", "eur", "EUR\n", "EURO", "UA", "ua", "uk", "uk-UA", "zh-Hant-TW", "u", "uk-", "uk--UA",
            "12-ab", "é", "mail", "mail_list", "_mail", "Mail", "data-exported", "-data", "9",
            String(repeating: "a", count: 31),
            String(repeating: "a", count: 32), String(repeating: "a", count: 101), "anna@example.com",
            "anna@example.com\n",
            "a=b", "Name=name;E mail=email", "a=", "=b", "a=b;", "a==b", "Ім’я=name", "a=\u{11A96}", "a@b", "a@b.",
            "a@.b", "a@b..c", "a@b.c.d", "a b@c.de", "a@c d.de", "<a@b.de>", "a@b@c.de",
            "ім'я@приклад.укр",
            "a\u{A0}b@c.de", "a\"b@c.de", "a\\b@c.de", "+380441234567", "+380 (44) 123-45-67", "380441234567", "+12",
            "++380441234567", "+3804412345678901", " +380441234567 ", "+38٠441234567", "+380441234567x",
        ]
        + [
            "1899-12-31", "1900-02-29", "2000-02-29", "2026-02-29", "2024-02-29", "2100-02-29", "2026-04-31",
            "2026-13-01",
            "2026-00-10", "2026-1-01", "2199-12-31", "2200-01-01", "2026-05-31 ", "2026-05-31T", "0000-01-01",
        ]
        + [
            "T12:00:00Z", " 12:00:00z", "t12:00:00Z", "T24:00:00Z", "T23:59:60Z", "T23:60:00Z", "T12:00Z", "T12:00:00",
            "T12:00:00.5Z", "T12:00:00.Z", "T12:00:00.123456789Z", "T12:00:00.1234567890Z", "T12:00:00+02:00",
            "T12:00:00-0330", "T12:00:00+2:00", "T12:00:00+0:200", "T12:00:00+24:00", "T12:00:00+02:60", "T12:00:00Z\n",
            "T12:00:00+02:00:00", "T1٢:00:00Z",
        ].map { "2026-05-31" + $0 }

    @Test(arguments: [true, false]) func amountsAndTheirPatternAgree(_ isSigned: Bool) throws {
        let expression = try NSRegularExpression(pattern: Amount.pattern(isSigned: isSigned, digits: 4))
        for text in [
            "0", "-0", "-1", "1.5", "1.", ".5", "1.2345", "1.23456", "--1", "+1", "1e3", " 1", "1 ", "1\n", "٣", "",
            "999999999999", "1000000000000", "1.2.3", "-", "-.",
        ] {
            let all = NSRange(text.startIndex..., in: text)
            let matches = expression.firstMatch(in: text, range: all).map { $0.range == all } ?? false
            #expect(matches == Amount.isAmount(text, isSigned: isSigned), "\(text.debugDescription)")
        }
    }

    /// Blank texts, and those with control characters, as the patterns have them.
    @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
    func textsAndTheirPatternsAgree(_ lines: Bool, _ filled: Bool) throws {
        let expression = try NSRegularExpression(pattern: Characters.pattern(lines: lines, filled: filled))
        let scalars = (0...0x3100).compactMap(Unicode.Scalar.init) + ["\u{FEFF}", "\u{1F600}"]
        for scalar in scalars {
            for text in [String(Character(scalar)), "a\(scalar)", "\(scalar)a"] {
                let all = NSRange(text.startIndex..., in: text)
                let matches = expression.firstMatch(in: text, range: all).map { $0.range == all } ?? false
                let shape = Shape.text(atMost: 9, lines: lines, filled: filled)
                let isTaken = (try? shape.read(.text(text), .json, at: "x")) != nil
                #expect(matches == isTaken, "U+\(String(scalar.value, radix: 16)) in \(text.debugDescription)")
            }
        }
    }
}
