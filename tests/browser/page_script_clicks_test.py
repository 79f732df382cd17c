"""Clicks on what is named and on links that leave, in every way that a link can be followed."""

import json

import browser_world as world
from browser_world import harness, page

# Links are kept from being followed, so that each test stays on its page.
STAY = """<script>
for (const type of ["click", "auxclick"]) {
  addEventListener(type, event => { if (!window.goes) event.preventDefault(); });
}</script>"""

OUT = "http://localhost:9/out?a=1"


class Clicks(world.Story):
    def visit(self, body):
        self.url = self.site({"/": page(self.intake, STAY + body), "/out": "<p>out"})
        return self.tab(self.url)

    def events(self, tab):
        """(name, href) of all that was tracked besides page views."""
        self.end(tab, self.url)
        return [(row["name"], json.loads(row["properties"] or "{}").get("href"))
                for row in self.rows(self.url) if row["name"] != "pageview"][:-1]

    def check(self, body, expected, selector="#x", **how):
        with self.subTest(body, **how):
            tab = self.visit(body)
            key = how.pop("press", None)
            if key:
                self.browser.do("press", tab, selector, key, how)
            else:
                self.browser.do("click", tab, selector, how)
            self.assertEqual(expected, self.events(tab))

    def test_links_that_leave(self):
        link = f'<a id="x" href="{OUT}">out</a>'
        left = [("outbound", OUT)]
        self.check(link, left)
        self.check(link, left, button="middle")
        self.check(link, [], button="right")
        self.check(link, left, press="Enter")
        self.check(link, left, keys=["Control"])
        self.check(link, left, keys=["Shift"])
        self.check(f'<a id="x" href="{OUT}" target="_blank">out</a>', left)
        self.check(f'<a href="{OUT}"><b><i id="x">out</i></b></a>', left)
        self.check(f'<a href="{OUT}" download><b id="x">out</b></a>', left)
        self.check(f'<img usemap="#m" width="50" height="50" id="x" src="data:,"><map name="m">'
                   f'<area shape="default" href="{OUT}"></map>', left)

    def test_links_in_pictures_and_in_shadows(self):
        for attribute in ("href", "xlink:href"):
            self.check(f'<svg width="50" height="50"><a {attribute}="{OUT}">'
                       '<rect id="x" width="50" height="50"/></a></svg>', [("outbound", OUT)])
        shadow = f"""<div id="host"></div><script>
            document.getElementById("host").attachShadow({{mode: "open"}}).innerHTML =
              '<a href="{OUT}"><b id="x">out</b></a>'</script>"""
        self.check(shadow, [("outbound", OUT)])
        self.check(shadow, [("outbound", OUT)], button="middle")
        self.check(f"""<a href="{OUT}"><span id="x"></span></a><script>
            document.getElementById("x").attachShadow({{mode: "open"}}).innerHTML =
              '<b>out</b>'</script>""", [("outbound", OUT)])

    def test_links_that_stay(self):
        for href in ("/next", "#part", "mailto:a@b.example", "javascript:void 0", "tel:1",
                     "http://[bad"):
            self.check(f'<a id="x" href="{href}">in</a>', [])
        self.check('<svg width="50" height="50"><a href="/next">'
                   '<rect id="x" width="50" height="50"/></a></svg>', [])
        self.check('<a id="x">no link</a>', [])

    def test_named_things(self):
        self.check('<button id="x" data-penstock="signup">Sign up</button>', [("signup", None)])
        self.check('<button id="x" data-penstock="signup">Sign up</button>', [("signup", None)],
                   press="Enter")
        self.check('<button id="x" data-penstock="signup">Sign up</button>', [], button="middle")
        self.check(f'<a id="x" data-penstock="partner" href="{OUT}">out</a>', [("partner", OUT)],
                   button="middle")
        self.check('<div data-penstock="card"><b id="x">card</b></div>', [("card", None)])

    def test_what_is_named_nothing_is_no_event(self):
        self.check('<button id="x" data-penstock="">Sign up</button>', [])
        self.check('<button id="x" data-penstock=" ">Sign up</button>', [])
        self.check('<div data-penstock="card"><b id="x" data-penstock="">no</b></div>', [])
        self.check(f'<a id="x" data-penstock="" href="{OUT}">out</a>', [("outbound", OUT)])

    def test_a_link_that_is_followed_is_counted(self):
        tab = self.visit("")
        away = self.site({"/": "<p>away"})
        for how in ({}, {"button": "middle", "opens": "behind"}):
            with self.subTest(**how):
                self.browser.do("goto", tab, self.url)
                self.browser.do("run", tab, f"""window.goes = true; document.body.innerHTML =
                    '<a id="x" href="{away}/">away</a>'""")
                before = len(self.rows(self.url, "outbound"))
                self.browser.do("click", tab, "#x", how)
                self.wait_for_rows(self.url, before + 1, "outbound")


if __name__ == "__main__":
    harness.main()
