"""What the console's JSON counts is what the rows say: random traffic on days when clocks are
changed, random ranges, filters, steps and five time zones, each answer held against a plain count
of the rows that SQL gives.

PENSTOCK_SEED repeats a run; it is printed where one fails.
"""

import datetime
import json
import os
import random
import unittest
import urllib.parse
import zoneinfo

import harness
from console_api_test import signed_in

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
# Berlin and New York leave summer time on one of these days, Lord Howe enters it: half an hour.
DAYS = ("2026-03-08", "2026-03-29", "2026-04-04", "2026-10-03", "2026-10-25", "2026-11-01")
EVENTS = 1_500
QUESTIONS = 150
DAY_MS = 86_400_000
DIMENSIONS = {"name": "name", "path": "path", "country": "country", "campaign": "utm_campaign",
              "project": "project", "referrer": "referrer_host", "browser": "browser",
              "utm_source": "utm_source", "utm_medium": "utm_medium", "channel": None}
SOURCES = ("google", "fb", "acme")
MEDIA = ("cpc", "email", "banner")
# By source and medium, and by the referrer's host; written down here a second time.
CAMPAIGN_CHANNELS = {
    ("google", "cpc"): "Paid Search", ("google", "email"): "Email", ("google", "banner"): "Display",
    ("google", ""): "Organic Search", ("fb", "cpc"): "Paid Social", ("fb", "email"): "Email",
    ("fb", "banner"): "Display", ("fb", ""): "Organic Social", ("acme", "cpc"): "Paid Other",
    ("acme", "email"): "Email", ("acme", "banner"): "Display"}
REFERRER_CHANNELS = {"google.de": "Organic Search", "chatgpt.com": "AI Assistants"}
SIGNS = ("=", "!=", "~=", "^=", "?", ">", "<")
AGENTS = ("", "curl/8.1", "Googlebot/2.1 (+http://www.google.com/bot.html)",
          "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")


def midnight_ms(day):
    return int(datetime.datetime.fromisoformat(day + "T00:00:00+00:00").timestamp()) * 1000


def random_event(rng, number):
    at_ms = midnight_ms(rng.choice(DAYS)) + rng.randrange(-DAY_MS, 2 * DAY_MS)
    return {"id": f"{at_ms:012x}7000{0x8000 + number % 0x3fff:04x}{number:012x}",
            "project": rng.choice(("shop", "default", "shop-2")),
            "name": rng.choice(("pageview", "Sign up", "click")), "occurred_at": at_ms,
            "url": rng.choice(("", f"https://a.test/p{rng.randrange(6)}?utm_campaign=c{number % 3}",
                               f"https://a.test/?utm_source={rng.choice(SOURCES)}",
                               f"https://a.test/?utm_medium={rng.choice(MEDIA)}"
                               f"&utm_source={rng.choice(SOURCES)}", "https://a.test/Blog/é")),
            "referrer": rng.choice(("", "https://b.test/x", "https://www.google.de/",
                                    "https://a.test/p1", "https://chatgpt.com/")),
            "user_id": f"u{rng.randrange(60)}", "user_agent": rng.choice(AGENTS),
            "properties": rng.choice(({}, {"plan": "pro"}, {"plan": "", "seats": 3},
                                      {"seats": rng.randrange(20)}, {"plan": "Pro", "seats": "x"},
                                      {"seats": -2.5}))}


def number_of(text):
    try:
        return float(text)
    except ValueError:
        return None


def lower(text):
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def holds(value, sign, operand):
    if sign in ("=", "!="):
        return (value == operand) == (sign == "=")
    if sign == "~=":
        return lower(operand) in lower(value)
    if sign == "^=":
        return lower(value).startswith(lower(operand))
    if sign == "?":
        return value != ""
    number = number_of(value)
    if number is None:
        return False
    return number > float(operand) if sign == ">" else number < float(operand)


