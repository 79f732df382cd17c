"""kill -9 of every program under load, at random times."""

import signal
import unittest

import faults
from faults import CONSOLE, INGEST, WORKER, harness

KILLS = max(5, int(faults.SECONDS))


class Killed(unittest.TestCase):
    def kill_again_and_again(self, redis, program):
        chance = harness.chance()
        with faults.Machine(redis=redis, settings={"worker": {"batch_rows": 500}}) as box:
            box.start()
            with faults.load(self, box, starts=False, rate=4000, timeout_s=20) as traffic:
                for _ in range(KILLS):
                    traffic.wait_for_answers(chance.randrange(10, 600))
                    box.restart(program)
            print(f"back after kills: {KILLS}", flush=True)

    def test_intake_with_redis(self):
        self.kill_again_and_again(True, INGEST)

    def test_intake_with_the_spool(self):
        self.kill_again_and_again(False, INGEST)

    def test_worker_with_redis(self):
        self.kill_again_and_again(True, WORKER)

    def test_worker_with_the_spool(self):
        self.kill_again_and_again(False, WORKER)

    def test_console(self):
        """Nobody else notices, and a session outlives it."""
        with faults.Machine() as box:
            box.start()
            with faults.load(self, box, starts=False) as traffic:
                for _ in range(3):
                    traffic.wait_for_answers(100)
                    box.restart(CONSOLE)
                    self.assertEqual(200, box.request("GET", "/", program=CONSOLE).status)
                self.assertEqual({202}, set(traffic.statuses))
                self.assertEqual(0, traffic.broken)

    def test_everything_at_once(self):
        """Power for all programs and Redis goes at one moment, disks stay."""
        with faults.Machine(redis=True) as box:
            box.start()
            with faults.load(self, box, starts=False, rate=4000, timeout_s=20) as traffic:
                for _ in range(3):
                    traffic.wait_for_answers(300)
                    for process in (*box.processes, box.redis.process):
                        process.signal(signal.SIGSTOP)
                    for process in (*box.processes, box.redis.process):
                        process.kill()
                    box.redis.start()
                    box.start()


if __name__ == "__main__":
    harness.main()
