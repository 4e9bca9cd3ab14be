# The whole chain: from one event posted to usage-ingest to a signed webhook about the task that it opened.
# shellcheck shell=bash

LOOP_EVENTS=20
# A webhook that has not arrived after this is missing [s].
LOOP_PATIENCE=20

bench_run() {
  local receiver secret
  export HOLDFAST_NOTIFIER_ALLOW_NETWORKS=127.0.0.0/8
  bench_up
  loop_story
  receiver=$(port_free_from $((BENCH_PORT_FIRST + 200)))
  secret=$(program_run notifier endpoint add bench "http://127.0.0.1:$receiver/" | sed -n 's/^secret //p')
  [[ -n $secret ]] || fail "notifier did not make an endpoint (see above)."
  bench_disk
  say "posting $LOOP_EVENTS events, one after another"
  loop_accounts >"$BENCH_RESULTS/accounts.csv"
  HOLDFAST_BENCH_SECRET=$secret python3 "$LIB/bench/loop.py" --ingest "$HOLDFAST_INGEST_URL" --port "$receiver" \
    --events "$LOOP_EVENTS" --patience "$LOOP_PATIENCE" --seconds "$(bench_left)" \
    --accounts "$BENCH_RESULTS/accounts.csv" --truth "$DEMO/truth.csv" --contacts "$DEMO/saas-contacts.csv" \
    >"$BENCH_RESULTS/posts" || fail "The events could not be posted (see above)."
  bench_quiet
  loop_chains >"$BENCH_RESULTS/chains.csv"
  python3 "$LIB/bench/hops.py" "$BENCH_RESULTS/posts" "$BENCH_RESULTS/chains.csv" | bench_keep
}

# The demo's stories, with the loop at rest behind them.
loop_story() {
  DEMO_DEADLINE=$(($(bench_left) < DEMO_DEADLINE ? $(bench_left) : DEMO_DEADLINE))
  demo_load
  demo_wait
  bench_quiet
}

# Accounts with no task, of whom no export is known: an export would be news of them.
loop_accounts() {
  url_run "$HOLDFAST_REPORT_URL" psql --no-psqlrc -q --csv -v ON_ERROR_STOP=1 -c "
    select account_key from report.account
    except select account_key from report.usage_daily where event = 'Data Exported'
    except select account_key from report.task where state = 'open' or playbook = 'data-exported'"
}

# For each account, the jobs that led to its webhook, the last one first, by their causes.
loop_chains() {
  url_run "$HOLDFAST_OPERATOR_URL" psql --no-psqlrc -q --csv -v ON_ERROR_STOP=1 -c "
    with recursive job as materialized (
      select job_id, queue, kind, cause_job_id, extract(epoch from started_at) as started,
        extract(epoch from finished_at) as finished
      from report.job where finished_at > now() - interval '1 hour'
    ), chain as (
      select a.key as account_key, 0 as distance, j.*
      from notify.delivery d
      join notify.endpoint e on e.id = d.endpoint_id and e.name = 'bench'
      join crm.account a on a.id = d.account_id
      join notify.attempt t on t.delivery_id = d.id and t.attempt = 1
      join job j on j.job_id = t.job_id
      where d.topic = 'task.opened'
      union all
      select c.account_key, c.distance + 1, j.* from chain c join job j on j.job_id = c.cause_job_id
    )
    select account_key, distance, queue, kind, started, finished from chain order by account_key, distance"
}
