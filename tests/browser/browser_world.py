"""What the page script's stories stand on: the programs, sites, and Chromium.

A Site is an origin with pages of the story's own. A Gate is an origin that passes everything on to
the intake, remembers the events that went through, and fails where the story says so: as the
network, a proxy or a full machine would.
"""

import http.client
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time
import unittest

SOURCE = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"])
BROWSER = pathlib.Path(os.environ["PENSTOCK_BROWSER_DIR"])
sys.path.insert(0, str(SOURCE / "tests" / "e2e"))

import harness  # noqa: E402

HOP_BY_HOP = ("connection", "content-length", "date", "host", "keep-alive", "server",
              "transfer-encoding")


class Origin:
    """A server on a free loopback port, in a thread of its own, until close()."""

    def __init__(self, answer):
        """`answer(handler)` answers one request."""

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            do_GET = do_POST = do_OPTIONS = lambda self: answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def reply(handler, status, headers, body):
    handler.send_response(status)
    for name, value in headers:
        handler.send_header(name, str(value))
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def page(intake, more="", tag="", path="/p.js"):
    """A page that carries the script, whose tag has the attributes `tag`."""
    return (f'<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">'
            f'<script src="{intake}{path}" {tag}></script>{more}')


def site(pages, headers=(), heard=None):
    """`pages`: HTML by path, whatever is asked behind a "?"; `heard`: a list of what was asked."""

    def answer(handler):
        if heard is not None:
            heard.append(handler.path)
        html = pages.get(handler.path.partition("?")[0])
        kind = "text/javascript" if handler.path.endswith(".js") else "text/html; charset=utf-8"
        reply(handler, 404 if html is None else 200, [("Content-Type", kind), *headers],
              (html or "").encode())

    return Origin(answer)


class Gate(Origin):
    def __init__(self, intake):
        super().__init__(self.answer)
        self.intake = intake  # (host, port)
        self.failures = []    # For the next posts: a status, or None for no answer at all.
        self.is_down = False
        self.loses_answers = 0  # So many posts pass, and their answers are lost.
        self.retry_after = None
        self.refused_name = None  # 403 for what holds an event of that name, as a firewall does.
        self.holds = threading.Event()  # Cleared: posts are held until it is set.
        self.holds.set()
        self.held = 0
        self.posts = []       # (status, [event, …]) of each.
        self.paths = []       # Of each.
        self.times = []       # When each came, in seconds.

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        if handler.command != "POST":
            self.pass_on(handler, body)
            return
        self.paths.append(handler.path)
        self.times.append(time.monotonic())
        if not self.holds.is_set():
            self.held += 1
            self.holds.wait(harness.DEADLINE_S)
        status = self.failures.pop(0) if self.failures else None if self.is_down else 202
        if self.refused_name and any(event["name"] == self.refused_name
                                     for event in json.loads(body)):
            status = 403
        if status == 202:
            status = self.pass_on(handler, body)
        elif status is None:
            handler.close_connection = True
        else:
            retry_after = [] if self.retry_after is None else [("Retry-After", self.retry_after)]
            reply(handler, status, [("Access-Control-Allow-Origin", "*"),
                                    ("Access-Control-Expose-Headers", "Retry-After"),
                                    *retry_after], b"{}")
        self.posts.append((status, json.loads(body)))

    def pass_on(self, handler, body):
        """The intake's status."""
        upstream = http.client.HTTPConnection(*self.intake, timeout=harness.DEADLINE_S)
        headers = {name: value for name, value in handler.headers.items()
                   if name.lower() not in HOP_BY_HOP}
        upstream.request(handler.command, handler.path, body, headers)
        answer = upstream.getresponse()
        data = answer.read()
        upstream.close()
        if handler.command == "POST" and self.loses_answers > 0:
            self.loses_answers -= 1
            handler.close_connection = True
            return answer.status
        reply(handler, answer.status, [(name, value) for name, value in answer.getheaders()
                                       if name.lower() not in HOP_BY_HOP], data)
        return answer.status

    def passed(self, name):
        """How often an event of that name went through to the intake."""
        return sum(event["name"] == name for status, events in self.posts
                   if status == 202 for event in events)


class Browser:
    """Chromium, driven line by line (remote.mjs). Tabs are told by their names."""

    def __init__(self, **options):
        # Where its imports are looked for: beside node_modules.
        script = BROWSER / "remote.mjs"
        shutil.copy(SOURCE / "tests" / "browser" / script.name, script)
        self.process = subprocess.Popen(["node", script, json.dumps(options)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        self.process.stdin.close()
        self.process.wait(harness.DEADLINE_S)
        self.process.stdout.close()

    def do(self, verb, tab="", *args):
        self.process.stdin.write(json.dumps([verb, tab, *args]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise AssertionError(f"{verb} {args}: {answer['error']}")
        return answer["value"]


class Story(unittest.TestCase):
    """One set of programs and one browser for all tests of a story.

    Each test has sites of its own, so their rows are told apart by their origin.
    """

    settings = {}  # Of the programs.

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        assert shutil.which("chromium"), "chromium is not installed"
        cls.machine = harness.Machine(settings=cls.settings)
        cls.addClassCleanup(cls.machine.__exit__, None, None, None)
        cls.machine.start("penstock-ingest", "penstock-worker")
        host, port = cls.machine.address()
        cls.intake = f"http://{host}:{port}"
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.tabs = 0

    def tab(self, url):
        """A new tab at `url`; its name."""
        self.tabs += 1
        name = f"{self.id()} {self.tabs}"
        self.browser.do("open", name)
        self.browser.do("goto", name, url)
        return name

    def site(self, pages, headers=(), heard=None):
        opened = site(pages, headers, heard)
        self.addCleanup(opened.close)
        return opened.url

    def gate(self):
        gate = Gate(self.machine.address())
        self.addCleanup(gate.close)
        return gate

    def rows(self, site_url, name=None):
        """The stored rows of a site's pages, oldest first; within a millisecond, as they came."""
        rows = self.machine.query(
            "SELECT * FROM events WHERE url LIKE ? ORDER BY occurred_at, rowid", site_url + "/%")
        return [row for row in rows if name is None or row["name"] == name]

    def wait_for(self, what, condition):
        return harness.wait_for(what, condition)

    def wait_for_rows(self, site_url, count, name=None):
        """Those rows, which are exactly so many."""
        harness.wait_for(f"{count} rows {name or ''}",
                         lambda: len(self.rows(site_url, name)) >= count)
        rows = self.rows(site_url, name)
        self.assertEqual(count, len(rows), [(row["name"], row["path"]) for row in rows])
        return rows

    def end(self, tab, site_url):
        """Waits until all that the tab's page has tracked so far is stored."""
        name = f"end of {tab}"
        self.browser.do("run", tab, f"penstock.track({json.dumps(name)})")
        self.wait_for_rows(site_url, 1, name)
