"""SIGTERM under load: what was answered is kept, and the program ends by itself with 0, in time.

And SIGHUP under load, which changes keys and closes nothing.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
import unittest

import harness
import load


class GracefulStop(unittest.TestCase):
    def stop_ingest_under_load(self, redis):
        with harness.Machine(redis=redis) as machine:
            ingest = machine.start("penstock-ingest")
            machine.start("penstock-worker")
            senders = load.Senders(machine.address)
            for _ in range(3):
                goal = senders.answered_count() + 200
                harness.wait_for("some answers", lambda: senders.answered_count() >= goal)
                self.assertEqual(0, ingest.stop(40))
                ingest = machine.start("penstock-ingest")
            goal = senders.answered_count() + 50
            harness.wait_for("answers again", lambda: senders.answered_count() >= goal)
            senders.stop()
            load.check_stored(self, machine, senders)
            self.assertEqual({202}, senders.statuses)

    def test_with_redis(self):
        self.stop_ingest_under_load(True)

    def test_with_the_spool(self):
        self.stop_ingest_under_load(False)

    def test_an_answer_in_hand_is_given(self):
        with harness.Machine(redis=True) as machine:
            ingest = machine.start("penstock-ingest")
            with harness.RawPeer(machine.address()) as busy, \
                    harness.RawPeer(machine.address()) as idle:
                idle.send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertEqual(200, idle.read_answer().status)
                busy.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n")
                busy.send('{"name"')
                harness.wait_for("the half request to be read", lambda: machine.metric(
                    "penstock_ingest_connections") >= 2)
                ingest.signal(15)
                self.assertTrue(idle.is_closed())
                busy.send(':"late"}')
                answer = busy.read_answer()
                self.assertIsNotNone(answer)
                self.assertEqual(202, answer.status)
                self.assertEqual("close", answer.headers["connection"])
                self.assertEqual(0, ingest.wait())
            machine.start("penstock-worker")
            machine.wait_for_rows(1)

    def test_a_keep_alive_client_is_told_to_come_back(self):
        """Its next request, already on the way when the drain begins, is answered and the last."""
        with harness.Machine() as machine:
            ingest = machine.start("penstock-ingest")
            with harness.RawPeer(machine.address()) as peer:
                peer.send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertNotEqual("close", peer.read_answer().headers.get("connection"))
                ingest.signal(signal.SIGSTOP)
                ingest.signal(signal.SIGTERM)
                peer.send(load.request_text({"name": "on its way"}))
                ingest.signal(signal.SIGCONT)
                answer = peer.read_answer()
                self.assertEqual(202, answer.status)
                if answer.headers.get("connection") != "close":  # Read just before the drain began.
                    peer.send(load.request_text({"name": "another"}))
                    self.assertEqual("close", peer.read_answer().headers["connection"])
            self.assertEqual(0, ingest.wait())

    @contextlib.contextmanager
    def bad_clients(self, address):
        """Idle, silent, stuck in a header or a body, and one that does not read its answers."""
        with contextlib.ExitStack() as stack:
            peers = [stack.enter_context(harness.RawPeer(address)) for _ in range(5)]
            peers[0].send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(200, peers[0].read_answer().status)
            peers[2].send("POST /v1/events HTTP/1.1\r\nHo")
            peers[3].send("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
            peers[4].socket.settimeout(0.2)
            with contextlib.suppress(TimeoutError):
                while True:  # Until our answers fill its buffers and the server stops reading.
                    peers[4].send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
            yield

    DRAIN_S = 4

    def check_end(self, ingest, since):
        """Ended with 0, and no later than it should: seconds more are this machine's own delay."""
        self.assertEqual(0, ingest.wait())
        took_s = time.monotonic() - since
        self.assertLess(took_s, self.DRAIN_S + 3)
        print(f"ended after {took_s:.2f} s of {self.DRAIN_S}", flush=True)

    def test_ends_in_time_whatever_clients_and_redis_do(self):
        settings = {"ingest": {"drain_timeout_ms": self.DRAIN_S * 1000}}
        with harness.Machine(redis=True, settings=settings) as machine:
            ingest = machine.start("penstock-ingest")
            senders = load.Senders(machine.address)
            harness.wait_for("some answers", lambda: senders.answered_count() >= 100)
            os.kill(machine.redis.process.pid, signal.SIGSTOP)
            goal = senders.answered_count() + 100
            harness.wait_for("the spool's answers", lambda: senders.answered_count() >= goal)
            self.assertGreater(machine.metric("penstock_ingest_events_total", outcome="spooled"), 0)
            with self.bad_clients(machine.address()):
                since = time.monotonic()
                ingest.signal(signal.SIGTERM)
                self.check_end(ingest, since)
            senders.stop()
            self.assertEqual({202}, senders.statuses)
            os.kill(machine.redis.process.pid, signal.SIGCONT)
            machine.start("penstock-ingest", "penstock-worker")
            load.check_stored(self, machine, senders)

    def test_a_batch_on_its_way_to_a_hanging_redis_is_kept_and_answered(self):
        """The reply is late, the batch goes to the spool, and only then the program ends."""
        settings = {"queue": {"timeout_ms": 1000}}
        with harness.Machine(redis=True, settings=settings) as machine:
            ingest = machine.start("penstock-ingest")
            self.assertEqual(202, machine.post_events({"name": "before"}).status)
            os.kill(machine.redis.process.pid, signal.SIGSTOP)
            with harness.RawPeer(machine.address()) as peer:
                peer.send(load.request_text({"name": "in flight"}))
                harness.wait_for("the event to be taken", lambda: machine.metric(
                    "penstock_ingest_inflight_bytes") > 0)
                ingest.signal(signal.SIGTERM)
                answer = peer.read_answer()
                self.assertEqual(202, answer.status)
                self.assertEqual("close", answer.headers["connection"])
            self.assertEqual(0, ingest.wait())
            os.kill(machine.redis.process.pid, signal.SIGCONT)
            machine.start("penstock-ingest", "penstock-worker")
            machine.wait_for_rows(2)
            self.assertEqual(["before", "in flight"],
                             sorted(row["name"] for row in machine.rows()))

    def test_ends_in_time_where_the_disk_hangs(self):
        """A sync that never returns holds a pool thread, and must not hold the process."""
        settings = {"ingest": {"drain_timeout_ms": self.DRAIN_S * 1000}}
        with harness.Machine(settings=settings) as machine:
            gate = machine.root / "disk-hangs"
            library = self.build_hanging_sync(machine.root, gate)
            ingest = machine.start("penstock-ingest",
                                   env={**os.environ, "LD_PRELOAD": str(library)})
            self.assertEqual(202, machine.post_events({"name": "before"}).status)
            gate.touch()
            with harness.RawPeer(machine.address()) as peer:
                peer.send(load.request_text({"name": "never synced"}))
                harness.wait_for("the sync", lambda: (machine.root / "hanging").exists())
                since = time.monotonic()
                ingest.signal(signal.SIGTERM)
                self.check_end(ingest, since)
                self.assertTrue(peer.is_closed())  # Without an answer: it is not durable.
            gate.unlink()
            machine.start("penstock-ingest", "penstock-worker")
            machine.wait_for_rows(1)

    @staticmethod
    def build_hanging_sync(folder, gate):
        source = folder / "hang.c"
        source.write_text(
            "#include <fcntl.h>\n#include <sys/syscall.h>\n#include <unistd.h>\n"
            "static int hangs(long call, int fd) {\n"
            f'  if (access("{gate}", F_OK) == 0) {{\n'
            f'    close(creat("{folder}/hanging", 0600));\n'
            "    for (;;) pause();\n  }\n"
            "  return (int)syscall(call, fd);\n}\n"
            "int fsync(int fd) { return hangs(SYS_fsync, fd); }\n"
            "int fdatasync(int fd) { return hangs(SYS_fdatasync, fd); }\n")
        library = folder / "hang.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
        return library

    def test_a_second_signal_does_not_wait(self):
        with harness.Machine() as machine:
            ingest = machine.start("penstock-ingest")
            with self.bad_clients(machine.address()):
                ingest.signal(signal.SIGTERM)
                harness.wait_for("the drain", lambda: "draining" in ingest.text())
                ingest.signal(signal.SIGTERM)
                self.assertEqual(0, ingest.wait(20))  # Of 25 s that it might take.

    def test_a_second_signal_does_not_wait_for_the_worker(self):
        with harness.Machine() as machine:
            worker = machine.start("penstock-worker")
            worker.signal(signal.SIGSTOP)  # So that both are there at once.
            worker.signal(signal.SIGTERM)
            worker.signal(signal.SIGINT)
            worker.signal(signal.SIGCONT)
            self.assertEqual(0, worker.wait(20))
            self.assertIn("stopping at once", worker.text())
            self.assertFalse(machine.run_file("penstock-worker").exists())

    def test_a_reload_under_load_changes_keys_and_closes_nothing(self):
        settings = {"ingest": {"require_key": True, "threads": 2}}
        with harness.Machine(settings=settings) as machine:
            def new_key(project):
                created = machine.tool("key", "create", project, "--json", "--config",
                                       machine.config)
                return json.loads(created.stdout)
            first = new_key("first")
            ingest = machine.start("penstock-ingest")
            machine.start("penstock-worker")
            fresh = load.FreshSenders(machine.address(), threads=2,
                                      headers=f"X-Penstock-Key: {first['key']}\r\n")
            with harness.RawPeer(machine.address()) as peer:
                def post(key):
                    peer.send(load.request_text({"name": "by peer"}, f"X-Penstock-Key: {key}\r\n"))
                    answer = peer.read_answer()
                    self.assertIsNotNone(answer, "the connection was closed")
                    return answer.status

                for number in range(5):
                    key = new_key(f"project{number}")
                    ingest.signal(signal.SIGHUP)
                    harness.wait_for("the new key", lambda: post(key["key"]) == 202)
                    machine.tool("key", "revoke", key["id"], "--config", machine.config)
                    ingest.signal(signal.SIGHUP)
                    harness.wait_for("the end of the key", lambda: post(key["key"]) == 401)
                self.assertEqual(202, post(first["key"]))
            goal = fresh.answered_count() + 20
            harness.wait_for("answers", lambda: fresh.answered_count() >= goal)
            fresh.stop()
            self.assertEqual([], fresh.faults)
            self.assertEqual({202}, fresh.statuses)
            self.assertEqual(0, ingest.stop())

    def test_the_worker_ends_between_two_batches(self):
        with harness.Machine(redis=True) as machine:
            machine.start("penstock-ingest")
            worker = machine.start("penstock-worker")
            senders = load.Senders(machine.address)
            for _ in range(3):
                goal = senders.answered_count() + 100
                harness.wait_for("some answers", lambda: senders.answered_count() >= goal)
                self.assertEqual(0, worker.stop())
                worker = machine.start("penstock-worker")
            senders.stop()
            load.check_stored(self, machine, senders)


if __name__ == "__main__":
    harness.main()
