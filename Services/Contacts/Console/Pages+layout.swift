extension Pages {
    static let layout = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{{frame.title}} · Holdfast</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/style.css?v={{frame.styleVersion}}">
        </head>
        <body>
        <a class="skip" href="#main">To the content</a>
        <header class="bar">
        <a class="mark" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a3 3 0 0 1 1 5.8V11h4v2h-4v5.9A7 7 0 0 0 18.9 14H17l3-4 3 4h-2a9 9 0 0 1-18 0H1l3-4 3 4H5.1A7 7 0 0 0 11 18.9V13H7v-2h4V8.8A3 3 0 0 1 12 3Z"/></svg>Holdfast</a>
        {{#frame.user}}
        <nav aria-label="Pages">
        <a href="/"{{#frame.isAtRisk}} aria-current="page"{{/frame.isAtRisk}}>At risk</a>
        <a href="/tasks"{{#frame.isTasks}} aria-current="page"{{/frame.isTasks}}>Tasks</a>
        </nav>
        <form class="who" method="post" action="/sign-out">
        <input type="hidden" name="token" value="{{frame.formToken}}">
        <span>{{frame.user}}</span>
        <button class="quiet" type="submit">Sign out</button>
        </form>
        {{/frame.user}}
        </header>
        <main id="main" tabindex="-1">
        {{{body}}}
        </main>
        </body>
        </html>
        """#

    static let signIn = #"""
        <section class="card narrow">
        <h1>Sign in</h1>
        {{#message}}<p class="notice" role="alert">{{message}}</p>{{/message}}
        <form method="post" action="/sign-in">
        <input type="hidden" name="token" value="{{token}}">
        <input type="hidden" name="next" value="{{next}}">
        <label for="name">Name</label>
        <input id="name" name="name" value="{{name}}" autocomplete="username" autocapitalize="none" maxlength="200" required autofocus>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" maxlength="200" required>
        <button type="submit">Sign in</button>
        </form>
        <p class="faint">No password? An operator gives one: <code>contacts user add NAME</code>.</p>
        </section>
        """#

    static let problem = #"""
        <section class="card narrow">
        <h1>{{title}}</h1>
        <p>{{message}}</p>
        <p><a href="/">To the accounts at risk</a></p>
        </section>
        """#
}
