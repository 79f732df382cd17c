"""A drain's body of 100 MB is read as it comes: each line once in the store, in bounded memory."""

import gzip
import json
import unittest

import harness

LINES = 300_000
MEMORY_MAX = 128 << 20


def lines(begin, end):
    return "".join(
        json.dumps({"message": f"line {i} " + "x" * 320, "level": "info", "host": "web-1"}) + "\n"
        for i in range(begin, end)).encode()


def peak_bytes(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))


class LargeDrain(unittest.TestCase):
    def test_is_stored_once_in_bounded_memory(self):
        body = lines(0, LINES)
        self.assertGreater(len(body), 100 << 20)
        with harness.Machine() as machine:
            ingest, _ = machine.start("penstock-ingest", "penstock-worker")
            answer = machine.request("POST", "/drain/vector", body,
                                     {"Content-Type": "application/x-ndjson"})
            self.assertEqual((200, LINES), (answer.status, answer.json["accepted"]))
            self.assertLess(peak_bytes(ingest), MEMORY_MAX)
            # Many times as much as was sent, and no word of how it is packed.
            packed = gzip.compress(body, 6)
            self.assertLess(len(packed), len(body) // 10)
            answer = machine.request("POST", "/drain/cloudflare", packed)
            self.assertEqual((200, LINES), (answer.status, answer.json["accepted"]))
            self.assertLess(peak_bytes(ingest), MEMORY_MAX)
            machine.wait_for_rows(2 * LINES)
            for source in ("vector", "cloudflare"):
                texts = machine.query("SELECT json_extract(properties, '$.message') AS text "
                                      "FROM events WHERE source = ?", source)
                self.assertEqual(LINES, len(texts))
                self.assertEqual(LINES, len({row["text"] for row in texts}))

    def test_is_refused_over_its_limit(self):
        with harness.Machine() as machine:
            machine.settings["ingest"]["max_drain_bytes"] = 3_000_000
            machine.write_config()
            machine.start("penstock-ingest", "penstock-worker")
            answer = machine.request("POST", "/drain/vector", gzip.compress(lines(0, 40_000)))
            self.assertEqual(413, answer.status)
            self.assertIn("3000000 bytes", answer.json["detail"])
            # What stood before is there, as the sender may be told.
            machine.wait_for_rows(1)


if __name__ == "__main__":
    harness.main()
