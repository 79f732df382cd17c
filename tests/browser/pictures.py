"""Makes the README's pictures anew: real programs, two weeks of traffic of a made-up shop imported
and more of it sent, and the console's page in Chromium (pictures.mjs). pngquant makes them small.

   PENSTOCK_SOURCE_DIR=$PWD PENSTOCK_BUILD_DIR=$PWD/build/quick \\
   PENSTOCK_BROWSER_DIR=$PWD/build/quick/tests/browser python3 tests/browser/pictures.py
"""

import json
import math
import random
import subprocess
import time
import unittest
import uuid

import console_page
from console_page import SOURCE, harness

DAYS = 14
VISITS_A_DAY = 160
BYTES_MAX = 120_000
AGENTS = [
    ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", 3),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/128.0.0.0 Safari/537.36", 6),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
     "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", 5),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 1)]
REFERRERS = [("", 6), ("https://www.google.com/", 5), ("https://news.ycombinator.com/", 2),
             ("https://duckduckgo.com/", 1), ("https://mail.example.org/", 1)]
PATHS = [("/", 6), ("/beans", 5), ("/beans/ethiopia", 4), ("/beans/colombia", 3), ("/grinders", 3),
         ("/blog/water", 2), ("/cart", 2), ("/about", 1)]
ERRORS = [
    ("OutOfStock", "no more of ethiopia-250", "add", "shop/cart.py", 5),
    ("TypeError", "Cannot read properties of undefined (reading 'price')", "total",
     "src/checkout.ts", 9),
    ("PaymentDeclined", "the bank said no", "charge", "shop/payments.py", 3),
    ("TimeoutError", "no answer from the warehouse in 5 s", "reserve", "shop/stock.py", 2)]


def one_of(chance, weighted):
    return chance.choices(weighted, [row[-1] for row in weighted])[0]


def error(chance, at_ms, visitor, agent, number):
    name, message, function, file, _ = one_of(chance, ERRORS)
    frames = [{"function": function, "file": file, "line": 42 + len(name), "in_app": True},
              {"function": "handle", "file": "shop/views.py", "line": 118, "in_app": True},
              {"function": "dispatch", "file": "django/core/handlers/base.py", "line": 181,
               "in_app": False}]
    return {"kind": "error", "name": name, "occurred_at": at_ms, "id": event_id(at_ms, number),
            "project": "shop", "user_id": visitor, "user_agent": agent,
            "properties": {"class": name, "message": message, "fingerprint": name, "level": "error",
                           "release": "shop@1.8.2", "environment": "production",
                           "frames": frames}}


def event_id(at_ms, number):
    return f"{at_ms:012x}7000{0x8000 + number % 4096:04x}{number:012x}"


def traffic(now_ms):
    """Visits by the hour of the day, oldest first."""
    chance = random.Random(7)
    events = []
    for hour in range(DAYS * 24, 0, -1):
        start = now_ms - hour * 3_600_000
        of_day = time.gmtime(start / 1000).tm_hour
        share = 0.35 + 0.65 * (1 + math.sin((of_day - 9) / 24 * 2 * math.pi)) / 2
        growth = 1 + (DAYS * 24 - hour) / (DAYS * 24)
        for _ in range(int(VISITS_A_DAY / 24 * share * growth * chance.uniform(0.7, 1.3))):
            visit(chance, start + chance.randrange(3_300_000), events)
    events.sort(key=lambda one: one["occurred_at"])
    return [one for one in events if one["occurred_at"] < now_ms]


def visit(chance, at_ms, events):
    agent = one_of(chance, AGENTS)[0]
    visitor = f"visitor-{chance.randrange(900)}"
    referrer = one_of(chance, REFERRERS)[0]
    for page in range(1 + min(8, int(chance.expovariate(0.5)))):
        path = one_of(chance, PATHS)[0]
        events.append({"name": "pageview", "kind": "page", "occurred_at": at_ms,
                       "id": event_id(at_ms, len(events)), "project": "shop",
                       "url": "https://beans.example" + path, "user_id": visitor,
                       "referrer": referrer if page == 0 else "", "user_agent": agent})
        at_ms += chance.randrange(5_000, 120_000)
    if chance.random() < 0.18:
        events.append({"name": "order", "occurred_at": at_ms, "id": event_id(at_ms, len(events)),
                       "project": "shop", "url": "https://beans.example/cart", "user_id": visitor,
                       "user_agent": agent,
                       "properties": {"total": round(chance.uniform(9, 80), 2), "currency": "EUR",
                                      "items": chance.randrange(1, 5)}})
    if chance.random() < 0.05:
        events.append(error(chance, at_ms, visitor, agent, len(events)))


class Pictures(unittest.TestCase):
    def test_makes_them(self):
        with harness.Machine() as machine:
            machine.start()
            console_page.signed_in(machine)
            events = traffic(int(time.time() * 1000))
            history = machine.root / "history.ndjson"
            history.write_text("".join(json.dumps(one) + "\n" for one in events))
            machine.tool("import", "penstock", history, "--config", machine.config)
            machine.wait_for_rows(len(events))
            host, port = machine.address()
            console_page.visit(self, machine, "pictures.mjs", intake=f"http://{host}:{port}",
                               newest=[{**one, "id": str(uuid.uuid4()), "occurred_at": None}
                                       for one in events[-60:]],
                               docs=str(SOURCE / "docs"))
        for picture in ("console", "events", "error", "live"):
            file = SOURCE / "docs" / f"{picture}.png"
            subprocess.run(["pngquant", "--force", "--strip", "--speed", "1", "--output", file,
                            "64", file], check=True)
            self.assertLess(file.stat().st_size, BYTES_MAX, file)


if __name__ == "__main__":
    harness.main()
