"""Unmodified SDKs of other products, pointed here by host and key alone, deliver what they have."""

import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))

import harness
from refusing_proxy import RefusingProxy

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = os.environ["PENSTOCK_CLIENTS_DIR"]
TEXT = "Grüße, 東京 🚀 a+b&c=d%20"
AGO_MS = 26 * 3_600_000
RUNS = 2

# source, kind, name, user, times that a run of the clients stores it, whether its id stands for it.
WANTED = [
    ("mixpanel", "event", "Bought", "user-1", 1, True),
    ("mixpanel", "identify", "$set", "user-1", 1, False),
    ("mixpanel", "event", "Batch", "user-1", 2, False),
    ("segment", "event", "Bought", "user-1", 1, True),
    ("segment", "page", "Pricing", "", 1, False),
    ("segment", "identify", "identify", "user-1", 1, False),
    ("segment", "event", "Rudder", "user-1", 1, False),
    ("posthog", "event", "Bought", "user-1", 1, False),
    ("posthog", "error", "OrderFailed", "user-1", 1, False),
    ("amplitude", "event", "Bought", "user-1", 1, True),
    ("rollbar", "error", "OrderFailed", "", 1, False),
    ("sentry", "error", "OrderFailed", "user-1", 1, False),
    ("bugsnag", "error", "OrderFailed", "", 1, False),
    ("raygun", "error", "OrderFailed", "", 1, False),
    ("airbrake", "error", "OrderFailed", "", 1, False),
    ("snowplow", "event", "Bought", "user-1", 1, False),
    ("matomo", "page", TEXT, "user-1", 1, False),
    ("matomo", "event", "Shop/Bought", "", 1, False),
    ("umami", "event", "Bought", "", 1, False),
    ("cloudevents", "event", "Bought", "", 2, True),
    ("otlp", "log", "Bought", "user-1", 2, True),
    ("otlp", "error", "OrderFailed", "", 2, True),
]
# What is sent with a time of its own.
DATED = ("mixpanel", "segment", "posthog", "amplitude", "cloudevents", "otlp")
# Those that send again what was answered 503, by their names in clients.cjs.
RETRYING = {"segment": "segment", "rudderstack": "segment", "posthog": "posthog",
            "amplitude": "amplitude", "snowplow": "snowplow", "otlpHttp": "otlp",
            "otlpProto": "otlp"}


class Sdk(unittest.TestCase):
    def test_every_event_is_stored_once_as_it_was_sent(self):
        settings = {"ingest": {"require_key": True}}
        with harness.Machine(redis=True, redis_always=False, settings=settings) as machine:
            key = json.loads(machine.tool("key", "create", "shop", "--json", "--config",
                                          machine.config).stdout)["key"]
            machine.start("penstock-ingest", "penstock-worker")
            happened_ms = int(time.time() * 1000) - AGO_MS
            for _ in range(RUNS):
                self.send(machine, key, happened_ms)
            rows = self.wait_for_rows(machine, WANTED)
            self.check(rows, happened_ms, WANTED)
            self.assertEqual([], [row["source"] for row in rows if key in json.dumps(row)],
                             "the key is kept")
            self.assertEqual(0, machine.metric("penstock_ingest_events_total", source="sentry",
                                               outcome="rejected"))

    def test_what_an_sdk_sends_again_after_a_503_is_stored_once(self):
        wanted = [row for row in WANTED if row[0] in RETRYING.values()]
        with harness.Machine(redis=True, redis_always=False) as machine:
            key = json.loads(machine.tool("key", "create", "shop", "--json", "--config",
                                          machine.config).stdout)["key"]
            machine.start("penstock-ingest", "penstock-worker")
            happened_ms = int(time.time() * 1000) - AGO_MS
            with RefusingProxy(machine.address()) as proxy:
                for mode in ("before", "after"):
                    for client in RETRYING:
                        proxy.arm(mode)
                        self.send(machine, key, happened_ms, proxy.address, client)
                        self.assertEqual(503, proxy.seen[0], client)
                        self.assertGreater(len(proxy.seen), 1, f"{client} did not send again")
            self.check(self.wait_for_rows(machine, wanted), happened_ms, wanted)

    def wait_for_rows(self, machine, wanted):
        count = sum(times * (1 if is_once else RUNS) for *_, times, is_once in wanted)
        harness.wait_for("all events", lambda: len(self.rows(machine)) >= count)
        return self.rows(machine)

    def send(self, machine, key, happened_ms, address=None, *clients):
        host, port = address or machine.address()
        result = subprocess.run(
            ["node", HERE / "clients.cjs", PACKAGES, host, str(port), str(happened_ms), *clients],
            env={**os.environ, "KEY": key}, capture_output=True, text=True,
            timeout=harness.DEADLINE_S, check=False)
        self.assertEqual(0, result.returncode, result.stdout + result.stderr)

    @staticmethod
    def rows(machine):
        """Without what SDKs tell of themselves: Sentry's sessions."""
        return [{name: value for name, value in dict(row).items() if name != "id"}
                for row in machine.rows() if row["name"] != "session"]

    def check(self, rows, happened_ms, wanted):
        left = list(rows)
        for source, kind, name, user, times, is_once in wanted:
            found = [row for row in left if (row["source"], row["kind"], row["name"]) ==
                     (source, kind, name)]
            what = f"{source} {name}"
            self.assertEqual(times if is_once else RUNS * times, len(found), what)
            for row in found:
                left.remove(row)
                self.assertEqual(("shop", user), (row["project"], row["user_id"]), what)
                if kind == "error":
                    self.check_error(source, row)
                if source in DATED and name == "Bought":
                    self.assertEqual(happened_ms, row["occurred_at"], what)
                    properties = json.loads(row["properties"])
                    self.assertEqual(TEXT, properties["text"], what)
                    self.assertEqual({"list": [1, 2.5, True, {"deep": TEXT}], "empty": []},
                                     properties["nested"], what)
        self.assertEqual([], left)

    def check_error(self, source, row):
        properties = json.loads(row["properties"])
        self.assertEqual("OrderFailed", properties["class"], source)
        self.assertEqual(f"{source}: {TEXT}", properties["message"], source)
        self.assertRegex(properties["fingerprint"], "^[0-9a-f]{16,}$", source)
        if source == "otlp":  # Whose stack is one text, in the words of its language.
            self.assertIn("clients.cjs", properties["exception.stacktrace"])
        else:
            self.assertIn("clients.cjs", properties["frames"][0]["file"], source)


if __name__ == "__main__":
    harness.main()
