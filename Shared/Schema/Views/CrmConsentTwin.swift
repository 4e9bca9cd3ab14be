extension SchemaObject {
    /// Two accounts that were merged may know one person twice. Looked up from the address, which has an index.
    static let crmConsentTwin = SchemaObject(
        sql: #"""
            create view crm.consent_twin as
            select distinct a.contact_id, a.channel, b.contact_id as twin_id
            from crm.contact_address a
            join crm.contact_address b on b.channel = a.channel and lower(b.value) = lower(a.value) and b.contact_id <> a.contact_id
            join crm.contact mine on mine.id = a.contact_id
            join crm.contact theirs on theirs.id = b.contact_id and theirs.account_id <> mine.account_id
            join crm.account_root r on r.account_id = mine.account_id
            join crm.account_root o on o.account_id = theirs.account_id and o.root_id = r.root_id;
            call holdfast.describe('crm.consent_twin', 'Contacts of merged accounts who share an address: what one refuses, both do', $$
                contact_id: the contact, in crm.contact [id]
                channel: the channel of the address
                twin_id: the other contact with this address, in crm.contact [id]
            $$);
            """#)
}
