"""Runs the measurements of the queue, ours and the peers' in turn, and prints one JSON object: measure_queue.py --help.

HOLDFAST_BENCH_URL is a superuser's URL without a database; bench_queue is migrated, bench_peer is empty. Every figure is
the median of its runs; "runs" has them all.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import psycopg

HERE = os.path.dirname(os.path.realpath(__file__))
URL = os.environ["HOLDFAST_BENCH_URL"]
QUEUE, PEER = f"{URL}/bench_queue", f"{URL}/bench_peer"
JOBS, SHALLOW = 200_000, 50_000
BATCH = 200
TARGETS = {
    "drain_over_pgqueuer": [">=", 2],
    "drain_over_limit": [">=", 0.65],
    "limit_over_pgqueuer": [">=", 2.2],
    "enqueue_over_pgqueuer": [">=", 1.5],
    "pickup_p50_over_ms": ["<=", 2],
    "pickup_p99_over_ms": ["<=", 8],
    "offered_2000_p99_ms": ["<=", 25],
    "deep_over_shallow": [">=", 0.8],
    "held_xmin_over_free": [">=", 0.9],
    "held_xmin_p99_ms": ["<=", 60],
    "idle_queries_per_s": ["<=", 5],
    "idle_cpu_percent": ["<=", 1],
}
# What pgbench calls in the place of a worker: the statements that the worker calls, with one commit for both.
LIMIT = f"""begin;
select coalesce(array_agg(job_id), '{{}}') as jobs, coalesce(array_agg(token), '{{}}') as tokens from queue.claim(:worker, {BATCH}) \\gset
select queue.complete(:jobs::bigint[], :tokens::bigint[]);
end;
"""


def say(text: str) -> None:
    print(f"holdfast: {text}", file=sys.stderr, flush=True)


def run(*words: str) -> dict:
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def sql(statement: str, url: str = QUEUE) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


class Queue:
    """Ours, and the limit."""

    def __init__(self, program: str, pgbench: str):
        self.program, self.pgbench = program, pgbench

    def call(self, *words: str) -> dict:
        return run(self.program, words[0], "--url", QUEUE, *words[1:])

    def fill(self, jobs: int, empty: bool = True) -> float:
        if empty:
            sql("truncate queue.ready, queue.lease, queue.scheduled, queue.done, queue.job, queue.dead, queue.worker")
        rate = self.call("enqueue", "--jobs", str(jobs))["per_second"]
        sql("vacuum analyze queue.ready, queue.job")
        sql("checkpoint")
        return rate

    def drain(self, jobs: int) -> float:
        return self.call("drain", "--jobs", str(jobs))["per_second"]

    def limit(self, connections: int) -> float:
        self.fill(JOBS)
        sql("insert into queue.worker (id, queue_id, host, process_id, version) overriding system value "
            "select 1000000 + n, queue.id_of('contacts'), 'bench', 1, 'bench' from generate_series(1, 3) n")
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(f"\\set worker 1000001 + :client_id\n{LIMIT}")
            script.flush()
            began = time.monotonic()
            subprocess.run(
                [self.pgbench, "-n", "-M", "prepared", "-c", str(connections), "-j", "1",
                 "-t", str(-(-JOBS // BATCH // connections)), "-f", script.name, QUEUE],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            took = time.monotonic() - began
        completed = sql("select count(*) from queue.done")[0][0]
        return completed / took

    def working(self, concurrency: int = 64) -> subprocess.Popen:
        worker = subprocess.Popen([self.program, "work", "--url", QUEUE, "--concurrency", str(concurrency)])
        while not sql("select 1 from queue.worker where version <> 'bench'"):
            time.sleep(0.1)
        return worker


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    process.wait(30)


def peer(name: str, *words: str) -> float:
    program = os.path.join(HERE, "peers", f"{name}_peer.py")
    return run(sys.executable, program, words[0], PEER, *words[1:]).get("per_second", 0.0)


def cpu_seconds(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            total += sum(int(field) for field in file.read().rsplit(") ", 1)[1].split()[11:13])
    return total / os.sysconf("SC_CLK_TCK")


def idle(pids: list[int], seconds: float = 30) -> dict:
    say("measuring the five services at rest")

    def calls() -> int:
        return sql("select coalesce(sum(calls), 0)::bigint from pg_stat_statements s join pg_database d on d.oid = s.dbid "
                   "where d.datname = 'holdfast'", f"{URL}/postgres")[0][0]

    before, spent, began = calls(), cpu_seconds(pids), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    return {
        "idle_queries_per_s": round((calls() - before) / took, 2),
        "idle_cpu_percent": round(100 * (cpu_seconds(pids) - spent) / took, 2),
    }


def drains(queue: Queue, rounds: int) -> dict:
    runs: dict[str, list[float]] = {name: [] for name in (
        "drain", "limit_1", "limit_2", "limit_3", "pgqueuer_drain", "enqueue", "pgqueuer_enqueue")}
    for number in range(rounds):
        say(f"draining, round {number + 1} of {rounds}")
        runs["enqueue"].append(queue.fill(JOBS))
        runs["drain"].append(queue.drain(JOBS))
        peer("pgqueuer", "setup")
        runs["pgqueuer_enqueue"].append(peer("pgqueuer", "enqueue", str(JOBS)))
        runs["pgqueuer_drain"].append(peer("pgqueuer", "drain", str(JOBS)))
        for connections in (1, 2, 3):
            runs[f"limit_{connections}"].append(queue.limit(connections))
    sql("drop schema public cascade; create schema public", PEER)
    peer("procrastinate", "setup")
    runs["procrastinate_enqueue"] = [peer("procrastinate", "enqueue", "5000")]
    runs["procrastinate_drain"] = [peer("procrastinate", "drain", "5000")]
    return runs


def pickup(queue: Queue) -> dict:
    say("one job at a time through an idle queue")
    queue.fill(0)
    found = queue.call("pickup", "--samples", "300")
    commit = found["commit_p50_ms"]
    return {
        "pickup_commit_ms": round(commit, 3),
        "pickup_p50_over_ms": round(found["pickup_p50_ms"] - 2 * commit, 3),
        "pickup_p99_over_ms": round(found["pickup_p99_ms"] - 2 * commit, 3),
    }


def offered(queue: Queue, pgbench: str, seconds: int) -> dict:
    say(f"2000 jobs/s for {seconds} s beside pgbench at 200 tps")
    subprocess.run([pgbench, "-i", "-q", "-s", "10", PEER], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    queue.fill(0)
    worker = queue.working()
    beside = subprocess.Popen([pgbench, "-n", "-R", "200", "-c", "2", "-T", str(seconds), PEER],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        found = queue.call("offer", "--rate", "2000", "--seconds", str(seconds))
    finally:
        beside.terminate()
        stop(worker)
    return {"offered_2000_p99_ms": round(found["p99_ms"], 1), "offered_2000_p50_ms": round(found["p50_ms"], 1),
            "offered_2000_per_s": round(found["per_second"])}


def deep(queue: Queue, rounds: int, jobs: int) -> dict:
    runs: dict[str, list[float]] = {"shallow": [], "deep": []}
    for _ in range(rounds):
        queue.fill(SHALLOW)
        runs["shallow"].append(queue.drain(SHALLOW))
    say(f"filling {jobs} jobs")
    queue.fill(jobs)
    for _ in range(rounds):
        runs["deep"].append(queue.drain(SHALLOW))
    return runs


def held(queue: Queue, seconds: int) -> dict:
    say(f"800 jobs/s for {seconds} s, free and with a transaction held open over 400,000 dead rows")
    found = {}
    for name in ("free", "held"):
        queue.fill(0)
        with psycopg.connect(f"{URL}/bench_queue") as holder:
            if name == "held":
                holder.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                holder.execute("select pg_current_xact_id()")
                queue.fill(400_000, empty=False)
                queue.drain(400_000)
            worker = queue.working()
            try:
                found[name] = queue.call("offer", "--rate", "800", "--seconds", str(seconds))
            finally:
                stop(worker)
    dead = sql("select sum(pg_stat_get_dead_tuples(c.oid))::bigint from pg_class c "
               "where c.oid in ('queue.ready'::regclass, 'queue.lease'::regclass)")[0][0]
    return {"held_xmin_over_free": round(found["held"]["per_second"] / found["free"]["per_second"], 3),
            "held_xmin_p99_ms": round(found["held"]["p99_ms"], 1), "free_p99_ms": round(found["free"]["p99_ms"], 1),
            "held_dead_rows_after": dead}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--pgbench", required=True)
    parser.add_argument("--services", default="", help="process ids")
    parser.add_argument("--seconds", type=float, default=2_000, help="how long it may take; fewer rounds where it must be short")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--offered", type=int, default=60, help="seconds")
    parser.add_argument("--held", type=int, default=120, help="seconds")
    parser.add_argument("--deep", type=int, default=5_000_000, help="jobs that wait in the deep queue")
    given = parser.parse_args()
    queue = Queue(given.program, given.pgbench)
    rounds = given.rounds if given.seconds > 1_000 else min(given.rounds, 3)
    result: dict = {"targets": TARGETS}
    pids = [int(pid) for pid in given.services.split()]
    if pids:
        result |= idle(pids)
    result |= pickup(queue)
    result |= offered(queue, given.pgbench, given.offered)
    runs = drains(queue, rounds)
    runs |= deep(queue, rounds, given.deep)
    result |= held(queue, given.held)
    middle = {name: statistics.median(values) for name, values in runs.items()}
    limit = max(middle["limit_1"], middle["limit_2"], middle["limit_3"])
    result |= {
        "drain_over_pgqueuer": round(middle["drain"] / middle["pgqueuer_drain"], 2),
        "drain_over_limit": round(middle["drain"] / limit, 2),
        "limit_over_pgqueuer": round(limit / middle["pgqueuer_drain"], 2),
        "enqueue_over_pgqueuer": round(middle["enqueue"] / middle["pgqueuer_enqueue"], 2),
        "deep_over_shallow": round(middle["deep"] / middle["shallow"], 2),
        "commit_ms": result["pickup_commit_ms"],
        "runs": [
            {"what": name, "median_per_s": round(middle[name]), "runs": [round(value) for value in values]}
            for name, values in runs.items()
        ],
    }
    json.dump(result, sys.stdout)


main()
