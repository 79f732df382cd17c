"""A visit to a site that carries the page script, and an operator who sees it in the console.

This starts the programs, a real Redis and a site on an origin of its own; visit.mjs does what the
people do, in Chromium.
"""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import unittest

SOURCE = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"])
BROWSER = pathlib.Path(os.environ["PENSTOCK_BROWSER_DIR"])
sys.path.insert(0, str(SOURCE / "tests" / "e2e"))

import harness  # noqa: E402

# Inline scripts and styles are forbidden, so the page script must do without them too.
POLICY = ("default-src 'none'; script-src 'self' {intake}; connect-src {intake}; "
          "img-src 'self' data: {intake}; base-uri 'none'; form-action 'none'")

PAGES = {
    "/": """<!doctype html><html lang="en"><head><title>Shop</title>
<link rel="icon" href="data:,">
<script src="{intake}/p.js" defer data-api="{intake}"></script>
<script src="/site.js" defer></script></head>
<body><h1>Shop</h1>
<a id="next" href="/about?utm_source=shop">About</a>
<button id="push">Basket</button>
<button id="named" data-penstock="signup">Sign up</button>
</body></html>""",
    "/about": """<!doctype html><html lang="en"><head><title>About</title>
<link rel="icon" href="data:,">
<script src="{intake}/p.js" defer data-api="{intake}"></script></head>
<body><h1>About us</h1></body></html>""",
}

SITE_SCRIPT = """
document.getElementById("push").addEventListener("click", function () {
  history.pushState(null, "", "/basket");
});
"""


def serve_site(intake):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            if path == "/site.js":
                self.answer(200, "text/javascript", SITE_SCRIPT)
            elif path in PAGES:
                self.answer(200, "text/html", PAGES[path].replace("{intake}", intake))
            else:
                self.answer(404, "text/plain", "nothing here")

        def answer(self, status, kind, text):
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY.replace("{intake}", intake))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class FirstVisit(unittest.TestCase):
    def test_a_visit_is_seen_in_the_console(self):
        self.assertIsNotNone(shutil.which("chromium"), "chromium is not installed")
        with harness.Machine(redis=True) as machine:
            machine.start()
            host, port = machine.address()
            intake = f"http://{host}:{port}"
            site = serve_site(intake)
            self.addCleanup(site.server_close)
            self.addCleanup(site.shutdown)
            password_file = machine.state / "console" / "initial-password"
            harness.wait_for("the first password", password_file.exists)
            console_host, console_port = machine.address("penstock-console")

            self.visit(machine, "site", {"site": f"http://127.0.0.1:{site.server_port}",
                                         "intake": intake})
            self.check_rows(machine, site.server_port)
            machine.redis.command("LPUSH", "penstock:events:dead", "<img src=x onerror=alert(1)>",
                                  '{"class":"X","args":[{"name":"late"}],"jid":"a"}')
            self.visit(machine, "console", {
                "console": f"http://{console_host}:{console_port}",
                "password": password_file.read_text().strip(),
                "expected": ["/basket", "/about"]})
            machine.wait_for_rows(5)
            self.assertEqual(0, machine.redis.command("LLEN", "penstock:events:dead"))

    def visit(self, machine, what, addresses):
        profile = machine.root / f"profile-{what}"
        script = BROWSER / "visit.mjs"  # Beside node_modules, where its imports are looked for.
        shutil.copy(SOURCE / "tests" / "browser" / "visit.mjs", script)
        task = {**addresses, "what": what, "profile": str(profile),
                "screenshots": str(BROWSER / "screenshots")}
        result = subprocess.run(["node", str(script), json.dumps(task)], capture_output=True,
                                text=True, timeout=200, check=False)
        self.assertEqual(0, result.returncode, result.stdout + result.stderr)

    def check_rows(self, machine, site_port):
        """The visit's events, in the store."""
        machine.wait_for_rows(4)
        rows = sorted(machine.rows(), key=lambda row: row["occurred_at"])
        views = [row for row in rows if row["name"] == "pageview"]
        self.assertEqual(["/", "/basket", "/about"], [row["path"] for row in views])
        self.assertEqual(1, len([row for row in rows if row["name"] == "signup"]))
        for row in rows:
            self.assertEqual("127.0.0.1", row["host"])
            self.assertEqual("Chrome", row["browser"])
            self.assertEqual("Linux", row["os"])
            self.assertEqual("desktop", row["device"])
            self.assertEqual("", row["referrer_host"])  # The site itself.
            self.assertIn(f":{site_port}/", row["url"])
        self.assertEqual("shop", views[2]["utm_source"])
        self.assertEqual(1, len({row["session_id"] for row in rows}))


if __name__ == "__main__":
    harness.main()
