"""A page is left with events that were not sent yet: what fits leaves with it, and what does not is
sent by the next page of the same site in the same tab."""

import json

import browser_world as world
from browser_world import harness, page


# Of 1 kB each: what the script puts into one request (batchBytesMax in page_script.js).
REQUEST_EVENTS_MAX = 60


def leaving(url, count, size, name="b"):
    """A burst, and in the same task away to `url`."""
    return (f"for (let i = 0; i < {count}; i++) "
            f"penstock.track('{name}', {{i, s: 'x'.repeat({size})}}); location.href = '{url}'")


class Leaves(world.Story):
    def setUp(self):
        super().setUp()
        self.gate_ = self.gate()
        self.url = self.site({"/": page(self.gate_.url), "/next": page(self.gate_.url),
                              "/bare": "<!doctype html><title>Nothing is measured here</title>"})

    def run_in(self, tab, script):
        self.browser.do("run", tab, script)

    def check_numbers(self, count, name="b"):
        rows = self.wait_for_rows(self.url, count, name)
        self.assertEqual(list(range(count)),
                         sorted(json.loads(row["properties"])["i"] for row in rows))

    def check_sent_once(self, count):
        """But for what was under way at the leaving: its answer came too late to be read."""
        passed = self.gate_.passed("b")
        self.assertGreaterEqual(passed, count)
        self.assertLessEqual(passed, count + REQUEST_EVENTS_MAX)

    def test_a_burst_before_a_link_arrives_by_the_next_page(self):
        tab = self.tab(self.url)
        self.run_in(tab, leaving("/next", 200, 1000))
        self.check_numbers(200)
        self.end(tab, self.url)
        self.check_sent_once(200)

    def test_what_fits_leaves_with_the_page(self):
        tab = self.tab(self.url)
        self.wait_for_rows(self.url, 1, "pageview")
        self.run_in(tab, leaving("/bare", 200, 1000))
        self.browser.do("until", tab, "location.pathname === '/bare'")
        self.wait_for("a full beacon", lambda: len(self.rows(self.url, "b")) >= 50)
        # Nothing is measured on that page; the site's next measured one sends the rest.
        self.browser.do("goto", tab, self.url + "/next")
        self.check_numbers(200)
        self.end(tab, self.url)
        self.check_sent_once(200)

    def test_a_reload_loses_nothing(self):
        tab = self.tab(self.url)
        self.run_in(tab, leaving("/", 150, 1000).replace("location.href = '/'",
                                                         "location.reload()"))
        self.check_numbers(150)

    def test_another_origin_in_between_loses_nothing(self):
        other = self.site({"/": page(self.gate_.url)})
        tab = self.tab(self.url)
        self.run_in(tab, leaving(other, 150, 1000))
        self.wait_for_rows(other, 1, "pageview")
        self.browser.do("goto", tab, self.url + "/next")
        self.check_numbers(150)
        self.end(tab, self.url)
        self.check_sent_once(150)
        self.assertEqual([], self.rows(other, "b"))

    def test_back_from_the_cache_nothing_is_stored_twice(self):
        """Another page has sent what this one left. Chromium may show a page from the cache the
        storage as it was: then it is sent again, and its ids make that harmless."""
        tab = self.tab(self.url)
        self.run_in(tab, leaving("/next", 200, 1000))
        self.check_numbers(200)
        self.browser.do("back", tab)
        self.end(tab, self.url)
        self.check_numbers(200)

    def test_back_from_the_cache_nothing_hangs_on_a_lost_answer(self):
        tab = self.tab(self.url)
        self.wait_for_rows(self.url, 1, "pageview")
        self.gate_.holds.clear()
        self.run_in(tab, "penstock.track('b', {i: 0}); window.mark = 1")
        self.wait_for("the request", lambda: self.gate_.held == 1)
        self.browser.do("goto", tab, self.url + "/bare")
        self.browser.do("back", tab)
        self.gate_.holds.set()
        self.end(tab, self.url)
        self.check_numbers(1)

    def test_an_event_larger_than_a_beacon_waits_for_the_next_page(self):
        tab = self.tab(self.url)
        self.run_in(tab, leaving("/next", 2, 150_000))
        self.check_numbers(2)

    def test_a_request_that_the_leaving_breaks_off_is_tried_by_the_next_page(self):
        tab = self.tab(self.url)
        self.wait_for_rows(self.url, 1, "pageview")
        self.gate_.holds.clear()
        self.run_in(tab, "penstock.track('b', {i: 0, s: 'x'.repeat(150000)})")
        self.wait_for("the request", lambda: self.gate_.held == 1)
        self.run_in(tab, "location.href = '/next'")
        self.browser.do("until", tab, "location.pathname === '/next'")
        self.gate_.holds.set()
        self.check_numbers(1)

    def test_an_outage_while_a_page_is_left_loses_nothing(self):
        tab = self.tab(self.url)
        self.wait_for_rows(self.url, 1, "pageview")
        self.gate_.is_down = True
        self.run_in(tab, "penstock.track('b', {i: 0})")
        # Behind the second one the page knows of the first.
        self.wait_for("two tries",
                      lambda: sum(status is None for status, _ in self.gate_.posts) > 1)
        self.run_in(tab, leaving("/next", 1, 10, "c"))
        self.browser.do("until", tab, "location.pathname === '/next'")
        self.gate_.is_down = False
        self.check_numbers(1)
        self.check_numbers(1, "c")

    def test_a_tab_that_is_closed_sends_what_fits(self):
        tab = self.tab(self.url)
        self.run_in(tab, "penstock.track('b', {i: 0}); penstock.track('b', {i: 1})")
        self.browser.do("close", tab)
        self.check_numbers(2)

    def test_events_of_the_leaving_itself_are_sent(self):
        tab = self.tab(self.url)
        self.run_in(tab, "addEventListener('pagehide', () => penstock.track('b', {i: 0})); "
                         "addEventListener('unload', () => penstock.track('b', {i: 1})); "
                         "location.href = '/bare'")
        self.check_numbers(2)

    def test_a_tab_that_is_hidden_sends_all(self):
        tab = self.tab(self.url)
        # Playwright shows every tab; the page is told that it is not seen.
        self.run_in(tab, "for (let i = 0; i < 200; i++) "
                         "penstock.track('b', {i, s: 'x'.repeat(1000)}); "
                         "Object.defineProperty(document, 'visibilityState', "
                         "{value: 'hidden', configurable: true}); "
                         "document.dispatchEvent(new Event('visibilitychange'))")
        self.check_numbers(200)
        self.assertEqual(["penstock"], self.browser.do(
            "run", tab, "Object.keys(sessionStorage)"))


if __name__ == "__main__":
    harness.main()
