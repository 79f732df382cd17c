"""kill -9 of the worker, again and again under load: nothing lost, nothing twice, counts exact."""

import unittest

import harness
import load

KILLS = 8


class WorkerKilled(unittest.TestCase):
    def kill_under_load(self, redis):
        with harness.Machine(redis=redis, settings={"worker": {"batch_rows": 200}}) as machine:
            machine.start("penstock-ingest")
            worker = machine.start("penstock-worker")
            senders = load.Senders(machine.address)
            for _ in range(KILLS):
                goal = machine.row_count() + 100
                harness.wait_for("rows", lambda: machine.row_count() >= goal)
                worker.kill()
                worker = machine.start("penstock-worker")
            senders.stop()
            load.check_stored(self, machine, senders)
            if redis:
                harness.wait_for("an empty queue", lambda: machine.redis.queued() == 0)

    def test_with_redis(self):
        self.kill_under_load(True)

    def test_with_the_spool(self):
        self.kill_under_load(False)

    def test_the_intake_may_be_killed_too(self):
        with harness.Machine(redis=True) as machine:
            ingest = machine.start("penstock-ingest")
            machine.start("penstock-worker")
            senders = load.Senders(machine.address)
            for _ in range(4):
                goal = senders.answered_count() + 100
                harness.wait_for("answers", lambda: senders.answered_count() >= goal)
                ingest.kill()
                ingest = machine.start("penstock-ingest")
            senders.stop()
            load.check_stored(self, machine, senders)


if __name__ == "__main__":
    harness.main()
