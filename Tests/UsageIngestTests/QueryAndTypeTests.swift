import Testing

@testable import UsageIngest

@Suite struct QueryAndTypeTests {
    @Test(arguments: [
        ("writeKey=WK&x=1", "writeKey", "WK"), ("a=1&a=2", "a", "1"), ("a=x%3Dy%26z", "a", "x=y&z"),
        ("a=1+2", "a", "1 2"),
        ("%61=b", "a", "b"), ("a=%", "a", "%"), ("a=%4", "a", "%4"), ("a=%zz%41", "a", "%zzA"), ("a=%%41", "a", "%A"),
        ("a=%C3%A9", "a", "é"), ("a=%ff", "a", "\u{FFFD}"), ("a=b=c", "a", "b=c"), ("a", "a", nil), ("a=", "a", nil),
        ("", "a", nil), ("&&=&", "a", nil),
    ])
    func readsForms(_ text: String, _ name: String, _ value: String?) {
        #expect(FormFields(query: text)[name] == value)
    }

    @Test func looksAtNoMoreThanAHundredFields() {
        let text = String(repeating: "x=1&", count: 1_000) + "key=1"
        #expect(FormFields(query: text)["key"] == nil && FormFields(query: text)["x"] == "1")
        #expect(FormFields(query: nil)["x"] == nil)
        #expect(FormFields(query: "token=b&api_key=a").first(of: ["api_key", "token"]) == "a")
    }

    @Test(arguments: [
        ("application/json", "application/json", [:]),
        (" Application/CloudEvents+JSON ; Charset=UTF-8", "application/cloudevents+json", ["charset": "UTF-8"]),
        ("text/plain;charset=\"utf-8\";x=\"a;b\\\"c\"", "text/plain", ["charset": "utf-8", "x": "a;b\"c"]),
        ("a/b;;c;d=", "a/b", ["d": ""]), ("a/b; c=1; c=2", "a/b", ["c": "1"]),
    ])
    func readsMediaTypes(_ header: String, _ name: String, _ parameters: [String: String]) {
        let type = MediaType(header)
        #expect(type?.name == name && type?.parameters == parameters)
    }

    @Test(arguments: [nil, "", "json", "a/", "/b", "a/b/c", "a b/c", ";"] as [String?])
    func refusesMediaTypes(_ header: String?) { #expect(MediaType(header) == nil) }

    @Test func knowsJSONByItsType() {
        let yes = ["application/json", "text/json", "application/vnd.acme+json; v=1"]
        #expect(yes.allSatisfy { MediaType($0)?.isJSON == true })
        #expect(["text/plain", "application/xml", "application/jsonx"].allSatisfy { MediaType($0)?.isJSON == false })
    }

    @Test(arguments: [
        ("plain", "plain"), ("a%20b", "a b"), ("%E2%82%AC", "€"), ("\"a b\"", "a b"), ("\"a\\\"b%20c\"", "a\"b c"),
        ("%2541", "%41"), ("100%", "100%"), ("%4", "%4"), ("\"open", "\"open"), ("%C0%A0", nil), ("%FF", nil),
        ("%ED%A0%80", nil), ("", ""),
    ])
    func decodesHeadersOfCloudEvents(_ header: String, _ text: String?) {
        #expect(BinaryCloudEvent.decoded(header) == text)
    }
}
