"""Senders that go on through faults, and remember what was answered."""

import http.client
import json
import threading


class Senders:
    """Threads that post single events, each with an id of its own, until stopped.

    `answered` holds the ids that got a 2xx; `refused` counts other answers, `broken` connections
    that ended without one.
    """

    def __init__(self, address_of, threads=4, pause=None):
        self.address_of = address_of
        self.pause = pause
        self.answered = []
        self.sent = set()
        self.refused = 0
        self.broken = 0
        self.statuses = set()
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True)
                        for number in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        connection = None
        count = 0
        while not self.stopping.is_set():
            name = f"t{number}-{count}"
            count += 1
            self.sent.add(name)
            try:
                if connection is None:
                    connection = http.client.HTTPConnection(*self.address_of(), timeout=30)
                connection.request("POST", "/v1/events", json.dumps({"name": name}))
                answer = connection.getresponse()
                answer.read()
                with self.lock:
                    self.statuses.add(answer.status)
                    if 200 <= answer.status < 300:
                        self.answered.append(name)
                    else:
                        self.refused += 1
                if answer.will_close:
                    connection.close()
                    connection = None
            except (OSError, http.client.HTTPException, TypeError, KeyError):
                with self.lock:
                    self.broken += 1
                if connection is not None:
                    connection.close()
                connection = None
                self.stopping.wait(0.01)
            if self.pause:
                self.stopping.wait(self.pause)
        if connection is not None:
            connection.close()

    def answered_count(self):
        with self.lock:
            return len(self.answered)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        return list(self.answered)


def check_stored(test, machine, senders, waiting_s=60):
    """Every answered event is a row, once; no row was never sent; rollups agree."""
    import harness
    answered = set(senders.answered)

    def names():
        return [row["name"] for row in machine.query("SELECT name FROM events")]

    harness.wait_for("all answered events", lambda: answered <= set(names()), waiting_s)
    stored = names()
    test.assertEqual(len(stored), len(set(stored)), "an event is stored twice")
    test.assertLessEqual(set(stored), senders.sent)
    harness.check_rollups(test, machine)
    return len(stored)
