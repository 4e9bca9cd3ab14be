"""Runs the measurements of risk-scorer, and prints one JSON object: measure_risk.py --help.

HOLDFAST_BENCH_URL is a superuser's URL of a migrated database that nobody else works on. The table of customers for the
regression is looked for where HOLDFAST_DATA points. Every figure of several runs is their median; "runs" has them all.
"""

import argparse
import csv
import datetime
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings

import numpy
import psycopg

URL = os.environ.pop("HOLDFAST_BENCH_URL")
ROLE = os.environ["HOLDFAST_RISK_SCORER_DATABASE_URL"].rsplit("/", 1)[0] + "/" + URL.rsplit("/", 1)[1]
TARGETS = {
    "bgnbd_speedup": [">=", 10],
    "expected_1m_s": ["<=", 1],
    "logit_speedup": [">=", 1],
    "logit_distance": ["<=", 1e-4],
    "nightly_1m_s": ["<=", 90],
    "nightly_rss_mb": ["<=", 500],
    "rescore_100_ms": ["<=", 200],
    "event_to_score_p95_s": ["<=", 3],
    "event_to_score_p95_s_demo": ["<=", 1],
}
ROUNDS = 7
SIZES = [10_000, 100_000, 300_000, 1_000_000]


def say(text: str) -> None:
    print(f"holdfast: {text}", file=sys.stderr, flush=True)


def timed(body) -> float:
    began = time.perf_counter()
    body()
    return time.perf_counter() - began


# MARK: Fits


def purchases(path: str) -> list[tuple[int, float, float]]:
    """x, tx and T in weeks of each customer until 1997-09-30, as Fader and Hardie count them."""
    end = datetime.date(1997, 9, 30)
    days: dict[str, set] = {}
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = datetime.date.fromisoformat(row["ordered_on"])
            if day <= end:
                days.setdefault(row["account_key"], set()).add(day)
    return [(len(d) - 1, (max(d) - min(d)).days / 7, (end - min(d)).days / 7) for d in days.values()]


def customers(path: str) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Telco as scikit-learn's users prepare it: numbers standardised, words one-hot."""
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numbers = ["tenure", "MonthlyCharges", "TotalCharges"]
    words = [name for name in rows[0] if name not in numbers + ["customerID", "Churn"]]
    values = numpy.array([[float(row[name].strip() or 0) for name in numbers] for row in rows])
    texts = numpy.array([[row[name] for name in words] for row in rows])
    design = numpy.hstack([StandardScaler().fit_transform(values), OneHotEncoder(sparse_output=False).fit_transform(texts)])
    return design, numpy.array([row["Churn"] == "Yes" for row in rows], dtype=int)


def fits(given: argparse.Namespace, result: dict) -> None:
    from lifetimes import BetaGeoFitter
    from sklearn.linear_model import LogisticRegression

    summary = purchases(given.orders)
    table = os.path.join(os.environ.get("HOLDFAST_DATA", ""), "telco", "Telco-Customer-Churn.csv")
    with tempfile.TemporaryDirectory() as folder:
        command = [f"{given.bin}/risk-scorer", "time", "--rounds", str(ROUNDS), "--purchases", f"{folder}/purchases"]
        with open(f"{folder}/purchases", "w", encoding="utf-8") as file:
            file.writelines(f"{x},{tx!r},{t!r}\n" for x, tx, t in summary)
        design = None
        if os.path.exists(table):
            design, labels = customers(table)
            with open(f"{folder}/rows", "w", encoding="utf-8") as file:
                for label, row in zip(labels, design):
                    file.write(",".join([str(label), *(repr(float(value)) for value in row)]) + "\n")
            command += ["--rows", f"{folder}/rows"]
        else:
            say(f"{table} is not there: the regression is left out")
        ours = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    x, tx, t = (numpy.array(column, dtype=float) for column in zip(*summary))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = [timed(lambda: BetaGeoFitter().fit(x, tx, t)) for _ in range(ROUNDS)]
    note(result, "BG/NBD, s", ours["bgnbd_s"])
    note(result, "BG/NBD of lifetimes, s", theirs)
    result["bgnbd_speedup"] = round(statistics.median(theirs) / statistics.median(ours["bgnbd_s"]), 1)
    result["bgnbd_log_likelihood"] = round(ours["log_likelihood"], 4)
    note(result, "E[X(39 weeks)] of a million, s", ours["expected_1m_s"])
    result["expected_1m_s"] = round(statistics.median(ours["expected_1m_s"]), 3)
    if design is None:
        return
    peers = {}
    for solver in ["lbfgs", "newton-cholesky"]:
        model = LogisticRegression(C=1, solver=solver, max_iter=2_000)
        model.fit(design, labels)
        peers[solver] = [timed(lambda: model.fit(design, labels)) for _ in range(ROUNDS)]
        note(result, f"regression of scikit-learn, {solver}, s", peers[solver])
    best = LogisticRegression(C=1, solver="newton-cholesky", max_iter=2_000, tol=1e-12).fit(design, labels)
    note(result, "regression, s", ours["logit_s"])
    # Against the quicker of its solvers.
    quickest = min(statistics.median(times) for times in peers.values())
    result["logit_speedup"] = round(quickest / statistics.median(ours["logit_s"]), 2)
    optimum = numpy.append(best.coef_[0], best.intercept_[0])
    result["logit_distance"] = float(numpy.max(numpy.abs(optimum[:-1] - numpy.array(ours["coefficients"])[:-1])))


