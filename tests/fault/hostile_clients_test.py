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
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
IMPATIENT = {"header_timeout_ms": 1_000, "body_timeout_ms": 1_000, "idle_timeout_ms": 1_000}
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
    settings = {}

    @classmethod
    def setUpClass(cls):
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        cls.machine = harness.Machine(settings={"ingest": cls.settings})
        cls.addClassCleanup(cls.machine.close)
        cls.ingest = cls.machine.start("penstock-ingest")
        cls.address = cls.machine.address()
        cls.good = hostile.GoodClient(cls.address)
        cls.addClassCleanup(cls.good.close)
        cls.calm = cls.good.take(100)

    @contextlib.contextmanager
    def attack(self, memory_mb=32):
        """What happens within is an attack: the good client must not notice, and the intake's
        memory must not grow by more."""
        self.good.take(0)
        hostile.reset_peak(self.ingest.pid)
        before = hostile.proc_mb(self.ingest.pid, "VmRSS")
        began = time.monotonic()
        yield
        seconds = time.monotonic() - began
        seen = self.good.take(20)
        grown = hostile.proc_mb(self.ingest.pid, "VmHWM") - before
        print(f"  {self.id().rpartition('.')[2]}: {seconds:.1f} s; good client {seen['count']} "
              f"answers, p99 {self.calm['p99_ms']:.1f} ms before, {seen['p99_ms']:.1f} ms during; "
              f"intake {before:.0f} MB, {grown:+.0f} MB", flush=True)
        self.assertEqual({"202"}, set(seen["statuses"]))
        self.assertEqual(0, seen["broken"])
        self.assertLess(seen["p99_ms"], max(2_000, 20 * self.calm["p99_ms"]))
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

    def refusals(self, statuses):
        return sum(self.metric("requests_total", code=str(status)) for status in statuses)

    def refuse(self, data, *statuses, count=20):
        """`count` clients send `data` and are refused."""
        before = self.refusals(statuses)
        with Crowd(self.address, count, lambda: once(data)) as crowd:
            crowd.wait_for_ends()
            self.check_refused(crowd, *statuses)
            self.assertFalse(any(a.is_reset for a in crowd.attackers))
        self.assertEqual(before + count, self.refusals(statuses))


class Slow(Attack):
    settings = IMPATIENT

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
            lambda: first_then(CHUNKED, b"1\r\n \r\n"), 300)

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

    def test_idle_connections_are_closed_without_a_word(self):
        with self.attack(), Crowd(self.address, 300) as crowd:
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


class Large(Attack):
    settings = {"max_inflight_bytes": 16_777_216}

    def test_bodies_without_their_ends(self):
        """More than may arrive at once: the slowest are sent away, and the good client is not."""
        body = framed(b"[" + b" " * 900_000)[:-1]
        with self.attack(memory_mb=48), Crowd(self.address, 100, lambda: once(body)) as crowd:
            crowd.wait("most to be refused",
                       lambda: sum(a.has_ended for a in crowd.attackers) >= 75)
            self.assertEqual({503}, {status for a in crowd.attackers for status in a.statuses})
            self.assertFalse(any(a.is_reset for a in crowd.attackers))
            self.good.take(50)
        self.assertGreaterEqual(self.refusals([503]), 75)


class Floods(Attack):
    def refuse_endless(self, head, piece, *statuses, memory_mb=32):
        """Clients that send `head`, and `piece` for ever, also after they were refused: in the end
        the connection breaks under them."""
        before = self.refusals(statuses)
        with self.attack(memory_mb), Crowd(self.address, 20, lambda: first_then(head, piece),
                                           insists=True) as crowd:
            crowd.wait_for_ends()
            self.check_refused(crowd, *statuses)
        self.assertEqual(before + 20, self.refusals(statuses))

    def test_many_headers(self):
        many = b"".join(b"X-%d: y\r\n" % n for n in range(2_000))
        with self.attack():
            self.refuse(HEAD + many, 431, count=200)

    def test_an_endless_header(self):
        self.refuse_endless(HEAD + b"X: ", b"y" * 65_536, 431)

    def test_endless_headers(self):
        self.refuse_endless(HEAD, b"X: y\r\n" * 10_000, 431)

    def test_an_endless_target(self):
        self.refuse_endless(b"GET /p.js?", b"y" * 65_536, 414)

    def test_endless_lines_before_a_request(self):
        self.refuse_endless(b"\r\n", b"\r\n" * 30_000, 400, 431)

    def test_a_huge_length(self):
        with self.attack():
            for length, status in ((b"1048577", 413), (b"99999999999", 413), (b"-1", 400),
                                   (b"18446744073709551617", 400), (b"1e3", 400)):
                with self.subTest(length):
                    self.refuse(HEAD + b"Content-Length: " + length + b"\r\n\r\n{", status)

    def test_a_huge_length_that_is_sent(self):
        self.refuse_endless(HEAD + b"Content-Length: 99999999999\r\n\r\n", b" " * 65_536, 413)

    def test_an_endless_body(self):
        self.refuse_endless(CHUNKED, b"10000\r\n" + b" " * 65_536 + b"\r\n", 413, memory_mb=64)

    def test_endless_small_chunks(self):
        self.refuse_endless(CHUNKED, b"1\r\n \r\n" * 10_000, 413, memory_mb=64)

    def test_an_endless_chunk_extension(self):
        self.refuse_endless(CHUNKED + b"1;", b"x" * 65_536, 400, 413, 431)

    def test_endless_trailers(self):
        self.refuse_endless(CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000, 400, 413, 431)


