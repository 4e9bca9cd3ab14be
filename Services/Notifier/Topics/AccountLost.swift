import Jobs
import Model
import Postgres

extension TopicWebhook {
    static let accountLost = TopicWebhook(topic: .accountLost) { try touched($0) }
    static let accountReturned = TopicWebhook(topic: .accountReturned) { try touched($0) }

    private static func touched(_ job: Job) throws -> SQL {
        let payload: AccountsTouched = try job.payload()
        return """
            select a.id::text as item, a.id as account_id, json_build_object(\(fragment: account)) as data
            from crm.account a where a.id = any(\(payload.accounts)) and a.merged_into is null
            """
    }
}
