"""Several workers at once, killed and stopped among each other."""

import contextlib
import signal
import sqlite3
import unittest

import faults
import ledger
from faults import INGEST, WORKER, harness


class OneStore(unittest.TestCase):
    """One store has one writer: the others do not start, and take over when it has gone."""

    def take_turns(self, redis, count):
        with faults.Machine(redis=redis, settings={"worker": {"batch_rows": 500}}) as box:
            box.start(INGEST)
            with faults.load(self, box, starts=False, settles=False) as traffic:
                box.start(WORKER)
                for _ in range(4):
                    # As systemd would: started again whenever they end.
                    crowd = [self.worker(box, number) for number in range(count - 1)]
                    for process in crowd:
                        self.assertEqual(1, process.wait())
                        self.assertIn("another worker writes to it", process.text())
                    rows = box.row_count()
                    harness.wait_for("rows", lambda: box.row_count() > rows)
                    box.process(WORKER).kill()
                    box.start(WORKER)
                self.assertEqual({202}, set(traffic.statuses))
            box.settle(self)

    def worker(self, box, number):
        process = harness.Process([harness.BIN / WORKER, "--config", box.config],
                                  box.root / f"crowd-{number}.log")
        box.processes.insert(0, process)
        return process

    def test_two_with_redis(self):
        self.take_turns(True, 2)

    def test_three_with_the_spool(self):
        self.take_turns(False, 3)


class OneQueue(unittest.TestCase):
    """Workers with a store each share a queue: one at a time takes from it.

    A worker that is killed between commit and release leaves its batch to the next one, which has
    another store: so all stores together hold every event, each of them once.
    """

    def share(self, redis, count, disturb, is_exact):
        with faults.Machine(redis=redis, settings={"worker": {"batch_rows": 200}}) as box:
            box.start(INGEST)
            workers = [self.worker(box, number) for number in range(count)]
            with ledger.Ledger(box.address) as traffic:
                traffic.wait_for_answers(300)
                disturb(box, workers, traffic)
                traffic.wait_for_answers(300)
                traffic.stop()
                self.assertEqual({202}, set(traffic.statuses))
            if redis:
                harness.wait_for("an empty list", lambda: box.redis.queued() == 0)
            harness.wait_for("an empty spool",
                             lambda: box.metric("penstock_spool_batches") == 0)
            self.reconcile(box, traffic, count, is_exact)

    def worker(self, box, number):
        process = harness.Process(
            [harness.BIN / WORKER, "--config", box.config, "--set",
             f"store.url=sqlite:{self.store(box, number)}"], box.root / f"worker-{number}.log")
        box.processes.append(process)
        harness.wait_for("a worker", lambda: "ready" in process.text())
        return process

    def store(self, box, number):
        return box.root / f"store-{number}"

    def reconcile(self, box, traffic, count, is_exact):
        together = []
        for number in range(count):
            box.days = lambda number=number: sorted(
                str(path) for path in self.store(box, number).glob("????-??-??.db"))
            keys = ledger.stored_keys(box)
            self.assertEqual(len(keys), len(set(keys)), "twice in one store")
            harness.check_rollups(self, box, "--set",
                                  f"store.url=sqlite:{self.store(box, number)}")
            together.extend(keys)
        balance = ledger.Balance(traffic, set(together))
        self.assertEqual(([], [], 0), (balance.lost, balance.unsent, balance.keyless))
        doubled = len(together) - len(set(together))
        print(f"{self.id().rpartition('.')[2]}: {traffic.since()}; {len(set(together)):,} events "
              f"in {count} stores, 0 lost, {doubled} in two of them", flush=True)
        if is_exact:
            self.assertEqual(0, doubled)

    def kill_one_after_another(self, box, workers, traffic):
        chance = harness.chance()
        for _ in range(2 * len(workers)):
            number = chance.randrange(len(workers))
            traffic.wait_for_answers(chance.randrange(20, 400))
            workers[number].kill()
            workers[number] = self.worker(box, number)

    def stop_one_after_another(self, box, workers, traffic):
        for number in range(len(workers)):
            traffic.wait_for_answers(200)
            self.assertEqual(0, workers[number].stop())
            workers[number] = self.worker(box, number)

    def hold_the_lease(self, box, workers, traffic):
        """A holder that sleeps past its lease: the next takes over, and it wakes to a changed
        list."""
        holder = box.redis.command("GET", "penstock:events:lease")
        sleeper = next(w for w in workers if f":{w.pid}:" in holder)
        sleeper.signal(signal.SIGSTOP)
        harness.wait_for("another holder", lambda: box.redis.command(
            "GET", "penstock:events:lease") not in (None, holder))
        traffic.wait_for_answers(500)
        sleeper.signal(signal.SIGCONT)

    def hold_the_store(self, box, workers, traffic):
        """A holder whose store is locked for longer than a lease lasts keeps its claim."""
        holder = box.redis.command("GET", "penstock:events:lease")
        number = next(n for n, w in enumerate(workers) if f":{w.pid}:" in holder)
        days = self.store(box, number).glob("????-??-??.db")
        harness.wait_for("a day file", lambda: any(self.store(box, number).glob("????-??-??.db")))
        with contextlib.closing(sqlite3.connect(sorted(days)[-1], isolation_level=None,
                                                timeout=30)) as shell:
            shell.execute("BEGIN EXCLUSIVE")
            harness.wait_for("the worker to tell",
                             lambda: "the store refuses a batch" in workers[number].text())
            self.wait_for_renewals(box, 5)
            self.assertEqual(holder, box.redis.command("GET", "penstock:events:lease"))
            shell.execute("ROLLBACK")
        harness.wait_for("the store to take it",
                         lambda: "the store takes batches again" in workers[number].text())
        self.assertEqual(holder, box.redis.command("GET", "penstock:events:lease"))
        self.assertEqual(0, box.redis.command("LLEN", "penstock:events:dead"))
        deaths = box.redis.command("HGET", "penstock:events:receipts", "deaths")
        self.assertIn(deaths, (None, "0"))
        for worker in workers:
            self.assertNotIn("died", worker.text())

    def wait_for_renewals(self, box, count):
        """Each adds three seconds at least: more of them than a lease is long."""
        last = [box.redis.command("PTTL", "penstock:events:lease")]

        def is_renewed():
            now = box.redis.command("PTTL", "penstock:events:lease")
            was, last[0] = last[0], now
            return now > was

        for _ in range(count):
            harness.wait_for("a lease that is renewed", is_renewed)

    def test_two_with_a_store_that_is_locked(self):
        self.share(True, 2, self.hold_the_store, True)

    def test_two_killed_with_redis(self):
        self.share(True, 2, self.kill_one_after_another, False)

    def test_three_killed_with_the_spool(self):
        self.share(False, 3, self.kill_one_after_another, False)

    def test_three_stopped_with_redis(self):
        self.share(True, 3, self.stop_one_after_another, True)

    def test_two_stopped_with_the_spool(self):
        self.share(False, 2, self.stop_one_after_another, True)

    def test_two_after_a_lost_lease(self):
        self.share(True, 2, self.hold_the_lease, False)


if __name__ == "__main__":
    harness.main()
