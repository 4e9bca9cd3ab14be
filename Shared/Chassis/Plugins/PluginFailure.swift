/// Why a plugin gave no answer. The plugin is stopped, whatever the reason, and started again by a later call.
package enum PluginFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// No answer within its manifest's time.
    case tookTooLong(plugin: String, limit: Duration)
    /// It ended, or closed its output, before it had answered. A plugin over its memory limit ends so too.
    case died(plugin: String)
    /// It wrote something that is no answer.
    case garbled(plugin: String, reason: String)
    /// It failed lately, for this cause, and is not started again before `wait` is over.
    case resting(plugin: String, wait: Duration, cause: String)
    /// It can't be started.
    case notStarted(plugin: String, reason: String)
    /// The call itself is too large: too many lines, or a line too long.
    case tooMuch(plugin: String, reason: String)
    /// The program is stopping, or its `ExternalPlugins` is not among its services.
    case stopped(plugin: String)

    package var description: String {
        switch self {
        case .tookTooLong(let plugin, let limit): "Plugin \(plugin) gave no answer within \(limit) and was stopped."
        case .died(let plugin): "Plugin \(plugin) ended before it had answered; the log shows what it wrote."
        case .garbled(let plugin, let reason):
            "Plugin \(plugin) answered against the contract (\(reason)) and was stopped."
        case .resting(let plugin, let wait, let cause):
            "Plugin \(plugin) rests for \(wait.components.seconds + 1) s, for it failed: \(cause)"
        case .notStarted(let plugin, let reason): "Plugin \(plugin) can't be started: \(reason)."
        case .tooMuch(let plugin, let reason): "The call of plugin \(plugin) is too large: \(reason)."
        case .stopped(let plugin): "Plugin \(plugin) is not running: the program stops."
        }
    }
}
