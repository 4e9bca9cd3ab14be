"""Measures PgQueuer on no-op jobs, by its own QueueManager over asyncpg and uvloop, and prints one JSON object.

setup URL prepares (or empties) its tables, enqueue URL N fills them, drain URL N completes what waits there.
"""

import argparse
import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

import asyncpg
import uvloop
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

ENTRYPOINT = "noop"
# How long the worker processes wait for each other before they claim [s].
PATIENCE = 60
COUNT = """SELECT (SELECT count(*) FROM pgqueuer) AS waiting,
    (SELECT count(*) FROM pgqueuer_log WHERE status = 'successful') AS done"""


class Clocked(Queries):
    """PgQueuer's own queries; they also note when the first claim began and when the last completion was committed."""

    began = ended = 0.0

    async def dequeue(self, *args, **named):
        if not self.began:
            # The checks of the schema and LISTEN are done: every process claims from the same moment on.
            gate.wait(PATIENCE)
            self.began = time.monotonic()
        return await super().dequeue(*args, **named)

    async def log_jobs(self, *args, **named):
        await super().log_jobs(*args, **named)
        self.ended = time.monotonic()


async def setup(url: str) -> dict:
    connection = await asyncpg.connect(url)
    queries = Queries(AsyncpgDriver(connection))
    if not await queries.schema_is_installed():
        await queries.install()  # durable tables, unless the environment says otherwise
    await queries.optimize_autovacuum()
    await queries.clear_queue()
    await queries.clear_queue_log()
    await queries.clear_statistics_log()
    await connection.close()
    return {"ok": True}


async def enqueue(url: str, jobs: int, batch: int) -> dict:
    connection = await asyncpg.connect(url)
    queries = Queries(AsyncpgDriver(connection))
    began = time.monotonic()
    for start in range(0, jobs, batch):
        size = min(batch, jobs - start)
        await queries.enqueue([ENTRYPOINT] * size, [None] * size, [0] * size)
    seconds = time.monotonic() - began
    await connection.close()
    return {"jobs": jobs, "seconds": seconds, "per_second": jobs / seconds}


async def count(url: str, vacuum: bool = False) -> asyncpg.Record:
    connection = await asyncpg.connect(url)
    if vacuum:
        await connection.execute("VACUUM (ANALYZE) pgqueuer, pgqueuer_log, pgqueuer_statistics")
    counted = await connection.fetchrow(COUNT)
    await connection.close()
    return counted


def share(barrier) -> None:
    """Hands the barrier to a worker process, as it starts."""
    global gate
    gate = barrier


async def work(url: str, batch: int) -> tuple[float, float]:
    connection = await asyncpg.connect(url)
    queries = Clocked(AsyncpgDriver(connection))
    manager = QueueManager(queries)

    @manager.entrypoint(ENTRYPOINT)
    async def noop(job: Job) -> None:
        pass

    # Neither a cap on the tasks, which would count the claimed rows in each claim, nor statistics from the log.
    await manager.run(batch_size=batch, mode=QueueExecutionMode.drain, log_aggregation_interval=timedelta(0))
    await connection.close()
    return queries.began, queries.ended


def worker(url: str, batch: int) -> tuple[float, float]:
    return uvloop.run(work(url, batch))


def drain(url: str, jobs: int, batch: int, processes: int) -> dict:
    before = uvloop.run(count(url, vacuum=True))
    if before["waiting"] != jobs:
        sys.exit(f"{before['waiting']} jobs wait, not {jobs}")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, share, (context.Barrier(processes),)) as pool:
        began, ended = zip(*pool.map(worker, [url] * processes, [batch] * processes))
    after = uvloop.run(count(url))
    if after["waiting"] or after["done"] - before["done"] != jobs:
        sys.exit(f"{after['waiting']} jobs are left and {after['done'] - before['done']} of {jobs} succeeded")
    seconds = max(ended) - min(began)
    return {"jobs": jobs, "seconds": seconds, "per_second": jobs / seconds, "batch": batch, "processes": processes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["setup", "enqueue", "drain"])
    parser.add_argument("url")
    parser.add_argument("jobs", type=int, nargs="?", default=0)
    parser.add_argument("--batch", type=int, help="jobs in one call of enqueue, or in one claim of drain")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    if given.verb == "setup":
        said = uvloop.run(setup(given.url))
    elif given.jobs < 1:
        parser.error("how many jobs?")
    elif given.verb == "enqueue":
        said = uvloop.run(enqueue(given.url, given.jobs, given.batch or 10_000))
    else:
        said = drain(given.url, given.jobs, given.batch or 500, given.processes)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
