"""Errors fall into groups by the rules that the configuration gives their project."""

import json
import signal
import unittest

import harness

# Of two builds: compilers number lambdas anew.
FUNCTIONS = ("lambda$checkout$3", "lambda$checkout$4")


def report(key, mark, function):
    frames = [{"filename": "Shop.java", "method": function, "lineno": 7}]
    return json.dumps({"access_token": key, "data": {
        "environment": mark,
        "body": {"trace": {"exception": {"class": "ShopError", "message": mark},
                           "frames": frames}}}})


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = harness.Machine()
        cls.addClassCleanup(cls.machine.close)
        cls.machine.settings["errors.projects"] = {"shop": 2}
        cls.machine.write_config()
        cls.keys = {project: json.loads(cls.machine.tool(
            "key", "create", project, "--json", "--config", cls.machine.config).stdout)["key"]
            for project in ("shop", "cart")}
        cls.ingest, _ = cls.machine.start("penstock-ingest", "penstock-worker")

    def groups_of(self, project, mark):
        """The fingerprints and the rules of a report by each build, the key in its body."""
        for build, function in enumerate(FUNCTIONS):
            answer = self.machine.request(
                "POST", "/api/1/item/", report(self.keys[project], f"{mark}-{build}", function))
            self.assertEqual(200, answer.status, answer)
        rows = harness.wait_for("the rows", lambda: self.stored(project, mark))
        properties = [json.loads(row["properties"]) for row in rows]
        return ({each["fingerprint"] for each in properties},
                {each["fingerprint_rules"] for each in properties})

    def stored(self, project, mark):
        rows = self.machine.query(
            "SELECT * FROM events WHERE project = ? AND "
            "json_extract(properties, '$.environment') LIKE ?", project, f"{mark}-%")
        return rows if len(rows) == len(FUNCTIONS) else None

    def test_each_project_has_its_rules_and_a_reload_gives_others(self):
        by_2, rules = self.groups_of("shop", "before")
        self.assertEqual({2}, rules)
        self.assertEqual(1, len(by_2))
        by_1, rules = self.groups_of("cart", "before")
        self.assertEqual({1}, rules)
        self.assertEqual(2, len(by_1))
        self.assertFalse(by_1 & by_2)

        self.machine.settings["errors.projects"] = {"cart": 2}
        self.machine.write_config()
        self.ingest.signal(signal.SIGHUP)
        harness.wait_for("the reload", lambda: "errors.projects" in self.ingest.text())
        self.assertEqual((by_2, {2}), self.groups_of("cart", "after"))
        self.assertEqual((by_1, {1}), self.groups_of("shop", "after"))

    def test_faults_are_told_by_their_lines(self):
        with harness.Machine() as machine:
            machine.config.write_text("[errors.projects]\nshop = 7\n")
            result = machine.tool("--config", machine.config, "--check", check=False)
            self.assertEqual(2, result.returncode)
            self.assertIn("penstock.toml:2: errors.projects.shop is 7; it must be 1 to 2",
                          result.stderr)


if __name__ == "__main__":
    harness.main()
