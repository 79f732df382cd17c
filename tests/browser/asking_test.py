"""The console's bar, filters, ranges and table of events in Chromium; asking.mjs says what."""

import datetime
import json
import time
import unittest
import zoneinfo

import console_page
from console_page import harness

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
GOOGLE = "Googlebot/2.1 (+http://www.google.com/bot.html)"
COUNT = 260
BOTS_EACH = 13
HOURS = 5 * 24
KATHMANDU = zoneinfo.ZoneInfo("Asia/Kathmandu")


def event(number, now):
    """The oldest first, over five days."""
    at_ms = (now - HOURS * 3600 + number * HOURS * 3600 // COUNT) * 1000
    path = f"/products/{number % 4}" if number % 2 else "/blog"
    return {"id": f"{at_ms:012x}7000{0x8000 + number:04x}{number:012x}", "occurred_at": at_ms,
            "project": "shop" if number % 5 == 0 else "default", "name": "pageview",
            "url": "https://shop.example" + path, "user_id": f"u{number % 9}",
            "referrer": "" if number % 3 else "https://search.example/",
            "user_agent": GOOGLE if number % BOTS_EACH == 0 else FIREFOX,
            "properties": {"seats": number % 8}}


class Asking(unittest.TestCase):
    def test_what_one_asks_for(self):
        now = int(time.time()) // 60 * 60 - 60
        events = [event(number, now) for number in range(COUNT)]
        people = [one for one in events if one["user_agent"] == FIREFOX]

        def count(holds):
            return sum(map(holds, people))

        first = people[0]["occurred_at"] // 1000
        begin = first // 3600 * 3600
        middle = datetime.datetime.fromtimestamp(begin + HOURS * 1800, datetime.timezone.utc)
        custom = (int(middle.timestamp()), int(middle.timestamp()) + 86_400)

        def minute(at):
            return f"{datetime.datetime.fromtimestamp(at, datetime.timezone.utc):%Y-%m-%dT%H:%M}"

        wanted = {
            "people": len(people), "bots": COUNT - len(people),
            "products": count(lambda one: "/products" in one["url"]),
            "productOne": count(lambda one: one["url"].endswith("/products/1")),
            "productOneVisitors": len({one["user_id"] for one in people
                                       if one["url"].endswith("/products/1")}),
            "overThree": count(lambda one: one["properties"]["seats"] > 3),
            "productsOverThree": count(lambda one: "/products" in one["url"] and
                                       one["properties"]["seats"] > 3),
            "direct": count(lambda one: one["referrer"] == ""),
            "seven": count(lambda one: one["properties"]["seats"] == 7),
            "shop": count(lambda one: one["project"] == "shop"),
            "from": begin, "to": now + 60,
            "firstDayLocal": f"{datetime.datetime.fromtimestamp(begin, KATHMANDU):%-d %b}",
            "firstDayUtc":
                f"{datetime.datetime.fromtimestamp(begin, datetime.timezone.utc):%-d %b}",
            "customFrom": minute(custom[0]), "customTo": minute(custom[1]),
            "custom": count(lambda one: custom[0] * 1000 <= one["occurred_at"]
                            < custom[1] * 1000)}
        with harness.Machine() as machine:
            machine.start()
            console_page.signed_in(machine)
            history = machine.root / "history.ndjson"
            history.write_text("".join(json.dumps(one) + "\n" for one in events))
            machine.tool("import", "penstock", history, "--config", machine.config)
            machine.wait_for_rows(COUNT)
            console_page.visit(self, machine, "asking.mjs", wanted=wanted)


if __name__ == "__main__":
    harness.main()
