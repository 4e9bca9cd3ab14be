import Crypto

/// The one style sheet, and the icon. Both are public, and kept by browsers until they change.
enum Style {
    /// Changes with the sheet, so that no browser shows an old one.
    static let version = SHA256.hash(data: Array(sheet.utf8)).prefix(6).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()

    static let icon = #"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0d766e" d="M12 3a3 3 0 0 1 1 5.8V11h4v2h-4v5.9A7 7 0 0 0 18.9 14H17l3-4 3 4h-2a9 9 0 0 1-18 0H1l3-4 3 4H5.1A7 7 0 0 0 11 18.9V13H7v-2h4V8.8A3 3 0 0 1 12 3Z"/></svg>
        """#

    /// Contrast is at least 4.5 : 1 in both schemes.
    static let sheet = #"""
        :root { color-scheme: light dark; --back: #f6f5f2; --card: #fff; --ink: #1c2422; --faint: #5c6663; --line: #e2e0da;
        --brand: #0d766e; --on-brand: #fff; --high: #b42318; --medium: #96590a; --low: #2c6e49; --rail: #e9e7e1; --tint: #eef6f4; }
        @media (prefers-color-scheme: dark) { :root { --back: #121615; --card: #1b201f; --ink: #e8ecea; --faint: #9aa6a2;
        --line: #2c3331; --brand: #5cc7ba; --on-brand: #06201d; --high: #ff8d80; --medium: #f0b45c; --low: #7fcf9f; --rail: #2a312f;
        --tint: #1a2725; } }
        * { box-sizing: border-box; }
        html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--back); color: var(--ink); overflow-wrap: break-word; }
        a { color: var(--brand); text-underline-offset: .15em; }
        :focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; border-radius: 4px; }
        main:focus { outline: none; }
        .skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 2; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding: .6rem clamp(1rem, 4vw, 2.5rem);
        background: var(--card); border-bottom: 1px solid var(--line); }
        .mark { display: flex; align-items: center; gap: .5rem; font-weight: 700; letter-spacing: -.01em; color: var(--ink); text-decoration: none; }
        .mark svg { width: 1.5rem; fill: var(--brand); }
        .bar nav { display: flex; gap: .25rem; }
        .bar nav a, .tabs a { padding: .35rem .75rem; border-radius: 999px; color: var(--faint); text-decoration: none; }
        .bar nav a:hover, .tabs a:hover { color: var(--ink); }
        .bar nav a[aria-current], .tabs a[aria-current] { background: var(--tint); color: var(--brand); font-weight: 600; }
        .who { margin-left: auto; display: flex; align-items: center; gap: .75rem; color: var(--faint); }
        main { max-width: 76rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 4rem; }
        h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.02em; margin: 0; } h2 { font-size: 1.05rem; margin: 0 0 .75rem; }
        p { margin: .25rem 0 .75rem; } .faint { color: var(--faint); font-size: .9rem; } code { font-size: .9em; }
        .head { display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 1rem; margin-bottom: 1.25rem; }
        .head p { margin: .35rem 0 0; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.25rem; margin-bottom: 1.25rem; }
        .flush { padding: 0; overflow-x: auto; } .narrow { max-width: 26rem; margin: 8vh auto 0; }
        .notice { background: var(--tint); border-left: 4px solid var(--brand); padding: .6rem .9rem; border-radius: 6px; }
        label { display: block; font-weight: 600; font-size: .9rem; margin: .75rem 0 .25rem; }
        input, select, button { font: inherit; color: inherit; }
        input, select { background: var(--back); border: 1px solid var(--faint); border-radius: 8px; padding: .5rem .65rem; min-height: 2.6rem; max-width: 100%; }
        .narrow input { width: 100%; } .narrow button { width: 100%; margin: 1.25rem 0 .5rem; }
        button { background: var(--brand); color: var(--on-brand); border: 0; border-radius: 8px; padding: .5rem 1rem; min-height: 2.6rem;
        font-weight: 600; cursor: pointer; } button:hover { filter: brightness(1.08); }
        button.quiet { background: none; color: var(--faint); padding: .25rem .5rem; font-weight: 400; text-decoration: underline; text-underline-offset: .15em; }
        .filter { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; } .filter label { margin: 0 0 0 .5rem; }
        table { width: 100%; border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .8rem 1rem; }
        thead th { font-size: .8rem; color: var(--faint); font-weight: 600; border-bottom: 1px solid var(--line); white-space: nowrap; }
        tbody tr + tr { border-top: 1px solid var(--line); } tbody tr:hover { background: var(--tint); }
        tbody th { font-weight: 600; min-width: 11rem; } tbody th .faint { display: block; font-weight: 400; }
        .right { text-align: right; } .money { font-variant-numeric: tabular-nums; white-space: nowrap; } .wide { min-width: 14rem; }
        .band { display: block; min-width: 7.5rem; } .band svg { display: block; width: 100%; height: 6px; margin: .5rem 0 .3rem; border-radius: 3px; overflow: hidden; }
        .rail { fill: var(--rail); } .level { fill: var(--low); } .high .level { fill: var(--high); } .medium .level { fill: var(--medium); }
        .high strong { color: var(--high); } .medium strong { color: var(--medium); } .low strong { color: var(--low); }
        .pager { display: flex; justify-content: center; align-items: baseline; gap: 1.5rem; }
        .crumb { margin: 0 0 .5rem; font-size: .9rem; }
        .score { display: flex; align-items: baseline; gap: .75rem; } .score strong { font-size: 2.25rem; line-height: 1; letter-spacing: -.02em; }
        .score span { color: var(--faint); max-width: 12rem; font-size: .9rem; line-height: 1.3; }
        .columns { display: grid; gap: 0 1.25rem; } @media (min-width: 56rem) { .columns { grid-template-columns: 3fr 2fr; } }
        .reasons, .timeline, .tasks, .plain { list-style: none; margin: 0; padding: 0; }
        .reasons li + li, .plain li + li { margin-top: 1rem; } .reasons p { margin: 0 0 .35rem; }
        .reasons svg { display: block; width: 100%; height: 6px; margin-bottom: .2rem; border-radius: 3px; overflow: hidden; } .more .level { fill: var(--high); } .less .level { fill: var(--low); }
        .timeline li { display: grid; grid-template-columns: 7.5rem 1fr; gap: .75rem; padding: .5rem 0 .5rem .9rem; border-left: 2px solid var(--line); position: relative; }
        .timeline li::before { content: ""; position: absolute; left: -5px; top: 1rem; width: 8px; height: 8px; border-radius: 50%; background: var(--faint); }
        .timeline .risk::before { background: var(--high); } .timeline .task::before { background: var(--brand); } .timeline .order::before { background: var(--low); }
        .timeline li:target, .plain li:target { background: var(--tint); outline: 6px solid var(--tint); border-radius: 4px; }
        .timeline time { color: var(--faint); font-size: .9rem; font-variant-numeric: tabular-nums; }
        .plain li { display: flex; justify-content: space-between; gap: 1rem; } .plain li > div > * { display: block; } .plain li > div { min-width: 0; }
        .task { display: flex; justify-content: space-between; gap: 1rem; } .task h2 { margin: 0; } .late { border-left: 4px solid var(--high); }
        .said { white-space: pre-line; margin: .4rem 0; } .tabs { display: flex; gap: .25rem; } summary { cursor: pointer; color: var(--brand); }
        @media (max-width: 46rem) { .list thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
        .list tr { display: block; padding: .75rem 0; } .list th, .list td { display: block; padding: .2rem 1rem; text-align: left; min-width: 0; }
        .list td:empty { display: none; } .list td[data-label]::before { content: attr(data-label) ": "; color: var(--faint); font-size: .85rem; }
        .list td .band { display: inline; } .list td .band svg { display: none; } .timeline li { grid-template-columns: 1fr; gap: 0; } }
        @media print { .bar, .filter, .pager, button { display: none; } .card { border: 0; padding: 0; } }
        """#
}
