extension Pages {
    static let atRisk = #"""
        <div class="head">
        <div><h1>At risk</h1><p class="faint">{{summary}}</p></div>
        <form class="filter" method="get" action="/">
        <label for="owner">Owner</label>
        <select id="owner" name="owner">
        <option value="">Everybody</option>
        {{#owners}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/owners}}
        </select>
        <label for="band">Band</label>
        <select id="band" name="band">
        {{#bands}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/bands}}
        </select>
        <button type="submit">Show</button>
        </form>
        </div>
        {{#isEmpty}}
        <section class="card"><p>No account matches. {{hint}}</p></section>
        {{/isEmpty}}
        {{^isEmpty}}
        <div class="card flush"><table class="list">
        <caption class="unseen">Accounts by probability times money, the most urgent first</caption>
        <thead><tr><th scope="col">Account</th><th scope="col">Risk</th><th scope="col" class="right">Worth a year</th><th scope="col">First reason</th><th scope="col">Owner</th><th scope="col">Open task</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr>
        <th scope="row"><a href="{{link}}">{{name}}</a><span class="faint">{{key}}</span></th>
        <td data-label="Risk"><span class="band {{band}}"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="6"/><rect class="level" width="{{percent}}" height="6"/></svg><strong>{{percent}} %</strong> {{band}}</span></td>
        <td data-label="Worth a year" class="right money">{{money}}</td>
        <td data-label="First reason" class="wide">{{reason}}</td>
        <td data-label="Owner">{{owner}}</td>
        <td data-label="Open task">{{#task}}<a href="{{link}}#task-{{id}}">{{title}}</a>{{/task}}</td>
        </tr>
        {{/rows}}
        </tbody></table></div>
        {{/isEmpty}}
        <nav class="pager" aria-label="More accounts">
        {{#previous}}<a rel="prev" href="{{previous}}">← Before</a>{{/previous}}
        <span class="faint">{{range}}</span>
        {{#next}}<a rel="next" href="{{next}}">Next →</a>{{/next}}
        </nav>
        """#

    static let tasks = #"""
        <div class="head">
        <div><h1>Tasks</h1><p class="faint">{{summary}}</p></div>
        <nav class="tabs" aria-label="Whose tasks">
        <a href="/tasks?whose=mine"{{#isMine}} aria-current="true"{{/isMine}}>Mine</a>
        <a href="/tasks?whose=all"{{^isMine}} aria-current="true"{{/isMine}}>All</a>
        </nav>
        </div>
        {{#notice}}<p class="notice" role="status">{{notice}}</p>{{/notice}}
        {{#isEmpty}}<section class="card"><p>Nothing to do here. {{#isMine}}<a href="/tasks?whose=all">See everybody's tasks</a>{{/isMine}}</p></section>{{/isEmpty}}
        <ul class="tasks">
        {{#rows}}
        <li class="card task{{#isLate}} late{{/isLate}}" id="task-{{id}}">
        <div>
        <h2>{{title}}</h2>
        <p class="faint"><a href="{{accountLink}}">{{account}}</a> · {{due}}{{#owner}} · {{owner}}{{/owner}}{{#playbook}} · {{playbook}}{{/playbook}}</p>
        {{#reason}}<p class="said">{{reason}}</p>{{/reason}}
        {{#script}}<details><summary>How to go about it</summary><p class="said">{{script}}</p></details>{{/script}}
        </div>
        {{#mayChange}}
        <form method="post" action="/tasks/{{id}}/done">
        <input type="hidden" name="token" value="{{formToken}}">
        <input type="hidden" name="back" value="{{back}}">
        <button type="submit">Done<span class="unseen">: {{title}}</span></button>
        </form>
        {{/mayChange}}
        </li>
        {{/rows}}
        </ul>
        """#
}
