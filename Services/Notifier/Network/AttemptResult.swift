/// What came of one try to reach the other side. Failures outside are values; they say no address and no secret.
enum AttemptResult: Equatable, Sendable {
    /// The other side answered.
    /// - retryAfter: the header's seconds from now.
    /// - words: the beginning of its body.
    case answered(status: Int, retryAfter: Duration?, words: String)
    /// No answer: no connection, no name, a broken line.
    case unreachable(String)
    /// Not all of the answer came within the time.
    case timedOut
    /// Trying again is no use: we refuse to send this.
    case refused(String)
}
