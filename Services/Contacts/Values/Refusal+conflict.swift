extension Refusal {
    /// A refusal that hangs on what is kept, not on how it was said: something that is in use, or more than there may be.
    static func conflict(_ field: String?, _ reason: String, code: String = "in_use") -> Refusal {
        Refusal(field, reason, code: code)
    }
}
