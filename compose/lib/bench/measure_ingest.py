"""Runs the measurements of usage-ingest and of the limits beside it, and prints one JSON object: measure_ingest.py --help.

HOLDFAST_BENCH_URL is a superuser's URL of a migrated database that nobody else works on. Every rate is the median of its
runs; "runs" has them all.
"""

import argparse
import hashlib
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

import psycopg

URL = os.environ.pop("HOLDFAST_BENCH_URL")
SERVICE_URL = os.environ["HOLDFAST_USAGE_INGEST_DATABASE_URL"].rsplit("/", 1)[0] + "/bench_ingest"
KEY = "hf_write_" + secrets.token_hex(16)
TARGETS = {
    "events_over_limit": [">=", 0.4],
    "events_over_limit_8": [">=", 0.25],
    "limit_over_copy": [">=", 0.45],
    "one_account_over_spread": [">=", 0.5],
    "p99_ms_at_half": ["<=", 100],
    "lone_over_commit_p50_ms": ["<=", 4],
    "duplicates_over_new": [">=", 1],
    "full_over_empty": [">=", 0.8],
    "rss_mb": ["<=", 300],
    "slow_clients_rss_mb": ["<=", 400],
    "two_over_one": [">=", 0.95],
    "two_over_one_held": [">=", 1.7],
    "lost": ["<=", 0],
}
TABLES = "usage.event, usage.daily_folded, usage.daily_delta, usage.mark, usage.quarantine"


def say(text: str) -> None:
    print(f"holdfast: {text}", file=sys.stderr, flush=True)


