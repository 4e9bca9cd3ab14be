import Jobs
import Model
import Postgres

extension TopicWebhook {
    static let segmentEntered = TopicWebhook(topic: .segmentEntered) { try segment($0) }
    static let segmentLeft = TopicWebhook(topic: .segmentLeft) { try segment($0) }

    private static func segment(_ job: Job) throws -> SQL {
        let payload: SegmentCrossed = try job.payload()
        return """
            select a.id::text as item, a.id as account_id, json_build_object(\(fragment: account),
                'segment', \(payload.segment), 'segment_name',
                (select g.name from crm.segment g where g.key = \(payload.segment))) as data
            from crm.account a where a.id = any(\(payload.accounts)) and a.merged_into is null
            """
    }
}
