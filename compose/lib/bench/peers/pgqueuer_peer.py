"""Measures PgQueuer on no-op jobs, by its own QueueManager over asyncpg and uvloop, and prints one JSON object.

setup URL prepares (or empties) its tables, enqueue URL N fills them, drain URL N completes what waits there.
"""

import sys
import time
from datetime import timedelta

import asyncpg
import uvloop
from command import main, together, wait_for_the_others
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

ENTRYPOINT = "noop"
COUNT = """SELECT (SELECT count(*) FROM pgqueuer) AS waiting,
    (SELECT count(*) FROM pgqueuer_log WHERE status = 'successful') AS done"""


class Clocked(Queries):
    """PgQueuer's own queries; they also note when the first claim began and when the last completion was committed."""

    began = ended = 0.0

    async def dequeue(self, *args, **named):
        if not self.began:
            # Until here it checks, registers and listens.
            wait_for_the_others()
            self.began = time.monotonic()
        return await super().dequeue(*args, **named)

    async def log_jobs(self, *args, **named):
        await super().log_jobs(*args, **named)
        self.ended = time.monotonic()


async def setup(url: str) -> None:
    connection = await asyncpg.connect(url)
    queries = Queries(AsyncpgDriver(connection))
    if not await queries.schema_is_installed():
        await queries.install()  # durable tables, unless the environment says otherwise
    await queries.optimize_autovacuum()
    await queries.clear_queue()
    await queries.clear_queue_log()
    await queries.clear_statistics_log()
    await connection.close()


async def enqueue(url: str, jobs: int, batch: int) -> float:
    connection = await asyncpg.connect(url)
    queries = Queries(AsyncpgDriver(connection))
    began = time.monotonic()
    for start in range(0, jobs, batch):
        size = min(batch, jobs - start)
        await queries.enqueue([ENTRYPOINT] * size, [None] * size, [0] * size)
    seconds = time.monotonic() - began
    await connection.close()
    return seconds


async def count(url: str, vacuum: bool = False) -> asyncpg.Record:
    connection = await asyncpg.connect(url)
    if vacuum:
        await connection.execute("VACUUM (ANALYZE) pgqueuer, pgqueuer_log, pgqueuer_statistics")
    counted = await connection.fetchrow(COUNT)
    await connection.close()
    return counted


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


def drain(url: str, jobs: int, batch: int, processes: int) -> float:
    before = uvloop.run(count(url, vacuum=True))
    if before["waiting"] != jobs:
        sys.exit(f"{before['waiting']} jobs wait, not {jobs}")
    seconds = together(worker, url, batch, processes)
    after = uvloop.run(count(url))
    if after["waiting"] or after["done"] - before["done"] != jobs:
        sys.exit(f"{after['waiting']} jobs are left and {after['done'] - before['done']} of {jobs} succeeded")
    return seconds


if __name__ == "__main__":
    main(__doc__ or "", setup, enqueue, drain, (10_000, 500))
