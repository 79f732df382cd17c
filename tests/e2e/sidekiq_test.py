"""Sidekiq's format, both ways, with jobs as Sidekiq's own clients write them."""

import json
import unittest

import harness

SETTINGS = {"queue": {"format": "sidekiq", "sidekiq_queue": "events"}}


class Sidekiq(unittest.TestCase):
    def test_events_leave_as_jobs(self):
        with harness.Machine(redis=True, settings=SETTINGS) as machine:
            machine.start("penstock-ingest")
            machine.post_events([{"name": "job", "properties": {"a": 1}}, {"name": "job-2"}])
            harness.wait_for("both jobs", lambda: machine.redis.command(
                "LLEN", "queue:events") == 2)
            self.assertEqual(["events"], machine.redis.command("SMEMBERS", "queues"))
            job = json.loads(machine.redis.command("LINDEX", "queue:events", -1))
            self.assertEqual("ProcessRequestJob", job["class"])
            self.assertEqual("events", job["queue"])
            self.assertTrue(job["retry"])
            self.assertEqual(24, len(job["jid"]))
            self.assertIsInstance(job["created_at"], float)
            self.assertIsInstance(job["enqueued_at"], float)
            event, = job["args"]
            self.assertEqual("job", event["name"])
            self.assertEqual({"a": 1}, event["properties"])
            self.assertEqual(32, len(event["id"]))

    def test_jobs_of_others_are_drained(self):
        with harness.Machine(redis=True, settings=SETTINGS) as machine:
            machine.start("penstock-ingest", "penstock-worker")
            self.assertEqual(202, machine.post_events({"name": "ours"}).status)
            job = {"class": "TrackJob", "args": [{"name": "theirs", "url": "https://a.test/x",
                                                  "color": "red"}],
                   "jid": "0123456789abcdef01234567", "queue": "events",
                   "created_at": 1700000000.5, "enqueued_at": 1700000000.5, "retry": True}
            for _ in range(2):  # Delivered twice, stored once.
                machine.redis.command("LPUSH", "queue:events", json.dumps(job))
            machine.redis.command("LPUSH", "queue:events", "no job at all")
            machine.wait_for_rows(2)
            row, = machine.query("SELECT * FROM events WHERE name = 'theirs'")
            self.assertEqual("a.test", row["host"])
            self.assertEqual("red", json.loads(row["properties"])["color"])
            harness.wait_for("the dead letter", lambda: machine.metric(
                "penstock_worker_events_total", "penstock-worker", outcome="dead") == 1)
            harness.wait_for("an empty queue", lambda: machine.redis.queued("queue:events") == 0)
            self.assertEqual(2, harness.check_rollups(self, machine))


if __name__ == "__main__":
    harness.main()
