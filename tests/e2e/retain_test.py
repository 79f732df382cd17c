"""Events go by their project and kind (store.retain): told before, killed on the way, and gone."""

import json
import subprocess
import time
import unittest

import harness

DAY_S = 86_400
DAYS = 8
EACH = 1_500  # Events of a project, kind and day.
KINDS = {"log": "line", "event": "order"}
RULES = ["project=shop kind=log days=2", "kind=log days=4"]


def history(now):
    """The oldest first, of whole days ago, at noon; and some of today."""
    number = 0
    for ago in range(DAYS, -1, -1):
        begin_ms = (now // DAY_S - ago) * DAY_S * 1000
        for kind, name in KINDS.items():
            for project in ("shop", "blog"):
                for i in range(EACH if ago else 1):
                    number += 1
                    at_ms = begin_ms + (i * 40_000 if ago else 1)
                    yield {"id": f"{at_ms:012x}7000{0x8000 + number % 4096:04x}{number:012x}",
                           "occurred_at": at_ms, "project": project, "name": name, "kind": kind}


class Retain(unittest.TestCase):
    def logs_of(self, machine, project):
        """How many there are, of the days that have some."""
        rows = machine.query("SELECT count(*) AS n FROM events WHERE kind = 'log' "
                             "AND project = ?", project)
        return [row["n"] for row in rows if row["n"]]

    def test_events_go_by_project_and_kind(self):
        """By the tool, which waits for no clock to prove itself as the worker does; killed again
        and again, it goes on where it was."""
        with harness.Machine() as machine:
            events = list(history(int(time.time())))
            file = machine.root / "history.ndjson"
            file.write_text("".join(json.dumps(one) + "\n" for one in events))
            machine.start("penstock-ingest")
            worker = machine.start("penstock-worker")
            machine.tool("import", "penstock", file, "--config", machine.config)
            machine.wait_for_rows(len(events))
            worker.stop()

            machine.settings["store"] = {"retain": RULES}
            machine.write_config()
            prune = ("store", "prune", "--config", str(machine.config))
            told = machine.tool(*prune, "--dry-run").stdout
            for rule in RULES:
                self.assertIn(rule, told)
            self.assertEqual(len(events), machine.row_count(), "a dry run changes nothing")
            kills = 0
            before = len(events)
            for _ in range(3):
                with subprocess.Popen([harness.BIN / "penstock", *prune],
                                      stdout=subprocess.DEVNULL) as pruning:
                    while pruning.poll() is None and machine.row_count() == before:
                        pass
                    kills += pruning.poll() is None
                    pruning.kill()
                before = machine.row_count()
            self.assertGreater(kills, 0)
            machine.tool(*prune)
            self.assertEqual([EACH] * 2 + [1], self.logs_of(machine, "shop"))
            self.assertEqual([EACH] * 4 + [1], self.logs_of(machine, "blog"))
            others = machine.query("SELECT count(*) AS n FROM events WHERE kind = 'event'")
            self.assertEqual(2 * (DAYS * EACH + 1), sum(row["n"] for row in others))
            self.assertNotIn("kind=log", machine.tool(*prune, "--dry-run").stdout)
            check = machine.tool("store", "check", "--config", machine.config).stdout
            self.assertIn(" 0 are not", check)

    def test_rules_that_cannot_be(self):
        for rules, words in ((["project=shop sort=log days=2"], "expected"),
                             (["kind=log days=2", "kind=log days=3"], "kind=log"),
                             (["kind=log"], "expected")):
            with self.subTest(rules), harness.Machine(settings={"store": {"retain": rules}}) as box:
                checked = box.tool("--check", "--config", box.config, check=False)
                self.assertNotEqual(0, checked.returncode)
                self.assertIn("store.retain", checked.stderr)
                self.assertIn(words, checked.stderr)


if __name__ == "__main__":
    harness.main()
