/// What the last checks of keys said, by hash. A valid key is believed for 30 s, an unknown one for 10 s; the unknown are
/// kept apart, so that a flood of them pushes no valid key out.
struct KeyCache {
    static let validFor: Duration = .seconds(30)
    static let unknownFor: Duration = .seconds(10)

    private var valid: BoundedCache<KeyIdentity>
    private var unknown: BoundedCache<Void>

    init(capacity: Int = 10_000) {
        valid = BoundedCache(capacity: capacity)
        unknown = BoundedCache(capacity: capacity)
    }

    enum Answer {
        case valid(KeyIdentity)
        case unknown
    }

    mutating func answer(_ hash: [UInt8], at now: ContinuousClock.Instant) -> Answer? {
        if let identity = valid.value(hash, at: now) { return .valid(identity) }
        return unknown.value(hash, at: now) == nil ? nil : .unknown
    }

    mutating func note(_ identity: KeyIdentity?, for hash: [UInt8], at now: ContinuousClock.Instant) {
        if let identity {
            valid.set(identity, for: hash, until: now + KeyCache.validFor)
        } else {
            unknown.set((), for: hash, until: now + KeyCache.unknownFor)
        }
    }
}

/// A cache of fixed size that forgets the eldest entry first, and every entry at its time.
struct BoundedCache<Value> {
    private var values: [[UInt8]: (value: Value, until: ContinuousClock.Instant)] = [:]
    private var order: [[UInt8]] = []
    private var next = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    func value(_ key: [UInt8], at now: ContinuousClock.Instant) -> Value? {
        guard let entry = values[key], entry.until > now else { return nil }
        return entry.value
    }

    mutating func set(_ value: Value, for key: [UInt8], until: ContinuousClock.Instant) {
        defer { values[key] = (value, until) }
        guard values[key] == nil else { return }
        if order.count < capacity {
            order.append(key)
        } else {
            values[order[next]] = nil
            order[next] = key
            next = (next + 1) % capacity
        }
    }

    var count: Int { values.count }
}