class Bodies(Attack):
    def check(self, bodies, *statuses, encoding=""):
        """Each body, sent by several clients at once, is refused; the connection goes on."""
        headers = f"Content-Encoding: {encoding}\r\n".encode() if encoding else b""
        with self.attack():
            for body in bodies:
                wire = framed(body, headers) + framed(b'{"name":"after"}')
                with Crowd(self.address, 5, lambda wire=wire: once(wire)) as crowd:
                    crowd.wait("two answers", lambda: all(len(a.statuses) == 2 or a.has_ended
                                                          for a in crowd.attackers))
                    for attacker in crowd.attackers:
                        self.assertEqual(2, len(attacker.statuses), body[:50])
                        self.assertIn(attacker.statuses[0], statuses, body[:50])
                        self.assertEqual(202, attacker.statuses[1])

    def test_gzip_bombs(self):
        zeros = gzip.compress(b"[" + b" " * 100_000_000 + b"]", 9)
        self.assertLess(len(zeros), 1_000_000)
        members = gzip.compress(b" " * 1_000_000) * 900
        self.check([zeros, members], 413, encoding="gzip")

    def test_deflate_bombs(self):
        self.check([zlib.compress(b" " * 100_000_000, 9)], 413, encoding="deflate")

    def test_zstd_bombs(self):
        # 31 GiB in a megabyte, in one frame and in many.
        bombs = [zstd_bomb(31 << 30), zstd_bomb(1 << 20) * 20_000]
        self.assertLess(max(map(len, bombs)), 1_048_576)
        self.check(bombs, 413, encoding="zstd")
        # A window of terabytes, for which nine bytes ask.
        self.check([b"\x28\xb5\x2f\xfd\x00\xff\x01\x00\x00"], 400, 413, encoding="zstd")

    def test_what_does_not_inflate(self):
        noise = random.Random(1).randbytes(100_000)
        self.check([gzip.compress(noise)[:-9], noise, gzip.compress(b"{}") + noise], 400,
                   encoding="gzip")
        self.check([zlib.compress(noise)[:-5], noise, b""], 400, encoding="deflate")
        self.check([noise, b"\x28\xb5\x2f\xfd", zstd_bomb(1 << 20)[:-1]], 400, encoding="zstd")

    def test_deep_json(self):
        deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
        self.check([b"[" * 1_000_000, b"[" * 500_000 + b"]" * 500_000, b'{"a":' * 200_000,
                    b'{"name":"a","properties":' + deep + b"}"], 400, 422)

    def test_invalid_json(self):
        self.check([b'{"name":"a",}', b'{"name":"a"}}', b"{'name':'a'}", b'{"name":"a"', b"nul",
                    b'{"name":NaN}', b'{"name":01}', b'{"name":"\\x"}', b'{"name":"\\u12"}',
                    b'{"name":"a\nb"}', b"\xef\xbb\xbf" * 2 + b'{"name":"a"}', b'"a', b"-", b"1e",
                    b'[{"name":"a"},]', b'[{"name":"a"} {"name":"b"}]', b"," * 100_000,
                    b'"' * 100_001, b"\\" * 100_000], 400)

    def test_invalid_utf8_and_nul(self):
        self.check([b'{"name":"a\xff"}', b'{"name":"\xc0\x80"}', b'{"name":"\xed\xa0\x80"}',
                    b'{"name":"\xf4\x90\x80\x80"}', b'{"name":"\xe2\x82"}', b'{"name":"a\0b"}',
                    b'{"name":"a"}\0', b"\0" * 100_000, '{"name":"a"}'.encode("utf-16")], 400)

    def test_many_events_that_break_a_rule(self):
        self.check([b"[" + b",".join([b"{}"] * 200_000) + b"]"], 413, 422)


