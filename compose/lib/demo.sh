# The demo: two stories are written, imported and sent, the loop runs on them, and the outcome is printed.
# `compose/up --demo` calls demo_run when all services are ready and .holdfast/env is sourced and exported.
# Everything in it may be repeated: orders have their keys and events their message ids, so nothing counts twice.
# shellcheck shell=bash

DEMO_SEED=1
DEMO_MEGABYTES=500
DEMO_SENDERS=3
# How long the loop may take from the last event to the last delivery, in seconds.
DEMO_DEADLINE=900
DEMO_POLL=2
DEMO_IS_QUIET="select sum(ready + running + scheduled) = 0 from report.queue where queue in ('contacts', 'risk-scorer')"

demo_run() {
  demo_load
  demo_wait
  demo_print
}

# Writes both stories, imports and sends them, and waits until every account is scored.
demo_load() {
  DEMO=$PLACE/demo
  packages_need curl gzip
  demo_write
  if demo_loaded; then
    say "both stories are in the database already; nothing is sent again"
    demo_wait_scored
  else
    (demo_load_quietly)
  fi
}

# While half a story is in, every customer looks as if it had stopped. So scheduler begins nothing before the whole is
# scored; of what it is told meanwhile it then looks up what is still so.
demo_load_quietly() {
  trap 'demo_ask "select queue.resume('"'scheduler'"')" >/dev/null' EXIT
  trap 'exit 130' INT TERM HUP
  demo_ask "select queue.pause('scheduler')" >/dev/null
  demo_import
  demo_send
  demo_wait_scored
}

# One value from the database, as the operator.
demo_ask() { url_sql "$HOLDFAST_OPERATOR_URL" "$1"; }

# A number or text from story.json, which is one flat object.
demo_said() { sed -nE "s/.*\"$1\":\"?([^\",}]*).*/\1/p" "$DEMO/story.json"; }

