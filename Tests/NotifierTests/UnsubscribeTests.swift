import Foundation
import Testing

@testable import Notifier

@Suite struct UnsubscribeTests {
    private let key = EndpointSecret.make().bytes
    private let token = UnsubscribeToken(contactID: 42, channel: "mail", topic: "marketing")

    @Test func isReadBack() {
        let text = token.text(key: key)
        #expect(UnsubscribeToken(text, key: key) == token)
        #expect(
            text.utf8.allSatisfy {
                $0 == 45 || $0 == 46 || $0 == 95 || Character(Unicode.Scalar($0)).isLetter || (48...57).contains($0)
            })
    }

    @Test func anotherKeyOrAnotherWordIsRefused() {
        let text = token.text(key: key)
        #expect(UnsubscribeToken(text, key: EndpointSecret.make().bytes) == nil)
        let other = UnsubscribeToken(contactID: 43, channel: "mail", topic: "marketing").text(key: key)
        let parts = (text.split(separator: "."), other.split(separator: "."))
        #expect(UnsubscribeToken("\(parts.1[0]).\(parts.0[1])", key: key) == nil)
    }

    @Test(arguments: ["", ".", "a.b", "....", "%2e", String(repeating: "a", count: 10_000), "MXw0Mnw."])
    func whatIsNoToken(_ text: String) {
        #expect(UnsubscribeToken(text, key: key) == nil)
    }
}
