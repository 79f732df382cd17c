"""docs/edge/nginx/mirror.conf as it stands there: one request is one event, whoever asks."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import edge_world  # noqa: E402
import harness  # noqa: E402
import nginx_world  # noqa: E402
import servers  # noqa: E402

CONFIG = nginx_world.CONFIGURATION + """  {common}
  upstream app {{ server unix:{folder}/app.sock; }}
  server {{
    listen unix:{folder}/app.sock;
    location / {{ return 200 "the application"; }}
  }}
  server {{
    listen 127.0.0.1:{port};
    {snippet}
    location / {{ proxy_pass http://app; }}
  }}
}}
"""


def start_nginx(machine):
    """nginx in the machine's folder; its port."""
    host, port = machine.address()
    common = edge_world.file_of("nginx/penstock.conf", {edge_world.INTAKE: f"{host}:{port}"})
    snippet = edge_world.file_of("nginx/mirror.conf", {})

    def command_at(own_port):
        # No socket of an earlier attempt is in the way.
        (machine.root / "app.sock").unlink(missing_ok=True)
        (machine.root / "nginx.conf").write_text(CONFIG.format(
            folder=machine.root, port=own_port, common=common, snippet=snippet))
        return ["nginx", "-p", machine.root, "-c", machine.root / "nginx.conf", "-e", "stderr"]

    return servers.start(machine, "nginx.log", command_at)


