"""One day's file that cannot be used stops nothing: other days are stored, the day is named, its
events become dead letters that are stored once the file is right again."""

import contextlib
import pathlib
import sqlite3
import time
import unittest

import faults
from faults import INGEST, WORKER, harness

DAY_S = 86_400


def day(age):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() - age * DAY_S))


class BadDay(unittest.TestCase):
    def run_with(self, spoil, words):
        with faults.Machine() as box:
            box.start(INGEST)
            folder = box.state / "events"
            folder.mkdir(exist_ok=True)
            bad = folder / f"{day(2)}.db"
            spoil(bad)
            box.start(WORKER)

            def post(name, age):
                answer = box.post_events({"name": name, "id": name,
                                          "time": int(time.time()) - age * DAY_S})
                self.assertEqual(202, answer.status, answer.body)

            post("of the bad day", 2)
            for number in range(5):
                post(f"today {number}", 0)
                post(f"yesterday {number}", 1)
            harness.wait_for("the others", lambda: self.rows(box, bad) == 10)
            harness.wait_for("the dead letter", lambda: box.metric(
                "penstock_worker_events_total", WORKER, outcome="dead") == 1)
            self.assertEqual(1, box.metric("penstock_store_bad_days", WORKER))
            self.assertEqual(200, box.readiness(WORKER)[0])
            log = box.log(WORKER)
            self.assertIn(str(bad), log)
            self.assertIn(words, log)

            bad.rename(bad.with_suffix(".aside"))
            box.tool("queue", "retry", "--all", "--config", box.config)
            harness.wait_for("the retried event", lambda: self.rows(box, bad) == 10
                             and bad.exists() and box.row_count() == 11)
            harness.wait_for("no bad day", lambda: box.metric(
                "penstock_store_bad_days", WORKER) == 0)

    def rows(self, box, bad):
        """Of the days that can be read."""
        count = 0
        for path in box.days():
            if pathlib.Path(path) == bad:
                continue
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as shell:
                with contextlib.suppress(sqlite3.OperationalError):  # No tables yet.
                    count += shell.execute("SELECT count(*) FROM events").fetchone()[0]
        return count

    def test_garbage(self):
        self.run_with(lambda path: path.write_text("hello"), "file is not a database")

    def test_a_folder(self):
        self.run_with(lambda path: (path / "x").mkdir(parents=True), "no plain file")

    def test_a_newer_version(self):
        def spoil(path):
            with contextlib.closing(sqlite3.connect(path)) as shell:
                shell.execute("PRAGMA user_version = 99")
        self.run_with(spoil, "newer version of Penstock")


if __name__ == "__main__":
    harness.main()