def sql(statement: str):
    with psycopg.connect(URL, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def empty() -> None:
    sql(f"truncate {TABLES}")
    sql("truncate queue.ready, queue.scheduled, queue.blocked, queue.lease, queue.done, queue.job")
    sql("checkpoint")


def stored() -> int:
    return sql("select count(*) from usage.event")[0][0]


def is_exact() -> bool:
    return not sql("""
        select from (
            select subject_id, (occurred_at at time zone 'UTC')::date as day, event,
                (known_at at time zone 'UTC')::date as known_on, count(*) as count
            from usage.event group by 1, 2, 3, 4) as e
        full join usage.daily d using (subject_id, day, event, known_on)
        where e.count is distinct from d.count limit 1""")


class Ingest:
    """One process of usage-ingest, as its own role."""

    def __init__(self, program: str, port: int):
        self.port = port
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
        environment |= {
            "HOLDFAST_USAGE_INGEST_DATABASE_URL": SERVICE_URL, "HOLDFAST_USAGE_INGEST_PORT": str(port),
            "HOLDFAST_USAGE_INGEST_HEALTH_PORT": str(port + 1), "HOLDFAST_LOG_LEVEL": "error",
        }
        self.process = subprocess.Popen([program, "serve"], env=environment, stdout=subprocess.DEVNULL)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/readyz", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("usage-ingest is not ready after 30 s")

    def peak_mb(self) -> float:
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def cpu_s(self) -> float:
        return cpu_s(self.process.pid)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(30)


def cpu_s(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Hold:
    """Holds processes to a share of a core each, by the kernel's quota where there is one, else by stopping them."""

    SLICE = 0.05

    def __init__(self, pids: list[int], share: float):
        self.folders, self.going = [], True
        for pid in pids:
            folder = f"/sys/fs/cgroup/cpu/holdfast-bench-{pid}"
            try:
                os.mkdir(folder)
                for name, value in (("cpu.cfs_period_us", 50_000), ("cpu.cfs_quota_us", int(50_000 * share)), ("cgroup.procs", pid)):
                    with open(f"{folder}/{name}", "w", encoding="ascii") as file:
                        file.write(str(value))
                self.folders.append((folder, pid))
            except OSError:
                threading.Thread(target=self.pulse, args=(pid, share), daemon=True).start()

    def pulse(self, pid: int, share: float) -> None:
        while self.going:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(self.SLICE * (1 - share))
            os.kill(pid, signal.SIGCONT)
            time.sleep(self.SLICE * share)

    def end(self) -> None:
        self.going = False
        for folder, pid in self.folders:
            with open("/sys/fs/cgroup/cpu/cgroup.procs", "w", encoding="ascii") as file:
                file.write(str(pid))
            os.rmdir(folder)


class Bench:
    def __init__(self, given: argparse.Namespace):
        self.given = given
        self.runs: dict[str, list[float]] = {}
        self.seed = 0
        self.lost = 0
        self.result: dict = {}

    def call(self, *words: object) -> dict:
        done = subprocess.run([self.given.bench, *map(str, words)], stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout)

    def load(self, *words: object, ports: list[int], seed: int | None = None, **_: object) -> dict:
        if seed is None:
            self.seed += 1
            seed = self.seed
        also = [word for port in ports[1:] for word in ("--also", port)]
        return self.call("load", "--port", ports[0], *also, "--key", KEY, "--seed", seed, *words)

    def note(self, name: str, rate: float) -> None:
        say(f"  {name} {round(rate)}/s")
        self.runs.setdefault(name, []).append(rate)

    def middle(self, name: str) -> float:
        return statistics.median(self.runs[name])

    def counted(self, name: str, *words: object, ports: list[int]) -> dict:
        """Loads an empty database; what was answered 200 must all be there, and the roll-ups equal to a recount."""
        empty()
        found = self.load(*words, ports=ports)
        self.lost += max(0, found["events"] - stored()) + found["failed"]
        if not is_exact():
            raise SystemExit(f"after {name} the roll-ups differ from a recount of the events")
        self.note(name, found["per_second"])
        return found


def rates(bench: Bench, ingest: Ingest, seconds: float) -> None:
    rounds = bench.given.rounds
    for number in range(rounds):
        say(f"rates, round {number + 1} of {rounds}")
        for connections in (1, 2):
            sql("checkpoint")
            found = bench.call("copy", "--url", URL, "--connections", connections, "--accounts", 1_000, "--seed", number)
            bench.note(f"copy_{connections}", found["per_second"])
        for connections in (1, 2, 3):
            empty()
            found = bench.call("limit", "--url", URL, "--connections", connections, "--accounts", 1_000, "--seed", number)
            bench.note(f"limit_{connections}", found["per_second"])
        before = ingest.cpu_s(), wal()
        found = bench.counted("http_64", "--connections", 64, "--seconds", seconds, ports=[ingest.port])
        if number == 0:
            bench.result["wal_bytes_an_event"] = round((wal() - before[1]) / max(1, found["events"]))
            bench.result["ingest_cpu_us_an_event"] = round(1e6 * (ingest.cpu_s() - before[0]) / max(1, found["events"]), 2)
        bench.counted("http_8", "--connections", 8, "--seconds", seconds, ports=[ingest.port])
        bench.counted("one_account", "--connections", 64, "--seconds", seconds, "--accounts", 1, ports=[ingest.port])
        empty()
        bodies = max(5, int(bench.runs["http_64"][-1] * seconds / 6_400))
        words = ("--connections", 64, "--seconds", 120, "--bodies", bodies)
        bench.note("new", bench.load(*words, ports=[ingest.port], seed=900_000 + number)["per_second"])
        bench.note("duplicates", bench.load(*words, ports=[ingest.port], seed=900_000 + number)["per_second"])
        if stored() != bodies * 6_400:
            raise SystemExit(f"{stored()} events are there, {bodies * 6_400} were sent twice")


def wal() -> int:
    return int(sql("select pg_current_wal_lsn() - '0/0'")[0][0])


def latencies(bench: Bench, ingest: Ingest, seconds: float) -> None:
    say("latency at half of the rate, and of a lone event")
    empty()
    half = bench.middle("http_64") / 2
    found = bench.load("--connections", 16, "--seconds", 3 * seconds, "--rate", half, ports=[ingest.port])
    lone = bench.call("lone", "--url", URL, "--port", ingest.port, "--key", KEY)
    bench.result |= {
        "p99_ms_at_half": round(found["p99_ms"], 1), "p50_ms_at_half": round(found["p50_ms"], 1),
        "lone_over_commit_p50_ms": round(lone["lone_p50_ms"] - lone["commit_p50_ms"], 2),
        "lone_commit_p50_ms": round(lone["commit_p50_ms"], 2),
    }


def memory(bench: Bench, seconds: float) -> None:
    say("memory under large bodies and under slow clients")
    for name in ("rss_mb", "slow_clients_rss_mb"):
        empty()
        ingest = Ingest(bench.given.program, 18_500)
        try:
            if name == "rss_mb":
                found = bench.load("--connections", 64, "--seconds", 2 * seconds, "--padding", 4_650, ports=[ingest.port])
                bench.result["large_bodies_per_s"] = round(found["per_second"] / 100)
                bench.lost += max(0, found["events"] - stored())
            else:
                found = bench.call("slow", "--port", ingest.port, "--key", KEY, "--seconds", 3 * seconds)
                bench.result["slow_clients"] = found["connected"]
                bench.result["served_after"] = found["served_after"]
            bench.result[name] = round(ingest.peak_mb())
        finally:
            ingest.stop()


def processes(bench: Bench, ingest: Ingest, seconds: float) -> None:
    say("two processes beside one")
    other = Ingest(bench.given.program, 18_600)
    try:
        for _ in range(bench.given.rounds):
            bench.counted("one_process", "--connections", 32, "--seconds", seconds, ports=[ingest.port])
            bench.counted("two_processes", "--connections", 32, "--seconds", seconds, ports=[ingest.port, other.port])
        hold = Hold([ingest.process.pid, other.process.pid], 0.3)
        try:
            for _ in range(bench.given.rounds):
                bench.counted("one_held", "--connections", 32, "--seconds", seconds, ports=[ingest.port])
                bench.counted("two_held", "--connections", 32, "--seconds", seconds, ports=[ingest.port, other.port])
        finally:
            hold.end()
    finally:
        other.stop()


def full(bench: Bench, ingest: Ingest, seconds: float) -> None:
    """Half of the stored events in the month that is written, half in the one before."""
    say(f"storing {bench.given.stored} events")
    empty()
    each = bench.given.stored // 2
    months = ("date_trunc('month', now())", "date_trunc('month', now()) - interval '1 month'")
    index = sql("select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index "
                "where indrelid = 'usage.event'::regclass")
    # Rows first and indexes after, or it would take an hour.
    for month in months:
        part, bound = sql(f"""
            select c.oid::regclass::text, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where inhparent = 'usage.event'::regclass
                and c.relname like '%' || to_char(({month}) at time zone 'UTC', 'YYYYMM') || '01'""")[0]
        sql(f"alter table usage.event detach partition {part}")
        for name, in sql(f"select indexrelid::regclass::text from pg_index where indrelid = '{part}'::regclass"):
            sql(f"drop index {name}")
        sql(f"""
            insert into {part} (subject_id, message_id, sent_on, event, user_subject_id, occurred_at, known_at, received_at, properties)
            select 1 + n % 1000, gen_random_uuid(), at::date, 'Report Viewed', 1001 + n % 20000, at, at, at,
                '{{"rows": 12, "source": "web", "plan": "pro"}}'
            from (select n, {month} + (n % 86400) * interval '1 second' as at from generate_series(1, {each}) n) as made""")
        for _, words in index:
            name, rest = words.split(" ON ONLY ")[0], words.split(" USING ")[1]
            sql(f"{name.rsplit(' ', 1)[0]} ON {part} USING {rest}")
        sql(f"alter table usage.event attach partition {part} {bound}")
        sql(f"vacuum analyze {part}")
    sql("checkpoint")
    for _ in range(bench.given.rounds):
        before = stored_recently()
        found = bench.load("--connections", 64, "--seconds", seconds, ports=[ingest.port])
        bench.lost += max(0, found["events"] - (stored_recently() - before))
        bench.note("full", found["per_second"])


def stored_recently() -> int:
    return sql("select count(*) from usage.event where original_at is not null")[0][0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--bench", required=True)
    parser.add_argument("--seconds", type=float, default=2_000, help="how long it may take")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--each", type=float, default=5, help="seconds of one run")
    parser.add_argument("--stored", type=int, default=20_000_000, help="events of the full table")
    given = parser.parse_args()
    if given.seconds < 1_200:
        given.rounds = min(given.rounds, 3)
    bench = Bench(given)
    sql("insert into crm.api_key (name, scope, hint, hash) values ('bench', 'write', 'bench', "
        f"'\\x{hashlib.sha256(KEY.encode()).hexdigest()}')")
    ingest = Ingest(given.program, 18_400)
    subscriber = subprocess.Popen([given.bench, "subscribe", "--url", URL])
    try:
        bench.load("--connections", 8, "--seconds", 2, ports=[ingest.port])
        rates(bench, ingest, given.each)
        latencies(bench, ingest, given.each)
        processes(bench, ingest, given.each)
        full(bench, ingest, given.each)
        ingest.stop()
        memory(bench, given.each)
    finally:
        subscriber.terminate()
        if ingest.process.poll() is None:
            ingest.stop()
    middle = {name: statistics.median(values) for name, values in bench.runs.items()}
    limit = max(middle[f"limit_{connections}"] for connections in (1, 2, 3))
    copy = max(middle["copy_1"], middle["copy_2"])
    json.dump({"targets": TARGETS} | bench.result | {
        "events_over_limit": round(middle["http_64"] / limit, 2),
        "events_over_limit_8": round(middle["http_8"] / limit, 2),
        "limit_over_copy": round(limit / copy, 2),
        "one_account_over_spread": round(middle["one_account"] / middle["http_64"], 2),
        "duplicates_over_new": round(middle["duplicates"] / middle["new"], 2),
        "full_over_empty": round(middle["full"] / middle["http_64"], 2),
        "two_over_one": round(middle["two_processes"] / middle["one_process"], 2),
        "two_over_one_held": round(middle["two_held"] / middle["one_held"], 2),
        "lost": bench.lost,
        "runs": [{"what": name, "median_per_s": round(middle[name]), "runs": [round(value) for value in values]}
                 for name, values in bench.runs.items()],
    }, sys.stdout)


main()
