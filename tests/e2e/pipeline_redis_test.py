"""A hundred thousand events through Redis: every one stored, once, and counted."""

import unittest

import harness

COUNT = 100_000


class PipelineRedis(unittest.TestCase):
    def test_all_sent_events_are_stored_once_and_counted(self):
        with harness.Machine(redis=True, redis_always=False) as machine:
            machine.start("penstock-ingest", "penstock-worker")
            host, port = machine.address()
            machine.tool("send", "--count", COUNT, "--url", f"http://{host}:{port}",
                         deadline_s=200)
            machine.wait_for_rows(COUNT, 120)
            self.assertEqual(COUNT, harness.check_rollups(self, machine))
            harness.wait_for("an empty queue", lambda: machine.redis.queued() == 0)
            self.assertEqual(0, machine.redis.command("LLEN", "penstock:events:dead"))

            queued = machine.metric("penstock_ingest_events_total", outcome="queued")
            self.assertEqual(COUNT, queued)
            stored = machine.metric("penstock_worker_events_total", "penstock-worker",
                                    outcome="stored")
            self.assertEqual(COUNT, stored)


if __name__ == "__main__":
    harness.main()
