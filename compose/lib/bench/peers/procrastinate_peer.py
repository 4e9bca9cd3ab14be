"""Measures procrastinate on no-op jobs, by its own worker over psycopg, and prints one JSON object.

setup URL prepares (or empties) its tables, enqueue URL N fills them, drain URL N completes what waits there.
"""

import sys
import time

import psycopg
import uvloop
from command import main, together, wait_for_the_others
from procrastinate import App, PsycopgConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

TABLES = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
COUNT = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"


class Clocked(JobManager):
    """Procrastinate's own job manager; it also notes when the first claim began and the last completion committed."""

    began = ended = 0.0

    async def fetch_job(self, *args, **named):
        if not self.began:
            # Until here it checks, registers and listens.
            wait_for_the_others()
            self.began = time.monotonic()
        return await super().fetch_job(*args, **named)

    async def finish_job(self, *args, **named):
        await super().finish_job(*args, **named)
        self.ended = time.monotonic()


async def commit_each(connection: psycopg.AsyncConnection) -> None:
    """Each query of procrastinate is one statement: without BEGIN and COMMIT around it, it is as durable and faster."""
    await connection.set_autocommit(True)


def make_app(url: str, connections: int = 1) -> tuple[App, Task]:
    pool = {"conninfo": url, "min_size": connections, "max_size": connections, "configure": commit_each}
    app = App(connector=PsycopgConnector(**pool))

    @app.task(name="noop")
    async def noop() -> None:
        pass

    return app, noop


async def setup(url: str) -> None:
    app, _ = make_app(url)
    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await app.connector.execute_query_async(f"TRUNCATE {TABLES}")


async def enqueue(url: str, jobs: int, batch: int) -> float:
    app, noop = make_app(url)
    async with app.open_async():
        began = time.monotonic()
        for start in range(0, jobs, batch):
            await noop.batch_defer_async(*[{}] * min(batch, jobs - start))
        seconds = time.monotonic() - began
    return seconds


def count(url: str, vacuum: bool = False) -> dict[str, int]:
    """The number of jobs by status."""
    with psycopg.connect(url, autocommit=True) as connection:
        if vacuum:
            connection.execute(f"VACUUM (ANALYZE) {TABLES}")
        return dict(connection.execute(COUNT).fetchall())


async def work(url: str, concurrency: int) -> tuple[float, float]:
    # One connection for each job that is being completed and one for the next claim.
    app, _ = make_app(url, concurrency + 1)
    app.job_manager = clocked = Clocked(app.connector)
    async with app.open_async():
        await app.run_worker_async(concurrency=concurrency, wait=False)
    return clocked.began, clocked.ended


def worker(url: str, concurrency: int) -> tuple[float, float]:
    return uvloop.run(work(url, concurrency))


def drain(url: str, jobs: int, concurrency: int, processes: int) -> float:
    before = count(url, vacuum=True)
    if before.get("todo", 0) != jobs:
        sys.exit(f"{before.get('todo', 0)} jobs wait, not {jobs}")
    seconds = together(worker, url, concurrency, processes)
    after = count(url)
    done = after.pop("succeeded", 0) - before.pop("succeeded", 0)
    if done != jobs:
        sys.exit(f"{done} of {jobs} jobs succeeded; others: {after}")
    return seconds


if __name__ == "__main__":
    main(__doc__ or "", setup, enqueue, drain, (1_000, 2))
