"""The console's JSON: first run, sign-in, CSRF, roles, and what the endpoints say."""

import base64
import contextlib
import json
import sqlite3
import time
import unittest

import harness

PASSWORD = "a pass phrase for this test"


class Client:
    """A browser's part: a cookie and a CSRF token."""

    def __init__(self, machine):
        self.machine = machine
        self.cookie = ""
        self.csrf = ""

    def call(self, method, path, body=None, csrf=True, headers=None):
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if csrf and self.csrf:
            sent["X-CSRF-Token"] = self.csrf
        return self.machine.request(method, "/api/v1" + path,
                                    None if body is None else json.dumps(body),
                                    {**sent, **(headers or {})}, program="penstock-console")

    def sign_in(self, email, password):
        answer = self.call("POST", "/session", {"email": email, "password": password})
        if answer.status == 200:
            self.cookie = answer.headers["set-cookie"].split(";")[0]
            self.csrf = answer.json["csrf_token"]
        return answer


def first_password(machine):
    path = machine.state / "console" / "initial-password"
    harness.wait_for("the first password", path.exists)
    return path.read_text().strip()


def signed_in(machine):
    """An administrator with a password of her own."""
    client = Client(machine)
    initial = first_password(machine)
    answer = client.sign_in("admin@localhost", initial)
    assert answer.status == 200, answer
    answer = client.call("POST", "/session/password",
                         {"old_password": initial, "new_password": PASSWORD})
    assert answer.status in (200, 204), answer
    client = Client(machine)
    assert client.sign_in("admin@localhost", PASSWORD).status == 200
    return client


