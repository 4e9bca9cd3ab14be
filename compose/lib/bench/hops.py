"""How long the chain took, and where: hops.py POSTS.json CHAINS.csv prints the outcome of the bench as one JSON object.

CHAINS.csv has the jobs that led to each account's webhook (account_key, distance from the webhook, queue, kind, started,
finished). A hop is one job: it waits from the end of the one before it (the first from the POST) until it is claimed, and
it works from then until it is completed (the last one until the webhook arrived). A job's end is noted just before its
transaction commits, so that the commit belongs to the wait of the next. Waits and works of a chain add up to its time.
"""

import csv
import json
import math
import statistics
import sys
from collections import defaultdict

TARGET_SECONDS = 5
# Where the chain begins: anything else, such as a sweep that found what a lost topic left, is counted as not whole.
FIRST_KIND = "usage.recorded"


def percentile(values: list[float], share: float) -> float:
    """The nearest rank: at least this share of the values is no larger."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def chains(path: str) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["account_key"]].insert(0, row)
    return found


def hops(post: dict, chain: list[dict]) -> list[tuple[str, str, float, float]]:
    """Queue, kind, wait and work [s] of each job of one chain."""
    before, told = post["posted_at"], []
    for place, job in enumerate(chain):
        started, finished = float(job["started"]), float(job["finished"])
        if place == len(chain) - 1:
            finished = post["posted_at"] + post["arrived_s"]
        told.append((job["queue"], job["kind"], started - before, finished - started))
        before = finished
    return told


def profile(posts: list[dict], found: dict[str, list[dict]]) -> tuple[list[dict], int]:
    by_kind: dict[tuple[int, str, str], list[tuple[float, float]]] = defaultdict(list)
    broken = 0
    for post in posts:
        chain = found.get(post["account_key"], [])
        if post["arrived_s"] is None or not chain or chain[0]["kind"] != FIRST_KIND:
            broken += 1
            continue
        for place, (queue, kind, wait, work) in enumerate(hops(post, chain)):
            by_kind[place, queue, kind].append((wait, work))
    told = []
    for (_, queue, kind), times in sorted(by_kind.items()):
        waits, works = [[1000 * pair[side] for pair in times] for side in (0, 1)]
        told.append(
            {
                "queue": queue,
                "kind": kind,
                "wait_ms": round(statistics.median(waits), 1),
                "wait_max_ms": round(max(waits), 1),
                "work_ms": round(statistics.median(works), 1),
                "work_max_ms": round(max(works), 1),
                "events": len(times),
            }
        )
    return told, broken


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        posts = json.load(file)
    arrived = [post["arrived_s"] for post in posts]
    # A webhook that never came is later than every other.
    times = [math.inf if time is None else time for time in arrived]
    told, broken = profile(posts, chains(sys.argv[2]))
    figures = {name: percentile(times, share) for name, share in (("min", 0), ("p50", 0.5), ("p95", 0.95), ("max", 1))}
    outcome: dict = {"bench": "loop", "events": len(posts), "missing": arrived.count(None), "chains_not_whole": broken}
    for name, value in figures.items():
        outcome[f"event_to_webhook_{name}_s"] = None if value == math.inf else round(value, 3)
    outcome["event_to_webhook_s"] = [None if time is None else round(time, 3) for time in arrived]
    outcome["post_answered_p50_ms"] = round(1000 * percentile([post["answered_s"] for post in posts], 0.5), 1)
    outcome["hops"] = told
    outcome["targets"] = {"event_to_webhook_p95_s": ["<=", TARGET_SECONDS], "missing": ["<=", 0]}
    print(json.dumps(outcome))


main()
