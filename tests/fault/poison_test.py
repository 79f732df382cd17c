"""Messages that no worker can read, among good ones: set aside, and nothing is held up."""

import json
import random
import struct
import unittest

import faults
from faults import INGEST, WORKER, harness

KEY = "penstock:events"


def batch_of(payload, count, version=1, magic=0xB5, checksum=None):
    return struct.pack("<BBHIII", magic, version, 0, count, len(payload),
                       0 if checksum is None else checksum) + payload


def poison(good):
    """Name and bytes; `good` is a batch that our intake has made."""
    chance = random.Random(7)
    yield "nothing", b""
    yield "NUL", b"\0"
    yield "many NULs", b"\0" * 100_000
    yield "garbage", bytes(chance.randrange(256) for _ in range(1000))
    yield "garbage after the magic", b"\xb5" + bytes(chance.randrange(256) for _ in range(1000))
    yield "a newer version", good[:1] + b"\x63" + good[2:]
    yield "version 0", good[:1] + b"\x00" + good[2:]
    yield "a flipped bit", good[:-1] + bytes([good[-1] ^ 1])
    for size in (1, 8, 15, 16, 17, len(good) // 2, len(good) - 1):
        yield f"cut after {size} bytes", good[:size]
    yield "more behind it", good + b"more"
    yield "a count that lies", good[:4] + struct.pack("<I", 2**32 - 1) + good[8:]
    yield "a length that lies", good[:8] + struct.pack("<I", 2**32 - 1) + good[12:]
    yield "an empty batch with a wrong checksum", batch_of(b"", 0, checksum=1)
    yield "half a job", b'{"class":"ProcessRequestJob","args":[{'
    yield "another program's JSON", b'{"hello":"world"}'
    yield "a list", b"[1,2,3]"
    yield "deep JSON", b"[" * 50_000
    yield "bad UTF-8", b'{"class":"\xff\xfe"}'
    yield "a huge text", b"x" * (24 << 20)
    yield "a huge batch", good[:8] + struct.pack("<I", 24 << 20) + good[12:16] + b"\0" * (24 << 20)


class Poison(unittest.TestCase):
    def a_good_batch(self, box):
        """As bytes, taken out of the queue of a machine without a worker."""
        self.assertEqual(202, box.post_events({"name": "good", "session_id": "-1"}).status)
        with harness.socket.socket(harness.socket.AF_UNIX) as peer:
            peer.connect(str(box.redis.socket))
            peer.sendall(b"*2\r\n$4\r\nRPOP\r\n$15\r\npenstock:events\r\n")
            stream = peer.makefile("rb")
            return stream.read(int(stream.readline()[1:]) + 2)[:-2]

    def test_among_good_ones(self):
        with faults.Machine(redis=True) as box:
            box.start(INGEST)
            good = self.a_good_batch(box)
            box.start(WORKER)
            sent = 0
            with faults.load(self, box, starts=False, settles=False) as traffic, \
                    faults.Memory(self, 400, box.process(WORKER)):
                for name, message in poison(good):
                    # At either end and in the middle of what waits.
                    box.redis.command("RPUSH" if sent % 2 else "LPUSH", KEY, message)
                    sent += 1
                    traffic.wait_for_answers(20)
                harness.wait_for("all poison to be set aside", lambda: box.metric(
                    "penstock_worker_events_total", WORKER, outcome="dead") >= sent)
                self.assertEqual({202}, set(traffic.statuses))
            harness.wait_for("an empty list", lambda: box.redis.queued() == 0)
            dead = [json.loads(text) for text in box.redis.command("LRANGE", KEY + ":dead", 0, -1)]
            self.assertEqual(sent, len({letter["message"] for letter in dead}))
            # A Redis that is too slow keeps a claim, and what was set aside comes again.
            is_quick = "worker.queue_failing" not in box.process(WORKER).text() and \
                "worker.release_failing" not in box.process(WORKER).text()
            if is_quick:
                self.assertEqual(sent, len(dead))
                self.assertEqual(sent, box.metric("penstock_worker_events_total", WORKER,
                                                  outcome="dead"))
            for letter in dead:
                self.assertTrue(letter["reason"], letter["message"][:40])
            print(f"{sent} kinds of poison, reasons: "
                  f"{sorted({letter['reason'] for letter in dead})}", flush=True)
            self.assertEqual(200, box.readiness(WORKER)[0])
            self.assertFalse((box.state / "spool" / "dead.db").exists())


if __name__ == "__main__":
    harness.main()
