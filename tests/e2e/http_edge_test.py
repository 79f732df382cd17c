"""What the intake answers to requests that are wrong, slow, odd or hostile."""

import json
import socket
import time
import unittest

import harness

HEAD = "POST /v1/events HTTP/1.1\r\nHost: x\r\n"
EVENT = '{"name":"edge"}'


def framed(body=EVENT, headers="", head=HEAD):
    return f"{head}{headers}Content-Length: {len(body)}\r\n\r\n{body}"


class Edge(unittest.TestCase):
    settings = {"ingest": {"max_body_bytes": 100_000, "max_inflated_bytes": 200_000,
                           "max_event_bytes": 50_000, "header_timeout_ms": 700,
                           "body_timeout_ms": 700, "idle_timeout_ms": 2_000}}

    @classmethod
    def setUpClass(cls):
        cls.machine = harness.Machine(settings=cls.settings)
        cls.addClassCleanup(cls.machine.close)
        cls.machine.start("penstock-ingest", "penstock-worker")

    def raw(self, text, has_body=True):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(text)
            return peer.read_answer(has_body)

    def expect(self, status, answer, closes=None):
        self.assertIsNotNone(answer, f"no answer, {status} expected")
        self.assertEqual(status, answer.status, answer)
        if status >= 400:
            self.assertEqual({"error", "detail"}, set(answer.json), answer)
        if closes is not None:
            self.assertEqual(closes, answer.headers.get("connection", "").lower() == "close")


