"""An unmodified Ruby Sidekiq process runs the jobs that our intake pushes."""

import unittest

import sidekiq_world as world
from sidekiq_world import harness


class SidekiqServer(unittest.TestCase):
    def test_runs_what_the_intake_pushes(self):
        with world.Machine() as machine:
            machine.start("penstock-ingest")
            machine.start_sidekiq()
            for first in range(0, 100, 20):
                answer = machine.post_events(
                    [{"name": f"event-{n}", "properties": {"n": n, "text": "é<>\u2028"}}
                     for n in range(first, first + 20)])
                self.assertEqual(202, answer.status)
            harness.wait_for("100 jobs to run", lambda: len(machine.ran()) >= 100)
            ran = sorted(machine.ran(), key=lambda event: event["properties"]["n"])
            self.assertEqual([f"event-{n}" for n in range(100)],
                             [event["name"] for event in ran])
            self.assertEqual("é<>\u2028", ran[0]["properties"]["text"])
            self.assertEqual(100, len({event["id"] for event in ran}))
            machine.wait_for_empty_queue()
            self.assertEqual(0, machine.redis.command("ZCARD", "retry"))

    def test_shares_the_queue_with_our_worker(self):
        with world.Machine() as machine:
            machine.start("penstock-ingest", "penstock-worker")
            machine.start_sidekiq()
            for first in range(0, 400, 20):
                machine.post_events([{"name": "shared", "properties": {"n": n}}
                                     for n in range(first, first + 20)])
            # Neither loses one: what both took is in both.
            harness.wait_for("all jobs", lambda: self.seen(machine) == 400)
            machine.wait_for_empty_queue()

    @staticmethod
    def seen(machine):
        ids = {event["id"].upper() for event in machine.ran()}
        return len(ids | {row["id_hex"] for row in machine.rows()})


if __name__ == "__main__":
    harness.main()
