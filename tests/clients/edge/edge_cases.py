"""What each server's snippets have to hold, whoever asks: mixed into the tests of one server.

A test class has `world` and `port`, and says with REFUSED what its server itself answers with 400.
"""

import json
import signal

import harness
from edge_world import AGENT_BYTES_MAX, URL_BYTES_MAX, VISITOR, ask, get

AGENT = b"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"

# By name: what strangers write into a header.
HEADERS = {
    "plain": b"https://www.search.example/s?q=shoes&hl=de",
    "quotes": b"\"a\" 'b' \\ \\\" \\\\\"",
    "json": b"\",\"ip\":\"6.6.6.6\",\"name\":\"forged\",\"x\":\"",
    "line": b"\"}\\n{\"name\":\"forged\"}",
    "escapes": b"\\x41 \\\\x41 \\u0041 \\n \\xff",
    "percent": b"%00 %0d%0aX-Penstock-Name:%20forged %zz %",
    "macros": b"$host ${MSG} $UNIQID $(uuid) %{Host}i %s%n %[src]",
    "syslog": b"<0>Jan  1 00:00:00 host x[1]: {\"id\":\"1\",\"name\":\"forged\"}",
    "markup": b"</script><script>alert(1)</script>",
    "utf8": "käse".encode(),
    "astral": "\U0001f9c0 cheese".encode(),
    "invalid": b"\xe9\xff \xc3 x",
    "control": b"a\x01\x1b\x7fz",
    "wide": b"\"" * 3000,
    "long": b"x" * 6000,
}

# What strangers ask for, behind a path and its "?".
QUERIES = {
    "form": b"name=forged&user_id=admin&key=nope&url=x",
    "percent": b"%00%0d%0aX:%20y%zz%",
    "json": b"\",\"name\":\"forged\",\"x\":\"",
    "escapes": b"\\x41\\u0041\\n\\\"",
    "macros": b"${MSG}$UNIQID$(uuid)%{Host}i%s%n",
    "utf8": "käse".encode(),
    "invalid": b"\xe9\xff",
    "control": b"a\x01\x7f",
    "long": b"y" * 7000,
}


def text_of(value):
    return value.decode(errors="replace")


class Requests:
    """One event a request: named "request", of that url, referrer and user agent, nothing else.

    What serves is anything that makes an event of each request: a mirror or a log.
    """

    REFUSED_HEADERS = frozenset()
    REFUSED_QUERIES = frozenset({"control"})
    LOST_HEADERS = frozenset()  # Passed on to the site, but no event.
    SCHEME = "http"
    LOGS = True  # Of a log an event also has the request's method and status.

    def expected(self, value):
        return text_of(value)

    def event(self, path, query=b""):
        rows = self.world.wait_for(path + ("?" if query else ""))
        self.assertEqual(1, len(rows), rows)
        row = rows[0]
        self.assertEqual("request", row["name"])
        self.assertEqual("edge" if self.LOGS else "default", row["project"])
        self.assertEqual(VISITOR, row["ip"])
        for column in ("user_id", "anonymous_id", "session_id"):
            self.assertEqual("", row[column] or "", column)
        if self.LOGS:
            properties = json.loads(row["properties"])
            self.assertEqual(("GET", 200), (properties["method"], properties["status"]))
            self.assertLessEqual({"bytes", "seconds"}, properties.keys())
        return row

    def test_a_plain_request(self):
        self.assertEqual(200, get(self.port, b"/plain?a=1", b"User-Agent: " + AGENT,
                                  b"Referer: https://search.example/"))
        row = self.event("/plain")
        self.assertEqual((f"{self.SCHEME}://shop.example/plain?a=1", "https://search.example/"),
                         (row["url"], row["referrer"]))
        self.assertEqual((AGENT.decode(), "/plain"), (row["user_agent"], row["path"]))
        self.assertEqual(("shop.example", "Firefox"), (row["host"], row["browser"]))
        self.assertLess(abs(row["received_at"] - row["occurred_at"]), 60_000)

    def test_what_is_not_there_is_absent(self):
        self.assertEqual(200, get(self.port, b"/bare"))
        row = self.event("/bare")
        self.assertEqual(("", ""), (row["referrer"] or "", row["user_agent"] or ""))

    def test_headers_of_strangers(self):
        taken = {}
        for name, value in HEADERS.items():
            path = f"/header-{name}/".encode()
            status = get(self.port, path, b"Referer: " + value, b"User-Agent: " + value)
            self.assertEqual(400 if name in self.REFUSED_HEADERS else 200, status, name)
            if status == 200 and name not in self.LOST_HEADERS:
                taken[name] = self.expected(value).strip()
        for name, text in taken.items():
            with self.subTest(name):
                row = self.event(f"/header-{name}/")
                self.assertEqual(text[:URL_BYTES_MAX], (row["referrer"] or "").strip())
                self.assertEqual(text[:AGENT_BYTES_MAX], (row["user_agent"] or "").strip())

    def test_queries_of_strangers(self):
        taken = {}
        for name, query in QUERIES.items():
            status = get(self.port, f"/query-{name}?".encode() + query)
            self.assertEqual(400 if name in self.REFUSED_QUERIES else 200, status, name)
            if status == 200:
                taken[name] = text_of(query)
        for name, text in taken.items():
            with self.subTest(name):
                row = self.event(f"/query-{name}", text)
                self.assertEqual(f"{self.SCHEME}://shop.example/query-{name}?{text}", row["url"])

    def test_nothing_is_forged(self):
        """What a server refuses is at most a line of its log."""
        ask(self.port, [b"GET /split HTTP/1.1", b"Host: shop.example",
                        b"Referer: a\r\nX-Forwarded-For: 6.6.6.6\r\nX-Penstock-Name: forged"])
        ask(self.port, [b"GET /" + b"z" * 60_000 + b" HTTP/1.1", b"Host: shop.example"])
        ask(self.port, [b"\x16\x03\x01 hello", b"\"x\": 1"])
        ask(self.port, [b"GET /nul\x00 HTTP/1.1", b"Host: shop.example"])
        get(self.port, b"/end")
        self.event("/end")
        seen = {(row["name"], row["ip"]) for row in self.world.rows()}
        self.assertLessEqual(seen, {("request", VISITOR), ("log", VISITOR)})
        self.assertEqual("a", self.event("/split")["referrer"])


