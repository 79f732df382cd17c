"""A page view is a page that somebody has seen, each time that it is shown."""

import browser_world as world
from browser_world import harness, page

RULES = """<script type="speculationrules">
{"prerender": [{"source": "list", "urls": ["/next"], "eagerness": "immediate"}]}</script>"""

OBEYS = """<script>
setInterval(async () => {
  const answer = await fetch("/order.js"), order = answer.ok ? await answer.text() : "";
  if (order !== window.order) eval(window.order = order);
}, 50);
</script>"""

TELLS = """<script>
penstock.track("inside");
// Longer than the script gathers events for.
setTimeout(() => fetch("/told?" + (document.prerendering ? "prerendering" : "seen")), 500);
document.addEventListener("prerenderingchange", () => fetch("/told?activated"));
</script>"""


class Views(world.Story):
    def paths(self, url):
        return [row["path"] for row in self.rows(url, "pageview")]

    def prerender(self):
        """A page that has prerendered /next, and does what self.order() tells it."""
        self.pages = {"/": page(self.intake, RULES + OBEYS), "/next": page(self.intake, TELLS),
                      "/third": page(self.intake)}
        self.told = []
        url = self.site(self.pages, heard=self.told)
        # Chromium prerenders nothing while it is driven.
        alone = harness.Process(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update",
             f"--user-data-dir={self.machine.root / 'alone'}", url],
            self.machine.root / "alone.log")
        self.addCleanup(alone.kill)
        self.wait_for("the prerendered page", lambda: "/told?prerendering" in self.told)
        self.order("penstock.track('still here')")
        self.wait_for_rows(url, 1, "still here")
        self.assertEqual(["/"], self.paths(url))
        self.assertEqual([], self.rows(url, "inside"))
        return url

    def order(self, script):
        self.pages["/order.js"] = script

    def test_a_prerendered_page_counts_when_it_is_seen(self):
        url = self.prerender()
        self.order("location.href = '/next'")
        self.wait_for("its activation", lambda: "/told?activated" in self.told)
        self.wait_for_rows(url, 1, "inside")
        self.assertEqual(["/", "/next"], self.paths(url))
        # All of one visit.
        self.assertEqual(1, len({row["session_id"] for row in self.rows(url)}))

    def test_a_prerendered_page_that_nobody_sees_never_counts(self):
        url = self.prerender()
        self.order("location.href = '/third'")
        self.wait_for("the third page", lambda: "/third" in self.paths(url))
        self.assertEqual(["/", "/third"], self.paths(url))
        self.assertEqual([], self.rows(url, "inside"))

    def test_back_is_a_view_whether_the_page_was_kept_or_not(self):
        for kept in (True, False):
            with self.subTest(kept=kept):
                more = "" if kept else "<script>addEventListener('unload', () => {})</script>"
                url = self.site({"/a": page(self.intake, more), "/b": page(self.intake)})
                tab = self.tab(url + "/a")
                self.browser.do("run", tab, "window.mark = 1; addEventListener('pageshow', "
                                            "event => { window.kept = event.persisted })")
                self.browser.do("goto", tab, url + "/b")
                self.browser.do("back", tab)
                self.browser.do("until", tab, "document.readyState === 'complete'")
                self.wait_for_rows(url, 3, "pageview")
                self.assertEqual(["/a", "/b", "/a"], self.paths(url))
                self.assertEqual(kept, self.browser.do("run", tab, "window.kept === true"))
                # And on from there.
                self.browser.do("run", tab, "history.forward()")
                self.wait_for_rows(url, 4, "pageview")

    def test_a_tab_behind_another_counts_when_it_is_first_seen(self):
        # Playwright shows every tab; the page is told that it is not seen.
        hidden = ("<script>Object.defineProperty(document, 'visibilityState', "
                  "{value: 'hidden', configurable: true})</script>")
        url = self.site({"/": hidden + page(self.intake)})
        tab = self.tab(url)
        self.end(tab, url)
        self.assertEqual([], self.paths(url))
        self.browser.do("run", tab, "delete document.visibilityState; "
                                    "document.dispatchEvent(new Event('visibilitychange')); "
                                    "document.dispatchEvent(new Event('visibilitychange'))")
        self.wait_for_rows(url, 1, "pageview")
        self.browser.do("run", tab, "penstock.track('last')")
        self.wait_for_rows(url, 1, "last")
        self.assertEqual(["/"], self.paths(url))

    def test_pages_within_a_page_are_views(self):
        url = self.site({"/": page(self.intake)})
        tab = self.tab(url)
        self.browser.do("run", tab, "history.pushState(null, '', '/basket'); "
                                    "history.replaceState(null, '', '/basket?step=2'); "
                                    "history.pushState(null, '', '/paid'); history.back()")
        self.browser.do("until", tab, "location.pathname === '/basket'")
        rows = self.wait_for_rows(url, 4, "pageview")
        self.assertEqual(["/", "/basket", "/paid", "/basket"], [row["path"] for row in rows])
        self.assertEqual(["", url + "/", url + "/basket", url + "/paid"],
                         [row["referrer"] or "" for row in rows])


if __name__ == "__main__":
    harness.main()
