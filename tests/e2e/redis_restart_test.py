"""Redis goes away and comes back under load: the intake answers on, and all of it is stored."""

import signal
import unittest

import harness
import load


class RedisRestart(unittest.TestCase):
    def run_through(self, disturb):
        with harness.Machine(redis=True, settings={"queue": {"timeout_ms": 500}}) as machine:
            machine.start("penstock-ingest", "penstock-worker")
            senders = load.Senders(machine.address)
            self.wait_for_more(senders, 100)
            disturb(machine, senders)
            self.wait_for_more(senders, 100)
            senders.stop()
            self.assertEqual({202}, senders.statuses)
            self.assertEqual(0, senders.broken)
            load.check_stored(self, machine, senders)
            harness.wait_for("an empty queue", lambda: machine.redis.queued() == 0)
            harness.wait_for("an empty spool",
                             lambda: machine.metric("penstock_spool_batches") == 0)

    def wait_for_more(self, senders, count):
        goal = senders.answered_count() + count
        harness.wait_for(f"{count} more answers", lambda: senders.answered_count() >= goal)

    def test_killed_and_started_again(self):
        def disturb(machine, senders):
            for _ in range(3):
                machine.redis.kill()
                self.wait_for_more(senders, 100)  # From the spool.
                machine.redis.start()
                harness.wait_for("Redis in use", lambda: machine.metric("penstock_redis_up") == 1)
        self.run_through(disturb)

    def test_frozen_for_a_while(self):
        def disturb(machine, senders):
            machine.redis.process.signal(signal.SIGSTOP)
            harness.wait_for("the spool in use",
                             lambda: machine.metric("penstock_spool_batches") > 0)
            self.wait_for_more(senders, 100)
            machine.redis.process.signal(signal.SIGCONT)
            harness.wait_for("Redis in use", lambda: machine.metric("penstock_redis_up") == 1)
        self.run_through(disturb)

    def test_full(self):
        def disturb(machine, senders):
            used = int(machine.redis.command("INFO", "memory").split("used_memory:")[1].split()[0])
            machine.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
            machine.redis.command("CONFIG", "SET", "maxmemory", max(1_000_000, used // 2))
            harness.wait_for("the spool in use",
                             lambda: machine.metric("penstock_spool_batches") > 0)
            self.wait_for_more(senders, 100)
            machine.redis.command("CONFIG", "SET", "maxmemory", 0)
        self.run_through(disturb)

    def test_a_full_redis_is_drained(self):
        with harness.Machine(redis=True) as machine:
            machine.start("penstock-ingest")
            for number in range(200):
                self.assertEqual(202, machine.post_events({"name": f"n{number}"}).status)
            # An event from before the link was up waits in the spool: a full Redis keeps it there.
            harness.wait_for("an empty spool",
                             lambda: machine.metric("penstock_spool_batches") == 0)
            self.assertGreater(machine.redis.queued(), 0)
            machine.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
            machine.redis.command("CONFIG", "SET", "maxmemory", 500_000)
            self.assertIn("OOM", machine.redis.command("SET", "x", "y"))
            machine.start("penstock-worker")
            machine.wait_for_rows(200)
            self.assertEqual(200, harness.check_rollups(self, machine))
            harness.wait_for("an empty queue", lambda: machine.redis.queued() == 0)

    def test_absent_at_the_start(self):
        with harness.Machine(redis=True) as machine:
            machine.redis.kill()
            machine.start("penstock-ingest")
            machine.start("penstock-worker")
            self.assertEqual(202, machine.post_events({"name": "first"}).status)
            self.assertEqual(0, machine.metric("penstock_redis_up"))
            machine.redis.start()
            machine.wait_for_rows(1)
            self.assertEqual(1, harness.check_rollups(self, machine))


if __name__ == "__main__":
    harness.main()
