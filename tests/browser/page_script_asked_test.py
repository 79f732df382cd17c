"""What the script's tag asks for besides page views, and what the visitor forbids."""

import json

import browser_world as world
from browser_world import harness, page

STAY = """<script>
for (const type of ["click", "submit"]) addEventListener(type, event => event.preventDefault());
</script>"""
ALL = "data-download data-form data-scroll data-engagement data-vitals data-error data-hash"
# Playwright shows every tab; the page is told that it is not seen.
HIDE = ("Object.defineProperty(document, 'visibilityState', {value: 'hidden', "
        "configurable: true}); document.dispatchEvent(new Event('visibilitychange'))")
SHOW = ("delete document.visibilityState; "
        "document.dispatchEvent(new Event('visibilitychange'))")


class Asked(world.Story):
    def visit(self, tag, body="", path="/"):
        self.url = self.site({"/": page(self.intake, body, tag), "/next": page(self.intake),
                              "/bare": "<!doctype html><title>Nothing is measured here</title>"})
        return self.tab(self.url + path)

    def run_in(self, tab, script):
        return self.browser.do("run", tab, script)

    def told(self, tab, name):
        """The properties of all events of that name so far."""
        self.end(tab, self.url)
        return [json.loads(row["properties"]) for row in self.rows(self.url, name)]

    def names(self, tab):
        self.end(tab, self.url)
        return [row["name"] for row in self.rows(self.url)][:-1]

    def test_nothing_is_told_that_was_not_asked_for(self):
        tab = self.visit("", STAY + "<a id=x href=/a.zip>file</a><form><button id=y>go</button>"
                                    "</form><div style='height: 5000px'></div>")
        self.browser.do("click", tab, "#x")
        self.browser.do("click", tab, "#y")
        self.run_in(tab, "scrollTo(0, 3000); setTimeout(() => { throw new Error('e') }); "
                         "Promise.reject(new Error('r')); location.hash = 'part'; "
                         f"setTimeout(() => {{ {HIDE}; window.hidden_ = 1 }}, 100)")
        self.browser.do("until", tab, "window.hidden_ === 1")
        self.assertEqual(["pageview"], self.names(tab))

    def test_downloads(self):
        links = {"/a.pdf": 1, "/a.tar.gz?v=1": 1, "http://localhost:9/b.mp3": 1,
                 "/made' download='": 1, "/page.html": 0, "/page.php": 0, "/page.aspx": 0,
                 "/v1.10": 0, "/plain": 0}
        for href, count in links.items():
            with self.subTest(href):
                tab = self.visit("data-download", f"{STAY}<a id=x href='{href}'>file</a>")
                self.browser.do("click", tab, "#x")
                self.assertEqual(count, len(self.told(tab, "download")))
                self.assertEqual([], self.rows(self.url, "outbound"))

    def test_outbound_clicks_can_be_left_out(self):
        tab = self.visit("data-outbound=off",
                         f"{STAY}<a id=x href='http://localhost:9/out'>out</a>")
        self.browser.do("click", tab, "#x")
        self.assertEqual(["pageview"], self.names(tab))

    def test_forms(self):
        """Which one it was, and nothing of what was written into it."""
        tab = self.visit("data-form", """<script>addEventListener("submit", event =>
            event.preventDefault())</script>
            <form id=signup action=/welcome><input name=id value=secret><input name=action
            value=secret><input name=mail required id=mail><button id=y>go</button></form>""")
        self.browser.do("click", tab, "#y")  # What is wanted is missing: nothing is submitted.
        self.assertEqual([], self.told(tab, "form"))
        self.run_in(tab, "document.getElementById('mail').value = 'secret'")
        self.browser.do("click", tab, "#y")
        self.wait_for_rows(self.url, 1, "form")
        row = self.rows(self.url, "form")[0]
        self.assertEqual({"id": "signup", "action": "/welcome"}, json.loads(row["properties"]))
        self.assertNotIn("secret", json.dumps(dict(row), default=str))

    def test_scroll_depth(self):
        tab = self.visit("data-scroll", "<div style='height: 10000px'></div>")
        self.run_in(tab, "window.seen = 0; addEventListener('scroll', () => window.seen++); "
                         "scrollTo(0, document.documentElement.scrollHeight / 2)")
        self.browser.do("until", tab, "window.seen > 0")
        self.run_in(tab, "window.seen = 0; scrollTo(0, 0)")
        self.browser.do("until", tab, "window.seen > 0")
        self.run_in(tab, HIDE)
        row = self.wait_for_rows(self.url, 1, "scroll")[0]
        depth = json.loads(row["properties"])["percent"]
        self.assertGreaterEqual(depth, 50)  # And what the window shows below.
        self.assertLess(depth, 65)
        # Another view begins at its own top.
        self.run_in(tab, SHOW)
        self.run_in(tab, "history.pushState(0, '', '/second'); history.pushState(0, '', '/third')")
        rows = self.wait_for_rows(self.url, 3, "scroll")
        self.assertEqual(["/", "/", "/second"], [row["path"] for row in rows])
        self.assertLess(json.loads(rows[2]["properties"])["percent"], 50)

    def test_time_on_page(self):
        """Only while it is seen, in parts that add up."""
        tab = self.visit("data-engagement")
        self.run_in(tab, "new Promise(done => setTimeout(done, 300))")
        self.run_in(tab, HIDE)
        self.run_in(tab, "new Promise(done => setTimeout(done, 500))")
        self.run_in(tab, f"{SHOW}; window.again = performance.now()")
        self.run_in(tab, "new Promise(done => setTimeout(done, 100))")
        self.run_in(tab, "history.pushState(0, '', '/second')")
        second = self.run_in(tab, "performance.now() - window.again")
        rows = self.wait_for_rows(self.url, 2, "engagement")
        spent = [json.loads(row["properties"])["ms"] for row in rows]
        self.assertEqual(["/", "/"], [row["path"] for row in rows])
        self.assertGreaterEqual(spent[0], 290)
        self.assertGreaterEqual(spent[1], 90)
        self.assertLess(spent[1], second + 50)

    def test_web_vitals(self):
        tab = self.visit("data-vitals", """<h1>Shop</h1><button id=x>slow</button>
            <p id=late>text</p><script>
            document.getElementById('x').addEventListener('click', () => {
              const end = performance.now() + 120;
              while (performance.now() < end);
            });
            // What moves without anybody's doing.
            setTimeout(() => { const box = document.createElement('div');
              box.style.height = '200px'; document.body.prepend(box); window.moved = 1 }, 300);
            </script>""")
        self.browser.do("until", tab, "window.moved === 1")
        self.browser.do("click", tab, "#x")
        self.run_in(tab, "new Promise(done => requestAnimationFrame(() => "
                         "requestAnimationFrame(() => setTimeout(done, 50))))")
        # The beacon of the leaving has them.
        self.browser.do("goto", tab, self.url + "/bare")
        row = self.wait_for_rows(self.url, 1, "web_vital")[0]
        vitals = json.loads(row["properties"])
        self.assertEqual({"lcp", "fcp", "ttfb", "cls", "inp"}, set(vitals))
        self.assertEqual("/", row["path"])
        self.assertTrue(0 < vitals["fcp"] <= vitals["lcp"] < 60_000, vitals)
        self.assertTrue(0 <= vitals["ttfb"] <= vitals["fcp"], vitals)
        self.assertTrue(0.01 < vitals["cls"] < 1, vitals)
        self.assertTrue(100 <= vitals["inp"] < 10_000, vitals)

    def test_web_vitals_are_told_once_a_page(self):
        tab = self.visit("data-vitals", "<h1>Shop</h1>")
        self.run_in(tab, "history.pushState(0, '', '/second'); history.pushState(0, '', '/third')")
        self.run_in(tab, HIDE)
        self.run_in(tab, SHOW)
        self.assertEqual(1, len(self.told(tab, "web_vital")))
        self.assertEqual("/", self.rows(self.url, "web_vital")[0]["path"])

    def test_errors(self):
        tab = self.visit("data-error", "<img src=/nowhere.png>")
        self.run_in(tab, "setTimeout(() => { throw new TypeError('thrown') }); "
                         "Promise.reject(new RangeError('rejected')); "
                         "setTimeout(() => { throw 'text' }); Promise.reject(undefined); "
                         "setTimeout(() => { window.done = 1 }, 50)")
        self.browser.do("until", tab, "window.done === 1")
        self.wait_for_rows(self.url, 4, "error")
        rows = self.rows(self.url, "error")
        self.assertEqual({"error"}, {row["kind"] for row in rows})
        told = {(found.get("class"), found["message"]): found for found in
                (json.loads(row["properties"]) for row in rows)}
        self.assertIn(("TypeError", "thrown"), told)
        self.assertIn(("RangeError", "rejected"), told)
        self.assertIn((None, "text"), told)
        self.assertIn("thrown", told["TypeError", "thrown"]["stack"])

    def test_errors_of_a_loop_are_bounded(self):
        tab = self.visit("data-error")
        self.run_in(tab, "for (let i = 0; i < 100; i++) Promise.reject(new Error(i)); "
                         "setTimeout(() => { window.done = 1 }, 50)")
        self.browser.do("until", tab, "window.done === 1")
        self.assertEqual(20, len(self.told(tab, "error")))

    def test_views_by_hash(self):
        tab = self.visit("data-hash", path="/#/a")
        self.run_in(tab, "location.hash = '/b'")
        self.wait_for_rows(self.url, 2, "pageview")
        self.run_in(tab, "history.back()")
        rows = self.wait_for_rows(self.url, 3, "pageview")
        self.assertEqual(["#/a", "#/b", "#/a"], [row["url"][-3:] for row in rows])

    # --- What the visitor says.

    def test_an_opt_out_is_obeyed(self):
        tab = self.visit(ALL)
        self.wait_for_rows(self.url, 1, "pageview")
        self.run_in(tab, "localStorage.penstock = 'off'; sessionStorage.clear()")
        self.browser.do("goto", tab, self.url + "/next")
        self.run_in(tab, "penstock.track('forbidden')")
        self.browser.do("goto", tab, self.url + "/bare")
        self.assertEqual([], self.run_in(tab, "Object.keys(sessionStorage)"))
        # And undone.
        self.run_in(tab, "delete localStorage.penstock")
        self.browser.do("goto", tab, self.url + "/next")
        self.end(tab, self.url)
        self.assertEqual([], self.rows(self.url, "forbidden"))
        views = self.rows(self.url, "pageview")
        self.assertEqual(["/", "/next"], [row["path"] for row in views])

    def test_global_privacy_control_is_obeyed(self):
        signal = ("<script>Object.defineProperty(navigator, 'globalPrivacyControl', "
                  "{value: %s, configurable: true})</script>")
        for value, views in (("true", 0), ("false", 1)):
            with self.subTest(value):
                url = self.site({"/": signal % value + page(self.intake, "", ALL)})
                tab = self.tab(url)
                self.run_in(tab, "penstock.track('custom')")
                if views:
                    self.wait_for_rows(url, 1, "custom")
                self.browser.do("goto", tab, "about:blank")
                other = self.visit("")
                self.end(other, self.url)  # What was sent before this has come.
                self.assertEqual(views, len(self.rows(url, "pageview")))
                self.assertEqual(views, len(self.rows(url, "custom")))

    def test_nothing_outlives_the_tab(self):
        tab = self.visit(ALL)
        self.wait_for_rows(self.url, 1, "pageview")
        self.assertEqual(["", [], ["penstock"]], self.run_in(
            tab, "[document.cookie, Object.keys(localStorage), Object.keys(sessionStorage)]"))


class OwnPath(world.Story):
    settings = {"ingest": {"script_path": "/assets/site.js"}}

    def test_a_path_of_the_operators_serves_and_takes(self):
        gate = self.gate()
        for kind in ("text/javascript", "module"):
            with self.subTest(kind):
                url = self.site({"/": page(gate.url, "", f'type="{kind}" data-scroll',
                                           "/assets/site.js")})
                tab = self.tab(url)
                self.browser.do("until", tab, "window.penstock && !!window.penstock.loaded")
                self.end(tab, url)
                self.browser.do("run", tab, HIDE)
                self.wait_for_rows(url, 1, "scroll")
                self.assertEqual(1, len(self.rows(url, "pageview")))
        self.assertEqual({"/assets/site.js"}, {path.partition("?")[0] for path in gate.paths})


if __name__ == "__main__":
    harness.main()
