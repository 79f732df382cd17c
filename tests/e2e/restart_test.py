"""Restarts of the intake under load refuse no connection, whoever keeps its sockets meanwhile.

Three keepers: a service manager with a descriptor store (played here as systemd does it),
`penstock up`, and a successor that takes over. Senders that open a connection for each event must
see nothing of it: no refusal, no reset, no other answer than 202. Senders that keep theirs open may
lose an idle one to the drain, which HTTP leaves to them to mend: they send again, and the event is
stored once all the same.
"""

import array
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import threading
import time
import unittest

import harness
import load

INGEST = "penstock-ingest"
RESTARTS = 8


class Story(unittest.TestCase):
    def start_load(self, machine):
        """One of each kind; all remember what was answered."""
        address = machine.address()
        self.fresh = load.FreshSenders(address, threads=4)
        self.steady = load.SteadySenders(address, threads=2)
        self.idle = load.SteadySenders(address, threads=4, pause_s=0.3, prefix="i")
        self.all = (self.fresh, self.steady, self.idle)

    def wait_for_answers(self, count=30):
        """So many more answers, to each kind."""
        for senders in (self.fresh, self.steady):
            goal = senders.answered_count() + count
            harness.wait_for("answers", lambda: senders.answered_count() >= goal)

    def check_load(self, machine):
        """Nobody was refused or cut off, and the store has what was answered, once."""
        for senders in self.all:
            senders.stop()
            self.assertEqual([], senders.faults)
            self.assertEqual({202}, senders.statuses)
        self.check_ledger(machine)
        print(f"{len(self.fresh.answered)} connections, {len(self.steady.answered)} events of "
              f"busy ones, {self.steady.retries} sent again, {len(self.idle.answered)} of idle "
              f"ones, {self.idle.retries} sent again", flush=True)

    def check_crashes(self, machine):
        """Of a killed process what was in hand is cut off; but nobody is refused."""
        for senders in self.all:
            senders.stop()
            self.assertEqual([], [fault for fault in senders.faults if "refused" in fault])
            self.assertEqual({202}, senders.statuses)
        self.check_ledger(machine)
        cut = sum(len(senders.faults) for senders in self.all)
        print(f"{sum(len(senders.answered) for senders in self.all)} answered, {cut} cut off",
              flush=True)

    def check_ledger(self, machine):
        """The store has all that was answered, nothing twice, and nothing that nobody sent."""
        answered = set().union(*(senders.answered for senders in self.all))
        harness.wait_for("all answered events", lambda: answered <= set(self.names(machine)))
        stored = self.names(machine)
        self.assertEqual(len(stored), len(set(stored)), "an event is stored twice")
        self.assertLessEqual(set(stored), set().union(*(senders.sent for senders in self.all)))
        harness.check_rollups(self, machine)

    @staticmethod
    def names(machine):
        return [row["name"] for row in machine.query("SELECT name FROM events")]

    def wait_for_successor(self, machine, pid):
        return harness.wait_for("the next process", lambda: (machine.run_info(INGEST) or {}).get(
            "pid", pid) != pid and machine.run_info(INGEST)["pid"])


