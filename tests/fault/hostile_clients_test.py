"""Clients that mean harm: each gets a clear status or a clean close, memory stays bounded, and a
good client beside them has every event answered 202 in time."""

import contextlib
import gzip
import os
import random
import resource
import socket
import struct
import time
import unittest
import zlib

import hostile
from hostile import Crowd, first_then, harness, once

HEAD = b"POST /v1/events HTTP/1.1\r\nHost: x\r\n"
SLOW_MS = 1_000
IDLE_MS = 5_000
# Sanitizers keep freed memory for a while, so only a program as it is shipped is measured.
IS_SANITIZED = harness.BUILD.name in ("asan", "tsan")


def framed(body, headers=b""):
    return HEAD + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def zstd_bomb(size):
    """Frames of blocks that are one byte, over and over: 128 KiB of zeros for each 4 bytes."""
    block = struct.pack("<I", 2 | 131_072 << 3)[:3]  # Repeat one byte; not the last.
    last = struct.pack("<I", 3 | 131_072 << 3)[:3]
    frame = b"\x28\xb5\x2f\xfd\x00\x58" + (block + b" ") * (size // 131_072 - 1) + last + b" "
    return frame


class Attack(unittest.TestCase):
    settings = {"header_timeout_ms": SLOW_MS, "body_timeout_ms": SLOW_MS,
                "idle_timeout_ms": IDLE_MS}

    @classmethod
    def setUpClass(cls):
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        cls.machine = harness.Machine(settings={"ingest": cls.settings})
        cls.addClassCleanup(cls.machine.close)
        cls.ingest = cls.machine.start("penstock-ingest")
        cls.address = cls.machine.address()
        good = hostile.GoodClient(cls.address)
        cls.good = cls.enterClassContext(good) if hasattr(cls, "enterClassContext") else good
        cls.addClassCleanup(good.__exit__)

    @contextlib.contextmanager
    def attack(self, memory_mb=32):
        """What happens within is an attack: the good client must not notice, and the intake's
        memory must not grow by more."""
        self.good.take(0)
        calm = self.good.take(100)
        hostile.reset_peak(self.ingest.pid)
        before = hostile.proc_mb(self.ingest.pid, "VmRSS")
        began = time.monotonic()
        yield
        seconds = time.monotonic() - began
        seen = self.good.take(20)
        grown = hostile.proc_mb(self.ingest.pid, "VmHWM") - before
        print(f"  {self.id().rpartition('.')[2]}: {seconds:.1f} s; good client {seen['count']} "
              f"answers, p99 {calm['p99_ms']:.1f} ms before, {seen['p99_ms']:.1f} ms during, at "
              f"most {seen['max_ms']:.1f} ms; intake {before:.0f} MB, {grown:+.0f} MB", flush=True)
        self.assertEqual({"202"}, set(seen["statuses"]))
        self.assertEqual(0, seen["broken"])
        self.assertLess(seen["p99_ms"], max(2_000, 20 * calm["p99_ms"]))
        if not IS_SANITIZED:
            self.assertLess(grown, memory_mb)

    def metric(self, name, **labels):
        return self.machine.metric("penstock_ingest_" + name, **labels)

    def check_refused(self, crowd, *statuses):
        """Each was told one of `statuses`, once, and then cleanly closed."""
        for attacker in crowd.attackers:
            self.assertEqual(1, len(attacker.statuses), attacker.received[:200])
            self.assertIn(attacker.statuses[0], statuses, attacker.received[:400])
            self.assertTrue(attacker.has_ended)

    def refuse(self, data, *statuses, count=20, insists=False, memory_mb=32):
        """`count` clients send `data` or, where it is a function, what it makes; all are
        refused."""
        sends = data if callable(data) else lambda: once(data)
        before = sum(self.metric("requests_total", code=str(s)) for s in statuses)
        with self.attack(memory_mb):
            with Crowd(self.address, count, sends, insists=insists) as crowd:
                crowd.wait_for_ends()
                self.check_refused(crowd, *statuses)
                if not insists:
                    self.assertFalse(any(a.is_reset for a in crowd.attackers))
        self.assertGreaterEqual(
            sum(self.metric("requests_total", code=str(s)) for s in statuses), before + count)
        return crowd


class Slow(Attack):
    def check_timed_out(self, sends, count):
        before = self.metric("timeouts_total")
        with self.attack(), Crowd(self.address, count, sends) as crowd:
            # A byte now and then does not buy time.
            crowd.wait_for_ends(pause=0.1)
            self.check_refused(crowd, 408)
            self.assertFalse(any(a.is_reset for a in crowd.attackers))
        self.assertEqual(before + count, self.metric("timeouts_total"))

    def test_slow_headers(self):
        self.check_timed_out(lambda: first_then(HEAD + b"X: ", b"y"), 500)

    def test_slow_bodies(self):
        self.check_timed_out(lambda: first_then(HEAD + b"Content-Length: 5000\r\n\r\n", b" "), 500)

    def test_slow_chunks(self):
        self.check_timed_out(
            lambda: first_then(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), 300)

    def test_large_bodies_without_their_ends(self):
        self.check_timed_out(lambda: once(framed(b"[" + b" " * 200_000)[:-1]), 100)

    def test_slow_readers(self):
        """Answers that nobody reads hold their sender back."""
        ask = b"GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n" * 2_000
        with self.attack(), Crowd(self.address, 40, lambda: first_then(ask, ask),
                                  reads=False) as crowd:
            full = 0
            while full < 20:  # Turns in which nobody could send.
                full = full + 1 if crowd.act() == 0 else 0
                time.sleep(0.01)
        harness.wait_for("the slow readers to be gone", lambda: self.metric("connections") <= 2)

    def test_idle_connections(self):
        """As many as the limit of descriptors lets one process open."""
        count = min(5_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
        with self.attack():
            with Crowd(self.address, count) as crowd:
                harness.wait_for("all to be open", lambda: self.metric("connections") >= count)
                crowd.wait_for_ends(pause=0.1)
                for attacker in crowd.attackers:
                    self.assertEqual(b"", attacker.received)
                    self.assertFalse(attacker.is_reset)

    def test_connections_that_are_reset(self):
        ask = framed(b'{"name":"gone"}')
        with self.attack():
            for _ in range(10):
                with Crowd(self.address, 200, lambda: once(ask * 3)) as crowd:
                    crowd.act()
                    for attacker in crowd.attackers:
                        attacker.reset()
        harness.wait_for("them to be gone", lambda: self.metric("connections") <= 2)


class Floods(Attack):
    def test_many_headers(self):
        many = b"".join(b"X-%d: y\r\n" % n for n in range(2_000))
        self.refuse(HEAD + many, 431, count=200)

    def test_an_endless_header(self):
        self.refuse(lambda: first_then(HEAD + b"X: ", b"y" * 65_536), 431, insists=True)

    def test_endless_headers(self):
        self.refuse(lambda: first_then(HEAD, b"X: y\r\n" * 10_000), 431, insists=True)

    def test_an_endless_target(self):
        self.refuse(lambda: first_then(b"GET /p.js?", b"y" * 65_536), 414, 431, insists=True)

    def test_endless_lines_before_a_request(self):
        self.refuse(lambda: first_then(b"\r\n", b"\r\n" * 30_000), 400, 431, insists=True)

    def test_a_huge_length(self):
        for length, status in ((b"1048577", 413), (b"99999999999", 413),
                               (b"18446744073709551617", 400), (b"-1", 400), (b"1e3", 400)):
            with self.subTest(length):
                self.refuse(HEAD + b"Content-Length: " + length + b"\r\n\r\n{", status)

    def test_a_huge_length_that_is_sent(self):
        self.refuse(lambda: first_then(HEAD + b"Content-Length: 99999999999\r\n\r\n",
                                       b" " * 65_536), 413, insists=True)

    def test_an_endless_body(self):
        self.refuse(lambda: first_then(HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
                                       b"10000\r\n" + b" " * 65_536 + b"\r\n"), 413,
                    insists=True, memory_mb=64)

    def test_endless_small_chunks(self):
        self.refuse(lambda: first_then(HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
                                       b"1\r\n \r\n" * 10_000), 413, insists=True, memory_mb=64)

    def test_an_endless_chunk_extension(self):
        self.refuse(lambda: first_then(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;",
                                       b"x" * 65_536), 400, 413, 431, insists=True)

    def test_endless_trailers(self):
        self.refuse(lambda: first_then(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n",
                                       b"X: y\r\n" * 10_000), 400, 413, 431, insists=True)


class Bodies(Attack):
    def check(self, bodies, *statuses, headers=b"", memory_mb=32):
        """Each body, sent by several clients at once, is refused; the connection goes on."""
        with self.attack(memory_mb):
            for body in bodies:
                wire = framed(body, headers) + framed(b'{"name":"after"}')
                with Crowd(self.address, 5, lambda wire=wire: once(wire)) as crowd:
                    crowd.wait("two answers",
                               lambda: all(len(a.statuses) == 2 or a.has_ended
                                           for a in crowd.attackers))
                    for attacker in crowd.attackers:
                        self.assertEqual(2, len(attacker.statuses), body[:50])
                        self.assertIn(attacker.statuses[0], statuses, body[:50])
                        self.assertEqual(202, attacker.statuses[1])

    def test_gzip_bombs(self):
        zeros = gzip.compress(b"[" + b" " * 500_000_000 + b"]", 9)
        self.assertLess(len(zeros), 1_000_000)
        members = gzip.compress(b" " * 1_000_000) * 900
        self.check([zeros, members], 413, headers=b"Content-Encoding: gzip\r\n")

    def test_deflate_bombs(self):
        self.check([zlib.compress(b" " * 500_000_000, 9)], 413,
                   headers=b"Content-Encoding: deflate\r\n")

    def test_zstd_bombs(self):
        # 31 GiB in a megabyte, in one frame and in many.
        bombs = [zstd_bomb(31 << 30), zstd_bomb(1 << 20) * 20_000]
        self.assertLess(max(map(len, bombs)), 1_048_576)
        # A window of two terabytes, which is asked for by six bytes.
        window = b"\x28\xb5\x2f\xfd\x00\xff\x01\x00\x00"
        self.check(bombs, 413, headers=b"Content-Encoding: zstd\r\n")
        self.check([window], 400, 413, headers=b"Content-Encoding: zstd\r\n")

    def test_what_does_not_inflate(self):
        noise = random.Random(1).randbytes(100_000)
        for encoding, body in (("gzip", gzip.compress(noise)[:-9]), ("gzip", noise),
                               ("gzip", gzip.compress(b"{}") + noise), ("deflate", noise),
                               ("zstd", noise), ("zstd", b"\x28\xb5\x2f\xfd")):
            self.check([body], 400, headers=f"Content-Encoding: {encoding}\r\n".encode())

    def test_deep_json(self):
        self.check([b"[" * 1_000_000, b"[" * 500_000 + b"]" * 500_000,
                    b'{"a":' * 200_000, b'{"name":"a","properties":' + b'{"a":' * 100_000 + b"1"
                    + b"}" * 100_001], 400, 422)

    def test_invalid_json(self):
        self.check([b'{"name":"a",}', b'{"name":"a"}}', b"{'name':'a'}", b'{"name":"a"', b"nul",
                    b'{"name":NaN}', b'{"name":01}', b'{"name":"\\x"}', b'{"name":"\\u12"}',
                    b'{"name":"a\nb"}', b"\xef\xbb\xbf" * 2 + b'{"name":"a"}', b'"a', b"-", b"1e",
                    b'[{"name":"a"},]', b'[{"name":"a"} {"name":"b"}]', b"," * 100_000,
                    b'"' * 100_001, b"\\" * 100_000], 400, 422)

    def test_invalid_utf8_and_nul(self):
        self.check([b'{"name":"a\xff"}', b'{"name":"\xc0\x80"}', b'{"name":"\xed\xa0\x80"}',
                    b'{"name":"\xf4\x90\x80\x80"}', b'{"name":"\xe2\x82"}', b'{"name":"a\0b"}',
                    b'{"name":"a"}\0', b"\0" * 100_000, b'{"name":"a"}'.decode().encode("utf-16")],
                   400)

    def test_many_events_that_break_a_rule(self):
        self.check([b"[" + b",".join([b"{}"] * 200_000) + b"]"], 413, 422)


class OtherProtocols(Attack):
    def test_tls(self):
        hello = (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(32)) + b"\x20"
                 + bytes(range(32)) + b"\x00\x02\x13\x01\x01\x00" + b"\x00" * 400)
        self.refuse(hello, 400, count=500)

    def test_http2(self):
        settings = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
        self.refuse(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings, 400, 505, count=500)

    def test_doubtful_framing(self):
        """What two servers could read as different requests is refused, and what follows it is not
        read at all."""
        follow = b"GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n"
        for headers in (b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: 5, 5",
                        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
                        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                        b"Transfer-Encoding: xchunked", b"Transfer-Encoding : chunked",
                        b"X: y\r\n Transfer-Encoding: chunked", b"X: a\0b", b"Content-Length: +5",
                        b"Transfer-Encoding:\x0bchunked"):
            with self.subTest(headers):
                self.refuse(HEAD + headers + b"\r\n\r\n0\r\n\r\n" + follow, 400, 501, count=3)
        for chunks in (b"+1\r\nx\r\n0\r\n\r\n", b"0x1\r\nx\r\n0\r\n\r\n", b"1\nx\n0\n\n",
                       b"1\r\nxx\r\n0\r\n\r\n", b"fffffffffffffffff\r\nx", b"\r\n\r\n", b" 1\r\nx"):
            with self.subTest(chunks):
                self.refuse(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + follow, 400,
                            413, count=3)

    def test_random_garbage(self):
        """Seeded. No more is known of an answer than that it is a refusal, if there is one."""
        source = random.Random(7)

        def garbage():
            data = source.randbytes(source.randrange(1, 3_000))
            if source.random() < 0.5:
                good = bytearray(framed(b'{"name":"garbage"}') * 2)
                for _ in range(source.randrange(1, 8)):
                    good[source.randrange(len(good))] = source.randrange(256)
                data = bytes(good)
            return once(data)

        with self.attack(), Crowd(self.address, 1_000, garbage) as crowd:
            crowd.wait_for_ends(pause=0.05)
            for attacker in crowd.attackers:
                self.assertFalse(attacker.is_reset)
                self.assertLess(set(attacker.statuses) - {202}, {400, 404, 405, 408, 411, 413, 414,
                                                                 415, 417, 422, 431, 501, 505})
                self.assertTrue(all(s == 202 for s in attacker.statuses[:-1])
                                or len(attacker.statuses) <= 3)


class Descriptors(Attack):
    settings = {"idle_timeout_ms": 60_000}

    def test_none_left(self):
        """Peers over the limit wait in the kernel, nobody spins, and those inside are served."""
        free = 30
        used = len(os.listdir(f"/proc/{self.ingest.pid}/fd"))
        resource.prlimit(self.ingest.pid, resource.RLIMIT_NOFILE, (used + free, used + free))
        before = self.metric("connections_refused_total")
        with self.attack(), Crowd(self.address, 1_000) as crowd:
            harness.wait_for("the limit to be felt",
                             lambda: self.refused_in_log() > 0)
            began, cpu = time.monotonic(), hostile.cpu_s(self.ingest.pid)
            self.good.take(300)
            cpu = hostile.cpu_s(self.ingest.pid) - cpu
            self.assertLess(cpu, 0.7 * (time.monotonic() - began), "it spins")
            crowd.close()
        with socket.create_connection(self.address, timeout=hostile.DEADLINE_S) as peer:
            peer.sendall(framed(b'{"name":"room again"}'))
            self.assertIn(b" 202 ", peer.recv(1_000))
        harness.wait_for("room", lambda: self.metric("connections") <= 2)
        self.assertGreater(self.metric("connections_refused_total"), before)

    def refused_in_log(self):
        return self.ingest.text().count("cannot accept connections")


if __name__ == "__main__":
    harness.main()
