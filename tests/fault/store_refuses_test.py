"""The store cannot be written, disk or no disk: the worker holds, the queue grows."""

import contextlib
import sqlite3
import subprocess
import unittest

import faults
from faults import WORKER, harness


class StoreRefuses(unittest.TestCase):
    def check_held(self, box, traffic):
        harness.wait_for("the worker to tell", lambda: box.metric(
            "penstock_worker_store_failing", WORKER) == 1)
        mark = traffic.mark()
        rows = box.row_count()
        with faults.Memory(self, 100, box.process(WORKER)):
            faults.lasts()
        self.assertEqual(rows, box.row_count())
        self.assertEqual({202}, set(traffic.since(mark).statuses))
        status, text = box.readiness(WORKER)
        self.assertEqual(503, status)
        self.assertIn("store", text)
        harness.wait_for("the log to tell", lambda: "the store refuses a batch; holding it"
                         in box.log(WORKER))
        self.assertLess(faults.cpu_share(box.process(WORKER).pid), 0.3)

    def check_released(self, box):
        harness.wait_for("the store to take it", lambda: box.metric(
            "penstock_worker_store_failing", WORKER) == 0)
        self.assertIn("the store takes batches again", box.log(WORKER))

    def test_locked_by_somebody(self):
        """An operator's BEGIN EXCLUSIVE."""
        with faults.Machine(redis=True) as box, faults.load(self, box) as traffic:
            harness.wait_for("a day file", lambda: box.row_count() > 0)
            with contextlib.closing(sqlite3.connect(box.days()[-1], isolation_level=None,
                                                    timeout=30)) as shell:
                shell.execute("BEGIN EXCLUSIVE")
                self.check_held(box, traffic)
                shell.execute("ROLLBACK")
            self.check_released(box)

    def test_becomes_read_only(self):
        """The folder is mounted read-only over itself; what was open is opened again."""
        with faults.Machine(redis=True) as box, faults.load(self, box) as traffic:
            harness.wait_for("a day file", lambda: box.row_count() > 0)
            folder = box.state / "events"
            with contextlib.closing(sqlite3.connect(box.days()[-1], isolation_level=None,
                                                    timeout=30)) as shell:
                shell.execute("BEGIN EXCLUSIVE")
                subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
                box.mounts.append(folder)
                subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
                harness.wait_for("the worker to tell", lambda: box.metric(
                    "penstock_worker_store_failing", WORKER) == 1)
                shell.execute("ROLLBACK")
            self.check_held(box, traffic)
            self.assertIn("the store's folder cannot be written", box.readiness(WORKER)[1])
            subprocess.run(["umount", str(folder)], check=True)
            box.mounts.remove(folder)
            self.check_released(box)

    def test_is_read_only_at_the_start(self):
        """A worker that cannot write says so and ends; events wait."""
        with faults.Machine(redis=True) as box:
            folder = box.mount_small(box.state / "events", "256m")
            with faults.load(self, box) as traffic:
                box.process(WORKER).kill()
                subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
                process = harness.Process([harness.BIN / WORKER, "--config", box.config],
                                          box.root / "refused.log")
                box.processes.append(process)
                self.assertEqual(1, process.wait())
                self.assertIn("the store cannot be opened", process.text())
                traffic.wait_for_answers(300)
                subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
                box.start(WORKER)


if __name__ == "__main__":
    harness.main()
