import Testing

@testable import Notifier

@Suite struct EndpointURLTests {
    @Test(arguments: [
        ("https://hooks.example.com", "https://hooks.example.com:443/"),
        ("HTTPS://Hooks.Example.COM/a?b=c", "https://hooks.example.com:443/a?b=c"),
        ("http://example.com:8080?x", "http://example.com:8080/?x"),
        ("http://example.com./x", "http://example.com:80/x"),
        ("http://127.0.0.1:9000/hook", "http://127.0.0.1:9000/hook"),
        ("http://[::1]:9000/hook", "http://[::1]:9000/hook"),
        ("https://xn--bcher-kva.example/%C3%BC", "https://xn--bcher-kva.example:443/%C3%BC"),
    ])
    func canonical(_ text: String, _ expected: String) throws {
        #expect(try EndpointURL(text).description == expected)
    }

    @Test(arguments: [
        "", "example.com", "ftp://example.com", "file:///etc/passwd", "gopher://x", "http+unix://x", "//example.com",
        "http://", "http:///x", "http://user@example.com", "http://user:secret@example.com",
        "http://example.com@127.0.0.1",
        "http://example.com#@127.0.0.1/", "http://example.com\\@127.0.0.1", "http://exa mple.com",
        "http://bücher.example",
        "http://example.com:0", "http://example.com:22", "http://example.com:25", "http://example.com:65536",
        "http://example.com:+80", "http://example.com:8a", "http://example.com:", "http://.example.com", "http://a..b",
        "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/",
        "http://127.0.0.1.:9000.", "http://1.2.3.4.5/", "http://[::1", "http://[fe80::1%25eth0]/",
        "http://[127.0.0.1]/",
        "http://example.com\r\nHost: x", "http://example.com/\u{0}", "http://%31%32%37.0.0.1/",
    ])
    func refused(_ text: String) {
        #expect(throws: EndpointURLFault.self) { try EndpointURL(text) }
    }

    @Test func tooLong() {
        let text = "https://example.com/" + String(repeating: "x", count: EndpointURL.limit)
        #expect(throws: EndpointURLFault.self) { try EndpointURL(text) }
    }
}
