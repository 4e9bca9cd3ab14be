extension SchemaObject {
    /// A page of one account's timeline. Every kind of entry stops after as many as the page has, by its own index: of 100,000
    /// interactions a page reads as many as it shows. In order of time alone, with ties, for then the index has that order:
    /// where the plan, which is made once a session for any account, expects an entry or two, it would sort them all by place.
    static let timelinePage = SchemaObject(
        sql: """
            create or replace function crm.timeline(account bigint, before_at timestamptz, before_place text, most bigint)
            returns table (at timestamptz, place text, kind text, words text, pinned boolean)
            language plpgsql stable set plan_cache_mode = force_generic_plan as $$
            #variable_conflict use_column
            begin
                return query
                select page.at, page.place, page.kind, page.words, page.pinned
                from \(Timeline.parts(of: "account"))
                cross join lateral (
                \(Timeline.branches.map(page).joined(separator: "\nunion all\n"))
                ) as page
                order by page.at desc, page.place desc limit most;
            end $$;
            comment on function crm.timeline is
                'The timeline of an account, the newest first: what comes behind a time and a place, or from the beginning where they are null';

            create or replace function crm.pinned(account bigint)
            returns table (at timestamptz, place text, kind text, words text, pinned boolean)
            language plpgsql stable set plan_cache_mode = force_generic_plan as $$
            #variable_conflict use_column
            begin
                return query \(Timeline.pinned(of: "account"));
            end $$;
            comment on function crm.pinned is 'The entries of an account''s timeline that stand first, the newest first';
            """)

    private static func page(_ branch: String) -> String {
        """
        (select * from (
        \(branch)
        ) as e (at, place, kind, words, pinned)
        where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
        order by e.at desc fetch first (most) rows with ties)
        """
    }
}
