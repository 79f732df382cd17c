"""Bodies of drains that are over the limits: each event once in the store, in bounded memory.

What can be cut is read as it comes (100 MB); what must be seen whole is held, up to its limit.
"""

import base64
import gzip
import json
import struct
import time
import unittest

import harness

LINES = 300_000
MEMORY_MAX = 128 << 20


def lines(begin, end):
    return "".join(
        json.dumps({"message": f"line {i} " + "x" * 320, "level": "info", "host": "web-1"}) + "\n"
        for i in range(begin, end)).encode()


def long_text(i):
    return f"line {i} ".ljust(4_096, "x")


def msgpack(count):
    """As Fluent Bit's: [[EventTime, {}], {"log": …}], one behind the other."""
    at = b"\x92\x92\xd7\x00" + struct.pack(">II", int(time.time()), 0) + b"\x80"
    head = at + b"\x81\xa3log\xda" + struct.pack(">H", 4_096)
    return b"".join(head + long_text(i).encode() for i in range(count))


def json_stream(count):
    """As Fluent Bit's: objects without anything between them."""
    return "".join(json.dumps({"date": time.time(), "message": long_text(i)})
                   for i in range(count)).encode()


def logplex(count):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    frames = (f"<190>1 {at} host app web.1 - {long_text(i)}\n" for i in range(count))
    return "".join(f"{len(frame)} {frame}" for frame in frames).encode()


def firehose(count):
    records = ",".join(
        '{"data":"%s"}' % base64.b64encode(json.dumps({"message": long_text(i)}).encode()).decode()
        for i in range(count))
    at = int(time.time() * 1000)
    return f'{{"requestId":"r-1","timestamp":{at},"records":[{records}]}}'.encode()


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

    def expect_each_once(self, machine, source, count, member="message"):
        texts = machine.query(f"SELECT json_extract(properties, '$.{member}') AS text "
                              "FROM events WHERE source = ? AND text IS NOT NULL", source)
        self.assertEqual({long_text(i) for i in range(count)}, {row["text"] for row in texts})
        self.assertEqual(count, len(texts))

    def test_is_cut_where_events_end_and_a_retry_doubles_nothing(self):
        cases = (("fluent_bit", "/drain/fluent-bit", msgpack, 25_000, "log",
                  {"Content-Type": "application/msgpack"}),
                 ("fluent_bit", "/drain/fluent-bit", json_stream, 4_000, "message",
                  {"Content-Type": "application/x-json-stream"}),
                 ("heroku", "/drain/heroku", logplex, 4_000, "message",
                  {"Content-Type": "application/logplex-1", "Logplex-Frame-Id": "frame-1"}))
        with harness.Machine() as machine:
            ingest, _ = machine.start("penstock-ingest", "penstock-worker")
            for _, path, make, count, _, headers in cases:
                body = make(count)
                self.assertGreater(len(body), count * 4_096)
                for _ in range(2):
                    answer = machine.request("POST", path, body, headers)
                    self.assertEqual((200, count), (answer.status, answer.json["accepted"]))
                self.assertLess(peak_bytes(ingest), MEMORY_MAX)
            # Stored after all the others, once.
            machine.request("POST", "/v1/events", b'{"name":"last"}')
            machine.wait_for_rows(sum(case[3] for case in cases) + 1)
            for source, _, _, count, member, _ in cases:
                self.expect_each_once(machine, source, count, member)

    def test_tells_how_much_was_passed_over(self):
        too_long = b'"' + b"y" * (3 << 20) + b'"\n'
        body = b"no JSON\n" + lines(0, 5_000) + too_long + b"[7]\n"
        with harness.Machine() as machine:
            machine.start("penstock-ingest", "penstock-worker")
            answer = machine.request("POST", "/drain/vector", body,
                                     {"Content-Type": "application/x-ndjson"})
            self.assertEqual((200, {"accepted": 5_000, "rejected": 3}),
                             (answer.status, answer.json))
            machine.wait_for_rows(5_000)

    def test_is_held_whole_where_it_must_be(self):
        count = 6_200
        body = firehose(count)
        self.assertGreater(len(body), 32 << 20)
        headers = {"Content-Type": "application/json", "X-Amz-Firehose-Request-Id": "r-1"}
        with harness.Machine() as machine:
            machine.settings["ingest"]["max_document_bytes"] = 64 << 20
            machine.write_config()
            ingest, _ = machine.start("penstock-ingest", "penstock-worker")
            for sent, extra in ((body, {}), (gzip.compress(body, 1), {"Content-Encoding": "gzip"})):
                answer = machine.request("POST", "/drain/firehose", sent, {**headers, **extra})
                self.assertEqual((200, "r-1"), (answer.status, answer.json["requestId"]))
            # The body, as it is read and unpacked, and its events.
            self.assertLess(peak_bytes(ingest), MEMORY_MAX + 4 * len(body))
            machine.request("POST", "/v1/events", b'{"name":"last"}')
            machine.wait_for_rows(count + 1)
            self.expect_each_once(machine, "firehose", count)

    def test_is_refused_whole_in_its_own_words(self):
        with harness.Machine() as machine:
            machine.start("penstock-ingest", "penstock-worker")
            headers = {"Content-Type": "application/json", "X-Amz-Firehose-Request-Id": "r-2"}
            answer = machine.request("POST", "/drain/firehose", gzip.compress(firehose(3_200), 1),
                                     {**headers, "Content-Encoding": "gzip"})
            self.assertEqual((413, "r-2"), (answer.status, answer.json["requestId"]))
            self.assertIn("limit", answer.json["errorMessage"])

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
