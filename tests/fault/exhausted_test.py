"""A process runs out of descriptors or of memory under load."""

import contextlib
import http.client
import os
import pathlib
import resource
import signal
import socket
import time
import unittest

import faults
import hostile
from faults import INGEST, WORKER, harness

CGROUPS = pathlib.Path("/sys/fs/cgroup/memory")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Descriptors(unittest.TestCase):
    @contextlib.contextmanager
    def none_left(self, box, program=INGEST, spare=0):
        pid = box.process(program).pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        highest = max(map(int, os.listdir(f"/proc/{pid}/fd"))) + 1
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (highest + spare, hard))
        yield
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))

    def test_none_left_for_clients(self):
        """New connections wait, open ones are served as ever, nothing spins."""
        with faults.Machine(redis=True) as box, faults.load(self, box) as traffic:
            admin = http.client.HTTPConnection(*box.address(INGEST, admin=True))

            def metric(name):
                admin.request("GET", "/metrics")
                for line in admin.getresponse().read().decode().splitlines():
                    if line.startswith(name + " "):
                        return float(line.split()[1])
                return None

            refused = metric("penstock_ingest_connections_refused_total")
            idle = faults.cpu_share(box.process(INGEST).pid)
            waiting = []
            self.addCleanup(lambda: [peer.close() for peer in waiting])
            with contextlib.closing(admin), self.none_left(box):
                for _ in range(50):
                    peer = socket.create_connection(box.address(), timeout=harness.DEADLINE_S)
                    peer.sendall(b"GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
                    waiting.append(peer)
                harness.wait_for("refusals to be counted", lambda: metric(
                    "penstock_ingest_connections_refused_total") > refused)
                mark = traffic.mark()
                share = faults.cpu_share(box.process(INGEST).pid, max(1, faults.SECONDS / 2))
                figures = traffic.since(mark)
                print(f"no descriptors: {figures}; {share:.0%} of a core, {idle:.0%} before",
                      flush=True)
                self.assertLess(share, idle + 0.1)
                self.assertEqual({202}, set(figures.statuses))
                self.assertEqual(0, figures.broken)
                self.assertEqual(1, box.log(INGEST).count("cannot accept connections"))
            for peer in waiting:  # They have waited, and are served now.
                self.assertTrue(peer.recv(100).startswith(b"HTTP/1.1 200"))

    def test_none_left_for_the_spool(self):
        """Redis goes, and no segment can be opened: 503 until one can."""
        with faults.Machine(redis=True) as box, faults.load(self, box) as traffic:
            with self.none_left(box):
                box.redis.kill()
                traffic.wait_for_status(503, 10)
                faults.lasts(1)
                self.assertLessEqual(set(traffic.statuses), {202, 503})
                self.assertNotIn(None, traffic.retry_afters)
            traffic.wait_for_answers(300)
            self.assertGreater(box.outcomes("refused"), 0)
            self.assertEqual(200, box.readiness()[0])
            box.redis.start()

    def test_none_left_for_the_store(self):
        with faults.Machine(redis=True) as box, \
                faults.load(self, box, others=1) as traffic:
            harness.wait_for("rows", lambda: box.row_count() > 0)
            with self.none_left(box, WORKER):
                # An event of two days ago needs another day's file.
                day_before = int((time.time() - 2 * 86_400) * 1000)
                self.assertEqual(202, box.post_events(
                    {"id": "old", "name": "old", "time": day_before,
                     "session_id": ""}).status)
                harness.wait_for("the worker to hold", lambda: "the store refuses a batch; holding"
                                 in box.log(WORKER))
                faults.lasts(1)
                self.assertEqual({202}, set(traffic.statuses))
            harness.wait_for("the day's file", lambda: len(box.days()) > 1)


class Memory(unittest.TestCase):
    """The kernel kills what passes its limit: as kill -9, at the worst moment."""

    @contextlib.contextmanager
    def limited(self, process, limit):
        """Puts the process into a control group of its own, where what it asks for anew counts."""
        self.assertTrue(CGROUPS.is_dir(), "control groups of version 1 are needed")
        group = CGROUPS / f"penstock-fault-{os.getpid()}-{process.pid}"
        group.mkdir()
        try:
            (group / "memory.limit_in_bytes").write_text(limit)
            (group / "cgroup.procs").write_text(str(process.pid))
            yield
        finally:
            process.kill()
            harness.wait_for("the group to be empty", lambda: self.is_removed(group))

    def is_removed(self, group):
        try:
            group.rmdir()
        except OSError:
            return False
        return True

    def die(self, box, program, grow):
        process = box.process(program)
        with self.limited(process, "512k"):
            grow()
            harness.wait_for("the kernel to kill it", lambda: not process.is_running())
            self.assertEqual(-signal.SIGKILL, process.popen.returncode)

    def test_of_the_intake(self):
        with faults.Machine(redis=True) as box, \
                faults.load(self, box, timeout_s=20) as traffic:
            for _ in range(2):
                self.die(box, INGEST, lambda: self.send_much(box))
                box.start(INGEST)
                traffic.wait_for_answers(300)

    def send_much(self, box):
        """Big requests that are never whole, so nothing of them is an event."""
        body = b'{"name":"big","properties":{"x":"' + b"x" * 800_000
        head = (f"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body) + 9}\r\n\r\n").encode()
        with contextlib.ExitStack() as peers, contextlib.suppress(OSError):  # It dies of them.
            for _ in range(60):
                peer = peers.enter_context(
                    socket.create_connection(box.address(), timeout=harness.DEADLINE_S))
                peer.sendall(head + body)
            harness.wait_for("the end", lambda: not box.process(INGEST).is_running())

    def test_of_the_worker(self):
        with faults.Machine(redis=True) as box, \
                faults.load(self, box, filler=2000, rate=4000, timeout_s=20) as traffic:
            for _ in range(2):
                box.process(WORKER).signal(signal.SIGSTOP)
                traffic.wait_for_answers(8000)
                self.die(box, WORKER, lambda: box.process(WORKER).signal(signal.SIGCONT))
                box.start(WORKER)
                traffic.wait_for_answers(300)

    def test_of_the_intake_by_requests_that_wait(self):
        """Whole requests that wait for the queue hold what their events hold, not what was sent."""
        count = 3_000
        body = b'{"name":"waits"}' + b" " * 60_000
        request = (f"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}"
                   "\r\n\r\n").encode() + body
        settings = {"ingest": {"threads": 1}, "queue": {"timeout_ms": 600_000}}
        with faults.Machine(redis=True, settings=settings) as box:
            box.start(INGEST)
            pid = box.process(INGEST).pid

            def inflight():
                return box.metric("penstock_ingest_inflight_bytes")

            harness.wait_for("Redis in use", box.is_redis_up)
            faults.freeze(box.redis.process)
            before = faults.rss_mib(pid)
            with hostile.Crowd(box.address(), 1, lambda: hostile.once(request)) as first:
                first.wait("the first to wait", lambda: inflight() > 0)
                one = inflight()
                with hostile.Crowd(box.address(), count, lambda: hostile.once(request)) as crowd:
                    crowd.wait("all to wait", lambda: inflight() == (count + 1) * one, 0.1)
                    grown = faults.rss_mib(pid) - before
                    print(f"{count} requests of {len(request)} bytes wait: {grown:+.0f} MiB, "
                          f"{one:.0f} bytes in flight each", flush=True)
                    if not faults.IS_SANITIZED:
                        self.assertLess(grown, 40)
                    box.redis.process.signal(signal.SIGCONT)
                    crowd.wait("all answers", lambda: all(a.received for a in crowd.attackers))
                    self.assertEqual({202}, {s for a in crowd.attackers for s in a.statuses})

    def test_of_the_intake_is_given_back(self):
        """Large requests are legal, but leave nothing behind once they are done."""
        event = '{"name":"big","properties":{"' + "\\n" * 20 + '":"' + "\\n\\u00e9" * 12_000 + '"}}'
        events = "[" + ",".join([event] * 80) + "]"
        form = "name=big&" + "&".join(f"p{i % 9}=%20%FF" for i in range(500_000))
        with faults.Machine(settings={"ingest": {"threads": 1}}) as box:
            box.start(INGEST)
            pid = box.process(INGEST).pid
            self.assertEqual(202, self.post(box, "/v1/events", '{"name":"small"}'))
            before = faults.rss_mib(pid)
            self.assertEqual(202, self.post(box, "/v1/events", events))
            self.assertEqual(413, self.post(box, "/v1/collect", form))
            most = faults.rss_mib(pid)
            if not faults.IS_SANITIZED:
                harness.wait_for("memory to be given back",
                                 lambda: faults.rss_mib(pid) < before + 10)
            print(f"large requests: {before:.0f} MiB, then {most:.0f}, then "
                  f"{faults.rss_mib(pid):.0f}", flush=True)

    @staticmethod
    def post(box, path, text):
        kind = "application/x-www-form-urlencoded" if path == "/v1/collect" else "application/json"
        return box.request("POST", path, harness.gzipped(text), {
            "Content-Encoding": "gzip", "Content-Type": kind}).status


if __name__ == "__main__":
    harness.main()