class OtherProtocols(Attack):
    settings = IMPATIENT

    def test_tls(self):
        hello = (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(32)) + b"\x20"
                 + bytes(range(32)) + b"\x00\x02\x13\x01\x01\x00" + b"\x00" * 400)
        before = self.metric("tls_handshakes_total", outcome="tls_on_plain")
        with self.attack(), Crowd(self.address, 500, lambda: once(hello)) as crowd:
            crowd.wait_for_ends()
            for attacker in crowd.attackers:
                self.assertEqual(b"", attacker.received)  # It would take an answer for a record.
                self.assertFalse(attacker.is_reset)
        self.assertEqual(before + 500, self.metric("tls_handshakes_total", outcome="tls_on_plain"))

    def test_http2(self):
        settings = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
        with self.attack():
            self.refuse(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings, 400, 505, count=500)

    def test_doubtful_framing(self):
        """What two servers could read as different requests is refused, and what follows it is not
        read at all."""
        follow = b"GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n"
        with self.attack():
            for headers in (b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: 5, 5",
                            b"Content-Length: 5\r\nContent-Length: 5",
                            b"Content-Length: 5\r\nTransfer-Encoding: chunked",
                            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                            b"Transfer-Encoding: xchunked", b"Transfer-Encoding : chunked",
                            b"X: y\r\n Transfer-Encoding: chunked", b"X: a\0b",
                            b"Content-Length: +5", b"Transfer-Encoding:\x0bchunked"):
                with self.subTest(headers):
                    self.refuse(HEAD + headers + b"\r\n\r\n0\r\n\r\n" + follow, 400, 501, count=3)
            for chunks in (b"+1\r\nx\r\n0\r\n\r\n", b"0x1\r\nx\r\n0\r\n\r\n", b"1\nx\n0\n\n",
                           b"1\r\nxx\r\n0\r\n\r\n", b"fffffffffffffffff\r\nx", b"\r\n\r\n",
                           b" 1\r\nx"):
                with self.subTest(chunks):
                    self.refuse(CHUNKED + chunks + follow, 400, 413, count=3)

    def test_random_garbage(self):
        """Seeded noise, and requests of which a few bytes are noise."""
        source = random.Random(7)

        def garbage():
            if source.random() < 0.5:
                return once(source.randbytes(source.randrange(1, 3_000)))
            spoiled = bytearray(framed(b'{"name":"garbage"}') * 2)
            for _ in range(source.randrange(1, 8)):
                spoiled[source.randrange(len(spoiled))] = source.randrange(256)
            return once(bytes(spoiled))

        with self.attack(), Crowd(self.address, 1_000, garbage) as crowd:
            crowd.wait_for_ends(pause=0.05)
            for attacker in crowd.attackers:
                self.assertFalse(attacker.is_reset)
                self.assertLessEqual(len(attacker.statuses), 3)
                self.assertLessEqual(set(attacker.statuses), {
                    202, 400, 404, 405, 408, 411, 413, 414, 415, 417, 422, 431, 501, 505})


class Many(Attack):
    settings = {"idle_timeout_ms": 600_000}

    def test_idle_connections(self):
        """Thousands, or as many as one process may open."""
        count = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
        with self.attack(), Crowd(self.address, count):
            harness.wait_for("all to be open", lambda: self.metric("connections") > count)
            self.good.take(100)
        harness.wait_for("them to be gone", lambda: self.metric("connections") <= 2)

    def test_no_descriptor_left(self):
        """Peers over the limit wait in the kernel, nobody spins, and those inside are served."""
        limits = resource.prlimit(self.ingest.pid, resource.RLIMIT_NOFILE)
        self.addCleanup(resource.prlimit, self.ingest.pid, resource.RLIMIT_NOFILE, limits)
        used = len(os.listdir(f"/proc/{self.ingest.pid}/fd"))
        resource.prlimit(self.ingest.pid, resource.RLIMIT_NOFILE, (used + 30, limits[1]))
        with self.attack(), Crowd(self.address, 1_000):
            harness.wait_for("the limit to be felt", lambda: "cannot accept" in self.ingest.text())
            began, cpu = time.monotonic(), hostile.cpu_s(self.ingest.pid)
            seen = self.good.take(300)
            self.assertEqual({"202"}, set(seen["statuses"]))
            cpu = hostile.cpu_s(self.ingest.pid) - cpu
            self.assertLess(cpu, 0.7 * (time.monotonic() - began), "it spins")
        with socket.create_connection(self.address, timeout=hostile.DEADLINE_S) as peer:
            peer.sendall(framed(b'{"name":"room again"}'))
            self.assertIn(b" 202 ", peer.recv(1_000))
        harness.wait_for("room", lambda: self.metric("connections") <= 2)
        self.assertGreater(self.metric("connections_refused_total"), 0)


if __name__ == "__main__":
    harness.main()
