import Foundation

extension Fleet {
    /// What is usual has changed so far that all accounts look different by it [share].
    static let drift = 0.1

    /// Whether accounts that were scored with `former` would be judged otherwise now, as after an import.
    func differs(from former: Fleet) -> Bool {
        func moved(_ now: Double?, _ before: Double?) -> Bool {
            guard let now, let before else { return now != before }
            return abs(now - before) > Fleet.drift * max(abs(now), abs(before))
        }
        return thresholds != former.thresholds || watchedSeen != former.watchedSeen
            || usageIsStale != former.usageIsStale
            || (firstUsageDay == nil) != (former.firstUsageDay == nil)
            || moved(usageChange.map(exp), former.usageChange.map(exp)) || moved(usualUse, former.usualUse)
            || moved(orders.scale, former.orders.scale) || moved(seatsUsed, former.seatsUsed)
    }
}
