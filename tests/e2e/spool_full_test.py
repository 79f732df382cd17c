"""With nowhere to put events the intake says so, loses none that it answered, and recovers."""

import unittest

import harness


class SpoolFull(unittest.TestCase):
    def test_answers_503_until_there_is_room(self):
        settings = {"spool": {"max_bytes": 1_048_576, "segment_bytes": 262_144}}
        with harness.Machine(settings=settings) as machine:
            machine.start("penstock-ingest")
            filler = "x" * 50_000
            accepted = 0
            refusal = None
            for _ in range(200):
                answer = machine.post_events({"name": "big", "properties": {"filler": filler}})
                if answer.status != 202:
                    refusal = answer
                    break
                accepted += 1
            self.assertIsNotNone(refusal, "the spool was never full")
            self.assertEqual(503, refusal.status)
            self.assertGreaterEqual(int(refusal.headers["retry-after"]), 1)
            self.assertEqual({"error", "detail"}, set(refusal.json))
            self.assertGreater(machine.metric("penstock_ingest_events_total", outcome="refused"), 0)
            ready = machine.request("GET", "/readyz", admin=True)
            self.assertEqual(503, ready.status)

            machine.start("penstock-worker")
            machine.wait_for_rows(accepted)
            harness.wait_for("room", lambda: machine.post_events({"name": "again"}).status == 202)
            machine.wait_for_rows(accepted + 1)
            harness.check_rollups(self, machine)


if __name__ == "__main__":
    harness.main()
