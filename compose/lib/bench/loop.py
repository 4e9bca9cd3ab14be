"""Posts events to usage-ingest one after another and waits for the signed webhook about the task that each one opens.

Prints a JSON list with one object for each event: account_key, posted_at (just before the POST, seconds since 1970),
answered_s (until the response), arrived_s (until the first correctly signed webhook; null where it is missing).
The write key comes in by HOLDFAST_WRITE_KEY, the endpoint's secret by HOLDFAST_BENCH_SECRET.
"""

import argparse
import base64
import csv
import hashlib
import hmac
import http.client
import http.server
import json
import os
import random
import sys
import threading
import time
import urllib.parse
import uuid

MOST_BYTES = 1 << 20
CLOCK_SECONDS = 300
# Between a webhook and the next event, so that no rhythm of the programs is in step with the posts [s].
PAUSES = (0.5, 4.0)


class Webhooks:
    """What has arrived: the first correctly signed `task.opened` of each account, by the moment of its arrival."""

    def __init__(self, secret: str) -> None:
        self.key = base64.b64decode(secret.removeprefix("whsec_"))
        self.arrived: dict[str, float] = {}
        self.refused = 0
        self.change = threading.Condition()

    def is_signed(self, headers: http.client.HTTPMessage, body: bytes) -> bool:
        """By Standard Webhooks 1.0.0."""
        identity, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > CLOCK_SECONDS:
            return False
        code = hmac.new(self.key, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
        expected = "v1," + base64.b64encode(code).decode()
        return any(hmac.compare_digest(expected, one) for one in headers.get("webhook-signature", "").split())

    def take(self, headers: http.client.HTTPMessage, body: bytes, moment: float) -> bool:
        if not self.is_signed(headers, body):
            self.refused += 1
            return False
        said = json.loads(body)
        if said["type"] == "task.opened" and said["data"]["playbook"] == "data-exported":
            with self.change:
                self.arrived.setdefault(said["data"]["account_key"], moment)
                self.change.notify_all()
        return True

    def wait_for(self, account: str, patience: float) -> float | None:
        with self.change:
            self.change.wait_for(lambda: account in self.arrived, patience)
            return self.arrived.get(account)


def receiver(port: int, webhooks: Webhooks) -> http.server.ThreadingHTTPServer:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("content-length", 0)), MOST_BYTES))
            good = webhooks.take(self.headers, body, time.monotonic())
            self.send_response(204 if good else 401)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is said for each request."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def export_of(account: str, user: str) -> bytes:
    """One call in the Segment batch shape, with both times as a client's library stamps them."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{int(time.time() * 1000) % 1000:03d}Z"
    call = {
        "type": "track", "event": "Data Exported", "messageId": str(uuid.uuid4()), "userId": user, "timestamp": now,
        "context": {"groupId": account}, "properties": {"format": "csv", "scope": "everything", "rows": 40_000},
    }  # fmt: skip
    return json.dumps({"batch": [call], "sentAt": now}).encode()


def post(address: str, body: bytes) -> None:
    url = urllib.parse.urlsplit(address)
    pair = base64.b64encode(f"{os.environ['HOLDFAST_WRITE_KEY']}:".encode()).decode()
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
    try:
        headers = {"content-type": "application/json", "authorization": f"Basic {pair}"}
        connection.request("POST", "/v1/batch", body, headers)
        response = connection.getresponse()
        said = response.read(2000).decode(errors="replace")
    finally:
        connection.close()
    if response.status != 200:
        sys.exit(f"usage-ingest answered {response.status} to POST /v1/batch, expected 200: {said}")


def chosen(words: argparse.Namespace) -> list[tuple[str, str]]:
    """Accounts whose truth is steady or growing, each with its first user, drawn anew in each run."""
    with open(words.accounts, encoding="utf-8") as file:
        known = {row["account_key"] for row in csv.DictReader(file)}
    with open(words.truth, encoding="utf-8") as file:
        well = [row["account_key"] for row in csv.DictReader(file) if row["truth"] in ("steady", "growing")]
    users: dict[str, str] = {}
    with open(words.contacts, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["contact_key"].startswith("usr-"):
                users.setdefault(row["account_key"], row["contact_key"])
    able = [(account, users[account]) for account in well if account in known and account in users]
    if len(able) < words.events:
        sys.exit(f"only {len(able)} accounts are steady or growing and have no task and no export; expected {words.events}")
    return random.sample(able, words.events)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("ingest", "accounts", "truth", "contacts"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("port", "events"):
        parser.add_argument(f"--{name}", required=True, type=int)
    for name in ("patience", "seconds"):
        parser.add_argument(f"--{name}", required=True, type=float)
    words = parser.parse_args()
    webhooks = Webhooks(os.environ["HOLDFAST_BENCH_SECRET"])
    server = receiver(words.port, webhooks)
    end, posts = time.monotonic() + words.seconds - 60, []
    for account, user in chosen(words):
        time.sleep(random.uniform(*PAUSES))
        if time.monotonic() > end:
            sys.exit(f"no time is left after {len(posts)} of {words.events} events")
        posted_at, began = time.time(), time.monotonic()
        post(words.ingest, export_of(account, user))
        answered = time.monotonic()
        arrived = webhooks.wait_for(account, words.patience)
        took = None if arrived is None else arrived - began
        posts.append({"account_key": account, "posted_at": posted_at, "answered_s": answered - began, "arrived_s": took})
        print(f"  {account} {'missing' if took is None else f'{took:.3f} s'}", file=sys.stderr)
    server.shutdown()
    if webhooks.refused:
        sys.exit(f"{webhooks.refused} webhooks were not correctly signed")
    json.dump(posts, sys.stdout)


main()
