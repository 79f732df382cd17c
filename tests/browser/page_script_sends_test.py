"""What the page script sends arrives once, whatever the network, the page and its data do."""

import json

import browser_world as world
from browser_world import harness, page


def burst(name, count, size):
    return (f"for (let i = 0; i < {count}; i++) "
            f"penstock.track('{name}', {{i, s: 'x'.repeat({size})}})")


class Sends(world.Story):
    def numbers(self, rows):
        return sorted(json.loads(row["properties"])["i"] for row in rows)

    def test_a_burst_arrives_whole(self):
        site = self.site({"/": page(self.intake)})
        tab = self.tab(site)
        self.browser.do("run", tab, burst("b", 100, 1000))
        rows = self.wait_for_rows(site, 100, "b")
        self.assertEqual(list(range(100)), self.numbers(rows))

    def test_bytes_are_counted_and_not_characters(self):
        site = self.site({"/": page(self.intake)})
        tab = self.tab(site)
        self.browser.do("run", tab, "for (let i = 0; i < 60; i++) "
                                    "penstock.track('b', {i, s: '\\u20ac'.repeat(1000)})")
        rows = self.wait_for_rows(site, 60, "b")
        self.assertEqual(list(range(60)), self.numbers(rows))

    def test_an_event_larger_than_a_beacon_arrives(self):
        site = self.site({"/": page(self.intake)})
        tab = self.tab(site)
        self.browser.do("run", tab, burst("large", 3, 150_000))
        self.wait_for_rows(site, 3, "large")

    def test_what_is_too_large_for_the_intake_takes_no_neighbours(self):
        site = self.site({"/": page(self.intake)})
        tab = self.tab(site)
        self.browser.do("run", tab, "penstock.track('good')")
        self.browser.do("run", tab, burst("huge", 1, 300_000))
        self.browser.do("run", tab, burst("monstrous", 1, 2_000_000))
        self.browser.do("run", tab, "penstock.track('good')")
        self.wait_for_rows(site, 2, "good")
        self.end(tab, site)
        self.assertEqual([], self.rows(site, "huge") + self.rows(site, "monstrous"))

    def test_the_queue_is_bounded_and_tells_what_it_dropped(self):
        gate = self.gate()
        site = self.site({"/": page(gate.url)})
        tab = self.tab(site)
        self.wait_for_rows(site, 1, "pageview")
        gate.is_down = True
        self.browser.do("run", tab, burst("b", 50, 100_000))
        gate.is_down = False
        self.browser.do("run", tab, "dispatchEvent(new Event('online'))")
        kept = self.wait_for_rows(site, 39, "b")  # The oldest, of 4 MB.
        self.assertEqual(list(range(39)), self.numbers(kept))
        self.browser.do("run", tab, "penstock.track('next')")
        told = json.loads(self.wait_for_rows(site, 1, "next")[0]["properties"])
        self.assertEqual({"penstock_dropped": 11}, told)

    def test_failures_are_tried_again(self):
        for failures, retry_after in (([None], None), ([500, 503], None), ([429], 2)):
            with self.subTest(failures=failures):
                gate = self.gate()
                gate.failures, gate.retry_after = list(failures), retry_after
                site = self.site({"/": page(gate.url)})
                tab = self.tab(site)
                self.browser.do("run", tab, burst("b", 3, 10))
                self.wait_for_rows(site, 3, "b")
                # A row may be there before the gate has noted whose post it was.
                self.wait_for("all to have passed", lambda g=gate: g.passed("b") == 3)
                ids = [[event["id"] for event in events] for _, events in gate.posts]
                # All of the first, whatever was tracked meanwhile.
                self.assertLessEqual(set(ids[0]), set(ids[len(failures)]))
                self.assertEqual(1, gate.passed("pageview"))
                self.assertGreaterEqual(gate.times[1] - gate.times[0], retry_after or 0)

    def test_an_event_that_a_firewall_refuses_takes_no_neighbours(self):
        gate = self.gate()
        gate.refused_name = "poison"
        site = self.site({"/": page(gate.url)})
        tab = self.tab(site)
        self.browser.do("run", tab, burst("b", 20, 10) + "; penstock.track('poison'); "
                        + burst("c", 20, 10))
        self.wait_for_rows(site, 20, "b")
        self.wait_for_rows(site, 20, "c")
        self.wait_for("the refusal of one alone", lambda: any(
            status == 403 and len(events) == 1 for status, events in gate.posts))
        self.browser.do("run", tab, "penstock.track('next')")
        told = json.loads(self.wait_for_rows(site, 1, "next")[0]["properties"])
        self.assertEqual({"penstock_dropped": 1}, told)

    def test_an_answer_that_was_lost_is_no_second_row(self):
        gate = self.gate()
        gate.loses_answers = 1
        site = self.site({"/": page(gate.url)})
        tab = self.tab(site)
        self.wait_for("a second try", lambda: gate.passed("pageview") == 2)
        self.end(tab, site)
        self.assertEqual(1, len(self.rows(site, "pageview")))

    # --- One bad event.

    def test_a_bad_event_takes_no_neighbours(self):
        bad = {
            "bigint": "track('bad', {n: 10n})",
            "cyclic": "const c = {}; c.c = c; track('bad', c)",
            "throws": "track('bad', {toJSON() { throw new Error('no') }})",
            "getter": "track('bad', {get a() { throw null }})",
            "name of 257 bytes": "track('\\u00e9'.repeat(128) + 'x')",
            "array": "track('bad', [])",
            "text": "track('bad', 'text')",
            "function": "track('bad', () => 1)",
            "symbol": "track(Symbol('s'), {s: Symbol('t')})",
            "nested": "let d = {}; for (let i = 0; i < 100; i++) d = {d}; track('bad', d)",
            "deep": "let d = {}; for (let i = 0; i < 1e5; i++) d = {d}; track('bad', d)",
            "surrogates": "track('bad\\ud800', {['\\udc00']: '\\ud83d', s: '\\\\ud800'})",
            "no name": "track(); track(null); track(''); track(' '); track({toString: null})",
            "nul": "track('b\\0ad', {n: '\\0'})",
            "window": "track('bad', window)",
            "NaN": "track('bad', {n: NaN, d: new Date(NaN)})",
        }
        for what, script in bad.items():
            with self.subTest(what):
                site = self.site({"/": page(self.intake)})
                tab = self.tab(site)
                self.browser.do("run", tab, "{ const track = penstock.track; track('good'); "
                                            f"{script}; track('good'); }}")
                self.wait_for_rows(site, 2, "good")
                self.end(tab, site)
        self.assertEqual([], self.browser.do("errors"))

    def test_what_can_be_said_of_odd_properties_is(self):
        site = self.site({"/": page(self.intake)})
        tab = self.tab(site)
        for index, (value, expected) in enumerate((
                ("{n: 12345678901234567890n}", {"n": "12345678901234567890"}),
                ("'text'", {"value": "text"}), ("[1]", {"value": [1]}), ("[]", {}), ("null", {}),
                ("{s: 'a\\ud800b', t: '\\\\ud800', u: '\\u{1f600}'}",
                 {"s": "a\ufffdb", "t": "\\ud800", "u": "\U0001f600"}),
                ("(() => { const c = {}; c.c = c; return c })()", "circular"))):
            self.browser.do("run", tab, f"penstock.track('odd{index}', {value})")
            text = self.wait_for_rows(site, 1, f"odd{index}")[0]["properties"]
            if isinstance(expected, str):
                self.assertIn(expected, json.loads(text)["penstock_error"])
            else:
                self.assertEqual(expected, json.loads(text or "{}"))

    def test_names_that_are_empty_are_no_events(self):
        site = self.site({"/": page(self.intake)})
        tab = self.tab(site)
        self.browser.do("run", tab, "penstock.track(); penstock.track(null); penstock.track(''); "
                                    "penstock.track('  ')")
        self.end(tab, site)
        self.assertEqual(["pageview"], [row["name"] for row in self.rows(site)][:-1])

    def test_a_long_address_loses_no_events(self):
        site = self.site({"/": page(self.intake), "/next": page(self.intake)})
        tab = self.tab(site + "/?" + "q" * 20_000)
        self.browser.do("run", tab, "document.title = 't'.repeat(1e5); penstock.track('later')")
        later = self.wait_for_rows(site, 1, "later")[0]
        self.assertEqual(8192, len(later["url"]))
        self.assertEqual({"penstock_cut": ["url"]}, json.loads(later["properties"]))
        self.browser.do("run", tab, f"location.href = '{site}/next'")
        self.wait_for("the next page", lambda: any(
            row["path"] == "/next" for row in self.rows(site, "pageview")))
        self.assertEqual(2, len(self.rows(site, "pageview")))
        # A referrer of the page's own making: its address was changed before.
        self.browser.do("run", tab, "history.pushState(0, '', '/x?' + 'r'.repeat(20000)); "
                                    "history.pushState(0, '', '/y'); penstock.track('last')")
        last = self.wait_for_rows(site, 1, "last")[0]
        self.assertEqual({"penstock_cut": ["referrer"]}, json.loads(last["properties"]))
        self.assertEqual(4, len(self.rows(site, "pageview")))


if __name__ == "__main__":
    harness.main()