class Nginx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = harness.Machine()
        cls.addClassCleanup(cls.machine.__exit__, None, None, None)
        cls.machine.start("penstock-ingest", "penstock-worker")
        cls.port = start_nginx(cls.machine)
        cls.seen = 0
        cls.ends = 0

    def ask(self, head, body=b""):
        """Sends `head`, lines without their ends; the answer's status and all else, at the end.

        nginx closes the connection when the copy has been answered too.
        """
        with harness.RawPeer(("127.0.0.1", self.port)) as peer:
            peer.send(b"\r\n".join([*head, b"Connection: close", b"", b""]) + body)
            answer = peer.stream.read()
        return int(answer.split()[1])

    def rows_of(self, head, body=b"", status=200):
        """The events of one request."""
        self.assertEqual(status, self.ask(head, body))
        type(self).ends += 1
        end = f"http://end.example/{self.ends}"
        self.ask([f"GET /{self.ends} HTTP/1.1".encode(), b"Host: end.example"])
        harness.wait_for("the last event", lambda: self.machine.query(
            "SELECT 1 FROM events WHERE url = ?", end))
        rows = self.machine.rows()
        new, type(self).seen = rows[self.seen:], len(rows)
        self.assertEqual(end, new[-1]["url"])
        return new[:-1]

    def check(self, path=b"/page", headers=(), method=b"GET", body=b"", referrer=None,
              agent=None):
        """One event, named "request", of this url, this referrer and nothing else."""
        head = [method + b" " + path + b" HTTP/1.1", b"Host: shop.example", *headers]
        rows = self.rows_of(head, body)
        self.assertEqual(1, len(rows), rows)
        row = rows[0]
        self.assertEqual("request", row["name"])
        self.assertEqual("http://shop.example" + path.decode(errors="replace"), row["url"])
        self.assertEqual(referrer, row["referrer"] or None)
        self.assertEqual("default", row["project"])
        for column in ("user_id", "anonymous_id", "session_id"):
            self.assertEqual("", row[column] or "", column)
        self.assertEqual("{}", row["properties"] or "{}")
        self.assertEqual(agent, row["user_agent"] or None)
        self.assertEqual("127.0.0.1", row["ip"]) if not headers else None
        return row

    HOSTILE = (
        b"https://www.search.example/s?q=shoes&hl=de",
        b"https://retailer.example/20%-off/",
        b"https://a.example/?x=1&name=signup&user_id=admin",
        b"https://a.example/?x=1&url=https://evil.example/",
        b"https://a.example/?x=1&key=nope",
        b"https://a.example/?time=2001-01-01T00:00:00Z&properties={\"a\":1}",
        b"https://a.example/%0d%0aX-Penstock-User-Id:%20admin",
        b"https://a.example/\"'<script>alert(1)</script>",
        b"a b  c", b"%", b"%zz", b"&", b"=", b"?", b"#", b";", b"\\", b"$host", b"{}", b"-",
        "https://a.example/käse/\U0001f9c0".encode(),
        b"https://a.example/" + b"x" * 8000,
    )

    def test_a_plain_request(self):
        row = self.check()
        self.assertEqual(("shop.example", "/page"), (row["host"], row["path"]))

    def test_any_referer_is_the_referrer_as_it_stands(self):
        for value in self.HOSTILE:
            with self.subTest(value[:60]):
                self.check(headers=[b"Referer: " + value], referrer=value.decode())
        self.check(headers=[b"Referer:"])
        self.check(headers=[b"Referer: \xe9\xff"], referrer="\ufffd\ufffd")

    def test_any_path_is_the_url(self):
        for value in self.HOSTILE:
            if b" " in value or b"#" in value:
                continue  # No path of HTTP's.
            with self.subTest(value[:60]):
                # nginx itself refuses a lone % before the "?".
                self.check(path=(b"/?" if b"%" in value else b"/") +
                           value.replace(b"https://", b"https:"))
        self.check(path=b"/page?name=signup&user_id=admin&key=nope&url=x")
        self.check(path=b"/v1/events")

    def test_all_that_nginx_itself_lets_through(self):
        """A path, a referrer and a user agent of 8 kB each, which nginx's buffers hold."""
        path = b"/" + b"p" * 8_100
        referrer = b"https://a.example/" + b"r" * 8_100
        self.check(path=path, headers=[b"Referer: " + referrer, b"User-Agent: " + b"u" * 8_100],
                   referrer=referrer.decode(), agent="u" * 1024)

    def test_any_user_agent_is_kept(self):
        for value in self.HOSTILE:
            with self.subTest(value[:60]):
                self.check(headers=[b"User-Agent: " + value], agent=value.decode()[:1024])

    def test_any_forwarded_for_is_one_event(self):
        for value in (*self.HOSTILE, b"203.0.113.7", b"203.0.113.7,", b",", b"unknown",
                      b"1.2.3.4, 5.6.7.8", b"::1", b"[2001:db8::1]:80", b"' OR 1=1"):
            with self.subTest(value[:60]):
                row = self.check(headers=[b"X-Forwarded-For: " + value])
                self.assertRegex(row["ip"], r"^[0-9a-f.:]+$")

    def test_no_header_of_the_visitors_counts(self):
        self.check(headers=[
            b"X-Penstock-Name: signup", b"X-Penstock-Url: https://evil.example/",
            b"X-Penstock-User-Id: admin", b"X-Penstock-Key: nope", b"x_penstock_name: signup",
            b"Authorization: Bearer nope", b"X-Penstock-Properties: {\"a\":1}",
            b"X-Penstock-Referrer: https://evil.example/", b"X-Penstock-Time: 2001-01-01",
            b"Content-Type: application/json", b"Content-Encoding: gzip", b"Cookie: a=b"])

    def test_a_body_is_no_event(self):
        body = b'[{"name":"a"},{"name":"b"}]'
        for method in (b"POST", b"PUT", b"DELETE"):
            self.check(method=method, body=body, headers=[
                b"Content-Type: application/json", b"Content-Length: %d" % len(body)])
        self.check(method=b"POST", body=b"3\r\na=b\r\n0\r\n\r\n", headers=[
            b"Content-Type: application/x-www-form-urlencoded", b"Transfer-Encoding: chunked"])

    def test_hosts(self):
        for host, expected in ((b"Shop.Example:8080", "http://shop.example/x"),
                               (b"a&name=signup", "http://a&name=signup/x"),
                               (b"%41", "http://%41/x")):
            with self.subTest(host):
                rows = self.rows_of([b"GET /x HTTP/1.1", b"Host: " + host])
                self.assertEqual([("request", expected)],
                                 [(row["name"], row["url"]) for row in rows])

    def test_what_nginx_refuses_is_no_event(self):
        for line in (b"Host: a/b", b"Host: a b", b"Host: "):
            with self.subTest(line):
                self.assertLessEqual(len(self.rows_of([b"GET /x HTTP/1.1", line], status=400)), 1)
        # A line end in a value begins a header of the visitor's, which does not count.
        rows = self.rows_of([b"GET /x HTTP/1.1", b"Host: a.example",
                             b"Referer: a\r\nX-Penstock-Name: signup"])
        self.assertEqual([("request", "a")], [(row["name"], row["referrer"]) for row in rows])

    def test_the_copys_own_place_is_closed_to_visitors(self):
        self.assertEqual([], self.rows_of([b"GET /penstock?name=x HTTP/1.1", b"Host: a.example"],
                                          status=404))


if __name__ == "__main__":
    harness.main()
