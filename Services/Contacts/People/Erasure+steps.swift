import Chassis
import Postgres

extension Erasure {
    /// What contacts removes, in an order in which nothing refers to what is gone.
    static func steps(_ person: ErasedPerson) -> [ErasedPerson.Step] {
        own(person) + named(person) + kept(person) + rest(person)
    }

    /// What the person said and did: the rows stay to be counted, without words and without whose they were.
    private static func own(_ person: ErasedPerson) -> [ErasedPerson.Step] {
        let (contacts, isWhole, accounts) = (person.contacts, person.isWhole, person.accounts)
        let theirs: SQL = "contact_id = any(\(contacts)) or (\(isWhole) and account_id = any(\(accounts)))"
        return [
            .init(
                "crm.interaction",
                """
                update crm.interaction set title = '[erased]', body = null, contact_id = null where \(fragment: theirs)
                """),
            .init(
                "crm.ticket",
                """
                update crm.ticket set subject = '[erased]', feedback_words = null, contact_id = null where \(fragment: theirs)
                """),
            .init(
                "crm.request_vote",
                "update crm.request_vote set words = null, contact_id = null where \(fragment: theirs)"),
            .init(
                "crm.deal_state",
                """
                update crm.deal_state set loss_words = null, competitor_offer = null
                where deal_id in (select id from crm.deal where \(fragment: theirs))
                    and (loss_words is not null or competitor_offer is not null)
                """),
            .init(
                "crm.deal",
                """
                update crm.deal set name = case when \(isWhole) then '[erased]' else name end,
                    fields = case when \(isWhole) then '{}' else fields end, contact_id = null
                where \(fragment: theirs)
                """),
            .init(
                "crm.goal",
                "update crm.goal set words = '[erased]' where \(isWhole) and account_id = any(\(accounts))"),
        ]
    }

    /// What others wrote of the person in the account's records.
    private static func named(_ person: ErasedPerson) -> [ErasedPerson.Step] {
        let here: SQL = "t.account_id = any(\(person.accounts))"
        let reasons = ["loss_words", "competitor", "competitor_offer"]
        return [
            person.unnaming("crm.interaction", ["title", "body"], where: here),
            // It is unique: two that read alike without the name would not be.
            .init(
                "crm.interaction",
                """
                update crm.interaction t set entry_key = null
                where (\(fragment: here)) and entry_key is distinct from crm.redact(entry_key, \(person.values))
                """),
            person.unnaming("crm.ticket", ["subject", "feedback_words"], where: here),
            person.unnaming("crm.deal", ["name", "fields"], where: here),
            person.unnaming(
                "crm.deal_state", reasons,
                where: "t.deal_id in (select id from crm.deal where account_id = any(\(person.accounts)))"),
            person.unnaming(
                "crm.subscription_state", reasons,
                where:
                    "t.subscription_id in (select id from crm.subscription where account_id = any(\(person.accounts)))"),
            person.unnaming("crm.request_vote", ["words"], where: here),
            // It is nobody's own.
            person.distinctive.unnaming("crm.product_request", ["title", "body"], where: "true"),
            person.unnaming("crm.goal", ["words"], where: here),
            person.unnaming(
                "crm.goal_review", ["words"],
                where: "t.goal_id in (select id from crm.goal where account_id = any(\(person.accounts)))"),
            .init(
                "crm.account_tag",
                """
                delete from crm.account_tag t
                where (\(fragment: here)) and tag is distinct from crm.redact(tag, \(person.values))
                """),
            person.unnaming(
                "crm.order_line", ["product", "category"],
                where: "t.order_id in (select id from crm.account_order where account_id = any(\(person.accounts)))"),
            // A sole trader is called by the person's name.
            person.unnaming(
                "crm.account", ["name", "came_for", "strategy", "fields"], where: "t.id = any(\(person.accounts))"),
            person.unnaming("crm.order_refusal", ["reason"], where: here),
        ]
    }

    /// What is kept about changes, requests and files.
    private static func kept(_ person: ErasedPerson) -> [ErasedPerson.Step] {
        let (contacts, isWhole, accounts) = (person.contacts, person.isWhole, person.accounts)
        return [
            .init(
                "crm.audit_personal",
                """
                delete from crm.audit_personal
                where contact_id = any(\(contacts)) or (\(isWhole) and account_id = any(\(accounts)))
                """),
            person.unnaming("crm.audit_personal", ["detail"], where: "t.account_id = any(\(accounts))"),
            .init(
                "crm.idempotency",
                """
                delete from crm.idempotency i
                where exists (select from unnest(\(person.values)) as v where strpos(i.answer, v) > 0)
                """),
            person.unnaming("crm.import", ["file", "source"], where: "true"),
            // A line that was refused may hold what no value of the person's is: a number that could not be read.
            .init(
                "crm.import_refusal",
                """
                update crm.import_refusal t set content = '[erased]', reason = '[erased]' from crm.import i
                where i.id = t.import_id and i.kind = 'contacts' and exists (
                    select from crm.contact c where c.id = any(\(contacts))
                        and c.key = any(regexp_split_to_array(replace(t.content, '"', ''), E'[,;\\t|]')))
                """),
            person.unnaming("crm.import_refusal", ["content", "reason"], where: "true"),
            .init(
                "crm.import_before",
                """
                delete from crm.import_before b using crm.import i
                where i.id = b.import_id and ((i.kind = 'contacts' and b.row_id = any(\(contacts)))
                    or (\(isWhole) and i.kind = 'accounts' and b.row_id = any(\(accounts))))
                """),
            person.unnaming(
                "crm.import_before", ["before"],
                where: "t.import_id in (select id from crm.import where kind not in ('orders', 'subscriptions'))"),
        ]
    }

    /// The person.
    private static func rest(_ person: ErasedPerson) -> [ErasedPerson.Step] {
        let (contacts, isWhole, accounts) = (person.contacts, person.isWhole, person.accounts)
        let gone = ["crm.contact_consent", "crm.contact_address"].map { table in
            ErasedPerson.Step(
                table, "delete from \(fragment: SQL(verbatim: table)) where contact_id = any(\(contacts))")
        }
        return gone + [
            // Accounts that appeared by the person's usage, under its address.
            .init(
                "crm.account",
                """
                update crm.account set key = 'erased:' || id, name = 'Erased', erased_at = now()
                where stub and source = 'usage' and (key = any(\(person.values)) or lower(key) = any(\(person.values)))
                """),
            .init("crm.contact", "delete from crm.contact where id = any(\(contacts))"),
            .init(
                "crm.account_tag",
                "delete from crm.account_tag where \(isWhole) and account_id = any(\(accounts))"),
            .init(
                "crm.account",
                """
                update crm.account set key = 'erased:' || id, name = 'Erased', stub = false, language = null,
                    time_zone = null, on_holiday_until = null, city = null, employees = null, domain = null,
                    preferred_channel = null, came_for = null, strategy = null, do_not_disturb_until = null, fields = '{}',
                    erased_at = now()
                where \(isWhole) and id = any(\(accounts))
                """),
        ]
    }
}
