"""Redis dies, is not there, hangs, is slow or breaks off: the intake answers on from the spool."""

import signal
import unittest

import faults
from faults import INGEST, WORKER, harness

TIMEOUT_MS = 500
# How late an answer may be: Redis's timeout and a slow machine's spool.
LATEST_MS = 10_000


def machine(**kwargs):
    return faults.Machine(redis=True, settings={"queue": {"timeout_ms": TIMEOUT_MS}}, **kwargs)


class RedisGone(unittest.TestCase):
    def check_answers(self, traffic, mark, what):
        """Since `mark` everything was answered, 202 and in time."""
        figures = traffic.since(mark)
        print(f"{what}: {figures}", flush=True)
        self.assertEqual({202}, set(figures.statuses))
        self.assertEqual(0, figures.broken)
        self.assertGreater(figures.answered, 0)
        self.assertLess(figures.quantile_ms(1), LATEST_MS)

    def check_spooling(self, box):
        """Redis is told to be down, and being ready does not depend on it."""
        harness.wait_for("Redis to be told down", lambda: not box.is_redis_up())
        harness.wait_for("events in the spool", lambda: box.outcomes("spooled") > 0)
        self.assertEqual(200, box.readiness()[0])

    def test_killed(self):
        with machine() as box, faults.load(self, box) as traffic:
            for _ in range(2):
                mark = traffic.mark()
                box.redis.kill()
                self.check_spooling(box)
                faults.lasts(1)
                self.check_answers(traffic, mark, "killed")
                harness.wait_for("the worker to tell",
                                 lambda: box.readiness(WORKER)[0] == 503)
                box.redis.start()
                harness.wait_for("Redis in use", box.is_redis_up)
            self.assertIn("redis: not connected", box.log(INGEST))
            self.assertIn("redis: connected", box.log(INGEST))

    def test_not_there_at_the_start(self):
        with machine() as box:
            box.redis.kill()
            with faults.load(self, box) as traffic:
                self.check_spooling(box)
                self.assertEqual(0, box.outcomes("queued"))
                harness.wait_for("the worker to tell",
                                 lambda: box.readiness(WORKER)[0] == 503)
                self.check_answers(traffic, None, "not there")
                box.redis.start()
                harness.wait_for("events in Redis", lambda: box.outcomes("queued") > 0)

    def test_stopped(self):
        with machine() as box, faults.load(self, box) as traffic:
            mark = traffic.mark()
            with faults.Memory(self, 200, box.process(INGEST), box.process(WORKER)):
                box.redis.process.signal(signal.SIGSTOP)
                self.check_spooling(box)
                faults.lasts()
                self.check_answers(traffic, mark, "stopped")
                box.redis.process.signal(signal.SIGCONT)
                harness.wait_for("Redis in use", box.is_redis_up)

    def test_stopped_again_and_again(self):
        """Shorter than the timeout and longer, so that what is in doubt may be in both places."""
        with machine() as box, faults.load(self, box) as traffic:
            mark = traffic.mark()
            for seconds in (0.1, 0.3, 0.6, 0.2, 0.7):
                box.redis.process.signal(signal.SIGSTOP)
                faults.lasts(seconds)
                box.redis.process.signal(signal.SIGCONT)
                traffic.wait_for_answers(100)
            self.check_answers(traffic, mark, "stopped again and again")

    def test_warns_of_a_redis_that_forgets(self):
        for appendonly, is_told in (("no", True), ("yes", False)):
            with faults.Machine(redis=True, redis_args=["--appendonly", appendonly]) as box:
                box.start(INGEST)
                harness.wait_for("Redis in use", box.is_redis_up)
                self.assertEqual(202, box.post_events({"name": "a"}).status)
                if is_told:
                    harness.wait_for("the warning", lambda: "appendonly yes" in box.log(INGEST))
                else:
                    self.assertNotIn("append-only", box.log(INGEST))


class RedisBetween(unittest.TestCase):
    """A proxy stands between the programs and Redis."""

    def setUp(self):
        self.box = self.enterContext(machine())
        self.start_through_proxies()

    def start_through_proxies(self):
        self.proxies = {}
        for program in (INGEST, WORKER):
            proxy = faults.Proxy(self.box.root / f"{program}.sock", self.box.redis.socket)
            self.addCleanup(proxy.close)
            self.proxies[program] = proxy
            self.box.start(program, args=("--set", f"queue.url={proxy.url}"))

    check_answers = RedisGone.check_answers
    check_spooling = RedisGone.check_spooling

    def test_slow(self):
        with faults.load(self, self.box, starts=False) as traffic:
            mark = traffic.mark()
            for proxy in self.proxies.values():
                proxy.delay_s = 0.1  # Within the timeout: Redis stays in use.
            traffic.wait_for_answers(1000)
            self.check_answers(traffic, mark, "slow")
            self.assertTrue(self.box.is_redis_up())
            mark = traffic.mark()
            for proxy in self.proxies.values():
                proxy.delay_s = 1.0  # Each reply comes too late.
            self.check_spooling(self.box)
            faults.lasts()
            self.check_answers(traffic, mark, "too slow")
            for proxy in self.proxies.values():
                proxy.delay_s = 0.0

    def test_hanging_after_accept(self):
        with faults.load(self, self.box, starts=False) as traffic:
            mark = traffic.mark()
            for proxy in self.proxies.values():
                proxy.hangs = True
                proxy.drop_all()
            self.check_spooling(self.box)
            faults.lasts()
            # A connection that is taken and not served is no Redis: tried with back-off, not used.
            self.assertFalse(self.box.is_redis_up())
            self.check_answers(traffic, mark, "hanging")
            for proxy in self.proxies.values():
                proxy.hangs = False
                proxy.drop_all()

    def test_replies_cut_at_every_byte(self):
        with faults.load(self, self.box, starts=False) as traffic:
            mark = traffic.mark()
            for program, proxy in self.proxies.items():
                for count in range(0, 8):
                    self.cut(traffic, program, lambda: proxy.cut_reply(count))
            self.check_answers(traffic, mark, "replies cut")

    def test_requests_cut_at_some_bytes(self):
        with faults.load(self, self.box, starts=False) as traffic:
            mark = traffic.mark()
            for program, proxy in self.proxies.items():
                for count in (0, 1, 5, 40, 300):
                    self.cut(traffic, program, lambda: proxy.cut_request(count))
            self.check_answers(traffic, mark, "requests cut")

    def test_restarted_empty(self):
        """Without an AOF Redis forgets what only it has; what the spool has taken stays."""
        with faults.load(self, self.box, starts=False) as traffic:
            mark = traffic.mark()
            proxy = self.proxies[INGEST]
            for _ in range(2):
                proxy.hangs = True  # From here on it all goes to the spool …
                self.check_spooling(self.box)
                harness.wait_for("an empty list", lambda: self.box.redis.queued() == 0)
                self.box.redis.kill()  # … so that nothing is in Redis alone.
                faults.lasts(0.5)
                (self.box.redis.folder / "appendonlydir").rename(
                    self.box.redis.folder / f"forgotten-{proxy.connections}")
                proxy.hangs = False
                self.box.redis.start()
                harness.wait_for("Redis in use", self.box.is_redis_up)
            self.check_answers(traffic, mark, "restarted empty")

    def cut(self, traffic, program, arm):
        arm()
        harness.wait_for("the cut", self.proxies[program].is_cut)
        traffic.wait_for_answers(20)
        if program == INGEST:
            harness.wait_for("Redis in use", self.box.is_redis_up)


if __name__ == "__main__":
    harness.main()
