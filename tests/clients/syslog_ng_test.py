"""syslog-ng of Debian, its http() set as docs/protocols.md says, delivers every line once.

Its first delivery is answered 503, and the answer to its second is lost on its way.
"""

import http.server
import json
import pathlib
import shutil
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import harness

TEXTS = (
    "GET /cart",
    "Grüße, 東京 🚀 שלום é",
    "\"q\" 'a' \\ \\n \\u0041 </script> %s ${HOST} $(format-json) a+b&c=d%20%",
    "first\nsecond\ttab",
    "[1]",
    "{not an object}",
    "{\"open\":",
    "-",
    "x" * 60_000,
)
ACCESS = {"time_iso8601": "2026-11-25T10:44:19+00:00", "remote_addr": "203.0.113.9",
          "http_host": "shop.example", "scheme": "https", "request_uri": "/a?b=\"1\"",
          "request_method": "GET", "status": 404, "http_referer": "https://ref.example/",
          "http_user_agent": "Own/1.0"}

CONFIG = """
@version: 3.38
options {{
  use-uniqid(yes); frac-digits(3); keep-hostname(yes); keep-timestamp(yes); stats-freq(0);
  log-msg-size(262144); time-reopen(1);
}};
source s {{ syslog(ip("127.0.0.1") port({port}) transport("tcp")); }};
destination d {{
  http(url("http://127.0.0.1:{relay}/drain/syslog-ng") method("POST")
    headers("Authorization: Bearer {key}") batch-lines(4) batch-timeout(100) {framing}
    body("$(format-json --scope rfc5424 --key ISODATE --pair UNIQID=$UNIQID)"));
}};
log {{ source(s); destination(d); }};
"""
FRAMINGS = {
    "array": "delimiter(\",\") body-prefix(\"[\") body-suffix(\"]\")",
    "lines": "delimiter(\"\\n\")",
}


class Relay(http.server.ThreadingHTTPServer):
    """Between syslog-ng and the intake. Refuses the first request, loses the second's answer."""

    daemon_threads = True

    def __init__(self, machine):
        super().__init__(("127.0.0.1", 0), Handler)
        self.machine = machine
        self.bodies = []
        self.statuses = set()
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        relay = self.server
        with relay.lock:
            relay.bodies.append(body)
            turn = len(relay.bodies)
        if turn == 1:
            self.answer(503, b"")
            return
        answer = relay.machine.request("POST", self.path, body, dict(self.headers.items()))
        relay.statuses.add(answer.status)
        if turn == 2:
            self.close_connection = True
            return
        self.answer(answer.status, answer.body)

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def frame(host, text, time_ms):
    """RFC 5424 behind its length (RFC 6587): a text may have line ends."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time_ms // 1000))
    line = f"<134>1 {stamp}.{time_ms % 1000:03}+00:00 {host} shop 42 ID47 - {text}".encode()
    return b"%d %s" % (len(line), line)


@unittest.skipIf(shutil.which("syslog-ng") is None, "rsyslog has its place here")
class SyslogNg(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = harness.Machine(settings={"ingest": {"require_key": True}})
        cls.addClassCleanup(cls.machine.__exit__, None, None, None)
        cls.key = json.loads(cls.machine.tool(
            "key", "create", "shop", "--server-side", "--json", "--config",
            cls.machine.config).stdout)["key"]
        cls.machine.start("penstock-ingest", "penstock-worker")

    def start_syslog_ng(self, name, relay):
        """syslog-ng in the machine's folder; its port. Another port where somebody was faster."""
        for attempt in range(5):
            folder = self.machine.root / f"{name}{attempt}"
            folder.mkdir()
            port = harness.free_port()
            (folder / "syslog-ng.conf").write_text(CONFIG.format(
                port=port, relay=relay.server_address[1], key=self.key, framing=FRAMINGS[name]))
            process = harness.Process(
                ["syslog-ng", "-F", "--no-caps", "-f", folder / "syslog-ng.conf",
                 "-R", folder / "persist", "-p", folder / "pid", "-c", folder / "control"],
                folder / "log")
            self.machine.processes.append(process)

            def listens():
                if not process.is_running():
                    return "no"
                with socket.socket() as peer:
                    return "yes" if peer.connect_ex(("127.0.0.1", port)) == 0 else None

            if harness.wait_for("syslog-ng to listen", listens) == "yes":
                return port
        raise AssertionError(process.text())

    def delivered(self, name):
        """The time of the first line, all lines, and the rows of them."""
        relay = Relay(self.machine)
        self.addCleanup(relay.server_close)
        self.addCleanup(relay.shutdown)
        port = self.start_syslog_ng(name, relay)
        now_ms = int(time.time() * 1000) - 3_600_000
        texts = [*TEXTS, json.dumps(ACCESS), f"end of {name}"]
        before = self.machine.row_count()
        with socket.create_connection(("127.0.0.1", port)) as peer:
            peer.sendall(b"".join(frame(name, text, now_ms + i) for i, text in enumerate(texts)))
            harness.wait_for("all lines", lambda: self.machine.row_count() >= before + len(texts))
        self.assertEqual({200}, relay.statuses)
        self.assertEqual(3 * [relay.bodies[0]], relay.bodies[:3], "what is sent again")
        return now_ms, texts, [row for row in self.machine.rows()
                               if json.loads(row["properties"])["HOST"] == name]

    def check(self, name):
        now_ms, texts, rows = self.delivered(name)
        self.assertEqual(len(texts), len(rows))
        lines = {}
        for row in rows:
            self.assertEqual(("shop", "syslog_ng"), (row["project"], row["source"]))
            properties = json.loads(row["properties"])
            self.assertEqual("shop", properties["PROGRAM"])
            if row["name"] == "request":
                self.check_access(row, properties)
                continue
            self.assertEqual(("log", "shop"), (row["kind"], row["name"]))
            lines[properties["MESSAGE"]] = row["occurred_at"]
        self.assertEqual({text: now_ms + i for i, text in enumerate(texts)
                          if text != json.dumps(ACCESS)}, lines)

    def check_access(self, row, properties):
        self.assertEqual("https://shop.example/a?b=\"1\"", row["url"])
        self.assertEqual("https://ref.example/", row["referrer"])
        self.assertEqual(("203.0.113.9", "Own/1.0"), (row["ip"], row["user_agent"]))
        self.assertEqual(404, properties["status"])

    def test_an_array(self):
        self.check("array")

    def test_lines(self):
        self.check("lines")


if __name__ == "__main__":
    harness.main()