def note(result: dict, what: str, runs: list[float]) -> None:
    result.setdefault("runs", []).append({"what": what, "runs": [round(run, 4) for run in runs]})


# MARK: Passes


class Database:
    def __init__(self):
        self.connection = psycopg.connect(URL, autocommit=True)

    def __call__(self, statement: str, values: tuple = ()) -> list:
        cursor = self.connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def environment(port: int) -> dict:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    return kept | {
        "HOLDFAST_RISK_SCORER_DATABASE_URL": ROLE, "HOLDFAST_RISK_SCORER_HEALTH_PORT": str(port),
        "HOLDFAST_LOG_LEVEL": "error", "HOLDFAST_STATEMENT_TIMEOUT": "600",
    }


def load(database: Database, first: int, last: int) -> None:
    """Accounts with 91 days of usage on one day in five, one in ten with a contract, one in twenty with orders. The roll-ups
    of these days are settled, as usage-ingest does with days that are over.

    The database is new and nobody else writes, so that ids run from 1.
    """
    database("set synchronous_commit = off")
    database(
        """
        insert into crm.account (key, name, created_at) select 'b' || n, 'B ' || n, now() - interval '400 days'
        from generate_series(%s::bigint, %s::bigint) n order by n
        """, (first, last))
    database(
        """
        insert into usage.subject (kind, key, created_at) select 'group', key, created_at from crm.account
        where id between %s and %s order by id
        """, (first, last))
    database(
        "insert into crm.account_subject (subject_id, account_id) select n, n from generate_series(%s::bigint, %s::bigint) n",
        (first, last))
    database("select holdfast.maintain_partitions()")
    database(
        """
        insert into usage.daily_folded (subject_id, day, event, known_on, count, settled, open)
        select n, day, 'Report Viewed', day, c, c, false
        from generate_series(%s::bigint, %s::bigint) n cross join generate_series(1, 91) d
        cross join lateral (select (now() at time zone 'UTC')::date - d as day, 1 + (n * 131 + d * 7) %% 16 as c) t
        where (n * 17 + d * (3 + n %% 5)) %% 5 = 0
        """, (first, last))
    database(
        """
        with total as (
            select subject_id, event, day, sum(count) over (partition by subject_id, event order by day)::bigint as total
            from usage.daily_folded where subject_id between %s and %s
        ), history as (
            insert into usage.event_history (subject_id, event, days, totals)
            select subject_id, event, array_agg(day order by day), array_agg(total order by day) from total
            group by subject_id, event returning subject_id, days, totals
        )
        insert into usage.activity select * from history
        """, (first, last))
    database(
        """
        with c as (
            insert into crm.subscription (account_id, key, started_at, known_at, historical)
            select id, key, now() - interval '300 days', now() - interval '300 days', true from crm.account
            where id %% 10 = 0 and id between %s and %s returning id)
        insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, seats, renews_at, occurred_at, known_at)
        select id, 'active', 4900, 'EUR', 3, now() + interval '65 days', now() - interval '300 days', now() - interval '300 days' from c
        """, (first, last))
    database(
        """
        insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at, known_at, historical)
        select a.id, a.key || ':' || d, 2500, 'EUR', now() - d * interval '1 day', now() - d * interval '1 day', true
        from crm.account a cross join generate_series(a.id %% 30, 360, 45) d
        where a.id %% 20 = 1 and a.id between %s and %s
        """, (first, last))
    if database("select max(id) from crm.account")[0][0] != last:
        raise SystemExit("ids don't run from 1: the database is not new")
    database("vacuum analyze")


class Service:
    def __init__(self, given: argparse.Namespace, port: int):
        self.process = subprocess.Popen(
            [f"{given.bin}/risk-scorer", "serve"], env=environment(port), stdout=subprocess.DEVNULL)
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("risk-scorer does not get ready")

    def peak_mb(self) -> int:
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            for line in file:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) // 1024
        return 0

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def wait(database: Database, kind: str, seconds: float) -> float:
    """Until no job of the kind is left; how long that took."""
    began = time.monotonic()
    while database(
        """
        select 1 from queue.job j where j.kind = %s and not exists (select from queue.done d where d.job_id = j.id)
            and not exists (select from queue.dead d where d.job_id = j.id) limit 1
        """, (kind,)):
        if time.monotonic() - began > seconds:
            raise TimeoutError
        time.sleep(0.25)
    return time.monotonic() - began


