/// The payload of every topic about accounts (`account.*`, `order.recorded`, `subscription.changed`, `risk.changed` …):
/// the accounts that a writer touched.
package struct AccountsTouched: Codable, Equatable, Sendable {
    /// Ids in `crm.account`, at most `Topic.idsPerJob`.
    package var accounts: [Int64]

    package init(accounts: [Int64]) { self.accounts = accounts }
}

/// The payload of `usage.recorded`: the subjects whose events were written.
package struct SubjectsTouched: Codable, Equatable, Sendable {
    /// Ids in `usage.subject`, at most `Topic.idsPerJob`.
    package var subjects: [Int64]

    package init(subjects: [Int64]) { self.subjects = subjects }
}

/// The payload of `contact.changed` and `contact.unsubscribed`; that of `person.erased` can be read as one.
package struct ContactsTouched: Codable, Equatable, Sendable {
    /// Ids in `crm.contact`, at most `Topic.idsPerJob`.
    package var contacts: [Int64]

    package init(contacts: [Int64]) { self.contacts = contacts }
}

/// The payload of `account.identified`: rows of `usage.identification` that contacts has yet to apply.
package struct IdentificationsRecorded: Codable, Equatable, Sendable {
    /// Ids in `usage.identification`, at most `Topic.idsPerJob`.
    package var identifications: [Int64]

    package init(identifications: [Int64]) { self.identifications = identifications }
}

/// The payload of `segment.entered` and `segment.left`.
package struct SegmentCrossed: Codable, Equatable, Sendable {
    /// The segment's key in `crm.segment`.
    package var segment: String
    /// Ids in `crm.account`, at most `Topic.idsPerJob`.
    package var accounts: [Int64]

    package init(segment: String, accounts: [Int64]) {
        self.segment = segment
        self.accounts = accounts
    }
}

/// The payload of `task.*`.
package struct TasksTouched: Codable, Equatable, Sendable {
    /// Ids in `plan.task`, at most `Topic.idsPerJob`.
    package var tasks: [Int64]

    package init(tasks: [Int64]) { self.tasks = tasks }
}

/// The payload of `enrollment.ended`.
package struct EnrollmentsTouched: Codable, Equatable, Sendable {
    /// Ids in `plan.enrollment`, at most `Topic.idsPerJob`.
    package var enrollments: [Int64]

    package init(enrollments: [Int64]) { self.enrollments = enrollments }
}

/// The payload of `message.requested`: rows of `plan.message` that notifier has yet to send.
package struct MessagesTouched: Codable, Equatable, Sendable {
    /// Ids in `plan.message`, at most `Topic.idsPerJob`.
    package var messages: [Int64]

    package init(messages: [Int64]) { self.messages = messages }
}

/// The payload of `message.delivered`, `message.failed`, `message.clicked` and `message.replied`.
package struct DeliveriesTouched: Codable, Equatable, Sendable {
    /// Ids in `notify.delivery`, at most `Topic.idsPerJob`.
    package var deliveries: [Int64]

    package init(deliveries: [Int64]) { self.deliveries = deliveries }
}

/// The payload of `request.shipped`: product requests for which there is by now what was asked for.
package struct RequestsTouched: Codable, Equatable, Sendable {
    /// Ids in `crm.product_request`, at most `Topic.idsPerJob`.
    package var requests: [Int64]

    package init(requests: [Int64]) { self.requests = requests }
}
