"""A closed day is made compact by the worker: what is read of it stays, and it takes what comes."""

import contextlib
import datetime
import sqlite3
import unittest

import harness

AGE = datetime.timedelta(days=3)
EVENTS = 600


class Compact(unittest.TestCase):
    def events(self, first, count):
        noon = (datetime.datetime.now(datetime.timezone.utc) - AGE).replace(
            hour=12, minute=0, second=0, microsecond=0)
        return [{"id": f"compact-{i}", "name": ("view", "click")[i % 2],
                 "time": (noon + datetime.timedelta(seconds=i)).isoformat(),
                 "url": f"https://shop.example.com/products/{i % 50}" + ("?q=1" if i % 3 else ""),
                 "anonymous_id": f"visitor-{i % 40}",
                 "properties": {"plan": ("pro", "free")[i % 2], "position": "header"}}
                for i in range(first, first + count)]

    def change(self, day, *statements):
        with contextlib.closing(sqlite3.connect(day, timeout=harness.DEADLINE_S)) as database:
            with database:
                for sql in statements:
                    database.execute(sql)

    def export(self, machine):
        return machine.tool("export", "--config", machine.config).stdout

    def test_a_day_is_made_compact_and_goes_on(self):
        with harness.Machine(settings={"store": {"compact_after_days": 1}}) as machine:
            machine.start("penstock-ingest")
            worker = machine.start("penstock-worker")
            self.assertEqual(202, machine.post_events(self.events(0, EVENTS)).status)
            machine.wait_for_rows(EVENTS)
            worker.stop()
            [day] = machine.days()
            # As if they were stored two hours ago: a day to which something came just now waits.
            self.change(day, "UPDATE events SET rowid = rowid - 7200000000")
            before = machine.query("SELECT * FROM events ORDER BY id")
            exported = self.export(machine)

            worker = machine.start("penstock-worker")
            harness.wait_for("a compact day", lambda: machine.metric(
                "penstock_store_compacted_days_total", "penstock-worker") == 1)
            self.assertGreater(machine.metric("penstock_store_compacted_bytes_total",
                                              "penstock-worker"), 0)
            self.assertEqual([{"type": "view"}], machine.query(
                "SELECT type FROM sqlite_schema WHERE name = 'events'"))
            self.assertEqual(before, machine.query("SELECT * FROM events ORDER BY id"))
            self.assertEqual(exported, self.export(machine))
            harness.check_rollups(self, machine)

            # Some of them again, and some that are late.
            late = self.events(EVENTS - 100, 150)
            self.assertEqual(202, machine.post_events(late).status)
            machine.wait_for_rows(EVENTS + 50)
            harness.wait_for("all of them", lambda: machine.metric(
                "penstock_worker_events_total", "penstock-worker", outcome="duplicate") == 100)
            self.change(day, "DELETE FROM events WHERE anonymous_id = 'visitor-7'",
                        "UPDATE events SET user_id = 'u1' WHERE anonymous_id = 'visitor-8'")
            worker.kill()
            left = [i for i in range(EVENTS + 50) if i % 40 != 7]
            self.assertEqual(len(left), self.export(machine).count("\n"))
            self.assertEqual(len([i for i in left if i % 40 == 8]), sum(
                '"u1"' in line for line in self.export(machine).splitlines()))
            machine.start("penstock-worker")
            check = machine.tool("store", "check", "--config", machine.config)
            self.assertIn(" 0 are not", check.stdout)


if __name__ == "__main__":
    harness.main()
