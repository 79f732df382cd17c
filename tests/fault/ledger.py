"""Traffic with a ledger: every event has a key, and every answer is written down.

Sender threads post small batches over kept connections, as an SDK does: each event has an `id`, and
a request that was not answered, or answered 503, is sent again with the same ids until it is taken.
In the end the ledger is compared with the store (reconcile()):
    answered keys ⊆ rows, no key twice, rows ⊆ sent keys, rollups of every step = rows.
The key is a number that the event carries as its `session_id`.
"""

import array
import collections
import contextlib
import pathlib
import socket
import sqlite3
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import harness  # noqa: E402  (found by the path above)


class Unanswered(Exception):
    """The connection ended, or was late, before an answer had come."""


class Connection:
    """A kept HTTP/1.1 connection: as little of a client as sends and reads."""

    def __init__(self, address, timeout_s):
        host, port = address
        self.head = (f"POST /v1/events HTTP/1.1\r\nHost: {host}:{port}\r\n"
                     "Content-Type: %s\r\nContent-Length: %d\r\n\r\n")
        self.socket = socket.create_connection(address, timeout=timeout_s)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def close(self):
        self.socket.close()

    def post(self, kind, body):
        """(status, Retry-After in seconds or None, whether the peer closes)."""
        try:
            self.socket.sendall((self.head % (kind, len(body))).encode() + body)
            while (end := self.rest.find(b"\r\n\r\n")) < 0:
                self.rest += self.receive()
            head = self.rest[:end].lower()
            length = int(header(head, b"content-length") or 0)
            while len(self.rest) < end + 4 + length:
                self.rest += self.receive()
        except OSError as error:
            raise Unanswered(str(error)) from error
        self.rest = self.rest[end + 4 + length:]
        retry_after = header(head, b"retry-after")
        return (int(head[9:12]), None if retry_after is None else int(retry_after),
                header(head, b"connection") == b"close")

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise Unanswered("closed")
        return data


def header(head, name):
    """Of a head in small letters; None where it is not there."""
    start = head.find(b"\r\n" + name + b":")
    if start < 0:
        return None
    start += len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start:end if end >= 0 else len(head)].strip()


class Figures:
    """What was answered in a stretch of time."""

    def __init__(self, seconds, answered, statuses, broken, times):
        self.seconds = seconds
        self.answered = answered  # Events.
        self.statuses = statuses  # Requests by status.
        self.broken = broken      # Requests without an answer.
        self.times = sorted(times)

    def quantile_ms(self, share):
        if not self.times:
            return 0.0
        return 1000 * self.times[min(len(self.times) - 1, int(share * len(self.times)))]

    def __str__(self):
        statuses = " ".join(f"{status}×{count}" for status, count in sorted(self.statuses.items()))
        return (f"{self.answered:,} events answered in {self.seconds:.1f} s "
                f"({self.answered / max(self.seconds, 1e-9):,.0f}/s), {statuses or 'no answers'}, "
                f"{self.broken} unanswered, p50 {self.quantile_ms(0.5):.1f} "
                f"p99 {self.quantile_ms(0.99):.1f} max {self.quantile_ms(1):.1f} ms")


