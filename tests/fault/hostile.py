"""Clients that mean harm, and a good one beside them.

The good client is a process of its own, so that what it measures is the server and not the work of
attacking it: `python3 hostile.py HOST PORT` posts an event every few milliseconds over one
connection and, for each line that it reads, prints what it has seen since the line before.
"""

import contextlib
import errno
import http.client
import json
import os
import pathlib
import re
import select
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import harness  # noqa: E402 (its folder is known only now)

PAUSE_S = 0.004  # Between two events of the good client.
DEADLINE_S = 60.0
PIECE = 65536


def p99(values):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] if ordered else 0.0


class GoodClient:
    def __init__(self, address):
        self.child = subprocess.Popen(
            [sys.executable, "-B", __file__, address[0], str(address[1])], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        self.child.stdin.close()
        self.child.wait(DEADLINE_S)
        self.child.stdout.close()

    def take(self, count=1):
        """Waits for `count` more answers; what was seen since the last call: `statuses` by number,
        `p99_ms` and `max_ms`, `broken` for connections that ended without an answer."""
        self.child.stdin.write(f"{count}\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())


def post_for_ever(host, port):
    lock = threading.Lock()
    seen = {"ms": [], "statuses": {}, "broken": 0}

    def tell():
        for line in sys.stdin:
            while True:
                with lock:
                    if len(seen["ms"]) + seen["broken"] >= int(line):
                        print(json.dumps({"statuses": seen["statuses"], "broken": seen["broken"],
                                          "count": len(seen["ms"]), "p99_ms": p99(seen["ms"]),
                                          "max_ms": max(seen["ms"], default=0)}), flush=True)
                        seen.update(ms=[], statuses={}, broken=0)
                        break
                time.sleep(PAUSE_S)  # Between two looks.
        os._exit(0)

    threading.Thread(target=tell, daemon=True).start()
    connection = http.client.HTTPConnection(host, port, timeout=DEADLINE_S)
    while True:
        began = time.monotonic()
        try:
            connection.request("POST", "/v1/events", '{"name":"good"}')
            answer = connection.getresponse()
            answer.read()
            with lock:
                status = str(answer.status)
                seen["statuses"][status] = seen["statuses"].get(status, 0) + 1
                seen["ms"].append((time.monotonic() - began) * 1000)
        except (OSError, http.client.HTTPException):
            connection.close()
            with lock:
                seen["broken"] += 1
        time.sleep(PAUSE_S)


class Attacker:
    """One connection that never blocks. `sends` gives the next bytes to send, or b"" for none now;
    `reads` False leaves the answers where they are; `insists` sends on after an answer."""

    def __init__(self, address, sends=None, reads=True, insists=False):
        self.sends = sends or (lambda: b"")
        self.reads = reads
        self.insists = insists
        self.received = b""
        self.sent = 0
        self.has_ended = False  # The server closed.
        self.is_reset = False   # And not cleanly.
        self.rest = b""
        self.socket = socket.create_connection(address, timeout=DEADLINE_S)
        self.socket.setblocking(False)

    @property
    def statuses(self):
        return [int(text) for text in re.findall(rb"HTTP/1\.1 (\d\d\d) ", self.received)]

    def push(self):
        """Sends what can be sent now; how much."""
        self.rest = self.rest or self.sends()
        if not self.rest:
            return 0
        try:
            count = self.socket.send(self.rest)
        except BlockingIOError:
            return 0
        except OSError:
            self.rest = b""  # Closed; what was said before is still to be read.
            self.sends = lambda: b""
            return 0
        self.rest = self.rest[count:]
        self.sent += count
        return count

    def pull(self):
        try:
            data = self.socket.recv(PIECE)
        except BlockingIOError:
            return
        except OSError as error:
            self.has_ended = True
            self.is_reset = error.errno in (errno.ECONNRESET, errno.EPIPE)
            return
        self.received += data
        self.has_ended = not data

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()


class Crowd:
    """Many attackers, taken in turns by one thread. All are closed at the end of the block."""

    def __init__(self, address, count, sends=None, **kwargs):
        """`sends` makes what Attacker takes, for each anew."""
        self.attackers = []
        try:
            for _ in range(count):
                self.attackers.append(Attacker(address, sends() if sends else None, **kwargs))
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for attacker in self.attackers:
            attacker.socket.close()

    def act(self):
        """One turn of each; how many bytes could be sent."""
        alive = {a.socket.fileno(): a for a in self.attackers if not a.has_ended}
        poll = select.poll()
        for descriptor, attacker in alive.items():
            poll.register(descriptor, select.POLLIN if attacker.reads else 0)
        sent = sum(a.push() for a in alive.values() if a.insists or not a.received)
        for descriptor, _ in poll.poll(0):
            alive[descriptor].pull()
        return sent

    def wait(self, what, condition, pause=0.01):
        end = time.monotonic() + DEADLINE_S
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited {DEADLINE_S:.0f} s for {what}")
            if self.act() == 0:
                time.sleep(pause)  # A slow client's pace, and between two looks.

    def wait_for_ends(self, pause=0.01):
        self.wait("every connection's end", lambda: all(a.has_ended for a in self.attackers), pause)


def once(data):
    """Sends `data` and then nothing."""
    parts = [data]
    return lambda: parts.pop() if parts else b""


def first_then(head, piece):
    """Sends `head` and then `piece` for ever."""
    parts = [head]
    return lambda: parts.pop() if parts else piece


def proc_mb(pid, field):
    """VmRSS, or VmHWM: the most since it was reset."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE).group(1)) / 1024


def reset_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        post_for_ever(sys.argv[1], int(sys.argv[2]))