def nightly(given: argparse.Namespace, database: Database, result: dict, left) -> int:
    """The first pass of each size writes every score, the second one what changed: the second is the nightly one."""
    port, first, done = 39_190, 1, 0
    for size in SIZES:
        if left() < (8 * result.get("passes", [{"nightly_s": 0}])[-1]["first_s"] + 300 if done else 0):
            say(f"{size} accounts are left out: no time is left for them")
            break
        say(f"{size} accounts")
        load(database, first, size)
        first = size + 1
        database("delete from risk.daily_pass")
        service = Service(given, port)
        try:
            took = []
            for _ in range(2):
                database("select queue.enqueue('risk-scorer', 'scores.refresh', '{}', unique_key => 'scores.refresh', unique_scope => 'waiting')")
                took.append(wait(database, "scores.refresh", left()))
                database("delete from risk.daily_pass")
            scored = database("select count(*) from risk.score where horizon_days = 90")[0][0]
            result.setdefault("passes", []).append(
                {"accounts": size, "first_s": round(took[0], 1), "nightly_s": round(took[1], 1), "scored": scored,
                 "us_an_account": round(1e6 * took[1] / size, 1), "rss_mb": service.peak_mb()})
            result["nightly_rss_mb"] = service.peak_mb()
            if size == 1_000_000:
                result["nightly_1m_s"] = round(took[1], 1)
            done = size
            if size == SIZES[0]:
                service.stop()
                touched(given, database, size, result)
                # What it sent is taken back: the next size begins as if it had not been.
                database("delete from usage.daily_folded where event = 'Data Exported'")
                database("delete from usage.event where event = 'Data Exported'")
        except TimeoutError:
            say(f"the pass over {size} accounts did not end in time")
            done = size
            break
        finally:
            service.stop()
    return done


def touched(given: argparse.Namespace, database: Database, size: int, result: dict) -> None:
    service = Service(given, 39_190)
    try:
        wait(database, "scores.refresh", 1_800)
        if size == SIZES[0]:
            result["event_to_score_p95_s_demo"] = event_to_score(database)
            return
        times = []
        for round_ in range(ROUNDS):
            ids = [row[0] for row in database(
                "select id from crm.account order by hashint8(id + %s) limit 100", (round_,))]
            time.sleep(1.5)
            job = database(
                "select queue.enqueue('risk-scorer', 'account.changed', jsonb_build_object('accounts', %s::bigint[]))",
                (ids,))[0][0]
            began = time.monotonic()
            while not database("select 1 from queue.done where job_id = %s", (job,)):
                time.sleep(0.002)
            times.append(time.monotonic() - began)
        note(result, "100 touched accounts, s", times)
        result["rescore_100_ms"] = round(1_000 * statistics.median(times), 1)
        result["event_to_score_accounts"] = size
        result["event_to_score_p95_s"] = event_to_score(database)
    finally:
        service.stop()


def event_to_score(database: Database) -> float:
    """From an event committed to the score that knows of it, the 95th percentile [s]."""
    delays = []
    for round_ in range(60):
        subject, account = database(
            """
            select l.subject_id, l.account_id from crm.account_subject l join risk.score s on s.account_id = l.account_id
                and s.horizon_days = 90 order by hashint8(l.account_id + %s) limit 1
            """, (1_000 + round_,))[0]
        database(
            """
            insert into usage.event (subject_id, message_id, sent_on, event, occurred_at, known_at)
            values (%s, gen_random_uuid()::text, (now() at time zone 'UTC')::date, 'Data Exported', now(), now());
            """, (subject,))
        database(
            """
            insert into usage.daily_folded as d (subject_id, day, event, known_on, count)
            values (%s, (now() at time zone 'UTC')::date, 'Data Exported', (now() at time zone 'UTC')::date, 1)
            on conflict (subject_id, day, event, known_on) do update set count = d.count + 1
            """, (subject,))
        began = time.monotonic()
        database("select queue.publish('usage.recorded', null, jsonb_build_object('subjects', array[%s::bigint]))", (subject,))
        while not database(
            "select 1 from risk.signal where account_id = %s and signal = 'data_export' and value > 0", (account,)):
            if time.monotonic() - began > 60:
                break
            time.sleep(0.002)
        delays.append(time.monotonic() - began)
    delays.sort()
    return round(delays[int(len(delays) * 0.95) - 1], 3)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--orders", required=True)
    parser.add_argument("--seconds", type=float, default=2_000)
    given = parser.parse_args()
    end = time.monotonic() + given.seconds
    result: dict = {"targets": TARGETS}
    say("fits")
    fits(given, result)
    database = Database()
    size = nightly(given, database, result, lambda: end - time.monotonic())
    say("touched accounts")
    touched(given, database, size, result)
    print(json.dumps(result))


main()
