"""Today's programs on files that older ones have left, also cut off on the way; and newer ones.

first: version 1 of all that has a version. before_kinds: version 1 of days, later. before_runs:
between them and today, with version 2 of days and users and version 1 of recent.db.
"""

import contextlib
import hashlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import unittest

TESTS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "fault")]

import faults  # noqa: E402
from faults import CONSOLE, INGEST, WORKER, harness  # noqa: E402

FILES = pathlib.Path(__file__).parent / "files"
AGES = ("first", "before_kinds", "before_runs")
# At the n-th of these calls, by which files change; from the first to the last that a start makes.
CUTS = (("pwrite64", range(1, 120, 13)), ("fdatasync", range(1, 16, 3)), ("rename", range(1, 4)))
EXIT_NEWER_FILES = 3
# What this version writes, by the file's name; a day's is any other.
VERSIONS = {"console.db": 5, "recent.db": 2, "cursor.db": 1, "dead.db": 1}
DAY_VERSION = 4


def look(path, read):
    """read(database) on a copy: what is looked at may have to be rolled back first."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, f"{folder}/it")
        for suffix in ("-wal", "-journal"):
            # Whoever has the file open may close it meanwhile.
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(f"{path}{suffix}", f"{folder}/it{suffix}")
        with contextlib.closing(sqlite3.connect(f"{folder}/it")) as database:
            return read(database)


def number_of(path, sql):
    return look(path, lambda database: database.execute(sql).fetchone()[0])


def version_of(path):
    return number_of(path, "PRAGMA user_version")


def content_of(path):
    return look(path, lambda database: list(database.iterdump()))


class Box(faults.Machine):
    """A machine whose state is of an age."""

    def __init__(self, age):
        super().__init__(settings={"ingest": {"require_key": True}})
        self.age = age
        self.told = json.loads((FILES / f"{age}.json").read_text())
        self.lay_out(age)

    def lay_out(self, age):
        shutil.rmtree(self.state)
        with tarfile.open(FILES / f"{age}.tar.gz") as archive:
            archive.extractall(self.root)

    def all_rows(self):
        return self.told["rows"] + len(self.told["waiting"])

    def databases(self):
        return [path for path in self.state.rglob("*.db") if path.parent.parent.name != "spool"]

    def verb(self, *args, **kwargs):
        return self.tool(*args, "--config", self.config, **kwargs)


class Upgrade(unittest.TestCase):
    @staticmethod
    def bring_back(box):
        """What three dead workers had in hand is set aside, as if it killed them."""
        for line in box.verb("queue", "dead", "--json").stdout.splitlines():
            letter = json.loads(line)
            if letter["reason"].startswith("the worker died"):
                box.verb("queue", "retry", letter["id"])

    def are_stored(self, box):
        self.bring_back(box)
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
        self.assertEqual({DAY_VERSION}, {version_of(path) for path in box.days()})
        for path in box.databases():
            if path.name in VERSIONS and path.name not in self.not_written_to(box):
                self.assertEqual(VERSIONS[path.name], version_of(path), path)
        self.assertEqual(box.all_rows(), harness.check_rollups(self, box))
        self.check_copies(box)

    @staticmethod
    def not_written_to(box):
        """Files that stay of their version until something comes for them."""
        return ("recent.db", "dead.db") if box.told["dead"] else ("recent.db",)

    def check_copies(self, box):
        """What was changed is there as it was: the way back."""
        before = Box(box.age)
        self.addCleanup(before.close)
        copied = 0
        for path in before.databases():
            if path.name == "recent.db":
                continue  # Changed where a client's id comes: see below.
            place = path.relative_to(before.state)
            if place.name == "console.db":
                place = pathlib.Path("console") / place.name
            version = version_of(path)
            copy = pathlib.Path(f"{box.state / place}.version-{version}")
            if version in (0, VERSIONS.get(path.name, DAY_VERSION)):
                self.assertFalse(copy.exists(), copy)
                continue
            copied += 1
            self.assertEqual(version, version_of(copy))
            self.assertEqual(content_of(path), content_of(copy))
        self.assertEqual([], list(box.state.rglob("*.partial*")))
        self.assertEqual(4, copied)

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
        for age in AGES[:2]:
            with self.subTest(age=age):
                box = self.open(age)
                for call, numbers in CUTS:
                    for number in numbers:
                        self.cut(box, call, number)
                self.check(box)

    def test_cut_off_within_each_migration(self):
        """At each write to one file that an older version wrote, to its journal and to its copy."""
        box = self.open("first")
        migrates = [harness.BIN / "penstock", "store", "migrate"]
        day = pathlib.Path(box.days()[0])
        self.cut_within(box, migrates, day, 1)
        # The console takes its file to its own folder first.
        self.cut_within(box, [harness.BIN / CONSOLE], box.state / "console" / "console.db", 1)
        self.cut_within(box, [harness.BIN / WORKER], box.state / "spool" / "cursor.db", 0)
        self.check(box)

    def test_ids_of_before_are_taken_over(self):
        box = self.open("before_runs")
        recent = box.state / "events" / "recent.db"
        known = number_of(recent, "SELECT count(*) FROM recent")
        self.assertLess(0, known)
        intake = box.start(INGEST)
        self.assertEqual(202, box.post_events(
            [{"name": "waiting for recent.db", "id": "new"}],
            headers={"Authorization": f"Bearer {box.told['key']}"}).status)
        intake.stop()
        self.cut_within(box, [harness.BIN / WORKER], recent, 1)
        box.told["waiting"].append("waiting for recent.db")
        self.check(box, times=1)
        self.assertEqual(VERSIONS["recent.db"], version_of(recent))
        self.assertEqual(1, version_of(f"{recent}.version-1"))
        self.assertEqual(known + 1, number_of(recent, "SELECT sum(keys) FROM runs"))
        self.assertFalse(pathlib.Path(f"{recent}.bad").exists())

    def on_small_disk(self, box, folder, files):
        """Moves the files to a disk of their own, with too little room to copy any of them."""
        with tempfile.TemporaryDirectory() as aside:
            for path in files:
                shutil.move(path, aside)
            box.mount_small(folder, "8m")
            for path in pathlib.Path(aside).iterdir():
                shutil.copy(path, folder)

    @staticmethod
    def make_room(folder):
        subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)

    def test_without_room_for_a_copy_nothing_changes(self):
        box = self.open("first")
        events, console = box.state / "events", box.state / "console"
        self.on_small_disk(box, events, list(events.iterdir()))
        console.mkdir()
        self.on_small_disk(box, console, list(box.state.glob("console.db*")))
        days = box.days()

        said = box.verb("store", "migrate", check=False)
        self.assertEqual(1, said.returncode, said.stdout)
        for words in ("no room for the copy", "--no-copies"):
            self.assertIn(words, said.stderr)
        process = harness.Process([harness.BIN / CONSOLE, "--config", box.config],
                                  box.root / "no_room.log")
        self.assertEqual(EXIT_NEWER_FILES, process.wait(), process.text())
        self.assertIn("no room for the copy", process.text())
        # The worker waits for room, as on any full disk.
        worker = box.start(WORKER)
        harness.wait_for("its words", lambda: "no room for the copy" in worker.text())
        self.assertTrue(worker.is_running())
        self.assertEqual({1}, {version_of(path) for path in (*days, console / "console.db")})

        self.make_room(events)
        self.make_room(console)
        harness.wait_for("all rows", lambda: box.row_count() >= box.all_rows())
        worker.stop()
        self.check(box, times=1)

    def cut_within(self, box, command, path, version):
        """Until it gets through. Before that it is cut off in each part of the migration."""
        copy = pathlib.Path(f"{path}.version-{version}")
        draft = pathlib.Path(f"{copy}.partial")
        paths = [path, f"{path}-wal", f"{path}-journal", draft, copy]

        def has_changed():
            with contextlib.suppress(sqlite3.DatabaseError, OSError):  # Looked at in between.
                return path.exists() and version_of(path) != version
            return False

        wanted = {"in its steps"} | ({"in its copy"} if version > 0 else set())
        found = set()
        for number in range(1, 200):
            prefix = faults.killed_at(["pwrite64", "fdatasync", "fsync"], number, paths)
            # What killed three workers, as this one does, is set aside and has to be brought back.
            self.run_cut(box, prefix, command, lambda process: (
                has_changed() or "worker.killer" in process.text()))
            self.bring_back(box)
            if not path.exists() or version_of(path) != version:
                break
            if draft.exists():
                found.add("in its copy")
            elif copy.exists() or version == 0:
                found.add("in its steps")
        self.assertNotEqual(version, version_of(path))
        self.assertEqual(wanted, found, path)
        if version > 0:
            self.assertEqual(version, version_of(copy))

    def cut(self, box, call, number):
        prefix = faults.killed_at([call], number)
        for command in ([harness.BIN / "penstock", "store", "migrate"], [harness.BIN / CONSOLE],
                        [harness.BIN / WORKER], [harness.BIN / INGEST]):
            self.run_cut(box, prefix, command)

    def run_cut(self, box, prefix, command, is_done=None):
        log = box.root / "cut.log"
        log.unlink(missing_ok=True)
        process = harness.Process([*prefix, *command, "--config", box.config], log)
        # Either it is cut off, or it has done what it had to and waits, or has ended.
        is_done = is_done or self.is_up
        harness.wait_for("a cut or a start",
                         lambda: not process.is_running() or is_done(process))
        process.kill()

    @staticmethod
    def is_up(process):
        return any(word in process.text() for word in (": ready", ": listening"))

    def test_newer_files_are_refused_in_words(self):
        box = self.open(AGES[0])
        programs = box.start(INGEST, WORKER, CONSOLE)
        box.add_dead_letters([b"any"])
        # One file tells where it is of these days: the files are older than that.
        key = {"Authorization": f"Bearer {box.told['key']}"}
        self.assertEqual(202, box.post_events([{"name": "today"}], headers=key).status)
        harness.wait_for("today's event", lambda: box.query(
            "SELECT 1 FROM events WHERE name = 'today'"))
        for process in programs:
            process.stop()
        recent = box.state / "events" / "recent.db"
        sqlite3.connect(recent).close()
        for program, path in ((WORKER, pathlib.Path(box.days()[-1])),
                              (WORKER, recent),
                              (WORKER, box.state / "spool" / "cursor.db"),
                              (WORKER, box.state / "spool" / "dead.db"),
                              (CONSOLE, box.state / "console" / "console.db")):
            with self.subTest(path=path.name):
                self.is_refused(box, program, path)
        # The intake has none of these files and takes events on.
        box.start(INGEST)
        self.assertEqual(202, box.post_events([{"name": "on"}], headers=key).status)

    def is_refused(self, box, program, path):
        database = sqlite3.connect(path)
        version = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute("PRAGMA user_version = 99")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        before = hashlib.sha256(path.read_bytes()).digest()
        process = harness.Process([harness.BIN / program, "--config", box.config],
                                  box.root / "newer.log")
        self.assertEqual(EXIT_NEWER_FILES, process.wait(), process.text())
        for words in ("newer version of Penstock wrote it (99; this one knows", "newer_files",
                      path.stem):
            self.assertIn(words, process.text())
        self.assertEqual(before, hashlib.sha256(path.read_bytes()).digest())
        database = sqlite3.connect(path)
        database.execute(f"PRAGMA user_version = {version}")
        database.close()

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
