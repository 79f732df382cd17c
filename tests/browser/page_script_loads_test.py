"""The page script in the pages that there are: strict ones, odd keys, nothing allowed."""

import urllib.parse

import browser_world as world
from browser_world import harness, page

BARE = '<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">'


class Loads(world.Story):
    def views(self, html, headers=(), more=None):
        """How many page views one visit makes, and one event of the page's own."""
        url = self.site({"/": html, **(more or {})}, headers)
        tab = self.tab(url)
        self.browser.do("until", tab, "window.penstock && !!window.penstock.loaded")
        self.end(tab, url)
        return len(self.rows(url, "pageview"))

    def test_ways_of_loading(self):
        src = f"{self.intake}/p.js"
        for html in (
                f'<script src="{src}"></script>',
                f'<script async src="{src}"></script>',
                f'<script defer src="{src}"></script>',
                f'<script type="module" src="{src}"></script>',
                f'<script type="module" src="{src}?v=2"></script>',
                f'<script type="module">import "{src}"</script>',
                f'<script src="{src}" data-api="{self.intake}/"></script>',
                f'<script>{{ const s = document.createElement("script"); s.src = "{src}"; '
                'document.head.append(s) }</script>',
                # Twice, in the same way and in another.
                f'<script src="{src}"></script><script src="{src}"></script>',
                f'<script src="{src}"></script><script type="module" src="{src}?v=2"></script>',
                # What a page may have of that name.
                f'<p id="penstock"></p><script src="{src}"></script>',
                '<script>window.penstock = {track() {}}</script>'
                f'<script src="{src}"></script>',
                f'<script src="http://localhost:9/p.js"></script>'
                f'<script type="module" src="{src}"></script>'):
            with self.subTest(html):
                self.assertEqual(1, self.views(BARE + html))
        self.assertEqual([], self.browser.do("errors"))

    def test_a_policy_without_inline_scripts(self):
        policy = (f"default-src 'none'; script-src {self.intake}; connect-src {self.intake}; "
                  "trusted-types 'none'; require-trusted-types-for 'script'")
        self.assertEqual(1, self.views(page(self.intake),
                                       [("Content-Security-Policy", policy)]))

    def test_a_page_that_is_isolated(self):
        self.assertEqual(1, self.views(page(self.intake), [
            ("Cross-Origin-Embedder-Policy", "require-corp"),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Referrer-Policy", "no-referrer")]))

    def test_a_frame_without_storage(self):
        frame = page(self.intake, "<script>try { sessionStorage } catch (e) "
                                  "{ penstock.track(e.name) }</script>")
        url = self.site({"/": BARE + '<iframe sandbox="allow-scripts" src="/frame"></iframe>',
                         "/frame": frame})
        self.tab(url)
        self.wait_for_rows(url, 1, "SecurityError")
        row = self.wait_for_rows(url, 1, "pageview")[0]
        self.assertEqual(("/frame", ""), (row["path"], row["session_id"] or ""))

    def test_storage_that_is_full(self):
        html = page(self.intake)
        url = self.site({"/": "<script>try { for (let i = 0; ; i++) sessionStorage[i] = "
                              "'x'.repeat(1e5) } catch {} try { for (let i = 0; ; i++) "
                              "sessionStorage['s' + i] = '' } catch {}</script>" + html,
                         "/next": html})
        tab = self.tab(url)
        self.browser.do("run", tab, "for (let i = 0; i < 100; i++) "
                                    "penstock.track('b', {s: 'x'.repeat(1000)}); "
                                    "location.href = '/next'")
        self.wait_for("the next page", lambda: any(
            row["path"] == "/next" for row in self.rows(url, "pageview")))
        self.assertGreater(len(self.rows(url, "b")), 40)  # What the beacon took.

    def test_beacons_and_requests_of_the_pages_own(self):
        url = self.site({"/": BARE})
        tab = self.tab(url)
        events = f"{self.intake}/v1/events"
        self.assertTrue(self.browser.do("run", tab, f"""navigator.sendBeacon("{events}",
            new Blob([JSON.stringify({{name: "beacon", url: location.href}})],
                     {{type: "application/json"}}))"""))
        self.wait_for_rows(url, 1, "beacon")

        fetched = """fetch("%s", {method: "POST", credentials: "include",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({name: %s, url: location.href})})
            .then(async answer => [answer.status, await answer.text()])"""
        self.assertEqual([202, '{"accepted":1}'],
                         self.browser.do("run", tab, fetched % (events, '"fetched"')))
        self.wait_for_rows(url, 1, "fetched")
        # A refusal can be read too.
        status, text = self.browser.do("run", tab, fetched % (events, '"n".repeat(257)'))
        self.assertEqual(422, status)
        self.assertIn("longer than 256 bytes", text)

    def test_keys_with_odd_characters(self):
        gate = self.gate()
        for key in ("pk_1", "a b&c=d", "é%ff+?#/", "%", '"<', "\U0001f600"):
            with self.subTest(key):
                attribute = key.replace("&", "&amp;").replace('"', "&quot;")
                kind = "module" if key == "pk_1" else "text/javascript"
                before = len(gate.paths)
                tab = self.tab(self.site({"/": BARE + (
                    f'<script src="{gate.url}/p.js" type="{kind}" data-key="{attribute}">'
                    '</script>')}))
                self.wait_for("a post", lambda: len(gate.paths) > before)
                query = gate.paths[-1].partition("?")[2]
                self.assertIn(key, urllib.parse.parse_qs(query)["key"])
                self.browser.do("goto", tab, "about:blank")


if __name__ == "__main__":
    harness.main()
