"""Messages that cannot be stored: seen, put back and deleted with `penstock queue`."""

import base64
import contextlib
import glob
import json
import os
import pty
import signal
import sqlite3
import subprocess
import unittest

import harness

GARBAGE = b"garbage \x1b[2J \xff"
NEWER_VERSION = b"\xb5\x63" + bytes(14)


def job(name, number=0):
    """A message that can be stored, with an id of its own."""
    event = {"id": f"client-{name}-{number}", "name": name, "url": "https://a.test/"}
    return json.dumps({"class": "ProcessRequestJob", "args": [event], "queue": "default",
                       "jid": f"{number:024x}", "created_at": 1.5, "retry": True}).encode()


def letter(message, at_ms=1000):
    return json.dumps({"message": base64.b64encode(message).decode(), "reason": "a test's",
                       "at": at_ms, "origin": "test"})


class Queue:
    """`penstock queue` of one machine."""

    def __init__(self, machine):
        self.machine = machine

    def run(self, *args, **kwargs):
        return self.machine.tool("queue", *args, "--config", self.machine.config, **kwargs)

    def lines(self, *args):
        return [json.loads(line) for line in self.run(*args, "--json").stdout.splitlines()]

    def dead(self):
        return self.lines("dead", "--count", 1000)

    def wait_for_dead(self, count):
        return harness.wait_for(f"{count} dead letters",
                                lambda: (lambda dead: len(dead) == count and dead)(self.dead()))

    def messages(self):
        return sorted(base64.b64decode(one["message"]) for one in self.dead())


def add_to_segment(machine, messages):
    """Writes into the segment that the intake is writing, as nobody should."""
    paths = glob.glob(str(machine.state / "spool" / "*" / "*.db"))
    with contextlib.closing(sqlite3.connect(paths[0], timeout=harness.DEADLINE_S)) as segment:
        with segment:
            segment.executemany("INSERT INTO batches(at_ms, message) VALUES(2000, ?)",
                                [(message,) for message in messages])


class PoisonInRedis(unittest.TestCase):
    def test_is_dead_retried_dead_again_and_purged(self):
        with harness.Machine(redis=True) as machine:
            machine.start()
            queue = Queue(machine)
            machine.redis.command("LPUSH", "penstock:events", GARBAGE, job("good"), NEWER_VERSION)
            machine.wait_for_rows(1)
            dead = queue.wait_for_dead(2)
            self.assertEqual(sorted([GARBAGE, NEWER_VERSION]), queue.messages())
            self.assertEqual({"unknown", "batch"}, {one["form"] for one in dead})
            for one in dead:
                self.assertTrue(one["reason"])
                self.assertGreater(one["at"], 1_700_000_000_000)

            # For a terminal: nothing that it could obey.
            shown = queue.run("dead").stdout
            self.assertIn("garbage \\x1b[2J \\xff", shown)
            self.assertNotIn("\x1b", shown)

            # One goes back, fails again and is another letter.
            queue.run("retry", dead[0]["id"])
            again = harness.wait_for("the letter's return", lambda: (
                lambda now: now if len(now) == 2 and now[0]["id"] != dead[0]["id"] else None)(
                    queue.dead()))
            self.assertGreaterEqual(again[0]["at"], dead[0]["at"])
            gone = queue.run("retry", dead[0]["id"], check=False)
            self.assertEqual(1, gone.returncode)
            self.assertIn("no dead letter", gone.stderr)

            self.assertIn("retried 2", queue.run("retry", "--all").stdout)
            queue.wait_for_dead(2)
            self.assertEqual(2, queue.run("purge", "--all", check=False).returncode)
            self.assertEqual(2, len(queue.dead()))
            self.assertIn("deleted 2", queue.run("purge", "--all", "--yes").stdout)
            self.assertEqual([], queue.dead())
            self.assertEqual(1, machine.row_count())

    def test_a_letter_whose_cause_is_gone_is_stored_once(self):
        with harness.Machine(redis=True) as machine:
            queue = Queue(machine)
            for number in range(5):
                machine.redis.command("LPUSH", "penstock:events:dead", letter(job("late", number)))
            machine.redis.command("LPUSH", "penstock:events:dead", "pushed by somebody else")
            machine.start("penstock-worker")
            dead = queue.dead()
            self.assertEqual(6, len(dead))
            named = [one["id"] for one in dead if one["events"]]
            self.assertEqual(["late"], sorted({one["events"][0]["name"] for one in dead
                                               if one["events"]}))
            queue.run("retry", *named[:2])
            machine.wait_for_rows(2)
            self.assertIn("retried 4", queue.run("retry", "--all").stdout)
            machine.wait_for_rows(5)
            queue.wait_for_dead(1)
            self.assertEqual(5, machine.row_count())

    def test_peek_takes_nothing(self):
        with harness.Machine(redis=True) as machine:
            queue = Queue(machine)
            machine.start("penstock-ingest")
            for number in range(3):
                answer = machine.post_events([{"name": f"n{number}", "id": f"i{number}"}])
                self.assertEqual(202, answer.status)
            machine.redis.command("LPUSH", "penstock:events", GARBAGE)
            waiting = queue.lines("peek")
            self.assertEqual(["n0", "n1", "n2"],
                             [event["name"] for one in waiting for event in one["events"]])
            self.assertEqual(["batch", "batch", "batch", "unknown"],
                             [one["form"] for one in waiting])
            self.assertEqual(1, len(queue.lines("peek", "--count", 1)))
            shown = queue.run("peek")
            self.assertIn("batch of 1 event", shown.stdout)
            self.assertIn("4 of 4", shown.stderr)
            machine.start("penstock-worker")
            machine.wait_for_rows(3)
            queue.wait_for_dead(1)


