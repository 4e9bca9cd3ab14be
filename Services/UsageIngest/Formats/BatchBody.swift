/// A JSON body that holds messages: the parsed text, and for each message its bytes and what was noted inside of it.
struct BatchBody {
    let bytes: [UInt8]
    let document: JSONDocument

    /// The most messages that one body may hold; SDKs send at most 2,500.
    static let mostMessages = 10_000

    init(_ bytes: [UInt8]) throws(UnreadableBody) {
        self.bytes = bytes
        do throws(JSONFailure) {
            document = try JSONParser.parse(bytes)
        } catch {
            throw UnreadableBody(reason: "The body is no JSON: \(error.description).")
        }
    }

    /// The elements of an array as items, each read by `read`; `path` leads to the array.
    func items(
        _ elements: [JSONValue], at path: [String], _ read: (Members) throws(Refusal) -> Message
    ) throws(UnreadableBody) -> [Submission.Item] {
        let place = JSONPointer.text(path.map { .name($0) })
        let isCut = document.faults.contains { $0.path.count == path.count && $0.path.elementsEqual(steps(path)) }
        guard elements.count <= Self.mostMessages, !isCut else {
            throw UnreadableBody(
                kind: .tooMany, place: place, reason: "The body holds more than \(Self.mostMessages) messages.")
        }
        let repairs = notes(document.repairs, below: path)
        let faults = notes(document.faults, below: path)
        return elements.enumerated().map { index, element in
            item(
                element, depth: path.count + 1, repairs: repairs[index] ?? [], fault: faults[index]?.first, read)
        }
    }

    /// The whole body as one item.
    func item(_ read: (Members) throws(Refusal) -> Message) -> Submission.Item {
        item(document.value, depth: 0, repairs: document.repairs, fault: document.faults.first, read)
    }

    private func item(
        _ value: JSONValue, depth: Int, repairs: [JSONNote], fault: JSONNote?,
        _ read: (Members) throws(Refusal) -> Message
    ) -> Submission.Item {
        guard case .object(let object) = value else {
            let refusal =
                fault.map { Refusal(place: "", reason: $0.words) } ?? Refusal(place: "", reason: "expected an object")
            return Submission.Item(source: value.written[...], reading: .failure(refusal))
        }
        let source = bytes[Int(object.start)..<Int(object.end)]
        var item = Submission.Item(source: source, reading: reading(object, depth, fault, read))
        item.repairs = repairs.prefix(Self.mostRepairs).map { "\($0.pointer(dropping: depth)): \($0.words)" }
        if repairs.count > Self.mostRepairs { item.repairs.append("and \(repairs.count - Self.mostRepairs) more") }
        return item
    }

    private static let mostRepairs = 20
    /// The longest message [bytes].
    private static let longestMessage = 512 << 10

    private func reading(
        _ object: JSONObject, _ depth: Int, _ fault: JSONNote?, _ read: (Members) throws(Refusal) -> Message
    ) -> Result<Message, Refusal> {
        if let fault { return .failure(Refusal(place: fault.pointer(dropping: depth), reason: fault.words)) }
        guard object.end - object.start <= Self.longestMessage else {
            return .failure(Refusal(place: "", reason: "longer than \(Self.longestMessage) bytes"))
        }
        do throws(Refusal) {
            return .success(try read(Members(object)))
        } catch {
            return .failure(error)
        }
    }

    private func steps(_ path: [String]) -> [JSONNote.Step] { path.map { .name($0) } }

    /// By the index of the element that they are in.
    private func notes(_ all: [JSONNote], below path: [String]) -> [Int: [JSONNote]] {
        var byIndex: [Int: [JSONNote]] = [:]
        for note in all where note.path.count > path.count && note.path.starts(with: steps(path)) {
            if case .index(let index) = note.path[path.count] { byIndex[index, default: []].append(note) }
        }
        return byIndex
    }
}
