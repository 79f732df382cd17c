"""The same with nothing but the disk: the spool is the queue."""

import pathlib
import unittest

import harness

COUNT = 50_000


def segments(machine):
    return [path for path in pathlib.Path(machine.state / "spool").rglob("*")
            if path.is_file() and path.suffix not in ("-wal", "-shm")]


class PipelineSpool(unittest.TestCase):
    def test_all_sent_events_are_stored_once_and_counted(self):
        with harness.Machine() as machine:
            machine.start("penstock-ingest", "penstock-worker")
            host, port = machine.address()
            machine.tool("send", "--count", COUNT, "--url", f"http://{host}:{port}",
                         deadline_s=200)
            machine.wait_for_rows(COUNT, 120)
            self.assertEqual(COUNT, harness.check_rollups(self, machine))
            harness.wait_for("an empty spool", lambda: machine.metric(
                "penstock_queue_depth", "penstock-worker") == 0)

    def test_events_wait_on_disk_for_a_worker(self):
        with harness.Machine() as machine:
            ingest = machine.start("penstock-ingest")
            for number in range(20):
                self.assertEqual(202, machine.post_events({"name": f"early-{number}"}).status)
            ingest.kill()  # Answered means synced: a kill loses nothing.
            self.assertTrue(segments(machine))
            machine.start("penstock-worker")
            machine.wait_for_rows(20)
            machine.start("penstock-ingest")
            self.assertEqual(202, machine.post_events({"name": "late"}).status)
            machine.wait_for_rows(21)
            self.assertEqual(21, harness.check_rollups(self, machine))


if __name__ == "__main__":
    harness.main()
