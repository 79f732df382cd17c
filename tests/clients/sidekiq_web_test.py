"""Sidekiq's own pages show our worker, and their buttons work on it."""

import contextlib
import sqlite3
import unittest

import sidekiq_world as world
from sidekiq_world import harness


def bad_job(number):
    return {"class": "ProcessRequestJob", "args": [number], "jid": f"{number:024x}",
            "queue": world.QUEUE, "created_at": 1795515837.5, "retry": True}


class SidekiqWeb(unittest.TestCase):
    def test_pages_show_queue_numbers_and_process(self):
        with world.Machine() as machine:
            machine.start("penstock-ingest", "penstock-worker")
            pages = machine.start_web()
            machine.post_events([{"name": "one"}, {"name": "two"}])
            machine.push(bad_job(7))
            harness.wait_for("the numbers", lambda: pages.numbers()["processed"] == 3)
            numbers = pages.numbers()
            self.assertEqual((1, 1, 0, 1), (numbers["failed"], numbers["processes"],
                                            numbers["enqueued"], numbers["retries"]))

            host, pid, _ = machine.identity().split(":")
            busy = pages.get("/busy")
            self.assertIn(f"{host}:{pid}", busy)
            self.assertIn("penstock", busy)
            self.assertIn(world.QUEUE, busy)
            self.assertIn(world.QUEUE, pages.get("/queues"))
            self.assertIn("first argument", pages.get("/retries"))
            pages.get("/")
            pages.get(f"/queues/{world.QUEUE}")

    def test_pages_show_the_job_in_hand(self):
        with world.Machine() as machine:
            machine.start("penstock-ingest", "penstock-worker")
            pages = machine.start_web()
            machine.post_events({"name": "first"})
            machine.wait_for_rows(1)
            with contextlib.closing(sqlite3.connect(machine.days()[0],
                                                    isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")  # The store cannot be written meanwhile.
                machine.post_events({"name": "held-event"})
                harness.wait_for("a busy process", lambda: pages.numbers()["busy"] == 1)
                busy = pages.get("/busy")
                self.assertIn("held-event", busy)
                self.assertIn("ProcessRequestJob", busy)
                database.execute("ROLLBACK")
            machine.wait_for_rows(2)
            harness.wait_for("an idle process", lambda: pages.numbers()["busy"] == 0)

    def test_buttons_retry_delete_and_kill(self):
        with world.Machine() as machine:
            machine.start("penstock-worker")
            pages = machine.start_web()
            machine.push(bad_job(1))
            first, score = machine.one("retry")
            key = f"{score!r}-{first['jid']}"
            self.assertIn("first argument", pages.get(f"/retries/{key}"))

            pages.press(f"/retries/{key}", "retry")
            again, score = machine.one("retry", lambda job: "retried_at" in job)
            self.assertEqual(0, again["retry_count"])

            pages.press(f"/retries/{score!r}-{first['jid']}", "delete")
            self.assertEqual([], machine.members("retry"))

            machine.push(bad_job(2))
            machine.one("retry")
            pages.press("/retries", "kill", lambda form: form["action"].endswith("/all/kill"))
            dead, score = machine.one("dead")
            self.assertIn("first argument", pages.get("/morgue"))
            pages.press(f"/morgue/{score!r}-{dead['jid']}", "retry")
            machine.one("retry")
            self.assertEqual([], machine.members("dead"))

    def test_pages_show_dead_texts_of_any_kind(self):
        with world.Machine() as machine:
            machine.start("penstock-worker")
            pages = machine.start_web()
            for text in ("no job at all", b"bytes \xff\xfe", "[1]", '{"args":5}',
                         '{"class":"X","args":[1],"retry":0}'):
                machine.push(text)
            harness.wait_for("the dead", lambda: machine.redis.command("ZCARD", "dead") == 3)
            harness.wait_for("a retry", lambda: machine.redis.command("ZCARD", "retry") == 1)
            self.assertEqual(1, machine.redis.command("LLEN", f"{world.KEY}:dead"))
            self.assertIn("no job at all", pages.get("/morgue"))
            pages.get("/retries")

    def test_buttons_quiet_and_stop(self):
        with world.Machine() as machine:
            machine.start("penstock-ingest")
            worker = machine.start("penstock-worker")
            pages = machine.start_web()
            identity = machine.identity()
            ours = [("identity", identity)]

            pages.press("/busy", "quiet", lambda form: ours[0] in form["fields"])
            harness.wait_for("a quiet process", lambda: machine.redis.command(
                "HGET", identity, "quiet") == "true")
            machine.post_events({"name": "left alone"})
            self.assertEqual(1, pages.numbers()["enqueued"])
            self.assertTrue(worker.is_running())

            pages.press("/busy", "stop", lambda form: ours[0] in form["fields"])
            self.assertEqual(0, worker.wait())
            self.assertEqual(0, pages.numbers()["processes"])
            self.assertEqual(1, pages.numbers()["enqueued"])
            self.assertEqual(0, machine.row_count())


if __name__ == "__main__":
    harness.main()
