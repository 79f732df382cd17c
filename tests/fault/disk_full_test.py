"""A real disk is full, under spool or store: said, counted, survived, and over by itself."""

import subprocess
import unittest

import faults
from faults import CONSOLE, INGEST, WORKER, harness


class SpoolsDisk(unittest.TestCase):
    def check_refusing(self, box, traffic):
        """503 with Retry-After, counted, told, and no growth, for a while."""
        refused = box.outcomes("refused")
        with faults.Memory(self, 100, box.process(INGEST)):
            traffic.wait_for_status(503, 20)
            faults.lasts()
            harness.wait_for("refusals to be counted", lambda: box.outcomes("refused") > refused)
            harness.wait_for("the intake to tell", lambda: box.readiness()[0] == 503)
        self.assertNotIn(None, traffic.retry_afters)
        self.assertGreaterEqual(min(traffic.retry_afters), 1)
        self.assertLessEqual(set(traffic.statuses), {202, 503})
        self.assertEqual(0, traffic.broken)
        self.assertIn("cannot write, refusing events", box.log(INGEST))

    def check_serving(self, box, traffic):
        traffic.wait_for_answers(300)
        harness.wait_for("the intake to tell", lambda: box.readiness()[0] == 200)
        harness.wait_for("the log to tell", lambda: "writing again" in box.log(INGEST))

    def test_filled_by_something_else(self):
        with faults.Machine() as box:
            folder = box.mount_small(box.state / "spool", "8m")
            with faults.load(self, box, filler=500) as traffic:
                filler = faults.fill_disk(folder)
                self.check_refusing(box, traffic)
                filler.unlink()
                self.check_serving(box, traffic)

    def test_filled_by_events(self):
        """No worker: the spool fills its disk; one that comes makes room."""
        with faults.Machine() as box:
            box.mount_small(box.state / "spool", "3m")
            box.start(INGEST)
            with faults.load(self, box, starts=False, filler=500) as traffic:
                self.check_refusing(box, traffic)
                box.start(WORKER)
                self.check_serving(box, traffic)

    def test_filled_while_redis_is_down(self):
        """Either of the two that comes back is enough to serve again."""
        with faults.Machine(redis=True) as box:
            folder = box.mount_small(box.state / "spool", "8m")
            with faults.load(self, box, filler=500) as traffic:
                for comes_back in ("redis", "disk"):
                    box.redis.kill()
                    harness.wait_for("Redis to be told down", lambda: not box.is_redis_up())
                    filler = faults.fill_disk(folder)
                    self.check_refusing(box, traffic)
                    if comes_back == "redis":
                        box.redis.start()
                        traffic.wait_for_answers(300)
                        filler.unlink()
                    else:
                        filler.unlink()
                        traffic.wait_for_answers(300)
                        box.redis.start()
                    self.check_serving(box, traffic)
                    harness.wait_for("Redis in use", box.is_redis_up)


class StoresDisk(unittest.TestCase):
    def check_holding(self, box, traffic, goes_on=True):
        """The worker says that it holds a batch and grows no more; the intake does not notice."""
        with faults.Memory(self, 100, box.process(WORKER)):
            harness.wait_for("the worker to tell", lambda: box.metric(
                "penstock_worker_store_failing", WORKER) == 1)
            if goes_on:
                mark = traffic.mark()
                faults.lasts()
                figures = traffic.since(mark)
                print(f"store full: {figures}", flush=True)
                self.assertEqual({202}, set(figures.statuses))
        status, text = box.readiness(WORKER)
        self.assertEqual(503, status)
        self.assertIn("the store refuses a batch", text)
        harness.wait_for("the log to tell", lambda: "the store refuses a batch; holding it"
                         in box.log(WORKER))
        self.assertLess(faults.cpu_share(box.process(WORKER).pid), 0.3)

    def grow(self, folder):
        subprocess.run(["mount", "-o", "remount,size=256m", str(folder)], check=True)

    def check(self, redis):
        with faults.Machine(redis=redis) as box:
            folder = box.mount_small(box.state / "events", "3m")
            with faults.load(self, box, filler=500, rate=4000) as traffic:
                self.check_holding(box, traffic)
                harness.wait_for("a backlog", lambda: box.metric(
                    "penstock_queue_depth", WORKER) > 0 or (redis and box.redis.queued() > 0))
                self.grow(folder)
                harness.wait_for("the store to take it", lambda: box.metric(
                    "penstock_worker_store_failing", WORKER) == 0)
            self.assertIn("the store takes batches again", box.log(WORKER))

    def test_events_wait_in_redis(self):
        self.check(True)

    def test_events_wait_in_the_spool(self):
        self.check(False)

    def test_everything_on_one_disk(self):
        """The worker holds, the intake refuses, the console goes on reading."""
        with faults.Machine() as box:
            folder = box.mount_small(box.state, "8m")
            box.start()
            with faults.load(self, box, starts=False, filler=500, rate=4000) as traffic:
                self.check_holding(box, traffic, goes_on=False)
                SpoolsDisk.check_refusing(self, box, traffic)
                for path in ("/", "/api/v1/openapi.json"):
                    self.assertEqual(200, box.request("GET", path, program=CONSOLE).status)
                self.grow(folder)
                traffic.wait_for_answers(300)


if __name__ == "__main__":
    harness.main()