class ServiceManager:
    """The part of systemd that a service with a descriptor store sees.

    Takes FDSTORE, FDSTOREREMOVE and READY over a NOTIFY_SOCKET, and starts each process with what
    is in the store.
    """

    def __init__(self, machine, sockets=()):
        self.machine = machine
        self.units = list(sockets)  # (name, socket), as of a socket unit.
        self.store = []  # (name, descriptor)
        self.messages = []
        self.path = machine.root / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.process = None
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(harness.DEADLINE_S)
        self.socket.close()
        self.drop_store()

    def drop_store(self):
        for _, descriptor in self.store:
            os.close(descriptor)
        self.store = []

    def listen(self):
        while True:
            room = socket.CMSG_SPACE(array.array("i").itemsize)
            try:
                text, control, _, _ = self.socket.recvmsg(4096, room)
            except OSError:
                return
            if not text:
                return
            lines = dict(line.split("=", 1) for line in text.decode().splitlines())
            descriptors = array.array("i")
            for _, _, data in control:
                descriptors.frombytes(data)
            if lines.get("FDSTORE") == "1":
                self.store += [(lines["FDNAME"], descriptor) for descriptor in descriptors]
            if lines.get("FDSTOREREMOVE") == "1":
                for name, descriptor in list(self.store):
                    if name == lines["FDNAME"]:
                        os.close(descriptor)
                        self.store.remove((name, descriptor))
            self.messages.append(lines)

    def ready_count(self):
        return sum(1 for lines in self.messages if lines.get("READY") == "1")

    def start(self):
        goal = self.ready_count() + 1
        passed = [(name, sock.fileno()) for name, sock in self.units] + self.store
        # Far away from where the shell puts them, before it becomes the program with the same id.
        copies = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 100) for _, descriptor in passed]
        places = "".join(f" {3 + i}<&{copy} {copy}<&-" for i, copy in enumerate(copies))
        env = {**os.environ, "NOTIFY_SOCKET": str(self.path), "LISTEN_FDS": str(len(passed)),
               "LISTEN_FDNAMES": ":".join(name for name, _ in passed)}
        with open(self.machine.root / "ingest.log", "ab") as log:
            self.process = subprocess.Popen(
                ["bash", "-c", f'export LISTEN_PID=$$; exec "$@"{places}', "bash",
                 str(harness.BIN / INGEST), "--config", str(self.machine.config)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, pass_fds=copies)
        for copy in copies:
            os.close(copy)
        harness.wait_for("READY=1", lambda: self.has_started(goal))

    def has_started(self, goal):
        if self.process.poll() is not None:
            raise AssertionError((self.machine.root / "ingest.log").read_text())
        return self.ready_count() >= goal

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(harness.DEADLINE_S)


class DescriptorStore(Story):
    def restart_under_load(self, settings, number):
        with harness.Machine(settings=settings) as machine:
            manager = ServiceManager(machine)
            self.addCleanup(manager.close)
            manager.start()
            stored = len(manager.store)
            machine.start("penstock-worker")
            self.start_load(machine)
            address = machine.address()
            try:
                for _ in range(RESTARTS):
                    self.wait_for_answers()
                    code = manager.end(number)
                    self.assertEqual(-signal.SIGKILL if number == signal.SIGKILL else 0, code)
                    manager.start()
                    self.assertEqual(address, machine.address())
                    self.assertEqual(stored, len(manager.store))  # Nothing twice.
                self.wait_for_answers()
                if number == signal.SIGKILL:
                    self.check_crashes(machine)
                else:
                    self.check_load(machine)
            finally:
                manager.process.kill()
                manager.process.wait()
            return stored

    def test_restarts(self):
        # One reactor's socket and the admin's.
        self.assertEqual(2, self.restart_under_load({}, signal.SIGTERM))

    def test_restarts_with_several_reactors(self):
        self.assertEqual(4, self.restart_under_load({"ingest": {"threads": 3}}, signal.SIGTERM))

    def test_crashes(self):
        self.restart_under_load({"ingest": {"threads": 2}}, signal.SIGKILL)

    def test_fewer_and_more_reactors_serve_all_sockets(self):
        with harness.Machine(settings={"ingest": {"threads": 3}}) as machine:
            manager = ServiceManager(machine)
            self.addCleanup(manager.close)
            manager.start()
            machine.start("penstock-worker")
            self.start_load(machine)
            try:
                for threads in (1, 4, 2, 5):
                    machine.settings["ingest"]["threads"] = threads
                    machine.write_config()
                    self.wait_for_answers()
                    self.assertEqual(0, manager.end(signal.SIGTERM))
                    manager.start()
                self.wait_for_answers()
                self.check_load(machine)
            finally:
                manager.process.kill()
                manager.process.wait()

    def test_an_address_that_is_gone_from_the_configuration_is_given_up(self):
        with harness.Machine() as machine:
            manager = ServiceManager(machine)
            self.addCleanup(manager.close)
            manager.start()
            try:
                host, old_port = machine.address()
                self.assertEqual(0, manager.end(signal.SIGTERM))
                waiting = harness.RawPeer((host, old_port))  # In the queue, between two processes.
                waiting.send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
                machine.settings["ingest"]["listen"] = ["[::1]:0"]
                machine.write_config()
                manager.start()
                with waiting:
                    self.assertEqual(200, waiting.read_answer().status)
                harness.wait_for("the old address to be closed",
                                 lambda: not self.listens(host, old_port))
                self.assertEqual({"ingest.listen=[||1]|0", "ingest.admin_listen=127.0.0.1|0"},
                                 {name for name, _ in manager.store})
                self.assertEqual(202, machine.post_events({"name": "new"}).status)
            finally:
                manager.process.kill()
                manager.process.wait()

    @staticmethod
    def listens(host, port):
        try:
            socket.create_connection((host, port), timeout=harness.DEADLINE_S).close()
        except ConnectionRefusedError:
            return False
        return True


class SocketUnit(Story):
    def listen_at(self, family, address, reuse_port=False):
        sock = socket.socket(family)
        if reuse_port:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(address)
        sock.listen(1024)
        self.addCleanup(sock.close)
        return sock

    def test_its_sockets_replace_the_configured_address(self):
        with harness.Machine(settings={"ingest": {"threads": 2}}) as machine:
            unit = self.listen_at(socket.AF_INET, ("127.0.0.1", 0))
            path = machine.root / "intake.sock"
            unix = self.listen_at(socket.AF_UNIX, str(path))
            manager = ServiceManager(machine, [("penstock-ingest.socket", unit),
                                               ("penstock-ingest.socket", unix)])
            self.addCleanup(manager.close)
            manager.start()
            machine.start("penstock-worker")
            self.assertEqual([f"127.0.0.1:{unit.getsockname()[1]}", f"unix:{path}"],
                             machine.run_info(INGEST)["listen"])
            self.start_load(machine)
            try:
                for _ in range(RESTARTS):
                    self.wait_for_answers()
                    self.assertEqual(0, manager.end(signal.SIGTERM))
                    manager.start()
                self.assertTrue(path.exists())
                with socket.socket(socket.AF_UNIX) as peer:
                    peer.connect(str(path))
                    peer.sendall(b"GET /p.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    self.assertIn(b" 200 ", peer.recv(100))
                self.wait_for_answers()
                self.check_load(machine)
                # The admin's socket alone is the intake's own to store.
                self.assertEqual(["ingest.admin_listen=127.0.0.1|0"],
                                 [name for name, _ in manager.store])
            finally:
                manager.process.kill()
                manager.process.wait()

    def test_what_does_not_listen_is_a_clear_error(self):
        with harness.Machine() as machine:
            sock = socket.socket()
            self.addCleanup(sock.close)
            manager = ServiceManager(machine, [("penstock-ingest.socket", sock)])
            self.addCleanup(manager.close)
            with self.assertRaisesRegex(AssertionError, "not a listening stream socket"):
                manager.start()
            self.assertEqual(1, manager.process.returncode)

    def test_systemd_socket_activate(self):
        """Debian's own program for it, which starts us at the first connection."""
        with harness.Machine() as machine:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            process = harness.Process(
                ["systemd-socket-activate", "-l", f"127.0.0.1:{port}", harness.BIN / INGEST,
                 "--config", machine.config], machine.root / "activate.log")
            machine.processes.append(process)
            harness.wait_for("the socket", lambda: "Listening on" in process.text())
            answer = harness.request("127.0.0.1", port, "POST", "/v1/events", '{"name":"first"}')
            self.assertEqual(202, answer.status)
            self.assertEqual([f"127.0.0.1:{port}"], machine.run_info(INGEST)["listen"])
            self.assertEqual(0, process.stop())


class PenstockUp(Story):
    def test_the_intake_is_killed_again_and_again(self):
        with harness.Machine(settings={"ingest": {"threads": 2}}) as machine:
            up = harness.Process([harness.BIN / "penstock", "up", "--data", machine.state,
                                  "--config", machine.config], machine.root / "up.log")
            machine.processes.append(up)
            harness.wait_for("the intake", lambda: machine.run_info(INGEST))
            address = machine.address()
            self.start_load(machine)
            for _ in range(RESTARTS):
                self.wait_for_answers()
                pid = machine.run_info(INGEST)["pid"]
                os.kill(pid, signal.SIGKILL)
                self.wait_for_successor(machine, pid)
                self.assertEqual(address, machine.address())
            self.wait_for_answers()
            self.check_crashes(machine)
            up.signal(signal.SIGTERM)
            self.assertEqual(0, up.wait())

    def test_the_intake_is_stopped_again_and_again(self):
        with harness.Machine() as machine:
            up = harness.Process([harness.BIN / "penstock", "up", "--data", machine.state,
                                  "--config", machine.config], machine.root / "up.log")
            machine.processes.append(up)
            harness.wait_for("the intake", lambda: machine.run_info(INGEST))
            self.start_load(machine)
            for _ in range(RESTARTS):
                self.wait_for_answers()
                pid = machine.run_info(INGEST)["pid"]
                os.kill(pid, signal.SIGTERM)
                self.wait_for_successor(machine, pid)
            self.wait_for_answers()
            self.check_load(machine)

    def test_a_stop_for_good_answers_what_waits_in_the_queue(self):
        with harness.Machine() as machine:
            up = harness.Process([harness.BIN / "penstock", "up", "--data", machine.state,
                                  "--config", machine.config], machine.root / "up.log")
            machine.processes.append(up)
            harness.wait_for("the intake", lambda: "penstock is running" in up.text())
            pid = machine.run_info(INGEST)["pid"]
            os.kill(pid, signal.SIGSTOP)  # So that nobody accepts.
            with harness.RawPeer(machine.address()) as peer:
                peer.send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
                up.signal(signal.SIGTERM)
                harness.wait_for("the stop to begin", lambda: "stopping" in up.text())
                os.kill(pid, signal.SIGCONT)
                self.assertEqual(200, peer.read_answer().status)
            self.assertEqual(0, up.wait())


class TakeOver(Story):
    def take_over(self, machine, *args):
        """Starts a successor; the finished predecessor and the successor."""
        successor = harness.Process(
            [harness.BIN / INGEST, "--config", machine.config, "--takeover", *args],
            machine.root / f"successor-{time.monotonic_ns()}.log")
        machine.processes.append(successor)
        return successor

    def test_again_and_again(self):
        for settings in ({}, {"ingest": {"threads": 3}}):
            with harness.Machine(settings=settings) as machine:
                current = machine.start(INGEST)
                machine.start("penstock-worker")
                address = machine.address()
                admin = machine.address(admin=True)
                self.start_load(machine)
                for _ in range(RESTARTS):
                    self.wait_for_answers()
                    successor = self.take_over(machine)
                    self.assertEqual(0, current.wait())
                    info = machine.run_info(INGEST)
                    self.assertEqual(successor.pid, info["pid"])
                    current = successor
                self.assertEqual(address, machine.address())
                self.assertEqual(admin, machine.address(admin=True))
                self.assertEqual(200, machine.request("GET", "/readyz", admin=True).status)
                self.wait_for_answers()
                self.check_load(machine)
                self.assertEqual(0, current.stop())
                self.assertFalse((machine.state / "run" / f"{INGEST}.sock").exists())
                self.assertIsNone(machine.run_info(INGEST))

    def test_a_successor_that_cannot_start_changes_nothing(self):
        with harness.Machine() as machine:
            current = machine.start(INGEST)
            machine.start("penstock-worker")
            self.start_load(machine)
            self.wait_for_answers()
            # It gets the sockets, and then finds that its spool cannot be.
            failed = self.take_over(machine, "--set", "spool.path=/proc/nowhere")
            self.assertEqual(1, failed.wait())
            harness.wait_for("the predecessor to go on", lambda: "going on" in current.text())
            self.wait_for_answers()
            self.assertEqual(0, self.take_over_and_wait(machine, current))
            self.wait_for_answers()
            self.check_load(machine)

    def test_a_successor_that_crashes_is_started_while_the_predecessor_drains(self):
        with harness.Machine(settings={"ingest": {"threads": 2}}) as machine:
            predecessor = machine.start(INGEST)
            there = "ingest.listen={}:{}".format(*machine.address())
            body = '{"name":"a"}'
            with harness.RawPeer(machine.address()) as slow:
                slow.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json"
                          f"\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n")
                self.assertEqual(100, slow.read_answer().status)
                successor = self.take_over(machine)
                harness.wait_for("the predecessor to drain",
                                 lambda: "draining" in predecessor.text())
                self.wait_for_successor(machine, predecessor.pid)
                for more in ((), ("--takeover",)):
                    successor.kill()
                    successor = machine.start(INGEST, args=("--set", there, *more))
                    self.assertEqual(202, machine.post_events({"name": "b"}).status)
                self.assertTrue(predecessor.is_running())
                slow.send(body)
                self.assertEqual(202, slow.read_answer().status)
            self.assertEqual(0, predecessor.wait())
            self.assertEqual(successor.pid, machine.run_info(INGEST)["pid"])

    def take_over_and_wait(self, machine, current):
        self.take_over(machine)
        return current.wait()

    def test_a_unix_socket_stays_where_it_is(self):
        with harness.Machine() as machine:
            path = machine.root / "intake.sock"
            machine.settings["ingest"]["listen"] = [f"unix:{path}"]
            machine.write_config()
            current = machine.start(INGEST)
            for _ in range(3):
                inode = path.stat().st_ino
                successor = self.take_over(machine)
                self.assertEqual(0, current.wait())
                current = successor
                self.assertEqual(inode, path.stat().st_ino)
                with socket.socket(socket.AF_UNIX) as peer:
                    peer.connect(str(path))
                    peer.sendall(b"GET /p.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    self.assertIn(b" 200 ", peer.recv(100))
            self.assertEqual(0, current.stop())
            self.assertFalse(path.exists())

    def test_without_a_predecessor_it_starts_normally(self):
        with harness.Machine() as machine:
            process = machine.start(INGEST, args=("--takeover",))
            self.assertEqual(202, machine.post_events({"name": "x"}).status)
            process.kill()  # Leaves its socket's file, which nobody answers at.
            machine.start(INGEST, args=("--takeover",))
            self.assertEqual(202, machine.post_events({"name": "y"}).status)

    def test_what_somebody_else_restarts_is_not_taken_over(self):
        with harness.Machine() as machine:
            up = harness.Process([harness.BIN / "penstock", "up", "--data", machine.state,
                                  "--config", machine.config], machine.root / "up.log")
            machine.processes.append(up)
            harness.wait_for("the intake", lambda: machine.run_info(INGEST))
            successor = self.take_over(machine)
            self.assertEqual(1, successor.wait())
            self.assertIn("penstock up", successor.text())
            self.assertEqual(202, machine.post_events({"name": "x"}).status)

    def test_what_was_spooled_while_redis_was_down_is_stored_once(self):
        """Two processes on one spool at a time, and both would replay it."""
        with harness.Machine(redis=True) as machine:
            current = machine.start(INGEST)
            machine.start("penstock-worker")
            self.start_load(machine)
            self.wait_for_answers()
            machine.redis.kill()
            for _ in range(4):
                self.wait_for_answers()
                self.assertEqual(0, self.take_over_and_wait(machine, current))
                pid = machine.run_info(INGEST)["pid"]
                current = next(p for p in machine.processes if p.pid == pid)
            machine.redis.start()
            self.wait_for_answers()
            self.assertEqual(0, self.take_over_and_wait(machine, current))
            self.wait_for_answers()
            self.check_load(machine)


if __name__ == "__main__":
    harness.main()
