"""Senders that go on through faults, and remember what was answered."""

import http.client
import json
import socket
import threading


class Recorder:
    """Threads that send until they are stopped, and what became of it.

    `answered` holds the names that got a 2xx; `faults` every connection that was refused, reset or
    closed without an answer where that must not be.
    """

    def __init__(self, address, threads):
        self.address = address
        self.answered = []
        self.sent = set()
        self.statuses = set()
        self.faults = []
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True)
                        for number in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        raise NotImplementedError

    def note(self, name, status):
        with self.lock:
            self.statuses.add(status)
            if 200 <= status < 300:
                self.answered.append(name)

    def note_fault(self, name, error):
        with self.lock:
            self.faults.append(f"{name}: {type(error).__name__}: {error}")

    def answered_count(self):
        with self.lock:
            return len(self.answered)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)
            if thread.is_alive():
                raise AssertionError("a sender waits for its answer")


class Senders(Recorder):
    """Threads that post single events over kept connections, each with a name of its own.

    `refused` counts answers that are no 2xx, `broken` connections that ended without one.
    """

    def __init__(self, address_of, threads=4, pause=None):
        self.address_of = address_of  # Asked at each connect: a restart may move it.
        self.pause = pause
        self.refused = 0
        self.broken = 0
        super().__init__(None, threads)

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
                self.note(name, answer.status)
                if not 200 <= answer.status < 300:
                    with self.lock:
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


def request_text(event, headers=""):
    body = json.dumps(event)
    return (f"POST /v1/events HTTP/1.1\r\nHost: x\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


class FreshSenders(Recorder):
    """A connection for each event. Any end but an answer is a fault."""

    def __init__(self, address, threads=4, headers="", connect=None):
        self.headers = headers + "Connection: close\r\n"
        self.connect = connect or (lambda: socket.create_connection(self.address, timeout=60))
        super().__init__(address, threads)

    def run(self, number):
        count = 0
        while not self.stopping.is_set():
            name = f"f{number}-{count}"
            count += 1
            self.sent.add(name)
            request = request_text({"name": name}, self.headers)
            try:
                with self.connect() as peer:
                    peer.sendall(request)
                    answer = peer.makefile("rb").read()
                if not answer:
                    raise ConnectionResetError("closed without an answer")
                self.note(name, int(answer.split(b" ", 2)[1]))
            except OSError as error:
                self.note_fault(name, error)
                self.stopping.wait(0.01)


class SteadySenders(Recorder):
    """Connections that are kept open, as a browser or a proxy does.

    The server may close an idle one while a request is on its way to it; HTTP leaves it to the
    client to try again on a new connection (RFC 9112, 9.3.1). An event that is sent again carries
    the same id. What happens to the first request of a connection is nobody's race, and a fault.
    With `pause_s` between two events most connections are idle when the server drains.
    """

    def __init__(self, address, threads=2, pause_s=0.0, prefix="s"):
        self.retries = 0
        self.pause_s = pause_s
        self.prefix = prefix
        super().__init__(address, threads)

    def run(self, number):
        connection = None
        count = 0
        while not self.stopping.is_set():
            name = f"{self.prefix}{number}-{count}"
            count += 1
            self.sent.add(name)
            body = json.dumps({"name": name, "id": name})
            is_answered = False
            while not is_answered:
                is_first = connection is None
                try:
                    if is_first:
                        connection = http.client.HTTPConnection(*self.address, timeout=60)
                    connection.request("POST", "/v1/events", body)
                    answer = connection.getresponse()
                    answer.read()
                    is_answered = True
                    self.note(name, answer.status)
                    if answer.will_close:
                        connection = None
                except (OSError, http.client.HTTPException) as error:
                    connection.close()
                    connection = None
                    if is_first:
                        self.note_fault(name, error)
                    with self.lock:
                        self.retries += 1
                    if self.stopping.wait(0.01) and is_first:
                        return
            if self.pause_s:
                self.stopping.wait(self.pause_s)
        if connection is not None:
            connection.close()


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
