"""Today's programs on files that older ones have left, also cut off on the way; and newer ones."""

import hashlib
import json
import pathlib
import shutil
import sqlite3
import sys
import tarfile
import unittest

TESTS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "fault")]

import faults  # noqa: E402
from faults import CONSOLE, INGEST, WORKER, harness  # noqa: E402

FILES = pathlib.Path(__file__).parent / "files"
AGES = ("first", "before_kinds")
# At the n-th of these calls, by which files change; from the first to the last that a start makes.
CUTS = (("pwrite64", range(1, 120, 13)), ("fdatasync", range(1, 16, 3)), ("rename", range(1, 4)))
EXIT_NEWER_FILES = 3


class Box(faults.Machine):
    """A machine whose state is of an age."""

    def __init__(self, age):
        super().__init__(settings={"ingest": {"require_key": True}})
        self.told = json.loads((FILES / f"{age}.json").read_text())
        self.lay_out(age)

    def lay_out(self, age):
        shutil.rmtree(self.state)
        with tarfile.open(FILES / f"{age}.tar.gz") as archive:
            archive.extractall(self.root)

    def all_rows(self):
        return self.told["rows"] + len(self.told["waiting"])

    def verb(self, *args, **kwargs):
        return self.tool(*args, "--config", self.config, **kwargs)


class Upgrade(unittest.TestCase):
    def are_stored(self, box):
        """What three dead workers had in hand is set aside, as if it killed them: it goes back."""
        for line in box.verb("queue", "dead", "--json").stdout.splitlines():
            letter = json.loads(line)
            if letter["reason"].startswith("the worker died"):
                box.verb("queue", "retry", letter["id"])
        return box.row_count() >= box.all_rows()

    def check(self, box, times=2):
        """All of it is there, also after another start."""
        told = box.told
        for _ in range(times):
            programs = box.start(INGEST, WORKER, CONSOLE)
            harness.wait_for("all rows", lambda: self.are_stored(box))
            harness.wait_for("an empty queue", lambda: box.metric(
                "penstock_queue_depth", WORKER) == 0)
            self.assertEqual(box.all_rows(), box.row_count())
            self.assertEqual(set(told["waiting"]), {
                row["name"] for row in box.rows() if row["name"].startswith("waiting")})
            self.assertEqual(box.all_rows(), harness.check_rollups(self, box))
            users = box.verb("user", "list").stdout
            for email in told["users"]:
                self.assertIn(email, users)
            signed_in = box.request("POST", "/api/v1/session", json.dumps(
                {"email": told["users"][0], "password": told["pass_phrase"]}), program=CONSOLE,
                headers={"Content-Type": "application/json"})
            self.assertEqual(200, signed_in.status, signed_in)
            # A key that is known: what is wrong is the event.
            known = box.post_events([{}], headers={"Authorization": f"Bearer {told['key']}"})
            self.assertEqual(422, known.status, known)
            self.assertEqual(401, box.post_events([{"name": "x"}]).status)
            revoked = box.post_events([{"name": "x"}],
                                      headers={"Authorization": f"Bearer {told['revoked']}"})
            self.assertEqual(401, revoked.status, revoked)
            dead = box.verb("queue", "dead", "--json").stdout.splitlines()
            self.assertEqual(told["dead"], len(dead), dead)
            for process in programs:
                process.stop()
            self.assertIn(" 0 are not", box.verb("store", "check").stdout)
            self.assertEqual(box.all_rows(), box.row_count())
        box.verb("store", "migrate")
        self.assertEqual({2}, {row["user_version"] for row in box.query("PRAGMA user_version")})
        self.assertEqual(box.all_rows(), harness.check_rollups(self, box))

    def open(self, age):
        box = Box(age)
        self.addCleanup(box.close)
        return box

    def test_each_age_at_once(self):
        for age in AGES:
            with self.subTest(age=age):
                self.check(self.open(age))

    def test_cut_off_at_many_calls(self):
        """kill -9 in the middle of what a start or `store migrate` changes: it is all there."""
        for age in AGES:
            with self.subTest(age=age):
                box = self.open(age)
                for call, numbers in CUTS:
                    for number in numbers:
                        self.cut(box, call, number)
                self.check(box)

    def cut(self, box, call, number):
        prefix = faults.killed_at([call], number)
        for command in ([harness.BIN / "penstock", "store", "migrate"], [harness.BIN / CONSOLE],
                        [harness.BIN / WORKER], [harness.BIN / INGEST]):
            log = box.root / "cut.log"
            log.unlink(missing_ok=True)
            process = harness.Process([*prefix, *command, "--config", box.config], log)
            # Either it is cut off, or it has done what it had to and waits, or has ended.
            harness.wait_for("a cut or a start", lambda p=process, c=command: (
                not p.is_running() or self.is_up(box, c[0].name, p)))
            process.kill()

    @staticmethod
    def is_up(box, program, process):
        return any(word in process.text() for word in (": ready", ": listening"))

    def test_newer_files_are_refused_in_words(self):
        box = self.open(AGES[0])
        for process in box.start(WORKER, CONSOLE):
            process.stop()
        touched = [*box.days(), str(box.state / "console" / "console.db")]
        for path in touched:
            database = sqlite3.connect(path)
            database.execute("PRAGMA user_version = 99")
            database.close()
        before = [hashlib.sha256(pathlib.Path(path).read_bytes()).digest()
                  for path in touched]
        for program in (WORKER, CONSOLE):
            process = harness.Process([harness.BIN / program, "--config", box.config],
                                      box.root / "newer.log")
            self.assertEqual(EXIT_NEWER_FILES, process.wait(), process.text())
            self.assertIn("newer version of Penstock", process.text())
            self.assertIn("newer_files", process.text())
        self.assertEqual(before, [hashlib.sha256(pathlib.Path(path).read_bytes()).digest()
                                  for path in touched])
        # The intake has none of these files and takes events on.
        box.start(INGEST)
        self.assertEqual(202, box.post_events(
            [{"name": "on"}], headers={"Authorization": f"Bearer {box.told['key']}"}).status)

    def test_keys_of_a_newer_version_end_the_intake(self):
        box = self.open(AGES[0])
        (box.state / "keys.json").write_text('{"version": 9, "keys": []}')
        process = harness.Process([harness.BIN / INGEST, "--config", box.config],
                                  box.root / "newer.log")
        self.assertEqual(EXIT_NEWER_FILES, process.wait(), process.text())
        self.assertIn("keys", process.text())

    def test_units_do_not_start_again_what_found_newer_files(self):
        for unit in ("ingest", "worker", "console"):
            text = (TESTS.parent / "systemd" / f"penstock-{unit}.service.in").read_text()
            self.assertIn(f"RestartPreventExitStatus={EXIT_NEWER_FILES}", text)


if __name__ == "__main__":
    harness.main()
