import Chassis

/// Which numeric addresses requests may go to: none of this machine, of a private network, or with a special meaning,
/// unless an operator named its network.
struct AddressPolicy: Sendable {
    /// Networks that are allowed although they are private (`HOLDFAST_NOTIFIER_ALLOW_NETWORKS`).
    let allowed: [NetworkRange]

    /// A numeric address that is not allowed; false for a name.
    func isRefused(_ host: String) -> Bool { NetworkRange.bytes(ofAddress: host) != nil && !allows(host) }

    func allows(_ address: String) -> Bool {
        guard let bytes = NetworkRange.bytes(ofAddress: address) else { return false }
        if allowed.contains(where: { $0.contains(address) }) { return true }
        if AddressPolicy.denied.contains(where: { $0.contains(address) }) { return false }
        if bytes.count == 4 { return true }
        // What is mapped from IPv4 was judged as IPv4; of the rest only 2000::/3 is the public internet.
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
        return isMapped || bytes[0] & 0xE0 == 0x20
    }

    /// Source: the special-purpose address registries of IANA, and the cloud providers' metadata addresses.
    private static let denied: [NetworkRange] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "ff00::/8",
        "fd00:ec2::254/128",
    ].compactMap { NetworkRange($0) }
}
