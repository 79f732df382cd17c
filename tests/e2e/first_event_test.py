"""Each route and encoding of the intake, from the request to the row's columns."""

import json
import time
import unittest
import zlib

import harness

PIXEL = b"GIF89a"


class FirstEvent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = harness.Machine(redis=True)
        cls.addClassCleanup(cls.machine.close)
        cls.machine.start("penstock-ingest", "penstock-worker")

    def row(self, name):
        """The one row of that name, once it is stored."""
        rows = harness.wait_for(f"the event {name}", lambda: self.machine.query(
            "SELECT *, hex(id) AS id_hex FROM events WHERE name = ?", name))
        self.assertEqual(1, len(rows))
        return rows[0]

    def accept(self, answer, count=1, status=202):
        self.assertEqual(status, answer.status, answer)
        if status == 202:
            self.assertEqual(count, answer.json["accepted"])

    def test_a_full_event_fills_every_column(self):
        now_ms = int(time.time() * 1000)
        agent = ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 "
                 "(KHTML, like Gecko) Version/16.5 Mobile/15E148 Safari/604.1")
        self.accept(self.machine.post_events({
            "id": "order-1", "name": "full", "time": now_ms - 5000,
            "url": "https://Shop.test/cart?utm_source=news&utm_medium=mail&utm_campaign=spring%20sale",
            "referrer": "https://search.test/?q=x", "user_id": "u1", "anonymous_id": "a1",
            "session_id": "s1", "properties": {"price": 9.5, "deep": {"list": [1, None]}},
            "extra": True}, headers={"User-Agent": agent}))

        row = self.row("full")
        self.assertEqual(32, len(row["id_hex"]))
        self.assertEqual("default", row["project"])
        self.assertEqual("events", row["source"])
        self.assertEqual(now_ms - 5000, row["occurred_at"])
        self.assertLess(abs(row["received_at"] - now_ms), 60_000)
        self.assertEqual("shop.test", row["host"])
        self.assertEqual("/cart", row["path"])
        self.assertEqual("search.test", row["referrer_host"])
        self.assertEqual("127.0.0.1", row["ip"])
        self.assertEqual(agent, row["user_agent"])
        self.assertEqual(("Mobile Safari", "iOS", "mobile", 0),
                         (row["browser"], row["os"], row["device"], row["is_bot"]))
        self.assertEqual(("u1", "a1", "s1"),
                         (row["user_id"], row["anonymous_id"], row["session_id"]))
        self.assertEqual(("news", "mail", "spring sale"),
                         (row["utm_source"], row["utm_medium"], row["utm_campaign"]))
        properties = json.loads(row["properties"])
        self.assertEqual(9.5, properties["price"])
        self.assertEqual({"list": [1, None]}, properties["deep"])
        self.assertEqual(True, properties["extra"])

    def test_a_url_alone_is_a_page_view(self):
        self.accept(self.machine.post_events({"url": "https://only-url.test/a"}))
        rows = harness.wait_for("the page view", lambda: self.machine.query(
            "SELECT * FROM events WHERE host = 'only-url.test'"))
        self.assertEqual("pageview", rows[0]["name"])

    def test_an_array(self):
        self.accept(self.machine.post_events([{"name": "array-1"}, {"name": "array-2"}]), 2)
        self.row("array-1")
        self.row("array-2")

    def test_lines(self):
        body = '{"name":"line-1"}\n\n{"name":"line-2"}\r\n'
        self.accept(self.machine.request(
            "POST", "/v1/events", body, {"Content-Type": "application/x-ndjson"}), 2)
        self.row("line-1")
        self.row("line-2")

    def test_a_beacon(self):
        self.accept(self.machine.request("POST", "/v1/events", '{"name":"beacon"}',
                                         {"Content-Type": "text/plain;charset=UTF-8"}))
        self.row("beacon")

    def test_compressed_bodies(self):
        encodings = {"gzip": harness.gzipped('{"name":"gzip"}'),
                     "deflate": zlib.compress(b'{"name":"deflate"}')}
        for encoding, body in encodings.items():
            with self.subTest(encoding):
                self.accept(self.machine.request("POST", "/v1/events", body,
                                                 {"Content-Encoding": encoding}))
                self.row(encoding)

    def test_a_zstd_body(self):
        # A frame of one raw block, as `zstd` would write it without compression.
        text = b'{"name":"zstd"}'
        block = (len(text) << 3 | 1).to_bytes(3, "little") + text
        body = b"\x28\xb5\x2f\xfd" + bytes([0x20, len(text)]) + block
        self.accept(self.machine.request("POST", "/v1/events", body,
                                         {"Content-Encoding": "zstd"}))
        self.row("zstd")

    def test_a_chunked_body(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                      '8\r\n{"name":\r\na\r\n"chunked"}\r\n0\r\n\r\n')
            self.accept(peer.read_answer())
        self.row("chunked")

    def test_what_clients_really_send(self):
        url = "https://long.test/" + "é" * 5_000
        mark = b"\xef\xbb\xbf"
        self.accept(self.machine.request("POST", "/v1/events", mark + json.dumps([
            {"name": "long", "url": url}, {"name": "empty-map", "properties": []},
            {"name": "no-time", "time": ""}, {"name": "nul", "user_id": "a\0b", "kind": "log"}
        ]).encode(), {"Content-Type": "text/json; charset=utf-8"}), count=4)
        row = self.row("long")
        self.assertEqual("https://long.test/" + "é" * 4_087, row["url"])
        self.assertEqual(["url"], json.loads(row["properties"])["penstock_cut"])
        self.assertEqual("{}", self.row("empty-map")["properties"])
        self.row("no-time")
        self.assertEqual("a\ufffdb", self.row("nul")["user_id"])

    def test_a_mirror_sends_headers_that_nothing_is_injected_into(self):
        for number, hostile in enumerate((
                "https://www.search.example/s?q=shoes&hl=de", "https://retailer.example/20%-off/",
                "https://a.example/?x=1&name=signup&user_id=admin", "x&url=https://evil.example/",
                "x&key=nope")):
            name = f"mirror-{number}"
            self.accept(self.machine.request("GET", "/v1/collect", headers={
                "X-Penstock-Name": name, "X-Penstock-Url": "https://shop.test/page",
                "X-Penstock-Referrer": hostile}), status=204)
            row = self.row(name)
            self.assertEqual("https://shop.test/page", row["url"])
            self.assertEqual(hostile, row["referrer"])
            self.assertEqual("", row["user_id"])

    def test_the_pixel(self):
        answer = self.machine.request(
            "GET", "/v1/pixel.gif?name=pixel&url=https%3A%2F%2Fpixel.test%2Fa&color=red+ish",
            headers={"Referer": "https://mail.test/inbox"})
        self.assertEqual(200, answer.status)
        self.assertEqual(43, len(answer.body))
        self.assertTrue(answer.body.startswith(PIXEL))
        self.assertEqual("image/gif", answer.headers["content-type"])
        self.assertIn("no-store", answer.headers["cache-control"])

        row = self.row("pixel")
        self.assertEqual("pixel", row["source"])
        self.assertEqual("pixel.test", row["host"])
        self.assertEqual("red ish", json.loads(row["properties"])["color"])

    def test_collect(self):
        self.accept(self.machine.request("GET", "/v1/collect?name=collect-get&a=1"), status=204)
        self.accept(self.machine.request(
            "POST", "/v1/collect", "name=collect-post&a=%C3%A9",
            {"Content-Type": "application/x-www-form-urlencoded"}), status=204)
        self.accept(self.machine.request("POST", "/v1/collect?name=collect-beacon", ""), status=204)
        self.row("collect-beacon")
        self.assertEqual("collect", self.row("collect-get")["source"])
        self.assertEqual("é", json.loads(self.row("collect-post")["properties"])["a"])

    def test_the_script(self):
        answer = self.machine.request("GET", "/p.js")
        self.assertEqual(200, answer.status)
        self.assertIn("javascript", answer.headers["content-type"])
        self.assertIn(b"window.penstock=", answer.body)  # Its size is a unit test's.

    def test_preflight(self):
        answer = self.machine.request("OPTIONS", "/v1/events", headers={
            "Origin": "https://shop.test", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,authorization"})
        self.assertIn(answer.status, (200, 204))
        self.assertIn(answer.headers["access-control-allow-origin"], ("*", "https://shop.test"))
        self.assertIn("POST", answer.headers["access-control-allow-methods"])
        self.assertEqual("86400", answer.headers["access-control-max-age"])

    def test_answers_may_be_read_by_other_origins(self):
        answer = self.machine.post_events({"name": "cors"}, headers={"Origin": "https://a.test"})
        self.assertIn(answer.headers.get("access-control-allow-origin"), ("*", "https://a.test"))

    def test_a_repeated_client_id_is_stored_once(self):
        for _ in range(3):
            self.accept(self.machine.post_events({"id": "same", "name": "once"}))
        self.accept(self.machine.post_events({"name": "after-once"}))
        self.row("after-once")
        self.row("once")

    def test_all_or_none(self):
        answer = self.machine.post_events([{"name": "none-1"}, {"properties": {}}])
        self.assertEqual(422, answer.status)
        self.assertEqual({"error", "detail"}, set(answer.json))
        self.assertIn("1", answer.json["detail"])  # Which event.

        partial = self.machine.request("POST", "/v1/events?partial=1",
                                       '[{"name":"part-0"},{"properties":{}},{"name":"part-2"}]')
        self.assertEqual(202, partial.status)
        self.assertEqual(2, partial.json["accepted"])
        self.assertEqual([1], [r["index"] for r in partial.json["rejected"]])
        self.assertTrue(partial.json["rejected"][0]["error"])
        self.row("part-0")
        self.row("part-2")
        self.assertEqual([], self.machine.query("SELECT 1 FROM events WHERE name = 'none-1'"))

    def test_a_proxy_tells_the_client(self):
        self.accept(self.machine.post_events(
            {"name": "forwarded"}, headers={"X-Forwarded-For": "203.0.113.9, 127.0.0.2"}))
        self.assertEqual("203.0.113.9", self.row("forwarded")["ip"])

    def test_times_are_read_and_checked(self):
        now = int(time.time())
        cases = {
            "rfc3339": (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 60)), now - 60),
            "seconds": (now - 61, now - 61),
            "milliseconds": ((now - 62) * 1000, now - 62),
        }
        for name, (sent, expected) in cases.items():
            self.accept(self.machine.post_events({"name": name, "time": sent}))
            self.assertEqual(expected * 1000, self.row(name)["occurred_at"])
        # Outside of the accepted window a time counts as none and is kept.
        self.accept(self.machine.post_events({"name": "old", "time": "2001-01-01T00:00:00Z"}))
        row = self.row("old")
        self.assertEqual(row["received_at"], row["occurred_at"])
        self.assertIn("2001", row["properties"])

    def test_a_bot_is_marked(self):
        self.accept(self.machine.post_events({"name": "bot"}, headers={
            "User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot)"}))
        row = self.row("bot")
        self.assertEqual((1, "bot"), (row["is_bot"], row["device"]))

    def test_wide_text_survives(self):
        self.accept(self.machine.post_events({"name": "wide", "properties": {"t": "日本 😀 \u0007"}}))
        self.assertEqual("日本 😀 \u0007", json.loads(self.row("wide")["properties"])["t"])


if __name__ == "__main__":
    harness.main()
