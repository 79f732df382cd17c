"""The power fails under load: what was answered is on the disk, and is stored once afterwards.

The state directory (and Redis's) lies on a file system of its own, in a file behind a loop device.
`xfs_io -x -c shutdown` stops it as a power cut does: nothing more is written, its journal included,
and what was not synced is gone when it is mounted again. The programs are frozen a moment before:
without power nobody answers, while a sync that the shutdown meets may return success for nothing.
PENSTOCK_FAULT_CUTS says how many cuts.
"""

import os
import subprocess
import unittest

import faults
import ledger
from faults import INGEST, WORKER, harness

CUTS = int(os.environ.get("PENSTOCK_FAULT_CUTS", "2"))
MAKERS = {
    "ext4": ["mkfs.ext4", "-q", "-F"],
    "xfs": ["mkfs.xfs", "-q", "-f"],
}
IMAGE_BYTES = 400_000_000  # Sparse; xfs wants 300 MiB.


class Disk:
    """A file system that can lose its power."""

    def __init__(self, kind, image, folder):
        self.image = image
        self.folder = folder
        with open(image, "wb") as file:
            file.truncate(IMAGE_BYTES)
        subprocess.run([*MAKERS[kind], str(image)], check=True)
        self.mount()

    def mount(self):
        subprocess.run(["mount", "-o", "loop", str(self.image), str(self.folder)], check=True)

    def cut(self):
        subprocess.run(["xfs_io", "-x", "-c", "shutdown", str(self.folder)], check=True)

    def unmount(self):
        subprocess.run(["umount", str(self.folder)], check=True)


def start_redis(redis):
    """Cuts off what was never acknowledged, as Redis asks for where it finds a torn end."""
    try:
        redis.start()
    except AssertionError as error:
        if "redis-check-aof" not in str(error):
            raise
        manifest = redis.folder / "appendonlydir" / "appendonly.aof.manifest"
        fixed = subprocess.run(["redis-check-aof", "--fix", str(manifest)], input="y\n", text=True,
                               capture_output=True, check=True)
        print("redis-check-aof: " + fixed.stdout.strip().splitlines()[-1], flush=True)
        redis.start()


class PowerCut(unittest.TestCase):
    def cut_under_load(self, kind, with_redis):
        with faults.Machine(redis=with_redis, settings={"ingest": {"threads": 2}}) as box:
            if with_redis:
                box.redis.kill()
            disk = Disk(kind, box.root / "disk.img", box.state)
            box.mounts.append(box.state)
            if with_redis:
                box.redis.folder = box.state / "redis"
                box.redis.folder.mkdir()
                box.redis.start()
            box.start(INGEST, WORKER)
            traffic = ledger.Ledger(box.address, senders=8, rate=None, timeout_s=10)
            with traffic:
                for number in range(CUTS):
                    traffic.wait_for_answers(2000 + 777 * number)
                    running = [box.process(INGEST), box.process(WORKER)]
                    if with_redis:
                        running.append(box.redis.process)
                    for process in running:
                        faults.freeze(process)
                    disk.cut()
                    for process in running:
                        process.kill()
                    disk.unmount()
                    disk.mount()
                    if with_redis:
                        start_redis(box.redis)
                    box.start(INGEST, WORKER)
                    traffic.wait_for_answers(500)
            ledger.reconcile(self, box, traffic)
            box.settle(self)
            box.process(INGEST).stop()
            box.process(WORKER).stop()
            check = box.query("PRAGMA integrity_check")
            self.assertTrue(all(row["integrity_check"] == "ok" for row in check), check)

    def test_ext4_under_spool_and_store(self):
        self.cut_under_load("ext4", with_redis=False)

    def test_xfs_under_spool_and_store(self):
        self.cut_under_load("xfs", with_redis=False)

    def test_ext4_under_redis_with_appendfsync_always(self):
        self.cut_under_load("ext4", with_redis=True)


if __name__ == "__main__":
    harness.main()