class Mirror(Requests):
    LOGS = False
    # The copy has it in a header too, where the intake takes none, as HTTP has it.
    LOST_HEADERS = frozenset({"control"})

    def test_no_header_of_the_visitors_counts(self):
        self.assertEqual(200, get(
            self.port, b"/own-headers", b"X-Penstock-Name: forged", b"X-Penstock-Key: nope",
            b"X-Penstock-Url: https://evil.example/", b"X-Penstock-User-Id: admin",
            b"x_penstock_name: forged", b"Authorization: Bearer nope", b"Cookie: a=b",
            b"Content-Encoding: gzip", b"Content-Type: application/json",
            b"X-Penstock-Properties: {\"a\":1}", b"X-Penstock-Time: 2001-01-01"))
        self.event("/own-headers")

    def test_a_body_is_no_event(self):
        body = b'[{"name":"a"},{"name":"b"}]'
        for method in (b"POST", b"PUT"):
            path = b"/body-" + method
            self.assertEqual(200, ask(self.port, [
                method + b" " + path + b" HTTP/1.1", b"Host: shop.example",
                b"Content-Type: application/json", b"Content-Length: %d" % len(body)], body)[0])
            self.event(path.decode())

    def test_the_site_does_not_wait_for_the_intake(self):
        intake = self.world.intake_process
        intake.signal(signal.SIGSTOP)
        try:
            with harness.RawPeer(("127.0.0.1", self.port)) as peer:
                peer.send(b"GET /stopped HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                self.assertEqual(200, peer.read_answer().status)
        finally:
            intake.signal(signal.SIGCONT)


class FirstParty:
    """The intake at /s/ of the site's origin."""

    POSTS = 20

    def send(self, name, *headers, source=VISITOR):
        body = json.dumps({"name": name}).encode()
        return ask(self.port, [
            b"POST /s/v1/events?key=" + self.world.key.encode() + b" HTTP/1.1",
            b"Host: shop.example", b"Content-Type: text/plain",
            b"Content-Length: %d" % len(body), *headers], body, source)[0]

    def of(self, name):
        return harness.wait_for(name, lambda: [row for row in self.world.rows()
                                               if row["name"] == name])

    def test_the_pages_script(self):
        status, answer = ask(self.port, [b"GET /s/p.js HTTP/1.1", b"Host: shop.example"])
        self.assertEqual(200, status)
        self.assertIn(b"javascript", answer.lower())
        self.assertEqual(200, get(self.port, b"/page"))  # The site's own.

    def test_an_event_has_its_visitors_address(self):
        self.assertEqual(202, self.send("visit", b"User-Agent: " + AGENT,
                                        b"X-Forwarded-For: 6.6.6.6"))
        rows = self.of("visit")
        self.assertEqual([(VISITOR, AGENT.decode(), "edge")],
                         [(row["ip"], row["user_agent"], row["project"]) for row in rows])

    def test_the_host_is_kept_and_the_sites_cookies_are_not(self):
        self.assertEqual(202, self.send("cookie", b"Cookie: session=secret"))
        self.assertIn(b"host: shop.example\r\n", self.world.tap.text().lower())
        self.assertNotIn(b"secret", self.world.tap.text())

    def test_a_query_comes_as_it_was_sent(self):
        self.assertEqual(204, get(self.port, b"/s/v1/collect?name=a%2Fb%00%C3%A4"))
        self.assertIn(b"GET /v1/collect?name=a%2Fb%00%C3%A4 HTTP/1.1", self.world.tap.text())

    def test_connections_to_the_intake_are_kept(self):
        before = len(self.world.tap.seen)
        for number in range(self.POSTS):
            self.assertEqual(202, self.send(f"kept {number}"))
        self.assertLessEqual(len(self.world.tap.seen) - before, self.POSTS // 4)

    def test_large_bodies_and_those_that_are_too_large(self):
        for size, expected in ((900_000, 202), (1_500_000, 413)):
            event = json.dumps({"name": "large", "properties": {"a": "x" * 200_000}}).encode()
            body = (event + b"\n") * (size // len(event))
            status = ask(self.port, [
                b"POST /s/v1/events HTTP/1.1", b"Host: shop.example",
                b"Content-Type: application/x-ndjson", b"Content-Length: %d" % len(body)], body)[0]
            self.assertIn(status, (expected, 0) if expected == 413 else (expected,))
