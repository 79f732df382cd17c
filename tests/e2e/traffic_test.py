"""Unwanted traffic: dropped or marked by rules before the queue, whatever the protocol."""

import json
import signal
import unittest

import harness


class Traffic(unittest.TestCase):
    def test_is_dropped_or_marked_and_counted(self):
        with harness.Machine() as machine:
            networks = machine.root / "networks"
            networks.write_text("# a data centre\n198.51.100.0/24\n")
            machine.settings["traffic"] = {
                "drop_paths": ["/wp-admin/*"], "drop_agents": ["*headlesschrome*"],
                "drop_addresses": ["203.0.113.0/24"], "drop_networks_file": str(networks),
                "mark_referrers": ["*.spam.example"]}
            machine.write_config()
            ingest, _ = machine.start("penstock-ingest", "penstock-worker")

            def post(name, headers=None, **event):
                answer = machine.post_events({"name": name, **event}, headers=headers)
                self.assertEqual((202, 1), (answer.status, answer.json["accepted"]), name)

            post("path", url="https://shop.test/wp-admin/x.php?a=1")
            post("agent", {"User-Agent": "Mozilla/5.0 HeadlessChrome/120"})
            post("address", {"X-Forwarded-For": "203.0.113.7"})
            post("network", {"X-Forwarded-For": "198.51.100.7"})
            post("referrer", referrer="https://a.spam.example/", properties={"n": 1})
            # Half of a batch, and another protocol.
            answer = machine.post_events([{"name": "kept"}, {"url": "https://x.test/wp-admin/"}])
            self.assertEqual(2, answer.json["accepted"])
            answer = machine.request("GET", "/v1/collect?url=https://x.test/wp-admin/")
            self.assertEqual(204, answer.status)
            # A request that is refused drops nothing.
            answer = machine.post_events([{"url": "https://x.test/wp-admin/"}, {}])
            self.assertEqual(422, answer.status)

            machine.wait_for_rows(2)
            rows = {row["name"]: json.loads(row["properties"]) for row in machine.rows()}
            self.assertEqual({"referrer": {"n": 1, "penstock_traffic": "referrer"}, "kept": {}},
                             rows)
            dropped = {reason: machine.metric("penstock_ingest_dropped_total", reason=reason)
                       for reason in ("path", "address", "network", "agent", "referrer")}
            self.assertEqual(
                {"path": 3, "address": 1, "network": 1, "agent": 1, "referrer": 0}, dropped)
            self.assertEqual(1, machine.metric("penstock_ingest_marked_total", reason="referrer"))
            told = json.loads(machine.tool("status", "--json", "--config", machine.config).stdout)
            self.assertEqual([{"reason": reason, "events": events} for reason, events in
                              (("path", 3), ("address", 1), ("network", 1), ("agent", 1))],
                             told["ingest"]["dropped"])
            self.assertEqual([{"reason": "referrer", "events": 1}], told["ingest"]["marked"])

            del machine.settings["traffic"]
            machine.write_config()
            ingest.signal(signal.SIGHUP)
            harness.wait_for("the reload", lambda: "traffic.drop_paths" in ingest.text())
            post("path", url="https://shop.test/wp-admin/x.php")
            machine.wait_for_rows(3)


if __name__ == "__main__":
    harness.main()