class FirstRun(unittest.TestCase):
    def test_from_the_random_password_to_ones_own(self):
        with harness.Machine() as machine:
            machine.start("penstock-console")
            path = machine.state / "console" / "initial-password"
            initial = first_password(machine)
            self.assertEqual(0o600, path.stat().st_mode & 0o777)
            self.assertGreaterEqual(len(initial), 16)

            client = Client(machine)
            self.assertEqual(401, client.call("GET", "/stats/summary").status)
            self.assertEqual(401, client.sign_in("admin@localhost", "wrong password 1").status)
            answer = client.sign_in("admin@localhost", initial)
            self.assertEqual(200, answer.status)
            cookie = answer.headers["set-cookie"]
            self.assertIn("HttpOnly", cookie)
            self.assertIn("SameSite=", cookie)

            # Nothing else works before the password is changed.
            self.assertEqual(403, client.call("GET", "/stats/summary").status)
            self.assertEqual(403, client.call("GET", "/events").status)
            weak = client.call("POST", "/session/password",
                               {"old_password": initial, "new_password": "short"})
            self.assertIn(weak.status, (400, 422))
            changed = client.call("POST", "/session/password",
                                  {"old_password": initial, "new_password": PASSWORD})
            self.assertIn(changed.status, (200, 204))

            again = Client(machine)
            self.assertEqual(401, again.sign_in("admin@localhost", initial).status)
            self.assertEqual(200, again.sign_in("admin@localhost", PASSWORD).status)
            self.assertEqual(200, again.call("GET", "/stats/summary").status)


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = harness.Machine(redis=True)
        cls.addClassCleanup(cls.machine.close)
        cls.machine.start()
        cls.admin = signed_in(cls.machine)
        events = [{"name": f"name-{n % 3}", "url": f"https://a.test/p{n % 5}?utm_campaign=c",
                   "user_id": f"u{n % 7}"} for n in range(60)]
        answer = cls.machine.post_events(events)
        assert answer.status == 202, answer
        cls.machine.wait_for_rows(60)

    def get(self, path):
        answer = self.admin.call("GET", path)
        self.assertEqual(200, answer.status, answer)
        self.assertIn("application/json", answer.headers["content-type"])
        return answer.json

    def test_summary(self):
        summary = harness.wait_for("the summary", lambda: self.full_summary())
        self.assertGreaterEqual(summary["events"], 60)
        self.assertAlmostEqual(7, summary["visitors"], delta=1)

    def full_summary(self):
        summary = self.get("/stats/summary")
        return summary if summary["events"] >= 60 else None

    def test_timeseries(self):
        now = int(time.time())
        series = self.get(f"/stats/timeseries?from={now - 3600}&to={now + 60}&step=60")
        self.assertEqual(60, sum(series["events"]))
        self.assertEqual(len(series["t"]), len(series["events"]))

    def test_top(self):
        for dimension, expected in (("path", 5), ("name", 3), ("campaign", 1)):
            top = self.get(f"/stats/top?dimension={dimension}")
            self.assertEqual(expected, len(top["rows"]), top)
            self.assertEqual(60, sum(row["events"] for row in top["rows"]))
        self.assertEqual(400, self.admin.call("GET", "/stats/top?dimension=nonsense").status)

    def test_events_by_pages(self):
        seen = []
        cursor = ""
        for _ in range(20):
            page = self.get(f"/events?limit=25&cursor={cursor}")
            seen += [event["id"] for event in page["events"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        self.assertEqual(60, len(seen))
        self.assertEqual(60, len(set(seen)))
        event = self.get(f"/events/{seen[0]}")
        self.assertEqual(seen[0], event["id"])
        self.assertEqual("a.test", event["host"])
        self.assertEqual(404, self.admin.call("GET", "/events/" + "0" * 32).status)

    def test_filters(self):
        page = self.get("/events?limit=100&name=name-1")
        self.assertEqual({"name-1"}, {event["name"] for event in page["events"]})
        self.assertEqual(20, len(page["events"]))

    def test_queue_and_system(self):
        self.assertIsInstance(self.get("/queue"), dict)
        self.assertIsInstance(self.get("/system"), dict)

    def test_dead_letters(self):
        redis = self.machine.redis
        redis.command("LPUSH", "penstock:events", b"\xb5poison", b"more poison")
        page = harness.wait_for("two dead letters", lambda: (
            lambda page: page if page["total"] == 2 else None)(self.get("/queue/dead")))
        self.assertEqual([b"more poison", b"\xb5poison"],
                         [base64.b64decode(one["message"]) for one in page["letters"]])
        self.assertEqual(2, self.get("/queue")["dead"])
        first = self.get("/queue/dead?limit=1")
        second = self.get(f"/queue/dead?limit=1&cursor={first['next']}")
        self.assertEqual([one["id"] for one in page["letters"]],
                         [one["id"] for one in first["letters"] + second["letters"]])
        self.assertIsNone(second["next"])

        # What is put back fails again, as another letter.
        old = page["letters"][0]["id"]
        path = f"/queue/dead/{old}/retry"
        self.assertEqual(403, self.admin.call("POST", path, csrf=False).status)
        self.assertEqual({"retried": 1}, self.admin.call("POST", path).json)
        self.assertEqual(404, self.admin.call("POST", path).status)
        page = harness.wait_for("its return", lambda: (
            lambda page: page if page["total"] == 2 else None)(self.get("/queue/dead")))
        self.assertNotIn(old, [one["id"] for one in page["letters"]])
        for one in page["letters"]:
            answer = self.admin.call("POST", f"/queue/dead/{one['id']}/delete")
            self.assertEqual({"deleted": 1}, answer.json)
        self.assertEqual({"total": 0, "letters": [], "next": None, "ours": 0, "complete": True},
                         self.get("/queue/dead"))

    def test_dead_letters_are_the_workers_to_change(self):
        with harness.Machine() as machine:
            machine.start("penstock-worker")
            machine.start("penstock-console")
            machine.start("penstock-ingest")
            admin = signed_in(machine)
            machine.add_dead_letters([b"one", b"two"])
            letters = admin.call("GET", "/queue/dead").json["letters"]
            self.assertEqual(["f2", "f1"], [one["id"] for one in letters])
            socket = machine.state / "run" / "penstock-worker.sock"
            self.assertEqual(0o600, socket.stat().st_mode & 0o777)

            # Without a worker: said so, and nothing is changed.
            worker = machine.processes[0]
            for end in ("kill", "stop"):
                getattr(worker, end)()
                refused = admin.call("POST", "/queue/dead/f1/retry")
                self.assertEqual(503, refused.status, refused)
                self.assertIn("not running", refused.json["detail"])
                self.assertIn("retry-after", refused.headers)
                self.assertEqual(404, admin.call("POST", "/queue/dead/f%2f1/retry").status)
                self.assertEqual(2, admin.call("GET", "/queue/dead").json["total"])
                worker = machine.start("penstock-worker")

            self.assertEqual({"deleted": 1}, admin.call("POST", "/queue/dead/f2/delete").json)
            self.assertEqual({"retried": 1}, admin.call("POST", "/queue/dead/f1/retry").json)
            again = harness.wait_for("its return", lambda: [
                one for one in admin.call("GET", "/queue/dead").json["letters"]
                if one["id"] not in ("f1", "f2")])
            self.assertEqual([b"one"], [base64.b64decode(one["message"]) for one in again])
            self.assertEqual(404, admin.call("POST", "/queue/dead/f1/retry").status)
            self.assertEqual(2, machine.metric("penstock_worker_control_requests_total",
                                               "penstock-worker", code="200"))

            # The worker's restart after its end leaves no socket behind.
            worker.stop()
            self.assertFalse(socket.exists())

    def test_openapi_names_the_paths(self):
        document = self.get("/openapi.json")
        self.assertTrue(document["openapi"].startswith("3."))
        text = json.dumps(list(document["paths"]))
        for path in ("/stats/summary", "/stats/timeseries", "/stats/top", "/stats/visits",
                     "/stats/visits/timeseries", "/stats/entries", "/stats/exits", "/events",
                     "/session"):
            self.assertIn(path, text)

    def test_csrf(self):
        self.assertEqual(403, self.admin.call("DELETE", "/session", csrf=False).status)
        wrong = self.admin.call("DELETE", "/session", csrf=False,
                                headers={"X-CSRF-Token": "0" * 43})
        self.assertEqual(403, wrong.status)
        self.assertEqual(200, self.admin.call("GET", "/session").status)

    def test_other_origins_and_hosts_are_refused(self):
        foreign = self.admin.call("DELETE", "/session", headers={"Origin": "https://evil.test"})
        self.assertEqual(403, foreign.status)
        host = self.admin.call("GET", "/stats/summary", headers={"Host": "evil.test"})
        self.assertIn(host.status, (400, 403, 421))

    def test_errors_have_one_shape(self):
        for path in ("/nothing", "/events?limit=x", "/stats/timeseries?step=7"):
            answer = self.admin.call("GET", path)
            self.assertIn(answer.status, (400, 404))
            self.assertEqual({"error", "detail"}, set(answer.json))

    def test_roles(self):
        self.machine.tool("user", "add", "viewer@example.test", "--role", "viewer", "--config",
                          self.machine.config, text_input=PASSWORD + "\n")
        viewer = Client(self.machine)
        answer = viewer.sign_in("viewer@example.test", PASSWORD)
        self.assertEqual(200, answer.status)
        self.assertEqual(200, viewer.call("GET", "/stats/summary").status)
        self.assertEqual(200, viewer.call("GET", "/events").status)
        self.assertEqual(200, viewer.call("GET", "/queue/dead").status)
        self.assertEqual(403, viewer.call("POST", "/queue/dead/f1/retry").status)
        self.assertEqual(403, viewer.call("POST", "/queue/dead/f1/delete").status)
        for path in ("/stats/summary", "/stats/timeseries", "/stats/top?dimension=path", "/events",
                     "/queue", "/queue/dead", "/system"):
            self.assertEqual(401, Client(self.machine).call("GET", path).status, path)

    def test_a_session_that_nobody_uses_ends(self):
        """Half an hour has gone by since it was seen; the others' have not."""
        idle = Client(self.machine)
        self.assertEqual(200, idle.sign_in("admin@localhost", PASSWORD).status)
        with contextlib.closing(sqlite3.connect(self.machine.state / "console" / "console.db",
                                                isolation_level=None)) as shell:
            shell.execute("UPDATE sessions SET last_seen_at = last_seen_at - 1800000 "
                          "WHERE created_at = (SELECT max(created_at) FROM sessions)")
        self.assertEqual(401, idle.call("GET", "/stats/summary").status)
        self.assertEqual(401, idle.call("GET", "/session").status)
        self.assertEqual(200, self.admin.call("GET", "/session").status)

    def test_sessions_do_not_wait_for_a_lock(self):
        """Another process holds console.db, and every session's last_seen_at is due."""
        path = self.machine.state / "console" / "console.db"
        holder = sqlite3.connect(path, isolation_level=None)
        self.addCleanup(holder.close)
        holder.execute("UPDATE sessions SET last_seen_at = last_seen_at - 120000")
        holder.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        for path in ("/session", "/stats/summary", "/events", "/queue", "/system"):
            self.assertEqual(200, self.admin.call("GET", path).status, path)
        self.assertLess(time.monotonic() - begun, 4)  # One write would wait for five seconds.
        holder.execute("ROLLBACK")

    def test_who_guesses_keeps_nobody_else_out(self):
        def sign_in(address, password, cookie=""):
            headers = {"X-Forwarded-For": address, **({"Cookie": cookie} if cookie else {})}
            return Client(self.machine).call(
                "POST", "/session", {"email": "admin@localhost", "password": password},
                headers=headers)

        known = sign_in("192.0.2.1", PASSWORD).headers["set-cookie"].split(";")[0]
        refused = 0
        for i in range(40):
            address = "192.0.2.1" if i % 2 else f"203.0.113.{i % 8}"
            refused += sign_in(address, "a wrong guess!").status == 429
        self.assertGreater(refused, 5)
        self.assertEqual(429, sign_in("192.0.2.1", PASSWORD).status)
        self.assertEqual(200, sign_in("198.51.100.9", PASSWORD).status)
        self.assertEqual(200, sign_in("192.0.2.1", PASSWORD, known).status)

    def test_its_own_page_behind_a_proxy_signs_in(self):
        credentials = {"email": "admin@localhost", "password": PASSWORD}
        for headers in ({"Host": "192.0.2.9:443", "Origin": "https://192.0.2.9"},
                        {"Host": "127.0.0.1:8081", "Origin": "https://stats.example.org",
                         "Sec-Fetch-Site": "same-origin"}):
            answer = Client(self.machine).call("POST", "/session", credentials, headers=headers)
            self.assertEqual(200, answer.status, headers)
        for headers, status in (({"Origin": "https://stats.example.org"}, 403),
                                ({"Host": "stats.example.org"}, 421)):
            answer = Client(self.machine).call("POST", "/session", credentials, headers=headers)
            self.assertEqual(status, answer.status, headers)
            self.assertIn("console.public_url", answer.json["detail"])

    def test_chart_totals_and_list_count_the_same(self):
        now = int(time.time() * 1000)
        for start, end in ((now - 3_600_123, now - 30_001), (now - 45_500, now + 1)):
            query = f"from={start}&to={end}"
            total = self.get(f"/stats/summary?{query}")["events"]
            for step in ("60", "5m", "1h", "1d"):
                series = self.get(f"/stats/timeseries?{query}&step={step}")
                self.assertEqual(total, sum(series["events"]), (query, step))
            listed = self.get(f"/events?{query}&limit=1000")["events"]
            self.assertEqual(total, len(listed), query)
            top = self.get(f"/stats/top?{query}&dimension=source&limit=100")["rows"]
            self.assertEqual(total, sum(row["events"] for row in top), query)

    def test_cursors_that_it_never_gave_are_refused(self):
        for cursor in ("9223372036854775807.1", "-1.1", "x", "1.", "99999999999999999999.1"):
            self.assertEqual(400, self.admin.call("GET", f"/events?cursor={cursor}").status, cursor)

    def test_signing_out_ends_the_session(self):
        client = Client(self.machine)
        client.sign_in("admin@localhost", PASSWORD)
        self.assertEqual(200, client.call("GET", "/stats/summary").status)
        self.assertIn(client.call("DELETE", "/session").status, (200, 204))
        self.assertEqual(401, client.call("GET", "/stats/summary").status)

    def test_the_page_is_served_with_a_policy(self):
        page = self.machine.request("GET", "/", program="penstock-console")
        self.assertEqual(200, page.status)
        self.assertIn("text/html", page.headers["content-type"])
        self.assertIn("default-src", page.headers["content-security-policy"])
        self.assertEqual("nosniff", page.headers["x-content-type-options"])
        for path in ("/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/nothing.js"):
            self.assertEqual(404, self.machine.request("GET", path,
                                                       program="penstock-console").status)


if __name__ == "__main__":
    harness.main()
