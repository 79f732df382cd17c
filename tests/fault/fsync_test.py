"""fsync fails: what was answered is there all the same, and the next write goes somewhere new."""

import os
import subprocess
import unittest

import faults
import ledger
from faults import INGEST, WORKER, harness

SYNCS = "fsync,fdatasync,syncfs"
FAILING = ("-e", f"trace={SYNCS}", "-e", f"inject={SYNCS}:error=EIO")


def run(*command):
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def segments(box):
    return {path.name for path in (box.state / "spool").rglob("0*.db")}


class SpoolsSync(unittest.TestCase):
    def refuse(self, box, traffic):
        """A stretch in which every sync of the intake fails: no 2xx, and it says why."""
        with faults.Strace(box.process(INGEST), *FAILING) as strace:
            traffic.wait_for_status(503, 10)
            harness.wait_for("the intake to tell", lambda: box.readiness()[0] == 503)
            # What was in hand as strace came may still have been answered; from here on nothing is.
            mark = traffic.mark()
            faults.lasts()
            figures = traffic.since(mark)
            print(f"no sync works: {figures}", flush=True)
            self.assertEqual({503}, set(figures.statuses))
            self.assertGreater(strace.count("(INJECTED)"), 0)
        self.assertIn("cannot write, refusing events", box.log(INGEST))
        self.assertNotIn(None, traffic.retry_afters)

    def test_fails_for_a_while(self):
        with faults.Machine() as box, faults.load(self, box, senders=8) as traffic:
            for _ in range(2):
                before = segments(box)
                self.refuse(box, traffic)
                traffic.wait_for_answers(300)
                self.assertTrue(segments(box) - before, "the faulty segment is written on")
                harness.wait_for("the intake to tell", lambda: box.readiness()[0] == 200)

    def test_fails_and_the_intake_dies(self):
        """No 2xx was a lie: what was answered is read from the dead process's segments."""
        with faults.Machine() as box, faults.load(self, box, senders=8) as traffic:
            for _ in range(2):
                with faults.Strace(box.process(INGEST), *FAILING):
                    traffic.wait_for_status(503, 10)
                    box.process(INGEST).kill()
                box.start(INGEST)
                traffic.wait_for_answers(300)

    def test_fails_now_and_then(self):
        """Every third sync: one that is tried again and succeeds says nothing about the first."""
        every_third = ("-e", f"trace={SYNCS}", "-e", f"inject={SYNCS}:error=EIO:when=1+3")
        with faults.Machine() as box, faults.load(self, box, senders=8) as traffic:
            with faults.Strace(box.process(INGEST), *every_third):
                traffic.wait_for_status(503, 3)
                faults.lasts(max(faults.SECONDS, 3))
                box.process(INGEST).kill()
            box.start(INGEST)

    def test_slow(self):
        """Each sync takes 200 ms: groups grow, the loop goes on serving, all is answered 202."""
        slow = ("-e", f"trace={SYNCS}", "-e", f"inject={SYNCS}:delay_enter=200000")
        with faults.Machine() as box, faults.load(self, box, senders=16) as traffic:
            with faults.Strace(box.process(INGEST), *slow):
                mark = traffic.mark()
                faults.lasts(max(faults.SECONDS, 2))
                figures = traffic.since(mark)
                print(f"slow syncs: {figures}", flush=True)
                self.assertEqual({202}, set(figures.statuses))
                self.assertEqual(200, box.readiness()[0])


class RealDisk(unittest.TestCase):
    """A disk that really fails: ext4 on a loop file that cannot get the room that it promises.

    Journal and tables have theirs, only new blocks of data fail; so ext4 keeps its own promises.
    """

    def make_disk(self, box, spool):
        thin = box.mount_small(box.root / "thin", "80m")
        disk = thin / "disk"
        disk.write_bytes(bytes(48 * 2**20))
        run("mkfs.ext4", "-q", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0", disk)
        spool.mkdir()
        self.mount(box, disk, spool)
        run("fstrim", spool)  # Gives the room of free blocks back.
        used = os.statvfs(thin)
        used_kib = (used.f_blocks - used.f_bfree) * used.f_frsize // 1024
        run("mount", "-o", f"remount,size={used_kib + 3000}k", thin)
        return thin, disk

    def mount(self, box, disk, spool):
        run("mount", "-o", "loop", disk, spool)
        box.mounts.append(spool)

    def test_forgets_what_it_did_not_sync(self):
        """After such an EIO the kernel drops the pages, and the next fsync succeeds: answered
        events are not among them."""
        with faults.Machine() as box:
            spool = box.state / "spool"
            thin, disk = self.make_disk(box, spool)
            box.start(INGEST)
            with ledger.Ledger(box.address, batch=20, rate=None, filler=1000) as traffic:
                traffic.wait_for_status(503, 3)
                faults.lasts()
                traffic.stop()
            box.process(INGEST).kill()
            self.assertIn("refusing events", box.log(INGEST))
            # What only the page cache held is gone after this, as after a power cut.
            run("umount", spool)
            box.mounts.remove(spool)
            run("mount", "-o", "remount,size=80m", thin)
            self.mount(box, disk, spool)
            box.start(INGEST, WORKER)
            ledger.reconcile(self, box, traffic, 60)
            box.settle(self)


class StoresSync(unittest.TestCase):
    def check(self, redis):
        with faults.Machine(redis=redis) as box, faults.load(self, box) as traffic:
            with faults.Strace(box.process(WORKER), *FAILING):
                harness.wait_for("the worker to tell", lambda: box.metric(
                    "penstock_worker_store_failing", WORKER) == 1)
                self.assertEqual(503, box.readiness(WORKER)[0])
                mark = traffic.mark()
                faults.lasts()
                self.assertEqual({202}, set(traffic.since(mark).statuses))
                depth = box.metric("penstock_queue_depth", WORKER)
                harness.wait_for("a longer queue", lambda: box.metric(
                    "penstock_queue_depth", WORKER) > depth)
            harness.wait_for("the store to take it", lambda: box.metric(
                "penstock_worker_store_failing", WORKER) == 0)

    def test_fails_for_a_while_with_redis(self):
        self.check(True)

    def test_fails_for_a_while_with_the_spool(self):
        self.check(False)

    def test_fails_and_the_worker_dies(self):
        with faults.Machine(redis=True) as box, faults.load(self, box):
            for _ in range(2):
                with faults.Strace(box.process(WORKER), *FAILING):
                    harness.wait_for("the worker to tell", lambda: box.metric(
                        "penstock_worker_store_failing", WORKER) == 1)
                    box.process(WORKER).kill()
                box.start(WORKER)


if __name__ == "__main__":
    harness.main()
