"""The ledger itself: it finds what is lost, twice or never sent, and it is fast."""

import contextlib
import pathlib
import shutil
import sqlite3
import tempfile
import time
import unittest

import ledger


class Books:
    """A ledger's books without its senders."""

    def __init__(self, sent, taken):
        self.next_key = sent
        self.taken = taken
        self.answered = sum(count for _, count in taken)


class Store:
    def __init__(self, paths):
        self.days = lambda: [str(path) for path in paths]


class Finds(unittest.TestCase):
    def test_what_is_as_it_should_be(self):
        balance = ledger.Balance(Books(6, [(0, 2), (4, 2)]), [5, 4, 1, 0, 2])
        self.assertEqual(([], [], [], 0, 1), (balance.lost, balance.twice, balance.unsent,
                                              balance.keyless, balance.in_doubt))

    def test_each_thing_that_should_not_be(self):
        balance = ledger.Balance(Books(6, [(0, 2), (4, 2)]), [0, 5, 5, 6, -1, 2])
        self.assertEqual([1, 4], balance.lost)
        self.assertEqual([5], balance.twice)
        self.assertEqual([6], balance.unsent)
        self.assertEqual(1, balance.keyless)
        self.assertEqual(1, balance.in_doubt)

    def test_a_million_events_in_seconds(self):
        count = 1_000_000
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "2026-01-01.db"
            with contextlib.closing(sqlite3.connect(path)) as database:
                database.execute("CREATE TABLE events(id BLOB, session_id TEXT)")
                database.executemany("INSERT INTO events VALUES(NULL, ?)",
                                     ((str(key),) for key in range(count)))
                database.commit()

            begun = time.monotonic()
            balance = ledger.Balance(Books(count, [(key, 10) for key in range(0, count, 10)]),
                                     ledger.stored_keys(Store([path])))
            self.assertLess(time.monotonic() - begun, 30)
        self.assertEqual(([], [], [], 0), (balance.lost, balance.twice, balance.unsent,
                                           balance.keyless))


    def test_files_that_a_killed_worker_was_making(self):
        with tempfile.TemporaryDirectory() as folder:
            made, left = pathlib.Path(folder) / "made.db", pathlib.Path(folder) / "left.db"
            with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as database:
                database.execute("CREATE TABLE events(id BLOB, session_id TEXT)")
                database.execute("INSERT INTO events VALUES(NULL, '7')")
                database.execute("PRAGMA cache_size = 1")  # Pages go to the file at once.
                database.execute("BEGIN")
                database.executemany("INSERT INTO events VALUES(NULL, ?)",
                                     (("8" * 1000,) for _ in range(1000)))
                shutil.copy(made, left)
                shutil.copy(f"{made}-journal", f"{left}-journal")
                database.execute("ROLLBACK")
            with self.assertRaises(sqlite3.OperationalError):
                ledger.keys_of(left, "ro")
            self.assertEqual([7], list(ledger.stored_keys(Store([left]))))


class Sends(unittest.TestCase):
    def send(self, **options):
        with ledger.harness.Machine() as machine:
            machine.start("penstock-ingest", "penstock-worker")
            with ledger.Ledger(machine.address, **options) as traffic:
                traffic.wait_for_answers(2000)
            self.assertEqual({202}, set(traffic.statuses))
            rows = ledger.reconcile(self, machine, traffic)
            self.assertGreaterEqual(rows, 2000)
            self.assertEqual(rows, traffic.answered)

    def test_lines(self):
        self.send(batch=100, rate=None, times="all")

    def test_arrays(self):
        self.send(ndjson=False, filler=100)

    def test_single_events(self):
        self.send(batch=1, rate=None)


if __name__ == "__main__":
    ledger.harness.main()
