"""A machine whose parts can be broken, and what breaks them.

CI runs short versions. PENSTOCK_FAULT_SECONDS says how long a fault lasts where that matters (1 by
default; a release is tried with 60), PENSTOCK_FAULT_STRIDE how far apart the system calls are at
which a process is killed (1: each).
"""

import contextlib
import glob
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

import ledger
from ledger import harness

SECONDS = float(os.environ.get("PENSTOCK_FAULT_SECONDS", "1"))
STRIDE = int(os.environ.get("PENSTOCK_FAULT_STRIDE", "0"))  # 0: the test's own.

INGEST = "penstock-ingest"
WORKER = "penstock-worker"
CONSOLE = "penstock-console"

# Sanitizers keep freed memory for a while, so only a program as it is shipped is measured.
IS_SANITIZED = harness.BUILD.name in ("asan", "tsan")


class Machine(harness.Machine):
    """A harness.Machine that can be looked at closely and mounts things."""

    def __init__(self, *args, **kwargs):
        self.mounts = []
        super().__init__(*args, **kwargs)

    def close(self):
        for process in self.processes:
            process.kill()
        for folder in reversed(self.mounts):
            subprocess.run(["umount", "-l", str(folder)], check=False)
        super().close()

    def mount_small(self, folder, size):
        """A tmpfs of that size; gone with the machine."""
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
                       check=True)
        self.mounts.append(folder)
        return folder

    def process(self, program):
        """The one that was started last."""
        for process in reversed(self.processes):
            if any(str(part).endswith("/" + program) for part in process.command):
                return process
        raise KeyError(program)

    def restart(self, program, **kwargs):
        self.process(program).kill()
        return self.start(program, **kwargs)

    def log(self, program):
        return (self.root / f"{program}.log").read_text(errors="replace")

    def readiness(self, program=INGEST):
        """(status, the reasons given)."""
        answer = self.request("GET", "/readyz", program=program, admin=True)
        return answer.status, answer.body.decode()

    def is_redis_up(self):
        return self.metric("penstock_redis_up") == 1

    def outcomes(self, outcome):
        """Events that the intake has counted so."""
        return self.metric("penstock_ingest_events_total", outcome=outcome)

    def settle(self, test, deadline_s=harness.DEADLINE_S):
        """All is well again: nothing waits anywhere, nothing was set aside, everybody is ready."""
        if self.redis is not None:
            harness.wait_for("an empty list", lambda: self.redis.queued() == 0, deadline_s)
            harness.wait_for("Redis in use", self.is_redis_up, deadline_s)
        harness.wait_for("an empty spool",
                         lambda: self.metric("penstock_spool_batches") == 0, deadline_s)
        harness.wait_for("an empty queue",
                         lambda: self.metric("penstock_queue_depth", WORKER) == 0, deadline_s)
        for program in (INGEST, WORKER):
            harness.wait_for(f"{program} to be ready",
                             lambda: self.readiness(program)[0] == 200, deadline_s)
        test.assertEqual(0, self.metric("penstock_worker_events_total", WORKER, outcome="dead"))
        test.assertEqual([], glob.glob(str(self.state / "spool" / "**" / "*.bad"), recursive=True))


@contextlib.contextmanager
def load(test, machine, starts=True, settles=True, waiting_s=120.0, others=0, **options):
    """Traffic around a fault: some before, some after, then everything is reconciled."""
    if starts:
        machine.start(INGEST, WORKER)
    with ledger.Ledger(machine.address, **options) as traffic:
        traffic.wait_for_answers(300)
        yield traffic
        traffic.wait_for_answers(300)
    ledger.reconcile(test, machine, traffic, waiting_s, others)
    if settles:
        machine.settle(test)


def lasts(seconds=None):
    """Lets a fault last, which is what is being tried: the one place where time is waited for."""
    time.sleep(SECONDS if seconds is None else seconds)


def fill_disk(folder):
    """Takes what room there is; the file. Unbuffered: closing it must not want room, too."""
    path = folder / "filler"
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 1024):  # The last page too.
            with contextlib.suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass
    return path


# --- Processes from outside.