class Statuses(Edge):
    def test_400_says_where(self):
        for body in ('{"name":', "nonsense", '[{"name":"a"},]', '{"name":"a"}}', "\xff"):
            answer = self.machine.request("POST", "/v1/events", body.encode("latin-1"))
            self.expect(400, answer)
        answer = self.machine.request("POST", "/v1/events", '{"name": tru}')
        self.assertRegex(answer.json["detail"], r"\d")

    def test_400_for_an_empty_body(self):
        self.assertIn(self.machine.request("POST", "/v1/events", "").status, (400, 422))

    def test_404(self):
        for path in ("/", "/v1", "/v1/event", "/v1/events//", "/../etc/passwd", "/%2e%2e/x"):
            self.expect(404, self.machine.request("GET", path))

    def test_405_with_allow(self):
        for method, path, allowed in (("GET", "/v1/events", "POST"), ("PUT", "/p.js", "GET"),
                                      ("DELETE", "/v1/collect", "POST")):
            answer = self.machine.request(method, path)
            self.expect(405, answer)
            self.assertIn(allowed, answer.headers["allow"])

    def test_408_for_a_slow_head(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send("POST /v1/events HTTP/1.1\r\nHost:")
            answer = peer.read_answer()
            self.expect(408, answer)
            self.assertTrue(peer.is_closed())

    def test_408_for_a_slow_body(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(HEAD + "Content-Length: 100\r\n\r\n{")
            self.expect(408, peer.read_answer())
            self.assertTrue(peer.is_closed())

    def test_a_slow_body_that_comes_on_is_taken(self):
        body = json.dumps({"name": "slow", "properties": {"x": "y" * 9_000}})
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(HEAD + f"Content-Length: {len(body)}\r\n\r\n")
            began = time.monotonic()
            for at in range(0, len(body), 750):  # 3,000 bytes a second, over three timeouts.
                peer.send(body[at:at + 750])
                time.sleep(0.25)
            self.assertGreater(time.monotonic() - began, 2.1)
            self.expect(202, peer.read_answer())

    def test_an_idle_connection_is_closed_without_a_word(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(200, peer.read_answer().status)
            self.assertIsNone(peer.read_answer())

    def test_411_without_a_length(self):
        answer = self.raw("POST /v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertIn(answer.status, (400, 411))

    def test_413_for_a_long_body(self):
        # By its length alone, before the body is sent.
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(HEAD + "Content-Length: 100001\r\n\r\n")
            self.expect(413, peer.read_answer())
        # Chunked: at the byte that passes the limit.
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n")
            peer.send("19000\r\n" + "x" * 0x19000 + "\r\n")
            self.expect(413, peer.read_answer())

    def test_413_for_a_bomb(self):
        bomb = harness.gzipped('{"name":"' + "a" * 5_000_000 + '"}')
        self.assertLess(len(bomb), 100_000)
        answer = self.machine.request("POST", "/v1/events", bomb, {"Content-Encoding": "gzip"})
        self.expect(413, answer)

    def test_414_for_a_long_target(self):
        answer = self.raw("GET /v1/pixel.gif?a=" + "x" * 70_000 + " HTTP/1.1\r\nHost: x\r\n\r\n")
        self.expect(414, answer)

    def test_415(self):
        self.expect(415, self.machine.request("POST", "/v1/events", EVENT,
                                              {"Content-Encoding": "br"}))
        self.expect(415, self.machine.request("POST", "/v1/events", EVENT,
                                              {"Content-Type": "image/png"}))

    def test_a_body_that_does_not_inflate(self):
        answer = self.machine.request("POST", "/v1/events", b"no gzip",
                                      {"Content-Encoding": "gzip"})
        self.expect(400, answer)

    def test_422_says_which_and_why(self):
        cases = ({}, {"properties": {"a": 1}}, {"name": ""}, {"name": 5}, {"name": "x" * 300},
                 {"name": "", "url": "https://a.test/"}, {"name": "a", "kind": "track"},
                 {"name": "a", "properties": [1]}, {"name": "a", "user_id": "u" * 1000})
        for event in cases:
            with self.subTest(event):
                answer = self.machine.post_events(event)
                self.expect(422, answer)
                self.assertGreater(len(answer.json["detail"]), 10)

    def test_an_event_over_its_limit(self):
        answer = self.machine.post_events({"name": "a", "properties": {"x": "y" * 60_000}})
        self.assertIn(answer.status, (413, 422))

    def test_target_and_headers_take_no_room_from_one_another(self):
        long = "x" * 8_000
        headers = f"Host: x\r\nReferer: https://a.example/{long}\r\nUser-Agent: {'u' * 500}\r\n"
        line = f"GET /v1/collect?name=long&note={long} HTTP/1.1\r\n"
        self.expect(204, self.raw(f"{line}{headers}\r\n", has_body=False))
        longest = "GET /v1/collect?name=long&note=" + "y" * 40_000
        self.expect(204, self.raw(f"{longest} HTTP/1.1\r\n{headers}\r\n", has_body=False))
        self.expect(414, self.raw(f"{longest}{'y' * 26_000} HTTP/1.1\r\n{headers}\r\n"))
        self.expect(431, self.raw(f"{longest} HTTP/1.1\r\n{headers}X: {long}\r\n\r\n"))

    def test_431(self):
        answer = self.raw("GET /p.js HTTP/1.1\r\nHost: x\r\nX: " + "y" * 20_000 + "\r\n\r\n")
        self.expect(431, answer)
        many = "".join(f"X-{n}: y\r\n" for n in range(2000))
        self.expect(431, self.raw(f"GET /p.js HTTP/1.1\r\nHost: x\r\n{many}\r\n"))

    def test_refusals_are_counted(self):
        before = self.machine.metric("penstock_ingest_requests_total", code="404")
        self.machine.request("GET", "/nothing")
        self.assertEqual(before + 1, self.machine.metric("penstock_ingest_requests_total",
                                                         code="404"))


class Connections(Edge):
    def test_keep_alive(self):
        with harness.RawPeer(self.machine.address()) as peer:
            for _ in range(50):
                peer.send(framed())
                self.expect(202, peer.read_answer(), closes=False)

    def test_errors_of_the_event_keep_the_connection(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(framed("{}"))
            self.expect(422, peer.read_answer(), closes=False)
            peer.send(framed())
            self.expect(202, peer.read_answer())

    def test_connection_close(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(framed(headers="Connection: close\r\n"))
            self.expect(202, peer.read_answer(), closes=True)
            self.assertTrue(peer.is_closed())

    def test_pipelining_is_answered_in_order(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send((framed() + framed("{}") + "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n") * 20)
            for _ in range(20):
                self.expect(202, peer.read_answer())
                self.expect(422, peer.read_answer())
                self.expect(404, peer.read_answer())

    def test_a_byte_at_a_time(self):
        with harness.RawPeer(self.machine.address()) as peer:
            for byte in framed():
                peer.send(byte)
            self.expect(202, peer.read_answer())

    def test_expect_continue(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(f"{HEAD}Expect: 100-continue\r\nContent-Length: {len(EVENT)}\r\n\r\n")
            self.assertEqual(100, peer.read_answer().status)
            peer.send(EVENT)
            self.expect(202, peer.read_answer())
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(HEAD + "Expect: 100-continue\r\nContent-Length: 100001\r\n\r\n")
            self.expect(413, peer.read_answer())

    def test_http_1_0(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send(f"POST /v1/events HTTP/1.0\r\nContent-Length: {len(EVENT)}\r\n\r\n{EVENT}")
            self.expect(202, peer.read_answer())
            self.assertTrue(peer.is_closed())
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send("GET /p.js HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            self.assertEqual(200, peer.read_answer().status)

    def test_head(self):
        with harness.RawPeer(self.machine.address()) as peer:
            peer.send("HEAD /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = peer.read_answer(has_body=False)
            self.assertIn(answer.status, (200, 405))
            peer.send(framed())
            self.expect(202, peer.read_answer())

    def test_a_peer_that_leaves_harms_nobody(self):
        for _ in range(50):
            peer = socket.create_connection(self.machine.address())
            peer.sendall(framed().encode()[:-3])
            peer.close()
        self.expect(202, self.machine.post_events({"name": "still-there"}))


class Smuggling(Edge):
    """One reading of a request or none: what could be read twice is refused, and closes."""

    BAD = {
        "bare CR ends a header": "X: \rTransfer-Encoding: chunked\r\n",
        "length and chunks": "Transfer-Encoding: chunked\r\n",
        "two lengths": "Content-Length: 1\r\n",
        "a list of lengths": None,
        "a folded header": "X: a\r\n b\r\n",
        "a space before the colon": "X : a\r\n",
        "an empty name": ": a\r\n",
        "a control character": "X: a\x01b\r\n",
        "NUL": "X: a\x00b\r\n",
        "two hosts": "Host: y\r\n",
        "an odd encoding": "Transfer-Encoding: gzip, chunked\r\n",
        "bare LF": "X: a\n",
    }

    def test_doubtful_requests_are_refused_and_close(self):
        for name, header in self.BAD.items():
            with self.subTest(name):
                text = (framed(headers=header) if header is not None
                        else f"{HEAD}Content-Length: 15, 15\r\n\r\n{EVENT}")
                with harness.RawPeer(self.machine.address()) as peer:
                    peer.send(text + framed())
                    answer = peer.read_answer()
                    if answer is not None:
                        self.assertIn(answer.status, (400, 411, 413, 501), name)
                    self.assertIsNone(peer.read_answer(), f"{name}: a second answer")

    def test_other_protocols(self):
        for text in ("GET /p.js\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                     "\x16\x03\x01\x02\x00\x01\x00", "GET /p.js HTTP/3.7\r\nHost: x\r\n\r\n",
                     "get /p.js HTTP/1.1\r\nHost: x\r\n\r\n"):
            with self.subTest(text[:12]):
                with harness.RawPeer(self.machine.address()) as peer:
                    peer.send(text)
                    answer = peer.read_answer()
                    if answer is not None:
                        self.assertIn(answer.status, (400, 405, 408, 501, 505))
                        self.assertTrue(peer.is_closed())

    def test_no_host(self):
        self.expect(400, self.raw("GET /p.js HTTP/1.1\r\n\r\n"), closes=True)


class ProxyProtocol(unittest.TestCase):
    def test_tells_the_client(self):
        settings = {"ingest": {"proxy_protocol": True}}
        with harness.Machine(settings=settings) as machine:
            machine.start("penstock-ingest", "penstock-worker")
            body = '{"name":"v1"}'
            with harness.RawPeer(machine.address()) as peer:
                peer.send("PROXY TCP4 203.0.113.7 192.0.2.1 4000 80\r\n" + framed(body))
                self.assertEqual(202, peer.read_answer().status)
            body = '{"name":"v2"}'
            header = (b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + socket.inet_aton("203.0.113.8")
                      + socket.inet_aton("192.0.2.1") + b"\x0f\xa0\x00\x50")
            with harness.RawPeer(machine.address()) as peer:
                peer.send(header + framed(body).encode())
                self.assertEqual(202, peer.read_answer().status)
            with harness.RawPeer(machine.address()) as peer:
                peer.send(framed())  # Without the line that is promised.
                answer = peer.read_answer()
                self.assertTrue(answer is None or answer.status == 400)
            machine.wait_for_rows(2)
            ips = {row["name"]: row["ip"] for row in machine.rows()}
            self.assertEqual({"v1": "203.0.113.7", "v2": "203.0.113.8"}, ips)


class Listening(unittest.TestCase):
    def test_at_a_unix_socket(self):
        with harness.Machine() as machine:
            path = str(machine.root / "in.sock")
            machine.settings["ingest"]["listen"] = ["127.0.0.1:0", "unix:" + path]
            machine.write_config()
            machine.start("penstock-ingest")
            with socket.socket(socket.AF_UNIX) as peer:
                peer.settimeout(30)
                peer.connect(path)
                peer.sendall(framed().encode())
                self.assertIn(b" 202 ", peer.recv(1000))

    def test_with_several_threads(self):
        with harness.Machine(settings={"ingest": {"threads": 3}}) as machine:
            machine.start("penstock-ingest", "penstock-worker")
            for number in range(60):
                self.assertEqual(202, machine.post_events({"name": f"n{number}"}).status)
            machine.wait_for_rows(60)
            self.assertEqual(60, harness.check_rollups(self, machine))

    def test_over_the_limit_of_connections(self):
        with harness.Machine(settings={"ingest": {"max_connections": 5}}) as machine:
            machine.start("penstock-ingest")
            peers = [harness.RawPeer(machine.address()) for _ in range(5)]
            for peer in peers:
                peer.send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertEqual(200, peer.read_answer().status)
            for peer in peers:
                with peer:
                    pass
            harness.wait_for("room", lambda: self.answers(machine))

    def answers(self, machine):
        try:
            return machine.post_events({"name": "room"}).status == 202
        except OSError:
            return False


class Keys(unittest.TestCase):
    def test_401_and_projects(self):
        with harness.Machine(settings={"ingest": {"require_key": True}}) as machine:
            created = json.loads(machine.tool("key", "create", "shop", "--json", "--config",
                                              machine.config).stdout)
            machine.start("penstock-ingest", "penstock-worker")
            key = created["key"]
            for headers in ({}, {"Authorization": "Bearer pk_wrong"}, {"X-Penstock-Key": "x"}):
                answer = machine.post_events({"name": "none"}, headers=headers)
                self.assertEqual(401, answer.status)
                self.assertEqual({"error", "detail"}, set(answer.json))
            self.assertEqual(202, machine.post_events(
                {"name": "bearer"}, headers={"Authorization": f"Bearer {key}"}).status)
            self.assertEqual(202, machine.post_events(
                {"name": "header"}, headers={"X-Penstock-Key": key}).status)
            self.assertEqual(202, machine.request(
                "POST", f"/v1/events?key={key}", '{"name":"query"}').status)
            machine.wait_for_rows(3)
            self.assertEqual({"shop"}, {row["project"] for row in machine.rows()})
            for row in machine.rows():
                self.assertNotIn(key, json.dumps(row, default=str))

    def test_strangers_keys_are_taken_and_revoked_ones_are_not(self):
        with harness.Machine() as machine:
            def tool(*arguments):
                return machine.tool("key", *arguments, "--config", machine.config).stdout
            made = json.loads(tool("create", "shop", "--json"))
            self.assertRegex(made["key"], r"\Apk_[A-Za-z0-9]{43}\Z")
            ingest = machine.start("penstock-ingest")
            stranger = "phc_0123456789abcdef"
            places = (("/v1/events", {"Authorization": f"Bearer {stranger}"}),
                      ("/v1/events", {"X-Penstock-Key": stranger}),
                      (f"/v1/events?key={stranger}", {}),
                      (f"/v1/events?k%65y={stranger}", {}))

            def post(place, key):
                path, headers = place
                return machine.request(
                    "POST", path.replace(stranger, key), '{"name":"n"}',
                    {name: value.replace(stranger, key) for name, value in headers.items()})
            for place in places:
                self.assertEqual(202, post(place, stranger).status)
                self.assertEqual(202, post(place, made["key"]).status)
            self.assertEqual(4, machine.metric("penstock_ingest_unknown_keys_total",
                                               prefix="phc_012"))
            lines = [line for line in ingest.text().splitlines() if "phc_012" in line]
            self.assertEqual(1, len(lines), lines)
            self.assertNotIn(stranger, ingest.text())

            tool("revoke", made["id"])
            self.assertIn("revoked_at", tool("list", "--json"))
            harness.wait_for("the end of the key",
                             lambda: post(places[0], made["key"]).status == 401)
            for place in places:
                answer = post(place, made["key"])
                self.assertEqual((401, "revoked_key"), (answer.status, answer.json["error"]))
                self.assertEqual(202, post(place, stranger).status)


if __name__ == "__main__":
    harness.main()