class PoisonInTheSpool(unittest.TestCase):
    def test_is_dead_retried_dead_again_and_purged(self):
        with harness.Machine() as machine:
            queue = Queue(machine)
            machine.start("penstock-ingest")
            self.assertEqual(202, machine.post_events([{"name": "before"}]).status)
            add_to_segment(machine, [GARBAGE, job("within"), NEWER_VERSION])
            self.assertEqual(202, machine.post_events([{"name": "behind"}]).status)
            self.assertEqual(["batch", "unknown", "job", "batch", "batch"],
                             [one["form"] for one in queue.lines("peek")])

            machine.start("penstock-worker")
            machine.wait_for_rows(3)
            dead = queue.wait_for_dead(2)
            self.assertEqual(sorted([GARBAGE, NEWER_VERSION]), queue.messages())
            newest = dead[0]["id"]
            queue.run("retry", newest)
            harness.wait_for("the letter's return", lambda: (
                lambda now: len(now) == 2 and now[0]["id"] != newest)(queue.dead()))
            queue.run("retry", "--all")
            dead = queue.wait_for_dead(2)
            queue.run("purge", dead[0]["id"])
            self.assertIn("deleted 1 dead letter\n", queue.run("purge", "--all", "--yes").stdout)
            self.assertEqual([], queue.dead())

            # Nothing of it stays in the way of the events that follow.
            self.assertEqual(202, machine.post_events([{"name": "after"}]).status)
            machine.wait_for_rows(4)
            self.assertEqual({"before", "within", "behind", "after"},
                             {row["name"] for row in machine.rows()})

    def test_a_killed_retry_loses_nothing(self):
        with harness.Machine() as machine:
            queue = Queue(machine)
            total = 150
            machine.add_dead_letters([job("late", number) for number in range(total)])
            ids = [one["id"] for one in queue.dead()]
            for _ in range(20):
                retry = subprocess.Popen(
                    [str(harness.BIN / "penstock"), "queue", "retry", *ids, "--config",
                     str(machine.config)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                for _ in range(5):  # Dies while it is at the next ones.
                    retry.stdout.readline()
                retry.send_signal(signal.SIGKILL)
                retry.wait()
                retry.stdout.close()
            left = len(queue.dead())
            self.assertLess(left, total)
            self.assertGreaterEqual(len(queue.lines("peek", "--count", 1000)), total - left)
            queue.run("retry", "--all")
            machine.start("penstock-worker")
            machine.wait_for_rows(total)
            harness.check_rollups(self, machine)
            self.assertEqual(total, machine.row_count())
            self.assertEqual([], queue.dead())

    def test_purge_asks_at_a_terminal(self):
        with harness.Machine() as machine:
            queue = Queue(machine)
            machine.add_dead_letters([b"a", b"b"])
            self.assertEqual(1, self.purge_at_terminal(machine, b"n\n"))
            self.assertEqual(2, len(queue.dead()))
            self.assertEqual(0, self.purge_at_terminal(machine, b"y\n"))
            self.assertEqual([], queue.dead())

    def purge_at_terminal(self, machine, answer):
        ours, theirs = pty.openpty()
        try:
            process = subprocess.Popen(
                [str(harness.BIN / "penstock"), "queue", "purge", "--all", "--config",
                 str(machine.config)], stdin=theirs, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE)
            os.write(ours, answer)
            question = process.communicate(timeout=harness.DEADLINE_S)[1]
            self.assertIn(b"Delete 2 dead letters for good?", question)
            return process.returncode
        finally:
            os.close(ours)
            os.close(theirs)


class SidekiqsDeadSet(unittest.TestCase):
    def test_jobs_go_back_to_their_queue(self):
        with harness.Machine(redis=True, settings={"queue": {"format": "sidekiq"}}) as machine:
            queue = Queue(machine)
            ours = json.loads(job("late"))
            ours.update(retry_count=25, error_class="E", error_message="why")
            mail = {"class": "Mail", "args": [], "queue": "mailers", "jid": "m"}
            machine.redis.command("ZADD", "dead", 2, json.dumps(ours), 1, json.dumps(mail))
            dead = queue.dead()
            self.assertEqual(["queue:default", "queue:mailers"], [one["origin"] for one in dead])
            self.assertEqual("E: why", dead[0]["reason"])

            machine.start("penstock-worker")
            self.assertIn("retried 1 dead letter\n", queue.run("retry", "--all").stdout)
            machine.wait_for_rows(1)
            self.assertEqual("late", machine.rows()[0]["name"])
            self.assertEqual(0, machine.redis.command("EXISTS", "queue:mailers"))
            self.assertIn("deleted 0", queue.run("purge", "--all", "--yes").stdout)
            self.assertEqual(1, len(queue.dead()), "another program's job is not ours to delete")
            queue.run("purge", queue.dead()[0]["id"])
            self.assertEqual(0, machine.redis.command("ZCARD", "dead"))


if __name__ == "__main__":
    harness.main()
