import Chassis
import Testing

@testable import Notifier

@Suite struct AddressPolicyTests {
    private let strict = AddressPolicy(allowed: [])

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255",
    ])
    func deniedIPv4(_ address: String) {
        #expect(!strict.allows(address))
        #expect(!strict.allows("::ffff:\(address)"), "mapped into IPv6")
        #expect(!strict.allows("::\(address)"), "the old compatible form")
        #expect(!strict.allows("64:ff9b::\(address)"), "translated")
    }

    @Test(arguments: [
        "::", "::1", "64:ff9b::1", "64:ff9b:1::1", "100::1", "2001:db8::1", "2001::1", "2002:7f00:1::", "3fff::1",
        "5f00::1", "fc00::1", "fd00:ec2::254", "fd12:3456::1", "fe80::1", "febf::1", "ff02::1", "4000::1", "::2",
    ])
    func deniedIPv6(_ address: String) { #expect(!strict.allows(address)) }

    @Test(arguments: [
        "8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
        "192.167.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8",
    ])
    func publicAddresses(_ address: String) { #expect(strict.allows(address)) }

    @Test(arguments: ["", "localhost", "fe80::1%eth0", "127.1", "2130706433", "0x7f000001", "017700000001"])
    func whatIsNoNumericAddress(_ text: String) { #expect(!strict.allows(text)) }

    @Test func namedNetworksAreAdmittedAndNoOthers() throws {
        let policy = AddressPolicy(allowed: [try #require(NetworkRange("127.0.0.1/32"))])
        #expect(policy.allows("127.0.0.1"))
        #expect(policy.allows("::ffff:127.0.0.1"))
        #expect(!policy.allows("127.0.0.2"))
        #expect(!policy.allows("::1"))
        #expect(!policy.allows("10.0.0.1"))
    }
}