# Before anything is changed, with the owner's URL: a database that holds accounts and no demo is somebody's. One that
# holds the demo may have got more since, and is not loaded again. Accounts that usage made by itself (stubs) are the
# demo's where their keys are those of its story.
demo_refuse_others() {
  local others
  [[ $(url_sql "$1" "select to_regclass('crm.account') is not null") == t ]] || return 0
  others=$(url_sql "$1" "select case when exists (select from crm.account where source = 'demo') then 0 else count(*) end
    from crm.account where not (stub and key ~ '^(org-[0-9]{4}|(user:)?usr-[0-9]{4}-[0-9])$')")
  ((others == 0)) ||
    fail "This database holds $others accounts that the demo did not make, so the demo is not loaded into it:" \
      "give it a database of its own (--database URL), or erase this one first (compose/down --erase)."
}

# Writes the story once: a database that holds some of it says on which day it was told, and the same day gives the same
# files. One that holds nothing of it gets today's.
demo_write() {
  local told words=() today
  today=$(date -u +%F)
  told=$(demo_told "$today")
  if [[ -s $DEMO/story.json && ($told == begun || $(demo_said today) == "$told") ]]; then
    demo_age "$today"
    return 0
  fi
  [[ $told == begun ]] || words=(--today "$told")
  place_needs "$DEMO" "$DEMO_MEGABYTES" "the demo"
  # The users of the services may not see the clone, so the source is copied to where they do.
  install -d -m 0750 -o "$SERVICE_USER" "$DEMO/source"
  install -m 0644 "$CODE/compose/demo/shop-orders.csv" "$DEMO/source/shop-orders.csv"
  say "writing two stories into $DEMO"
  as_user "$SERVICE_USER" demo-story write --folder "$DEMO" --shop "$DEMO/source/shop-orders.csv" \
    --seed "$DEMO_SEED" "${words[@]}" >&2 || fail "The demo's files could not be written (see above)."
}

# On which day the database's story was told, by any one of its orders; "begun" if it has only accounts yet, and the day
# given if it has nothing: demo_told TODAY
demo_told() {
  local order source=$CODE/compose/demo/shop-orders.csv from last
  order=$(demo_ask "select coalesce(
    (select key || ' ' || (occurred_at at time zone 'UTC')::date from crm.account_order where source = 'demo' limit 1),
    (select 'begun' from crm.account where source = 'demo' limit 1), '$1')")
  if [[ $order != *' '* ]]; then
    printf '%s\n' "$order"
    return 0
  fi
  from=$(awk -F, -v key="${order% *}" '$2 == key { print $3 }' "$source")
  [[ -n $from ]] || fail "The order ${order% *} in the database calls itself the demo's and is none: compose/down --erase."
  last=$(sed 1d "$source" | cut -d, -f3 | sort | tail -1)
  date -u -d "@$(($(date -u -d "${order#* }" +%s) - $(date -u -d "$from" +%s) + $(date -u -d "$last" +%s) + 86400))" +%F
}

# A story told days ago has had no events since, and its accounts look the more silent the older it is: demo_age TODAY
demo_age() {
  local told
  told=$(demo_said today)
  say "the stories are written already, as of $told"
  [[ $told == "$1" ]] || say "they end on that day; for stories that end yesterday: compose/down --erase, compose/up --demo"
}

# Is all of it in the database?
demo_loaded() {
  local told
  told=$(demo_ask "select (select count(*) from crm.account where source = 'demo')
      >= $(demo_said shop_accounts) + $(demo_said saas_accounts)
    and (select count(*) from crm.account_order where source = 'demo') >= $(demo_said orders)
    and (select count(*) from usage.event where message_id like 'demo-$(demo_said seed)-%') >= $(demo_said events)")
  [[ $told == t ]]
}

demo_import() {
  local file
  demo_owners
  for file in saas-accounts saas-contacts saas-subscriptions shop-accounts shop-contacts shop-orders; do
    demo_import_file "${file#*-}" "$DEMO/$file.csv"
  done
}

# The owners, with addresses for their alerts: an import by itself knows no more of them than their names.
demo_owners() {
  local owner
  for owner in $(tail -q -n +2 "$DEMO"/{saas,shop}-accounts.csv | awk -F, '{ print $NF }' | sort -u); do
    [[ $(demo_ask "select count(*) from crm.team_user where name = '$owner'") == 0 ]] || continue
    quiet "The owner $owner could not be made" \
      as_user "$SERVICE_USER" contacts user add "$owner" --email "$owner@example.invalid" --role manager
  done
}

# What an account is now is known now; what it bought and pays for is declared history: demo_import_file KIND FILE
demo_import_file() {
  local words=("$1" "$2" --source demo)
  case $1 in subscriptions | orders) words+=(--history) ;; esac
  say "importing $(basename "$2")"
  as_user "$SERVICE_USER" contacts import "${words[@]}" >&2 ||
    fail "The import of $2 failed (see above); compose/up --demo goes on where it stopped."
}

# Posts the usage, a few bodies at a time and in the order of time.
demo_send() {
  local all
  all=$(demo_said bodies)
  say "sending $(demo_said events) events in $all bodies to $HOLDFAST_INGEST_URL/v1/import"
  export HOLDFAST_WRITE_KEY HOLDFAST_INGEST_URL
  export -f demo_post
  # shellcheck disable=SC2016 # the inner shell expands it
  find "$DEMO" -maxdepth 1 -name 'usage-*.json' | sort |
    xargs -P "$DEMO_SENDERS" -n 1 bash -c 'demo_post "$0"' |
    awk -v all="$all" '++sent % 50 == 0 || sent == all { print "holdfast: sent " sent " of " all > "/dev/stderr" }' ||
    fail "usage-ingest did not take all usage (see above); compose/up --demo sends it again, and nothing counts twice."
}

# Sends one body, gzip, stamped with the time of sending; curl waits as long as Retry-After asks on 429 and 503. The key
# comes in by standard input, for a command line can be read by all. Prints the file's name when the body is committed;
# 255 makes xargs stop: demo_post FILE
demo_post() {
  local body answer
  body=$(mktemp) || exit 255
  { printf '{"sentAt":"%s",' "$(date -u +%FT%T.%3NZ)" && tail -c +2 "$1"; } | gzip -1 >"$body"
  if answer=$(printf 'user = "%s:"\n' "$HOLDFAST_WRITE_KEY" |
    curl --config - --silent --show-error --fail-with-body --max-time 120 \
      --retry 10 --retry-connrefused --retry-max-time 300 \
      --header 'Content-Type: application/json' --header 'Content-Encoding: gzip' \
      --data-binary "@$body" "$HOLDFAST_INGEST_URL/v1/import" 2>&1); then
    rm -f "$body"
    printf '%s\n' "$1"
  else
    rm -f "$body"
    printf '%s\n' "holdfast: $1 was refused: ${answer:0:500}" >&2
    exit 255
  fi
}

# Waits until the loop knows all of both stories.
demo_wait_scored() {
  local end=$((SECONDS + DEMO_DEADLINE)) accounts
  accounts=$(($(demo_said shop_accounts) + $(demo_said saas_accounts)))
  demo_until "$end" "all usage is counted" "select coalesce(sum(count), 0) >= $(demo_said events) from report.usage_daily"
  demo_until "$end" "all $accounts accounts are scored" "select count(distinct account_key) >= $accounts from report.score"
  demo_until "$end" "what was touched is scored" "$DEMO_IS_QUIET"
  # What is usual in the fleet was still moving while the story came in, and early scores were measured against that.
  demo_score_all "$end"
  demo_until "$end" "segments are up to date" "$DEMO_IS_QUIET"
}

# Scores every account once more and waits for the end of it: demo_score_all END
demo_score_all() {
  local job
  job=$(url_sql "$HOLDFAST_RISK_SCORER_DATABASE_URL" "select queue.enqueue('risk-scorer', 'scores.refresh')")
  demo_until "$1" "every account is scored against the whole" \
    "select exists (select from report.job where job_id = $job and state = 'completed')"
}

# Waits for the hops that follow, in turn.
demo_wait() {
  local end=$((SECONDS + DEMO_DEADLINE)) exported
  exported=$(grep -c ',exported,' "$DEMO/truth.csv")
  demo_until "$end" "data-exported has enrolled" "select count(*) >= $exported from report.task where playbook = 'data-exported'"
  demo_until "$end" "usage-drop, pays-without-using and good-customer-late have enrolled" "select count(distinct playbook) = 3
    from report.task where playbook in ('usage-drop', 'pays-without-using', 'good-customer-late')"
  demo_until "$end" "win-back has enrolled" "select exists (select from report.enrollment where playbook = 'win-back')"
  demo_until "$end" "every enrollment has begun" \
    "select sum(ready + running) = 0 from report.queue where queue in ('contacts', 'risk-scorer', 'scheduler')"
  demo_until "$end" "alerts and mails are delivered (in the sandbox)" \
    "select count(*) > 0 and count(*) filter (where channel = 'mail') > 0 from report.delivery where delivered_at is not null"
  demo_until "$end" "no message is on its way any more" \
    "select not exists (select from report.delivery where state = 'pending')"
}

# Asks until it is so: demo_until END WHAT SQL
demo_until() {
  say "waiting until $2"
  until [[ $(url_sql "$HOLDFAST_REPORT_URL" "$3") == t ]]; do
    if ((SECONDS >= $1)); then
      demo_faults >&2
      fail "After $((DEMO_DEADLINE / 60)) minutes it is still not so that $2. compose/status shows queues and lag;" \
        "compose/up --demo goes on waiting."
    fi
    sleep "$DEMO_POLL"
  done
}

# What the jobs and the alarms complain of, for a loop that doesn't get on.
demo_faults() {
  url_run "$HOLDFAST_REPORT_URL" psql --no-psqlrc -q -c "select queue, kind, attempt, left(error, 120) as error, count(*)
    from report.job where error is not null group by 1, 2, 3, 4 order by 5 desc limit 5" -c 'table report.alarm' || true
}

# The outcome: ten accounts with the SQL that shows them, and how well the score finds what was planted.
demo_print() {
  demo_table "The SaaS company: who is worth a call first (probability × yearly revenue, where there is a reason)" '^org-'
  demo_table "The shop: who is worth a call first (probability × spend of a year, where there is a reason)" '^[0-9]{5}$'
  # shellcheck disable=SC2119
  demo_judge
  printf '\nSee them in the console: %s (%s)\n' "$HOLDFAST_CONTACTS_URL" "$(person_words)"
}

# demo_table TITLE KEY_PATTERN
demo_table() {
  local sql
  sql="select r.account_key, r.name, round(r.probability::numeric * 100) as percent, round(r.money / 100.0) as money,
       r.currency, r.reason, t.title as open_task
from report.at_risk r left join report.task t on t.task_id = r.task_id
where r.account_key ~ '$2' and r.reason is not null order by r.stake desc nulls last, r.account_key limit 5;"
  printf '\n%s\n' "$1"
  url_run "$HOLDFAST_REPORT_URL" psql --no-psqlrc -qAt -F $'\x1f' -v ON_ERROR_STOP=1 -c "$sql" |
    awk -F $'\x1f' '{
      printf "\n%d. %s %s: %s %% of %s %s\n", NR, $1, $2, $3, $4 == "" ? "?" : $4, $5
      printf "   why:  %s\n   task: %s\n", $6 == "" ? "no reason" : $6, $7 == "" ? "none is open" : $7
    }'
  printf '\nThe same by compose/psql --report:\n%s\n' "$sql"
}

# shellcheck disable=SC2120 # compose/test gives --least
# Prints how the scores rank what was planted; with --least X, fails below: demo_judge [--least X]
demo_judge() {
  DEMO=$PLACE/demo
  local scores
  scores=$(mktemp)
  url_run "$HOLDFAST_REPORT_URL" psql --no-psqlrc -q --csv -v ON_ERROR_STOP=1 \
    -c "select account_key, probability from report.score where horizon_days = 90 and account_key ~ '^org-'" >"$scores"
  printf '\n'
  demo-story judge --folder "$DEMO" --scores "$scores" "$@"
  rm -f "$scores"
}
