/// What services tell each other through the queue. A topic is a hint to look again: the reader re-reads the tables.
package enum Topic: String, CaseIterable, Codable, Sendable {
    case accountChanged = "account.changed"
    case accountIdentified = "account.identified"
    case accountMerged = "account.merged"
    case accountLost = "account.lost"
    case accountReturned = "account.returned"
    case contactChanged = "contact.changed"
    case personErased = "person.erased"
    case interactionRecorded = "interaction.recorded"
    case orderReceived = "order.received"
    case orderRecorded = "order.recorded"
    case subscriptionChanged = "subscription.changed"
    case ticketChanged = "ticket.changed"
    case dealChanged = "deal.changed"
    case requestShipped = "request.shipped"
    case surveyAnswered = "survey.answered"
    case usageRecorded = "usage.recorded"
    case riskChanged = "risk.changed"
    case segmentEntered = "segment.entered"
    case segmentLeft = "segment.left"
    case enrollmentEnded = "enrollment.ended"
    case taskOpened = "task.opened"
    case taskChanged = "task.changed"
    case taskDone = "task.done"
    case actionTaken = "action.taken"
    case messageRequested = "message.requested"
    case messageDelivered = "message.delivered"
    case messageFailed = "message.failed"
    case messageClicked = "message.clicked"
    case messageReplied = "message.replied"
    case contactUnsubscribed = "contact.unsubscribed"

    /// A topic's payload names at most this many ids; a writer that touched more publishes several times.
    package static let idsPerJob = 400
    /// The most bytes that a topic's payload may have as JSON.
    package static let payloadLimit = 8 * 1024
}
