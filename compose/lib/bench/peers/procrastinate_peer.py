"""Measures procrastinate on no-op jobs, by its own worker over psycopg, and prints one JSON object.

setup URL prepares (or empties) its tables, enqueue URL N fills them, drain URL N completes what waits there.
"""

import argparse
import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import psycopg
import uvloop
from procrastinate import App, PsycopgConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

TABLES = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
COUNT = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"
# How long the worker processes wait for each other before they claim [s].
PATIENCE = 60


class Clocked(JobManager):
    """Procrastinate's own job manager; it also notes when the first claim began and the last completion committed."""

    began = ended = 0.0

    async def fetch_job(self, *args, **named):
        if not self.began:
            # The worker is registered: every process claims from the same moment on.
            gate.wait(PATIENCE)
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


async def setup(url: str) -> dict:
    app, _ = make_app(url)
    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await app.connector.execute_query_async(f"TRUNCATE {TABLES}")
    return {"ok": True}


async def enqueue(url: str, jobs: int, batch: int) -> dict:
    app, noop = make_app(url)
    async with app.open_async():
        began = time.monotonic()
        for start in range(0, jobs, batch):
            await noop.batch_defer_async(*[{}] * min(batch, jobs - start))
        seconds = time.monotonic() - began
    return {"jobs": jobs, "seconds": seconds, "per_second": jobs / seconds}


def count(url: str, vacuum: bool = False) -> dict[str, int]:
    """The number of jobs by status."""
    with psycopg.connect(url, autocommit=True) as connection:
        if vacuum:
            connection.execute(f"VACUUM (ANALYZE) {TABLES}")
        return dict(connection.execute(COUNT).fetchall())


def share(barrier) -> None:
    """Hands the barrier to a worker process, as it starts."""
    global gate
    gate = barrier


async def work(url: str, concurrency: int) -> tuple[float, float]:
    # One connection for each job that is being completed and one for the next claim.
    app, _ = make_app(url, concurrency + 1)
    app.job_manager = clocked = Clocked(app.connector)
    async with app.open_async():
        await app.run_worker_async(concurrency=concurrency, wait=False)
    return clocked.began, clocked.ended


def worker(url: str, concurrency: int) -> tuple[float, float]:
    return uvloop.run(work(url, concurrency))


def drain(url: str, jobs: int, concurrency: int, processes: int) -> dict:
    before = count(url, vacuum=True)
    if before.get("todo", 0) != jobs:
        sys.exit(f"{before.get('todo', 0)} jobs wait, not {jobs}")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, share, (context.Barrier(processes),)) as pool:
        began, ended = zip(*pool.map(worker, [url] * processes, [concurrency] * processes))
    after = count(url)
    done = after.pop("succeeded", 0) - before.pop("succeeded", 0)
    if done != jobs:
        sys.exit(f"{done} of {jobs} jobs succeeded; others: {after}")
    seconds = max(ended) - min(began)
    rate = jobs / seconds
    return {"jobs": jobs, "seconds": seconds, "per_second": rate, "batch": concurrency, "processes": processes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["setup", "enqueue", "drain"])
    parser.add_argument("url")
    parser.add_argument("jobs", type=int, nargs="?", default=0)
    parser.add_argument("--batch", type=int, help="jobs in one call of enqueue, or at a time in one worker of drain")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    if given.verb == "setup":
        said = uvloop.run(setup(given.url))
    elif given.jobs < 1:
        parser.error("how many jobs?")
    elif given.verb == "enqueue":
        said = uvloop.run(enqueue(given.url, given.jobs, given.batch or 1_000))
    else:
        said = drain(given.url, given.jobs, given.batch or 2, given.processes)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
