"""The disk's own times beside which every other one is read.

disk.py FILE COMMIT_MS writes pages of 8 KB to FILE, each followed by fdatasync, for three seconds, and prints one JSON
object with that, with the time of a commit as it was given, and with how busy the machine was.
"""

import json
import os
import sys
import time

SECONDS = 3.0


def syncs_per_second(path: str) -> float:
    page = os.urandom(8192)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        count, began = 0, time.monotonic()
        while time.monotonic() - began < SECONDS:
            os.pwrite(file, page, 0)
            os.fdatasync(file)
            count += 1
        return count / (time.monotonic() - began)
    finally:
        os.close(file)
        os.unlink(path)


def main() -> None:
    path, commit_ms = sys.argv[1], float(sys.argv[2])
    load = os.getloadavg()[0]
    print(
        json.dumps(
            {
                "fdatasync_per_s": round(syncs_per_second(path)),
                "commit_ms": round(commit_ms, 3),
                "processors": os.cpu_count(),
                "load_average": round(load, 2),
            }
        )
    )


main()
