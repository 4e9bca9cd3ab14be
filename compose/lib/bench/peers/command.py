"""What a peer's program has in common with the others: the worker processes and the command line."""

import argparse
import json
import multiprocessing
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor

import uvloop

# How long the worker processes wait for each other before they claim [s].
PATIENCE = 60


def share(barrier) -> None:
    """Hands the barrier to a worker process, as it starts."""
    global gate
    gate = barrier


def wait_for_the_others() -> None:
    """Every process claims from the same moment on."""
    gate.wait(PATIENCE)


def together(worker: Callable[[str, int], tuple[float, float]], url: str, batch: int, processes: int) -> float:
    """How long it is from the first claim of these processes to the last completion [s]."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, share, (context.Barrier(processes),)) as pool:
        began, ended = zip(*pool.map(worker, [url] * processes, [batch] * processes))
    return max(ended) - min(began)


def main(
    description: str,
    setup: Callable[[str], Awaitable[None]],
    enqueue: Callable[[str, int, int], Awaitable[float]],
    drain: Callable[[str, int, int, int], float],
    batches: tuple[int, int],
) -> None:
    """Runs one of the three with its best batch unless another is given: of a call of enqueue, of a claim of drain."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("verb", choices=["setup", "enqueue", "drain"])
    parser.add_argument("url")
    parser.add_argument("jobs", type=int, nargs="?", default=0)
    parser.add_argument("--batch", type=int, help="jobs in one call of enqueue, or in one claim of drain")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    if given.verb == "setup":
        uvloop.run(setup(given.url))
        print(json.dumps({"ok": True}))
        return
    if given.jobs < 1:
        parser.error("how many jobs?")
    if given.verb == "enqueue":
        seconds = uvloop.run(enqueue(given.url, given.jobs, given.batch or batches[0]))
    else:
        seconds = drain(given.url, given.jobs, given.batch or batches[1], given.processes)
    json.dump({"jobs": given.jobs, "seconds": seconds, "per_second": given.jobs / seconds}, sys.stdout)
