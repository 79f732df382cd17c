"""The `penstock` tool against running programs and their files."""

import csv
import io
import json
import subprocess
import time
import unittest

import harness


class Cli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = harness.Machine(redis=True)
        cls.addClassCleanup(cls.machine.close)
        cls.machine.start()
        answer = cls.machine.post_events([
            {"name": "first", "url": "https://a.test/x", "properties": {"t": 'a "quoted", =1+1'}},
            {"name": "second", "user_id": "ü"}])
        assert answer.status == 202, answer
        cls.machine.wait_for_rows(2)

    def tool(self, *args, **kwargs):
        return self.machine.tool(*args, "--config", self.machine.config, **kwargs)

    def test_export_as_lines(self):
        rows = [json.loads(line) for line in self.tool("export").stdout.splitlines()]
        by_name = {row["name"]: row for row in rows}
        self.assertEqual("a.test", by_name["first"]["host"])
        self.assertEqual('a "quoted", =1+1', by_name["first"]["properties"]["t"])
        self.assertEqual("ü", by_name["second"]["user_id"])

    def test_export_as_csv(self):
        text = self.tool("export", "--format", "csv").stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertLessEqual({"first", "second"}, {row["name"] for row in rows})
        for row in rows:
            self.assertEqual(32, len(row["id"]))

    def test_status(self):
        status = json.loads(self.tool("status", "--json").stdout)
        self.assertTrue(status)
        self.assertIn("ingest", self.tool("status").stdout)

    def test_keys(self):
        created = json.loads(self.tool("key", "create", "shop", "--json").stdout)
        self.assertTrue(created["key"].startswith("pk_"))
        listing = self.tool("key", "list").stdout
        self.assertIn("shop", listing)
        self.assertNotIn(created["key"], listing)
        keys = json.loads(self.tool("key", "list", "--json").stdout)
        key_id = [key["id"] for key in keys if key["project"] == "shop"][0]
        self.tool("key", "revoke", key_id)
        self.assertNotEqual(0, self.tool("key", "revoke", "knobody", check=False).returncode)

    def test_users(self):
        self.tool("user", "add", "eve@example.test", "--role", "viewer",
                  text_input="a long enough pass phrase\n")
        self.assertIn("eve@example.test", self.tool("user", "list").stdout)
        self.tool("user", "passwd", "eve@example.test", text_input="another long pass phrase\n")
        self.tool("user", "remove", "eve@example.test")
        self.assertNotIn("eve@example.test", self.tool("user", "list").stdout)
        weak = self.tool("user", "add", "bob@example.test", "--role", "viewer",
                         text_input="short\n", check=False)
        self.assertNotEqual(0, weak.returncode)

    def test_tail_shows_new_events(self):
        process = harness.Process(
            [harness.BIN / "penstock", "tail", "--json", "--config", self.machine.config],
            self.machine.root / "tail.log")
        try:
            def seen():
                self.machine.post_events({"name": f"live-{time.time_ns()}"})
                return "live-" in process.text()
            harness.wait_for("an event in the tail", seen)
            line = [text for text in process.text().splitlines() if "live-" in text][0]
            self.assertTrue(json.loads(line)["name"].startswith("live-"))
        finally:
            process.signal(2)
            self.assertEqual(0, process.wait())

    def test_bad_usage(self):
        for args in (["nonsense"], ["send", "--count", "x"], ["key"], ["user", "add"]):
            self.assertEqual(2, self.machine.tool(*args, check=False).returncode, args)

    # A status line must not bring LDAP, SASL and RTMP onto a server.
    def test_brings_no_stack_of_protocols(self):
        libraries = subprocess.run(["ldd", str(harness.BIN / "penstock")], check=True, text=True,
                                   capture_output=True).stdout
        self.assertIn("libsqlite3", libraries)
        for stranger in ("libcurl", "libldap", "libsasl2", "librtmp", "libssh2"):
            self.assertNotIn(stranger, libraries)

    def test_https_is_refused_in_words(self):
        result = self.machine.tool("send", "--count", "1", "--url", "https://127.0.0.1:9",
                                   check=False)
        self.assertEqual(2, result.returncode)
        self.assertIn("curl", result.stderr)

    def test_what_is_not_there_fails(self):
        result = self.machine.tool("send", "--count", "1", "--url", "http://127.0.0.1:9",
                                   check=False)
        self.assertEqual(1, result.returncode)
        self.assertTrue(result.stderr.strip())


if __name__ == "__main__":
    harness.main()
