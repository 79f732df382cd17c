"""A message that kills the worker: set aside after three deaths alone, and nothing is held up."""

import contextlib
import os
import signal
import unittest

import faults
from faults import INGEST, WORKER, harness

KILLER = "a name that kills"
GOOD = 20


class Killer(unittest.TestCase):
    def start_worker(self, box):
        library = harness.BUILD / "tests" / "fault" / "libpenstock_killed_by_message.so"
        self.assertTrue(library.exists())
        # It may die before it is seen to listen, so that is not waited for.
        box.run_file(WORKER).unlink(missing_ok=True)
        process = harness.Process([harness.BIN / WORKER, "--config", box.config],
                                  box.root / f"{WORKER}.log",
                                  env={**os.environ, "LD_PRELOAD": str(library),
                                       "PENSTOCK_TEST_KILLER": KILLER})
        box.processes.append(process)
        return process

    def is_set_aside(self, box):
        # One that is just starting, or has just died, cannot be asked.
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return box.metric("penstock_worker_events_total", WORKER, outcome="dead") == 1
        return False

    def run_through(self, redis):
        with faults.Machine(redis=redis) as box:
            box.start(INGEST)
            for name in [*["good"] * GOOD, KILLER, *["good"] * GOOD]:  # A message each.
                event = {"name": name, "session_id": "-1"}
                self.assertEqual(202, box.post_events(event).status)
            worker = self.start_worker(box)
            deaths = 0
            with faults.load(self, box, starts=False, settles=False, others=2 * GOOD):
                while True:
                    harness.wait_for("the worker to die or to set the killer aside",
                                     lambda: not worker.is_running() or self.is_set_aside(box), 60)
                    if worker.is_running():
                        break
                    self.assertEqual(-signal.SIGABRT, worker.popen.returncode, worker.text())
                    deaths += 1
                    worker = self.start_worker(box)
            self.assertEqual(4, deaths)  # Among others, and three times alone.
            self.assertTrue(self.is_set_aside(box))
            self.assertEqual(200, box.readiness(WORKER)[0])
            letters = box.tool("queue", "dead", "--json", "--config", box.config).stdout
            self.assertEqual(1, len(letters.splitlines()), letters)
            self.assertIn("the worker died 3 times with it", letters)

    def test_in_the_spool(self):
        self.run_through(False)

    def test_in_redis(self):
        self.run_through(True)

    def test_in_redis(self):
        self.run_through(True)


if __name__ == "__main__":
    harness.main()
