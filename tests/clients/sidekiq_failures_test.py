"""Jobs that our worker cannot store go through Sidekiq's own retry and dead sets."""

import time
import unittest

import sidekiq_world as world
from sidekiq_world import harness

BAD = {"class": "ProcessRequestJob", "args": [5], "jid": "0123456789abcdef01234567",
       "queue": world.QUEUE, "bid": "kept", "created_at": 1795515837.5,
       "enqueued_at": 1795515837.5, "retry": True}


class SidekiqFailures(unittest.TestCase):
    def test_a_job_is_retried_with_backoff(self):
        with world.Machine() as machine:
            machine.start("penstock-worker")
            begun = time.time()
            machine.push(BAD)
            job, score = machine.one("retry")
            self.assertEqual(BAD, {name: job[name] for name in BAD})
            self.assertEqual({"error_class", "error_message", "failed_at", "retry_count"},
                             job.keys() - BAD.keys())
            self.assertEqual(0, job["retry_count"])
            self.assertIn("first argument", job["error_message"])
            self.assertIsInstance(job["failed_at"], float)
            self.assertTrue(begun - 1 <= job["failed_at"] <= time.time() + 1)
            self.assertTrue(14.9 <= score - job["failed_at"] <= 24.1, score - job["failed_at"])
            machine.wait_for_empty_queue()

            # Brought forward, as its time would have: the poller pushes it, and it fails again.
            text = machine.members("retry")[0][0]
            machine.redis.command("ZADD", "retry", "XX", 1, text)
            again, score = machine.one("retry", lambda job: job["retry_count"] == 1)
            self.assertEqual(job["failed_at"], again["failed_at"])
            self.assertGreater(again["retried_at"], job["failed_at"])
            self.assertTrue(15.9 <= score - again["retried_at"] <= 34.1)
            self.assertEqual("kept", again["bid"])

    def test_an_exhausted_job_dies(self):
        with world.Machine() as machine:
            machine.start("penstock-worker")
            machine.push(dict(BAD, jid="last", retry_count=24, failed_at=1795515000.5))
            job, score = machine.one("dead")
            self.assertEqual(25, job["retry_count"])
            self.assertEqual(1795515000.5, job["failed_at"])
            self.assertTrue(abs(score - time.time()) < 60)
            machine.redis.command("DEL", "dead")

            machine.push(dict(BAD, jid="zero", retry=0))
            self.assertEqual(0, machine.one("dead")[0]["retry_count"])
            machine.redis.command("DEL", "dead")

            machine.push(dict(BAD, jid="dropped", retry=False))
            machine.push("no job at all")
            harness.wait_for("the text", lambda: machine.members("dead"))
            self.assertEqual("no job at all", machine.members("dead")[0][0])
            harness.wait_for("the statistics",
                             lambda: machine.redis.command("GET", "stat:failed") == "3")
            self.assertEqual("3", machine.redis.command("GET", "stat:processed"))
            self.assertEqual(0, machine.redis.command("ZCARD", "retry"))

    def test_a_ruby_process_runs_what_we_could_not(self):
        with world.Machine() as machine:
            worker = machine.start("penstock-worker")
            machine.push(BAD)
            machine.one("retry")
            self.assertEqual(0, worker.stop())
            machine.redis.command("ZADD", "retry", "XX", 1, machine.members("retry")[0][0])
            machine.start_sidekiq()
            harness.wait_for("the job to run", machine.ran)
            self.assertEqual([5], machine.ran())
            self.assertEqual(0, machine.redis.command("ZCARD", "retry"))


if __name__ == "__main__":
    harness.main()