def channel_of(row):
    if row["utm_source"]:
        found = CAMPAIGN_CHANNELS.get((row["utm_source"], row["utm_medium"]))
        return found or ("Referral" if row["referrer_host"] else "Unassigned")
    if row["referrer_host"]:
        return REFERRER_CHANNELS.get(row["referrer_host"], "Referral")
    if row["utm_campaign"]:
        return "Unassigned"
    return "Direct" if row["url"] and not row["referrer"] else ""


def value_of(row, name):
    if name == "channel":
        return channel_of(row)
    if name in DIMENSIONS:
        return row[DIMENSIONS[name]]
    value = json.loads(row["properties"]).get(name.removeprefix("properties."), "")
    return value if isinstance(value, str) else json.dumps(value)


def starts(zone, step, from_ms, to_ms):
    """Where the days, weeks or months that lie in the range begin, in seconds."""
    day = datetime.datetime.fromtimestamp(from_ms / 1000, zone).date()
    if step == "week":
        day -= datetime.timedelta(days=day.weekday())
    elif step == "month":
        day = day.replace(day=1)
    found = []
    while True:
        at = int(datetime.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
        if at * 1000 >= to_ms:
            return found
        found.append(at)
        if step == "month":
            day = (day + datetime.timedelta(days=32)).replace(day=1)
        else:
            day += datetime.timedelta(days=7 if step == "week" else 1)


class ConsoleNumbers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seed = int(os.environ.get("PENSTOCK_SEED") or random.randrange(1 << 32))
        cls.rng = random.Random(cls.seed)
        cls.machine = harness.Machine()
        cls.addClassCleanup(cls.machine.close)
        cls.machine.start("penstock-worker", "penstock-console")
        history = cls.machine.root / "history.ndjson"
        history.write_text("".join(json.dumps(random_event(cls.rng, n)) + "\n"
                                   for n in range(EVENTS)))
        cls.machine.tool("import", "penstock", history, "--config", cls.machine.config)
        cls.machine.wait_for_rows(EVENTS)
        cls.rows = cls.machine.rows()
        cls.admin = signed_in(cls.machine)

    def get(self, path, pairs):
        answer = self.admin.call("GET", path + "?" + urllib.parse.urlencode(pairs))
        self.assertEqual(200, answer.status, (self.seed, pairs, answer))
        return answer.json

    def random_question(self):
        """Its parameters, and the rows that it is about."""
        rng = self.rng
        from_ms = midnight_ms(rng.choice(DAYS)) + rng.choice((0, rng.randrange(-DAY_MS, DAY_MS)))
        to_ms = from_ms + rng.choice((DAY_MS, rng.randrange(1, 40 * DAY_MS), 260 * DAY_MS))
        pairs = [("from", from_ms), ("to", to_ms)]
        bots = rng.choice((None, "0", "1", "only"))
        if bots is not None:
            pairs.append(("bots", bots))
        project = rng.choice(("", "", "shop"))
        if project:
            pairs.append(("project", project))
        conditions = []
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            name = rng.choice((*DIMENSIONS, "properties.plan", "properties.seats", "properties.no"))
            sign = rng.choice(SIGNS)
            operand = "" if sign == "?" else str(rng.randrange(-3, 15)) if sign in "><" else \
                rng.choice((value_of(rng.choice(self.rows), name), "P", "/b", "3", ""))
            conditions.append((name, sign, operand))
            pairs.append(("filter", name + sign + operand))
        left = [row for row in self.rows
                if from_ms <= row["occurred_at"] < to_ms
                and (bots in (None, "1") or bool(row["is_bot"]) == (bots == "only"))
                and project in ("", row["project"])
                and all(holds(value_of(row, name), sign, operand)
                        for name, sign, operand in conditions)]
        return pairs, left, from_ms, to_ms

    def test_every_number_is_that_of_the_rows(self):
        for number in range(QUESTIONS):
            pairs, left, from_ms, to_ms = self.random_question()
            with self.subTest(seed=self.seed, number=number, pairs=pairs):
                self.check_summary(pairs, left)
                self.check_series(pairs, left, from_ms, to_ms)
                self.check_top(pairs, left)
                self.check_list(pairs, left)

    def check_summary(self, pairs, left):
        summary = self.get("/stats/summary", pairs)
        self.assertEqual(len(left), summary["events"])
        self.assertEqual(sum(row["is_bot"] for row in left), summary["bots"])
        self.check_visitors(left, summary["visitors"])
        self.assertEqual((pairs[0][1] / 1000, pairs[1][1] / 1000),
                         (summary["from"], summary["to"]))

    def check_visitors(self, left, told):
        """Of a few dozen the estimate is exact but for two hashes that share a register."""
        visitors = len({row["user_id"] for row in left})
        self.assertAlmostEqual(visitors, told, delta=2 + visitors // 20)

    def check_series(self, pairs, left, from_ms, to_ms):
        zone_name, step = self.rng.choice(ZONES), self.rng.choice(("day", "week", "month", "1h"))
        if step == "1h" and to_ms - from_ms > 50 * DAY_MS:
            step = "day"
        series = self.get("/stats/timeseries", [*pairs, ("tz", zone_name), ("step", step)])
        if step != "1h":
            zone = zoneinfo.ZoneInfo(zone_name)
            if (zone_name, step) != ("UTC", "day"):
                self.assertEqual(step, series["step"])
            self.assertEqual(starts(zone, step, from_ms, to_ms), series["t"], zone_name)
        bounds = [*series["t"], 1 << 40]
        counts = [0] * len(series["t"])
        for row in left:
            at = max(i for i, start in enumerate(bounds) if start * 1000 <= row["occurred_at"])
            counts[at] += 1
        self.assertEqual(counts, series["events"], (zone_name, step))
        visits = self.get("/stats/visits/timeseries", [*pairs, ("tz", zone_name), ("step", step)])
        self.assertEqual(series["t"], visits["t"])
        self.assertEqual(self.get("/stats/visits", pairs)["visits"], sum(visits["visits"]))
        overview = self.get("/stats/overview", [*pairs, ("tz", zone_name), ("step", step)])
        for names, answer in ((("t", "events", "visitors"), series),
                              (("t", "visits", "bounces", "seconds"), visits)):
            for name in names:
                self.assertEqual(answer[name], overview[name], name)
        self.assertEqual((len(left), sum(row["is_bot"] for row in left)),
                         (overview["totals"]["events"], overview["totals"]["bots"]))

    def check_top(self, pairs, left):
        name = self.rng.choice((*DIMENSIONS, "properties.plan", "properties.seats"))
        having = {}
        for row in left:
            having.setdefault(value_of(row, name), []).append(row)
        wanted = {value: len(rows) for value, rows in having.items()}
        top = self.get("/stats/top", [*pairs, ("dimension", name), ("limit", 1000),
                                      ("visitors", "true")])
        self.assertEqual(wanted, {row["value"]: row["events"] for row in top["rows"]}, name)
        for row in top["rows"]:
            self.check_visitors(having[row["value"]], row["visitors"])
        part = self.rng.choice(("p", "1", "/"))
        found = self.get("/stats/top", [*pairs, ("dimension", name), ("limit", 1000),
                                        ("search", part)])
        self.assertEqual({value: n for value, n in wanted.items() if part in lower(value)},
                         {row["value"]: row["events"] for row in found["rows"]}, name)

    def check_list(self, pairs, left):
        ids, cursor = [], ""
        while cursor is not None:
            page = self.get("/events", [*pairs, ("limit", 400), *([("cursor", cursor)] if cursor
                                                                  else [])])
            ids += [event["id"] for event in page["events"]]
            cursor = page["next_cursor"]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual({row["id_hex"].lower() for row in left}, set(ids))
        answer = self.admin.call("GET", "/events/export?" + urllib.parse.urlencode(pairs))
        self.assertEqual("chunked", answer.headers["transfer-encoding"])
        exported = [json.loads(line) for line in answer.body.decode().splitlines()]
        self.assertEqual(sorted(ids), sorted(event["id"] for event in exported))
        self.assertEqual(sorted(times := [event["occurred_at"] for event in exported]), times)


if __name__ == "__main__":
    unittest.main()
