"""docs/edge/syslog-ng: the relay of access logs loses nothing, and passes on whatever it gets."""

import json
import pathlib
import signal
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import edge_world  # noqa: E402
import harness  # noqa: E402


class Relay(unittest.TestCase):
    def setUp(self):
        self.world = edge_world.World()
        self.addCleanup(self.world.close)
        self.world.start_relay()

    def send(self, *lines):
        """As servers do by TCP, which the relay has then read."""
        with socket.create_connection(("127.0.0.1", self.world.relay_port)) as peer:
            peer.sendall(b"".join(line + b"\n" for line in lines))

    def line(self, path, **members):
        return json.dumps({"name": "request", "url": "https://shop.example" + path, "status": 200,
                           **members}).encode()

    def check_once(self, paths):
        for path in paths:
            self.world.wait_for(path)
        self.assertEqual(len(paths), self.world.machine.row_count())

    def test_what_comes_while_the_intake_is_away_is_there_once_later(self):
        paths = [f"/line-{number}/" for number in range(40)]
        self.send(*(self.line(path) for path in paths[:10]))
        self.world.wait_for(paths[9])
        self.world.intake_process.stop()
        self.send(*(self.line(path) for path in paths[10:30]))
        self.world.machine.settings["ingest"]["listen"] = [self.world.intake]
        self.world.machine.write_config()
        self.world.machine.start("penstock-ingest")
        self.send(*(self.line(path) for path in paths[30:]))
        self.check_once(paths)

    def test_what_waits_outlives_the_relay(self):
        paths = [f"/line-{number}/" for number in range(20)]
        self.world.intake_process.signal(signal.SIGSTOP)
        self.send(*(self.line(path) for path in paths))
        harness.wait_for("the lines on disk", lambda: paths[-1].encode() in b"".join(
            path.read_bytes() for path in (self.world.root / "relay").glob("*.rqf")))
        self.world.relay_process.kill()
        self.world.intake_process.signal(signal.SIGCONT)
        self.world.restart_relay()
        self.check_once(paths)

    def test_a_file_is_read_from_where_it_was(self):
        log = self.world.root / "nginx" / "penstock.log"
        log.write_bytes(self.line("/first/") + b"\n")
        self.world.wait_for("/first/")
        self.world.relay_process.stop()
        with log.open("ab") as out:
            out.write(self.line("/second/") + b"\n")
        self.world.restart_relay()
        self.check_once(["/first/", "/second/"])

    def test_a_servers_own_id_counts_and_no_strangers(self):
        again = b'{"id":"own-1",' + self.line("/once/")[1:]
        self.send(again, again, self.line("/x/", user_agent='{"id":"own-1","name":"forged"}'))
        self.check_once(["/once/", "/x/"])

    def test_whatever_is_no_json_is_kept_as_text(self):
        lines = [b"plain text", b'{"url":"cut', b"\xff\xfe \x01", b"{'a':1}", b"<13>[]"]
        self.send(*lines, self.line("/end/"))
        self.world.wait_for("/end/")
        names = [row["name"] for row in self.world.rows()]
        self.assertEqual(["log"] * len(lines) + ["request"], names)


    def test_traefik(self):
        """By its manual; no Traefik has written it."""
        self.send(json.dumps({
            "ClientAddr": "203.0.113.7:4711", "ClientHost": "203.0.113.7", "ClientPort": "4711",
            "DownstreamContentSize": 17, "DownstreamStatus": 404, "Duration": 1_500_000,
            "RequestHost": "shop.example", "RequestMethod": "GET", "RequestPath": "/traefik?a=%00",
            "RequestProtocol": "HTTP/1.1", "RequestScheme": "https", "RetryAttempts": 0,
            "StartUTC": "2026-11-27T10:00:00.123456789Z", "level": "info", "msg": "",
            "request_Referer": "https://search.example/", "request_User-Agent": "\"curl\" \\ ä",
            "time": "2026-11-27T10:00:00Z"}).encode())
        row = self.world.wait_for("/traefik")[0]
        self.assertEqual(
            ("request", "https://shop.example/traefik?a=%00", "https://search.example/",
             "\"curl\" \\ ä", "203.0.113.7"),
            tuple(row[name] for name in ("name", "url", "referrer", "user_agent", "ip")))


if __name__ == "__main__":
    harness.main()
