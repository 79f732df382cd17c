"""Redis is there and takes nothing, each time for another reason: the spool takes it instead."""

import os
import signal
import subprocess
import unittest

import faults
from faults import INGEST, WORKER, harness

SETTINGS = {"queue": {"timeout_ms": 1000}}


class RedisRefuses(unittest.TestCase):
    def check(self, box, traffic, refuse, relent, says, up=False, waits_for=()):
        """Until `relent` all is answered 202 from the spool, and the log says why."""
        mark = traffic.mark()
        spooled = box.outcomes("spooled")
        refuse()
        harness.wait_for("events in the spool", lambda: box.outcomes("spooled") > spooled)
        if not up:
            harness.wait_for("Redis to be told down", lambda: not box.is_redis_up())
        harness.wait_for(f"{says} in the log", lambda: says in box.log(INGEST))
        for what, condition in waits_for:
            harness.wait_for(what, condition)
        faults.lasts(min(faults.SECONDS, 10))
        self.assertEqual(200, box.readiness()[0])
        figures = traffic.since(mark)
        print(f"{says}: {figures}", flush=True)
        self.assertEqual({202}, set(figures.statuses))
        self.assertEqual(0, figures.broken)
        relent()
        harness.wait_for("Redis in use", box.is_redis_up)
        queued = box.outcomes("queued")
        harness.wait_for("events in Redis again", lambda: box.outcomes("queued") > queued)

    def test_full(self):
        """OOM: the worker, which frees it, goes on."""
        with faults.Machine(redis=True, settings=SETTINGS) as box, \
                faults.load(self, box, filler=500) as traffic:
            box.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
            rows = box.row_count()
            self.check(box, traffic,
                       lambda: box.redis.command("CONFIG", "SET", "maxmemory", 500_000),
                       lambda: box.redis.command("CONFIG", "SET", "maxmemory", 0),
                       "refuses events, spooling", up=True,
                       waits_for=[("an empty list", lambda: box.redis.queued() == 0)])
            self.assertGreater(box.row_count(), rows)

    def test_filled_to_the_brim_and_drained(self):
        """Without a worker Redis fills up by itself; a worker that comes later can drain it."""
        with faults.Machine(redis=True, settings={
                "queue": {"timeout_ms": 1000, "max_memory_percent": 100}}) as box:
            box.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
            used = int(box.redis.command("INFO", "memory").split("used_memory:")[1].split()[0])
            box.redis.command("CONFIG", "SET", "maxmemory", used + 1_500_000)
            box.start(INGEST)
            with faults.load(self, box, starts=False, filler=500) as traffic:
                harness.wait_for("a full Redis", lambda: box.outcomes("spooled") > 1000)
                self.assertGreater(box.redis.queued(), 0)
                self.assertEqual({202}, set(traffic.statuses))
                box.start(WORKER)
                queued = box.outcomes("queued")
                harness.wait_for("room in Redis", lambda: box.outcomes("queued") > queued + 300)

    def test_above_the_share_of_its_memory(self):
        """queue.max_memory_percent: batches go to the spool before Redis has to refuse one."""
        settings = {"queue": {"timeout_ms": 1000, "max_memory_percent": 50}}
        with faults.Machine(redis=True, settings=settings) as box, \
                faults.load(self, box, filler=500) as traffic:
            used = int(box.redis.command("INFO", "memory").split("used_memory:")[1].split()[0])
            box.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
            self.check(box, traffic,
                       lambda: box.redis.command("CONFIG", "SET", "maxmemory", used * 3 // 2),
                       lambda: box.redis.command("CONFIG", "SET", "maxmemory", used * 20),
                       "nearly full, spooling", up=True)
            self.assertNotIn("OOM", box.log(INGEST))
            self.assertIn("has room again", box.log(INGEST))

    def test_cannot_write_its_aof(self):
        """MISCONF: everysec's file is on a full disk. Reading goes on, writing does not."""
        with faults.Machine(redis=False, settings=SETTINGS) as box:
            folder = box.mount_small(box.root / "redis", "3m")
            box.redis = harness.Redis(folder, always=False)
            box.settings["queue"]["url"] = box.redis.url
            box.write_config()
            filler = folder / "filler"

            def refuse():
                faults.fill_disk(folder)

            with faults.load(self, box, filler=200) as traffic:
                self.check(box, traffic, refuse, filler.unlink, "MISCONF")

    def test_exits_because_of_its_aof(self):
        """The same disk with appendfsync always: Redis exits rather than answer."""
        with faults.Machine(redis=False, settings=SETTINGS) as box:
            folder = box.mount_small(box.root / "redis", "8m")
            box.redis = harness.Redis(folder)
            box.settings["queue"]["url"] = box.redis.url
            box.write_config()
            filler = folder / "filler"

            def refuse():
                faults.fill_disk(folder)
                harness.wait_for("Redis to exit", lambda: not box.redis.process.is_running())

            def relent():
                filler.unlink()
                box.redis.start()

            with faults.load(self, box, filler=200) as traffic:
                self.check(box, traffic, refuse, relent, "not connected")

    def test_has_become_a_replica(self):
        """READONLY: the connection is dropped and the master asked for again."""
        with faults.Machine(redis=True, redis_args=("--replica-serve-stale-data", "yes"),
                            settings=SETTINGS) as box, faults.load(self, box) as traffic:
            self.check(box, traffic, lambda: box.redis.command("REPLICAOF", "127.0.0.1", "1"),
                       lambda: box.redis.command("REPLICAOF", "NO", "ONE"), "READONLY")

    def test_has_lost_its_master(self):
        """MASTERDOWN: a replica that answers nothing without its master."""
        with faults.Machine(redis=True, redis_args=("--replica-serve-stale-data", "no"),
                            settings=SETTINGS) as box, faults.load(self, box) as traffic:
            self.check(box, traffic, lambda: box.redis.command("REPLICAOF", "127.0.0.1", "1"),
                       lambda: box.redis.command("REPLICAOF", "NO", "ONE"), "")

    def test_has_too_few_replicas(self):
        """NOREPLICAS."""
        with faults.Machine(redis=True, settings=SETTINGS) as box, \
                faults.load(self, box) as traffic:
            self.check(box, traffic,
                       lambda: box.redis.command("CONFIG", "SET", "min-replicas-to-write", 1),
                       lambda: box.redis.command("CONFIG", "SET", "min-replicas-to-write", 0),
                       "NOREPLICAS")

    def test_lets_the_worker_read_and_not_write(self):
        """What is stored cannot be released: the same batch comes again, and must not spin."""
        with faults.Machine(redis=True, settings=SETTINGS) as box, \
                faults.load(self, box, batch=50, rate=10_000) as traffic:
            worker = box.process(WORKER)
            worker.signal(signal.SIGSTOP)
            traffic.wait_for_answers(8000)
            box.redis.command("CONFIG", "SET", "min-replicas-to-write", 1)
            worker.signal(signal.SIGCONT)
            harness.wait_for("the worker to tell", lambda: box.readiness(WORKER)[0] == 503)
            self.assertLess(faults.cpu_share(worker.pid, 2), 0.4)
            self.assertLess(len(box.log(WORKER).splitlines()), 40, "the log is flooded")
            box.redis.command("CONFIG", "SET", "min-replicas-to-write", 0)

    def test_is_loading(self):
        """LOADING: it reads a long AOF, slowly, and answers every command with that."""
        with faults.Machine(redis=True, settings=SETTINGS) as box, \
                faults.load(self, box) as traffic:
            redis = box.redis
            for number in range(400):
                redis.command("SET", f"other:{number}", "x" * 2000)
            redis.command("BGREWRITEAOF")
            harness.wait_for("a rewritten AOF", lambda: "aof_rewrite_in_progress:0"
                             in redis.command("INFO", "persistence"))
            # Microseconds a key, and a look at its clients after every so many bytes.
            args = redis.args
            redis.args = (*args, "--key-load-delay", "10000",
                          "--loading-process-events-interval-bytes", "1024")

            def refuse():
                redis.kill()
                redis.start(waits=False)
                harness.wait_for("a loading Redis", is_loading)

            def is_loading():
                try:
                    return str(redis.command("GET", "x")).startswith("LOADING")
                except OSError:
                    return False

            def relent():
                self.assertTrue(is_loading())
                harness.wait_for("a loaded Redis", redis.is_up)

            self.check(box, traffic, refuse, relent, "not connected")

    def test_asks_for_a_password(self):
        """NOAUTH to a connection that is made after the password was set."""
        with faults.Machine(redis=True, settings=SETTINGS) as box, \
                faults.load(self, box) as traffic:
            redis = box.redis

            def refuse():
                redis.command("CONFIG", "SET", "requirepass", "secret")
                subprocess.run(["redis-cli", "-s", str(redis.socket), "client", "kill", "type",
                                "normal"], check=True, capture_output=True,
                               env={**os.environ, "REDISCLI_AUTH": "secret"})

            def relent():
                subprocess.run(["redis-cli", "-s", str(redis.socket), "config", "set",
                                "requirepass", ""], check=True, capture_output=True,
                               env={**os.environ, "REDISCLI_AUTH": "secret"})

            self.check(box, traffic, refuse, relent, "not connected")

    def test_forbids_us_to_write(self):
        """NOPERM, from one command to the next."""
        with faults.Machine(redis=True, settings=SETTINGS) as box, \
                faults.load(self, box) as traffic:
            self.check(box, traffic,
                       lambda: box.redis.command("ACL", "SETUSER", "default", "-lpush"),
                       lambda: box.redis.command("ACL", "SETUSER", "default", "+lpush"), "NOPERM")

    def test_has_something_else_under_our_key(self):
        """WRONGTYPE."""
        with faults.Machine(redis=True, settings=SETTINGS) as box, \
                faults.load(self, box) as traffic:
            key = "penstock:events"

            def refuse():
                # The list is moved away whole, as an operator's mistake might: no event goes.
                box.redis.command("EVAL", "if redis.call('EXISTS', KEYS[1]) == 1 then "
                                  "redis.call('RENAME', KEYS[1], 'moved') end "
                                  "return redis.call('SET', KEYS[1], 'x')", 1, key)

            def relent():
                box.redis.command("EVAL", "redis.call('DEL', KEYS[1]) "
                                  "if redis.call('EXISTS', 'moved') == 1 then "
                                  "redis.call('RENAME', 'moved', KEYS[1]) end", 1, key)

            self.check(box, traffic, refuse, relent, "WRONGTYPE", waits_for=[
                ("the worker to tell", lambda: box.readiness(WORKER)[0] == 503)])


if __name__ == "__main__":
    harness.main()
