"""The wall clock jumps a day forward and a day back under load: nothing lost, nothing twice."""

import os
import struct
import unittest

import faults
from faults import INGEST, WORKER, harness

DAY_S = 86_400


class ClockJumps(unittest.TestCase):
    def start(self, box, program):
        """With a wall clock that a file moves. The monotonic clock goes on, as it does really."""
        library = harness.BUILD / "tests" / "fault" / "libpenstock_moved_clock.so"
        self.assertTrue(library.exists())
        self.offset = box.root / "offset"
        if not self.offset.exists():
            self.set_clock(0)
        box.start(program, env={**os.environ, "LD_PRELOAD": str(library),
                                "PENSTOCK_TEST_CLOCK": str(self.offset)})

    def set_clock(self, seconds):
        with open(self.offset, "r+b" if self.offset.exists() else "w+b", buffering=0) as file:
            file.write(struct.pack("=q", seconds))

    def run_through(self, redis):
        with faults.Machine(redis=redis) as box:
            for program in (INGEST, WORKER):
                self.start(box, program)
            with faults.load(self, box, starts=False) as traffic:
                for seconds in (DAY_S, 0, -DAY_S, 0, -3600, 3600, 0):
                    self.set_clock(seconds)
                    rows = box.row_count()
                    traffic.wait_for_answers(300)
                    harness.wait_for("rows", lambda: box.row_count() >= rows + 300)
                    self.assertEqual(200, box.readiness()[0])
                    for name in ("penstock_queue_oldest_seconds", "penstock_queue_depth"):
                        value = box.metric(name, WORKER)
                        self.assertTrue(0 <= value < 1e6, f"{name} {value}")
                self.assertEqual({202}, set(traffic.statuses))
                self.assertEqual(0, traffic.broken)
            self.assertGreaterEqual(len(box.days()), 3)  # Days of the id, wrong as they are.

    def test_with_redis(self):
        self.run_through(True)

    def test_with_the_spool(self):
        self.run_through(False)

    def test_programs_start_in_the_past(self):
        """A machine without a battery: what an earlier, later-dated process left is read."""
        with faults.Machine() as box:
            self.start(box, INGEST)
            with faults.load(self, box, starts=False) as traffic:
                for seconds in (-DAY_S, DAY_S, -2 * DAY_S, 0):
                    self.set_clock(seconds)
                    traffic.wait_for_answers(100)
                    # Drained, so that no request is in doubt whose id would move with the clock.
                    self.assertEqual(0, box.process(INGEST).stop())
                    self.start(box, INGEST)
                self.start(box, WORKER)

    def test_retention_outlives_a_wrong_clock(self):
        """A year ahead, a year back, there and back again, at the start and in between: what was
        stored stays, and what comes meanwhile is stored."""
        with faults.Machine(settings={"store": {"retention_days": 3}}) as box:
            self.start(box, INGEST)
            self.start(box, WORKER)
            sent = 0

            def send():
                nonlocal sent
                sent += 1
                self.assertEqual(202, box.post_events({"name": f"event {sent}"}).status)
                box.wait_for_rows(sent)

            for day in (-2, -1, 0):
                self.set_clock(day * DAY_S)
                send()
            days = set(box.days())
            self.assertEqual(3, len(days))
            for wrong in (400 * DAY_S, -400 * DAY_S, 400 * DAY_S, 0, 800 * DAY_S, 0):
                self.set_clock(wrong)
                send()
                box.process(WORKER).stop()
                self.start(box, WORKER)
                send()
                self.assertLessEqual(days, set(box.days()), f"{wrong} seconds off")
            self.assertIn("the clock is ahead of the stored events", box.log(WORKER))


if __name__ == "__main__":
    harness.main()