def rss_mib(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_share(pid, seconds=1.0):
    """Of one core, over a stretch of time."""
    begun, used = time.monotonic(), cpu_s(pid)
    time.sleep(seconds)
    return (cpu_s(pid) - used) / (time.monotonic() - begun)


def freeze(process):
    """Stops a process where it is; true stillness, but for what the kernel still does for it."""
    process.signal(signal.SIGSTOP)

    def is_still():
        states = set()
        for path in glob.glob(f"/proc/{process.pid}/task/*/stat"):
            with open(path, encoding="ascii", errors="replace") as file:
                states.add(file.read().rpartition(")")[2].split()[0])
        return states <= {"T", "D"}

    harness.wait_for("a process to be frozen", is_still)


class Memory:
    """Watches how large processes grow while it is entered."""

    def __init__(self, test, limit_mib, *processes):
        self.test = test
        self.limit_mib = limit_mib
        self.pids = [process.pid for process in processes]
        self.begun = [rss_mib(pid) for pid in self.pids]
        self.most = list(self.begun)
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def watch(self):
        while not self.done.wait(0.05):
            with contextlib.suppress(OSError, ValueError):
                self.most = [max(most, rss_mib(pid)) for most, pid in zip(self.most, self.pids)]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.done.set()
        self.thread.join()
        grown = [most - begun for most, begun in zip(self.most, self.begun)]
        print("memory: " + ", ".join(f"{begun:.0f} to {most:.0f} MiB"
                                     for begun, most in zip(self.begun, self.most)), flush=True)
        if kind is None and not IS_SANITIZED:
            self.test.assertLess(max(grown), self.limit_mib, "memory grew in MiB")


class Strace:
    """An strace attached to a running process, with its pool threads, until it is left."""

    def __init__(self, process, *args):
        self.pid = process.pid
        log = pathlib.Path(str(process.log) + ".strace")
        self.tracer = harness.Process(["strace", "-f", "-o", log, *args, "-p", self.pid],
                                      str(log) + ".err")
        self.log = log

    def __enter__(self):
        harness.wait_for("strace to be attached", self.has_all)
        return self

    def has_all(self):
        if not self.tracer.is_running():
            raise AssertionError("strace ended\n" + self.tracer.text())
        for path in glob.glob(f"/proc/{self.pid}/task/*/status"):
            with open(path, encoding="ascii", errors="replace") as file:
                if "TracerPid:\t0\n" in file.read():
                    return False
        return True

    def __exit__(self, *_):
        self.tracer.signal(signal.SIGINT)
        self.tracer.wait()

    def count(self, text):
        return self.log.read_text(errors="replace").count(text) if self.log.exists() else 0


def killed_at(calls, when, paths=()):
    """A prefix that runs a program and kills it as it enters its `when`-th call of `calls`.

    With `paths` only those calls count that are about one of these files.
    """
    names = ",".join(calls)
    return ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={names}",
            *(word for path in paths for word in ("-P", str(path))),
            "-e", f"inject={names}:signal=SIGKILL:when={when}"]


# --- Between a program and Redis.

class Proxy:
    """Stands between a program and Redis on a unix socket, and does what it is told.

    `delay_s`: every piece of a reply is late by that. `hangs`: takes connections and bytes, and
    says nothing. cut_reply(n), cut_request(n): the next reply or request ends after n bytes, with
    the connection.
    """

    def __init__(self, path, target):
        self.path = str(path)
        self.target = str(target)
        self.delay_s = 0.0
        self.hangs = False
        self.cuts = {"reply": None, "request": None}
        self.connections = 0
        self.lock = threading.Lock()
        self.peers = set()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def url(self):
        return f"redis+unix://{self.path}?db=0"

    def close(self):
        self.listener.close()
        self.drop_all()

    def drop_all(self):
        with self.lock:
            peers = list(self.peers)
        for peer in peers:
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)

    def cut_reply(self, count):
        self.cuts["reply"] = count

    def cut_request(self, count):
        self.cuts["request"] = count

    def is_cut(self):
        """Whether what was to be cut was."""
        return self.cuts == {"reply": None, "request": None}

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = socket.socket(socket.AF_UNIX)
        with contextlib.closing(client), contextlib.closing(server):
            with self.lock:
                self.peers.update((client, server))
            with contextlib.suppress(OSError):
                server.connect(self.target)
                up = threading.Thread(target=self.pump, args=(client, server, "request"),
                                      daemon=True)
                up.start()
                self.pump(server, client, "reply")
                up.join()
            with self.lock:
                self.peers.difference_update((client, server))

    def pump(self, source, sink, direction):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.hangs:
                    continue
                if direction == "reply" and self.delay_s:
                    time.sleep(self.delay_s)
                with self.lock:
                    cut, self.cuts[direction] = self.cuts[direction], None
                if cut is not None:
                    sink.sendall(data[:cut])
                    break
                sink.sendall(data)
        for peer in (source, sink):
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
