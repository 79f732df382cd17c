"""Unmodified browser SDKs of other products, pointed here by host and key alone from pages of
another origin, deliver what they have."""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "browser"))

import browser_world as world  # noqa: E402
from browser_world import harness  # noqa: E402

PACKAGES = pathlib.Path(os.environ["PENSTOCK_CLIENTS_DIR"])
TEXT = "Grüße, 東京 🚀 a+b&c=d%20"
NESTED = {"list": [1, 2.5, True, {"deep": TEXT}], "empty": []}
# Some send nothing to a browser that says that it is driven.
UNDRIVEN = {
    "args": ["--disable-blink-features=AutomationControlled"],
    "context": {"userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
                             "(KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"},
}

# Kind, name and user of what each client (clients.mjs) stores, once.
WANTED = {
    "mixpanel": [("event", "mixpanel view", ""), ("event", "Bought", "user-1"),
                 ("identify", "$identify", "user-1"), ("identify", "$set", "user-1")],
    "posthog": [("page", "$pageview", "user-1"), ("identify", "$identify", "user-1"),
                ("event", "Bought", "user-1"), ("error", "OrderFailed", "user-1")],
    "amplitude": [("page", "[Amplitude] Page Viewed", "user-1"), ("event", "Bought", "user-1")],
    "sentry": [("error", "OrderFailed", "user-1")],
    "rollbar": [("error", "OrderFailed", "user-1")],
    "raygun": [("error", "OrderFailed", "user-1")],
    "airbrake": [("error", "OrderFailed", "user-1")],
    "bugsnag": [("error", "OrderFailed", "user-1")],
    "segment": [("page", "Pricing", ""), ("identify", "identify", "user-1"),
                ("event", "Bought", "user-1")],
    "plausible": [("page", "pageview", ""), ("event", "Bought", "")],
    "plausible_tracker": [("page", "pageview", ""), ("event", "Bought too", "")],
    "snowplow": [("page", "page_view", "user-1"), ("event", "Bought", "user-1"),
                 ("event", "order", "user-1")],
    "ga4": [("page", "page_view", ""), ("event", "Bought", "")],
}
SOURCES = {"plausible_tracker": "plausible"}
# Where an event is sent with text and nested values.
NESTING = ("mixpanel", "posthog", "amplitude", "segment")


class BrowserSdk(unittest.TestCase):
    def test_every_event_is_stored_once_as_it_was_sent(self):
        bundle = PACKAGES / "bundle"
        self.bundle(bundle)
        with harness.Machine() as machine:
            key = json.loads(machine.tool("key", "create", "shop", "--json", "--config",
                                          machine.config).stdout)["key"]
            machine.start("penstock-ingest", "penstock-worker")
            host, port = machine.address()
            site = world.site(self.pages(bundle))
            self.addCleanup(site.close)
            browser = world.Browser(**UNDRIVEN)
            self.addCleanup(browser.close)
            for name in WANTED:
                browser.do("open", name)
                browser.do("goto", name, f"{site.url}/{name}")
                browser.do("until", name, "!!window.send && document.readyState === 'complete'")
                browser.do("run", name, f"send('{name}', 'http://{host}:{port}', '{key}')")
            # What they gather leaves with the page, or a little later.
            for name in WANTED:
                self.check(machine, site.url, name, browser)
                browser.do("close", name)
            self.assertEqual([], browser.do("errors"))
            self.assertEqual([], [text for text in browser.do("complaints")
                                  if re.search("CORS|Access-Control|Refused|blocked", text)])

    def check(self, machine, site, name, browser):
        def rows():
            found = machine.query("SELECT * FROM events WHERE source = ?",
                                  SOURCES.get(name, name))
            # Some have no address of a page: those are no other client's.
            return [dict(row) for row in found
                    if row["url"].partition("?")[0] in (f"{site}/{name}", "")]

        def counts():
            found = [(row["kind"], row["name"], row["user_id"]) for row in rows()]
            return [found.count(wanted) for wanted in WANTED[name]]

        if name in ("posthog", "ga4"):
            browser.do("goto", name, "about:blank")
        once = [1] * len(WANTED[name])
        harness.wait_for(f"{name}'s events: {WANTED[name]}", lambda: all(counts()))
        self.assertEqual(once, counts(), name)
        for row in rows():
            self.assertEqual("shop", row["project"], (name, row["name"]))
            properties = json.loads(row["properties"] or "{}")
            if row["kind"] == "error" and row["name"] == "OrderFailed":
                self.assertEqual(f"{name} {TEXT}", properties["message"])
                self.assertIn("clients.js", properties["frames"][0]["file"], name)
                self.assertRegex(properties["fingerprint"], "^[0-9a-f]{16,}$", name)
            if row["name"] == "Bought" and name in NESTING:
                self.assertEqual((TEXT, NESTED), (properties["text"], properties["nested"]), name)
            elif row["name"].startswith("Bought"):
                self.assertIn(TEXT, properties.values(), name)

    @staticmethod
    def bundle(folder):
        subprocess.run([PACKAGES / "node_modules/.bin/esbuild", HERE / "clients.mjs", "--bundle",
                        "--splitting", "--format=esm", f"--outdir={folder}",
                        "--log-level=warning"], check=True, timeout=harness.DEADLINE_S,
                       env={**os.environ, "NODE_PATH": str(PACKAGES / "node_modules")})

    @staticmethod
    def pages(folder):
        html = ('<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">'
                '<script type="module" src="/clients.js"></script>')
        scripts = {f"/{path.name}": path.read_text() for path in folder.iterdir()}
        return {f"/{name}": html for name in WANTED} | scripts


if __name__ == "__main__":
    harness.main()
