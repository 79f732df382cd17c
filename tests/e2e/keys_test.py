"""Keys made in the console: taken up by a running intake at once, bound, rotated, revoked."""

import json
import time
import unittest

import console_api_test
import harness

SOON_S = 5  # The intake looks twice a second; the machine may be busy.


class Keys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = harness.Machine(settings={"ingest": {"require_key": True}})
        cls.addClassCleanup(cls.machine.close)
        cls.machine.start()
        cls.admin = console_api_test.signed_in(cls.machine)

    def api(self, method, path, body=None, expected=200):
        answer = self.admin.call(method, path, body)
        self.assertEqual(expected, answer.status, answer.body)
        return answer.json if answer.body else None

    def make(self, **wanted):
        made = self.api("POST", "/keys", {"project": "shop", **wanted})
        return made["secret"], made["key"]["id"]

    def send(self, key, headers=None, events=1):
        body = json.dumps([{"name": "x"}] * events)
        return self.machine.request("POST", "/v1/events", body, {
            "Content-Type": "application/json", "X-Penstock-Key": key, **(headers or {})})

    def wait_for_status(self, status, key, headers=None):
        harness.wait_for(f"status {status}", lambda: self.send(key, headers).status == status,
                         SOON_S)

    def tool(self, *words):
        return self.machine.tool("key", *words, "--config", self.machine.config)

    def key(self, key_id):
        return next(key for key in self.api("GET", "/keys")["keys"] if key["id"] == key_id)

    def test_a_key_is_good_at_once_and_no_more_once_revoked(self):
        secret, key_id = self.make(name="curl")
        self.wait_for_status(202, secret)
        harness.wait_for("its use", lambda: self.key(key_id)["events"] >= 1)
        self.assertAlmostEqual(self.key(key_id)["last_used_at"] / 1000, time.time(), delta=60)
        self.api("DELETE", f"/keys/{key_id}", expected=204)
        self.wait_for_status(401, secret)
        self.assertEqual("revoked_key", self.send(secret).json["error"])
        self.assertGreaterEqual(
            self.machine.metric("penstock_ingest_keys_refused_total", reason="revoked"), 1)
        harness.wait_for("the event in its project", lambda: self.machine.query(
            "SELECT 1 FROM events WHERE project = 'shop'"))

    def test_a_quota_is_told_when_to_come_again(self):
        secret, key_id = self.make(events_a_minute=60)
        self.wait_for_status(202, secret)
        self.assertEqual(202, self.send(secret, events=100).status)  # Begun within it.
        refused = self.send(secret)
        self.assertEqual(429, refused.status)
        self.assertEqual("over_quota", refused.json["error"])
        self.assertIn(int(refused.headers["retry-after"]), range(30, 61))
        # More of it is given at once.
        self.api("PATCH", f"/keys/{key_id}", {"events_a_minute": 0})
        self.wait_for_status(202, secret)

    def test_a_key_of_a_page_is_for_its_origin(self):
        secret, _ = self.make(origins=["https://*.shop.example"])
        own = {"Origin": "https://www.shop.example"}
        self.wait_for_status(202, secret, own)
        refused = self.send(secret, {"Origin": "https://shop.example.evil.example"})
        self.assertEqual(403, refused.status)
        self.assertEqual("origin_refused", refused.json["error"])
        self.assertEqual(403, self.send(secret).status)

    def test_a_key_is_for_its_network(self):
        secret, _ = self.make(addresses=["203.0.113.0/24"])
        self.wait_for_status(202, secret, {"X-Forwarded-For": "203.0.113.9"})
        self.assertEqual(403, self.send(secret).status)

    def test_a_rotated_key_ends_after_its_overlap(self):
        old, key_id = self.make(name="backend")
        self.wait_for_status(202, old)
        fresh = self.api("POST", f"/keys/{key_id}/rotate", {"overlap_hours": 1})["secret"]
        self.wait_for_status(202, fresh)
        self.assertEqual(202, self.send(old).status)
        self.assertAlmostEqual(self.key(key_id)["expires_at"] / 1000, time.time() + 3600, delta=60)
        self.api("POST", f"/keys/{key_id}/rotate", {"overlap_hours": 0})
        self.wait_for_status(401, old)
        self.assertEqual(202, self.send(fresh).status)

    def test_root_and_console_see_each_others_keys(self):
        made = json.loads(self.tool("create", "blog", "--json").stdout)
        self.wait_for_status(202, made["key"])
        self.assertFalse(self.key(made["id"])["may_change"])
        _, key_id = self.make()
        listed = json.loads(self.tool("list", "--json").stdout)
        self.assertLessEqual({made["id"], key_id}, {key["id"] for key in listed})
        self.tool("revoke", key_id)
        self.assertIsNotNone(self.key(key_id)["revoked_at"])
        # Root's file stays as it is; the key is refused all the same.
        before = (self.machine.state / "keys.json").read_bytes()
        self.api("DELETE", f"/keys/{made['id']}", expected=204)
        self.wait_for_status(401, made["key"])
        self.assertEqual(before, (self.machine.state / "keys.json").read_bytes())

    def test_a_strangers_key_is_adopted(self):
        key = "phc_adopted_0123456789"
        self.assertEqual(401, self.send(key).status)
        unknown = {one["prefix"] for one in self.api("GET", "/keys")["unknown"]}
        self.assertIn(key[:7], unknown)
        self.api("POST", "/keys/adopt", {"key": key, "project": "app"})
        self.wait_for_status(202, key)

    def test_a_broken_file_keeps_the_keys_that_were(self):
        secret, _ = self.make()
        self.wait_for_status(202, secret)
        path = self.machine.state / "keys" / "console.json"
        self.assertEqual(0, path.stat().st_mode & 0o007)
        good = path.read_bytes()
        before = self.machine.metric("penstock_ingest_keys_unreadable_total")
        path.write_bytes(b"[{")
        harness.wait_for("the fault", lambda: self.machine.metric(
            "penstock_ingest_keys_unreadable_total") > before)
        self.assertEqual(202, self.send(secret).status)
        path.write_bytes(good)

    def test_no_secret_is_logged_or_listed(self):
        secret, key_id = self.make(name="secret")
        self.wait_for_status(202, secret)
        self.api("POST", f"/keys/{key_id}/rotate", {})
        texts = [json.dumps(self.api("GET", "/keys")), json.dumps(self.api("GET", "/audit"))]
        texts += [process.text() for process in self.machine.processes]
        for text in texts:
            self.assertNotIn(secret, text)


if __name__ == "__main__":
    harness.main()
