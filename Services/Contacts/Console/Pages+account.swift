extension Pages {
    static let account = #"""
        <p class="crumb"><a href="/">At risk</a></p>
        <div class="head">
        <div><h1>{{name}}</h1><p class="faint">{{facts}}</p></div>
        {{#risk}}<p class="score {{band}}"><strong>{{percent}} %</strong><span>{{band}} risk of being lost within 90 days{{#since}}, since {{since}}{{/since}}</span></p>{{/risk}}
        </div>
        {{#notice}}<p class="notice" role="status">{{notice}}</p>{{/notice}}
        {{#risk}}{{#setByHand}}<p class="notice">{{setByHand}}</p>{{/setByHand}}{{/risk}}
        {{#lost}}<p class="notice">{{lost}}</p>{{/lost}}
        {{#isStub}}<p class="notice">Known by its usage only: import the account or PUT it to complete it.</p>{{/isStub}}
        <div class="columns">
        <div>
        <section class="card">
        <h2>Why</h2>
        {{#hasReasons}}<ol class="reasons">
        {{#reasons}}<li><p>{{words}}</p><svg class="{{side}}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{{spoken}}"><rect class="rail" width="100" height="6"/><rect class="level" width="{{width}}" height="6"/></svg><span class="faint">{{signal}}, {{spoken}}</span></li>{{/reasons}}
        </ol>{{/hasReasons}}
        {{^hasReasons}}<p class="faint">{{noReasons}}</p>{{/hasReasons}}
        {{#risk}}<p class="faint">Accounts like it begin at {{base}} %.{{#isOpinion}} The percentages are the opinion of experts: nothing was learned from your own losses yet.{{/isOpinion}}</p>{{/risk}}
        {{#unknown}}<p class="faint">No data for: {{unknown}}. What is not known counts neither as safe nor as risky.</p>{{/unknown}}
        </section>
        <section class="card">
        <h2>Timeline</h2>
        {{#hasEntries}}<ol class="timeline">
        {{#entries}}<li class="{{kind}}"><time datetime="{{at}}">{{day}}</time><span>{{words}}</span></li>{{/entries}}
        </ol>{{/hasEntries}}
        {{^hasEntries}}<p class="faint">Nothing has happened yet.</p>{{/hasEntries}}
        {{#older}}<p><a href="{{older}}">Older entries →</a></p>{{/older}}
        </section>
        </div>
        <div>
        <section class="card">
        <h2>Tasks</h2>
        {{#hasTasks}}<ul class="plain">
        {{#tasks}}<li id="task-{{id}}"><div><strong>{{title}}</strong><span class="faint">{{state}}</span>{{#reason}}<span class="said">{{reason}}</span>{{/reason}}</div>
        {{#mayDo}}<form method="post" action="/tasks/{{id}}/done"><input type="hidden" name="token" value="{{formToken}}"><input type="hidden" name="back" value="{{back}}"><button type="submit">Done<span class="unseen">: {{title}}</span></button></form>{{/mayDo}}</li>{{/tasks}}
        </ul>{{/hasTasks}}
        {{^hasTasks}}<p class="faint">None.</p>{{/hasTasks}}
        </section>
        <section class="card">
        <h2>Subscriptions</h2>
        {{#hasSubscriptions}}<ul class="plain">{{#subscriptions}}<li><div><strong>{{plan}}</strong><span class="faint">{{state}}</span></div><span class="money">{{mrr}}</span></li>{{/subscriptions}}</ul>{{/hasSubscriptions}}
        {{^hasSubscriptions}}<p class="faint">None.</p>{{/hasSubscriptions}}
        </section>
        <section class="card">
        <h2>Contacts</h2>
        {{#hasContacts}}<ul class="plain">{{#contacts}}<li><div><strong>{{name}}</strong><span class="faint">{{role}}</span>{{#addresses}}<span>{{.}}</span>{{/addresses}}<span class="faint">{{consents}}</span></div></li>{{/contacts}}</ul>{{/hasContacts}}
        {{^hasContacts}}<p class="faint">None.</p>{{/hasContacts}}
        </section>
        </div>
        </div>
        """#
}
