"""SIGTERM under load: what was answered is kept, and the program ends by itself with 0."""

import unittest

import harness
import load


class GracefulStop(unittest.TestCase):
    def stop_ingest_under_load(self, redis):
        with harness.Machine(redis=redis) as machine:
            ingest = machine.start("penstock-ingest")
            machine.start("penstock-worker")
            senders = load.Senders(machine.address)
            for _ in range(3):
                goal = senders.answered_count() + 200
                harness.wait_for("some answers", lambda: senders.answered_count() >= goal)
                self.assertEqual(0, ingest.stop(40))
                ingest = machine.start("penstock-ingest")
            goal = senders.answered_count() + 50
            harness.wait_for("answers again", lambda: senders.answered_count() >= goal)
            senders.stop()
            load.check_stored(self, machine, senders)
            self.assertEqual({202}, senders.statuses)

    def test_with_redis(self):
        self.stop_ingest_under_load(True)

    def test_with_the_spool(self):
        self.stop_ingest_under_load(False)

    def test_an_answer_in_hand_is_given(self):
        with harness.Machine(redis=True) as machine:
            ingest = machine.start("penstock-ingest")
            with harness.RawPeer(machine.address()) as busy, \
                    harness.RawPeer(machine.address()) as idle:
                idle.send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertEqual(200, idle.read_answer().status)
                busy.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n")
                busy.send('{"name"')
                harness.wait_for("the half request to be read", lambda: machine.metric(
                    "penstock_ingest_connections") >= 2)
                ingest.signal(15)
                self.assertTrue(idle.is_closed())
                busy.send(':"late"}')
                answer = busy.read_answer()
                self.assertIsNotNone(answer)
                self.assertEqual(202, answer.status)
                self.assertEqual("close", answer.headers["connection"])
                self.assertEqual(0, ingest.wait())
            machine.start("penstock-worker")
            machine.wait_for_rows(1)

    def test_the_worker_ends_between_two_batches(self):
        with harness.Machine(redis=True) as machine:
            machine.start("penstock-ingest")
            worker = machine.start("penstock-worker")
            senders = load.Senders(machine.address)
            for _ in range(3):
                goal = senders.answered_count() + 100
                harness.wait_for("some answers", lambda: senders.answered_count() >= goal)
                self.assertEqual(0, worker.stop())
                worker = machine.start("penstock-worker")
            senders.stop()
            load.check_stored(self, machine, senders)


if __name__ == "__main__":
    harness.main()