class Ledger:
    """Sends from its making until stop(). `address_of` gives (host, port), asked at each connect.

    `rate` is in events a second over all senders (None: as fast as they are answered); `times` says
    which senders give their events a time of their own: "some", "all" or "none"; a sender that does
    not retry counts what was not answered 2xx and goes on with new events.
    """

    def __init__(self, address_of, senders=4, batch=10, rate=2000, retries=True, ndjson=True,
                 times="some", timeout_s=30.0, retry_max_s=0.1, filler=0, name="load"):
        self.address_of = address_of
        self.batch = batch
        self.pause = senders * batch / rate if rate else 0.0
        self.retries = retries
        self.ndjson = ndjson
        self.times = times
        self.timeout_s = timeout_s
        self.retry_max_s = retry_max_s
        self.more = ',"properties":{"filler":"%s"}' % ("x" * filler) if filler else ""
        self.name = name
        self.lock = threading.Lock()
        self.next_key = 0
        self.taken = []  # (first key, count) of every request that got a 2xx.
        self.answered = 0
        self.statuses = collections.Counter()
        self.retry_afters = set()  # Of the 503s; None where one had none.
        self.broken = 0
        self.answer_times = array.array("d")
        self.stopping = threading.Event()
        self.begun = time.monotonic()
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True)
                        for number in range(senders)]
        for thread in self.threads:
            thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    # --- The senders.

    def run(self, number):
        is_timed = self.times == "all" or (self.times == "some" and number % 2 == 1)
        connection = None
        due = time.monotonic() + self.pause * number / max(1, len(self.threads))
        while not self.stopping.is_set():
            first, body = self.next_body(is_timed)
            while True:  # Until it is taken.
                connection, wait_s = self.attempt(connection, first, body)
                if wait_s is None or not self.retries or self.stopping.wait(wait_s):
                    break
            due = max(due + self.pause, time.monotonic() - 1.0)  # No burst after a long stop.
            self.stopping.wait(max(0.0, due - time.monotonic()))
        if connection is not None:
            connection.close()

    def next_body(self, is_timed):
        with self.lock:
            first = self.next_key
            self.next_key += self.batch
        at = f',"time":{int(time.time() * 1000)}' if is_timed else ""
        rest = f'","name":"{self.name}"{at}{self.more}}}'
        events = [f'{{"id":"{self.name}-{key}","session_id":"{key}{rest}'
                  for key in range(first, first + self.batch)]
        text = "\n".join(events) if self.ndjson else "[" + ",".join(events) + "]"
        return first, text.encode()

    def attempt(self, connection, first, body):
        """(the connection to go on with, how long to wait before the next try or None)."""
        kind = "application/x-ndjson" if self.ndjson else "application/json"
        begun = time.monotonic()
        try:
            if connection is None:
                connection = Connection(self.address_of(), self.timeout_s)
            status, retry_after, closes = connection.post(kind, body)
        except (Unanswered, OSError, TypeError):  # TypeError: nobody tells an address yet.
            with self.lock:
                self.broken += 1
            if connection is not None:
                connection.close()
            return None, 0.02
        with self.lock:
            self.statuses[status] += 1
            self.answer_times.append(time.monotonic() - begun)
            if 200 <= status < 300:
                self.taken.append((first, self.batch))
                self.answered += self.batch
            elif status == 503:
                self.retry_afters.add(retry_after)
        if closes:
            connection.close()
            connection = None
        if status not in (429, 503):
            return connection, None
        return connection, min(retry_after or self.retry_max_s, self.retry_max_s)

    # --- What became of it.

    def mark(self):
        """A point in time for since()."""
        with self.lock:
            return (time.monotonic(), self.answered, self.statuses.copy(), self.broken,
                    len(self.answer_times))

    def since(self, mark=None):
        begun, answered, statuses, broken, times = mark or (self.begun, 0, collections.Counter(),
                                                            0, 0)
        with self.lock:
            return Figures(time.monotonic() - begun, self.answered - answered,
                           self.statuses - statuses, self.broken - broken,
                           self.answer_times[times:])

    def wait_for_answers(self, events, deadline_s=harness.DEADLINE_S):
        """Until so many more events were answered 2xx."""
        goal = self.answered + events
        harness.wait_for(f"{events} more answers ({dict(self.statuses)}, {self.broken} unanswered)",
                         lambda: self.answered >= goal, deadline_s)

    def wait_for_status(self, status, count=1, deadline_s=harness.DEADLINE_S):
        """Until so many more requests were answered with that status."""
        goal = self.statuses[status] + count
        harness.wait_for(f"answers {status}", lambda: self.statuses[status] >= goal, deadline_s)

    def stop(self):
        """What is not answered by now stays in doubt: sent, but not answered."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(self.timeout_s + 5)
        return self.since()


def keys_of(path, mode):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode={mode}", uri=True,
                                            timeout=harness.DEADLINE_S)) as database:
        return [key for (key,) in database.execute(
            "SELECT CASE WHEN ifnull(session_id, '') = '' THEN -1 "
            "ELSE CAST(session_id AS INTEGER) END FROM events")]


def stored_keys(machine):
    """The keys of all rows, in no order; -1 for a row that no ledger has sent."""
    keys = array.array("q")
    for path in machine.days():
        try:
            try:
                keys.extend(keys_of(path, "ro"))
            except sqlite3.OperationalError as error:
                if "readonly" not in str(error):
                    raise
                # Its worker was killed while it made the file, which has to be undone first.
                keys.extend(keys_of(path, "rw"))
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise  # The worker has only just made the file.
    return keys


def reconcile(test, machine, ledger, waiting_s=120.0, others=0):
    """Fails unless the store holds what was answered, all of it and once. Returns the rows' number.

    Stop the ledger first. `others` rows came from elsewhere and carry no key.
    """
    harness.wait_for("all answered events to be rows",
                     lambda: machine.row_count() >= ledger.answered + others, waiting_s)
    end = time.monotonic() + waiting_s
    balance = Balance(ledger, stored_keys(machine))
    while balance.lost and time.monotonic() < end:  # Events in doubt are rows, too.
        time.sleep(0.2)  # Between two looks.
        balance = Balance(ledger, stored_keys(machine))
    test.assertEqual([], balance.lost[:10], f"{len(balance.lost)} answered events are no rows")
    test.assertEqual([], balance.twice[:10], f"{len(balance.twice)} events stored twice")
    test.assertEqual([], balance.unsent[:10], f"{len(balance.unsent)} rows were never sent")
    test.assertEqual(others, balance.keyless, "rows without a key")
    rows = harness.check_rollups(test, machine)
    print(f"{test.id().rpartition('.')[2]}: {ledger.since()}; {rows:,} rows, 0 lost, 0 twice, "
          f"{balance.in_doubt} in doubt and stored", flush=True)
    return rows


class Balance:
    """Ledger against rows."""

    def __init__(self, ledger, keys):
        known = bytearray(ledger.next_key)
        self.twice = []
        self.unsent = []
        self.keyless = 0
        for key in keys:
            if key == -1:
                self.keyless += 1
            elif not 0 <= key < len(known):
                self.unsent.append(key)
            elif known[key]:
                self.twice.append(key)
            else:
                known[key] = 1
        self.lost = [key for first, count in ledger.taken
                     if known.count(1, first, first + count) != count
                     for key in range(first, first + count) if not known[key]]
        self.in_doubt = known.count(1) - (ledger.answered - len(self.lost))
