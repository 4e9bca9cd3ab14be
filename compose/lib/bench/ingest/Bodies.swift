import Foundation
import TestBed

/// What is sent: bodies of Segment events as its Python client writes them, about 350 bytes an event. A body is written
/// once; for each request only the message ids in it are new, so that making it costs the generator next to nothing.
struct Bodies: Sendable {
    /// How many accounts the events are of.
    let accounts: Int
    let eventsPerBody: Int
    /// Bytes that make each event longer.
    var padding = 0

    static let names = [
        "Report Viewed", "Report Exported", "Dashboard Opened", "Filter Applied", "Member Invited", "Comment Added",
        "File Uploaded", "Search Done",
    ]
    private static let usersPerAccount = 20
    private static let idLength = 36

    /// One body with the places of its message ids.
    struct Template: Sendable {
        var bytes: [UInt8]
        var ids: [Int]
    }

    func template(_ random: inout SplitMix) -> Template {
        var bytes = Array("{\"batch\":[".utf8)
        var ids: [Int] = []
        let more = padding > 0 ? ",\"note\":\"\(String(repeating: "x", count: padding))\"" : ""
        let stamp = Date().ISO8601Format(.init(includingFractionalSeconds: true)).replacing("Z", with: "+00:00")
        for index in 0..<eventsPerBody {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            let account = Int(random.next() % UInt64(accounts))
            let user = Int(random.next() % UInt64(Self.usersPerAccount))
            let name = Self.names[Int(random.next() % UInt64(Self.names.count))]
            let head = """
                {"integrations":{},"anonymousId":null,"properties":{"rows":\(random.next() % 1_000),"source":"web","plan":"pro"\(more)},\
                "timestamp":"\(stamp)","context":{"groupId":"org-\(account)","library":{"name":"analytics-python","version":\
                "2.4.0"}},"userId":"usr-\(account)-\(user)","type":"track","event":"\(name)","messageId":"
                """
            bytes += Array(head.utf8)
            ids.append(bytes.count)
            bytes += Array(repeating: UInt8(ascii: "0"), count: Self.idLength)
            bytes += Array("\"}".utf8)
        }
        bytes += Array("],\"sentAt\":\"\(stamp)\"}".utf8)
        return Template(bytes: bytes, ids: ids)
    }

    /// Gives each event of the body a message id of its own, as a random UUID is written.
    static func renew(_ template: inout Template, _ random: inout SplitMix) {
        let digits = Array("0123456789abcdef".utf8)
        for start in template.ids {
            var bits = random.next()
            for offset in 0..<idLength {
                if offset == 18 { bits = random.next() }
                if [8, 13, 18, 23].contains(offset) {
                    template.bytes[start + offset] = UInt8(ascii: "-")
                } else {
                    template.bytes[start + offset] = digits[Int(bits & 15)]
                    bits >>= 4
                }
            }
        }
    }
}
