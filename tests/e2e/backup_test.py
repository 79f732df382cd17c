"""A backup of a running appliance, and what is restored from it."""

import json
import os
import pathlib
import shutil
import signal
import unittest

import harness
import load

KILLS = 6


class Backup(unittest.TestCase):
    def setUp(self):
        self.machine = harness.Machine(settings={"worker": {"batch_rows": 200}})
        self.addCleanup(self.machine.close)
        self.target = self.machine.root / "backup"

    def tool(self, *args, **kwargs):
        return self.machine.tool(*args, "--config", self.machine.config, **kwargs)

    @staticmethod
    def export(machine):
        return set(machine.tool("export", "--config", machine.config).stdout.splitlines())

    def run_and_kill(self, *args, when):
        process = harness.Process([harness.BIN / "penstock", *args], self.machine.root / "tool.log")
        harness.wait_for("a moment to kill it",
                         lambda: when() or not process.is_running())
        process.kill()

    def test_under_load(self):
        machine = self.machine
        machine.start()
        self.tool("key", "create", "shop")
        self.tool("user", "add", "eve@example.test", text_input="a long enough pass phrase\n")
        machine.post_events({"id": "mine", "name": "once"})
        senders = load.Senders(machine.address)
        harness.wait_for("rows", lambda: machine.row_count() >= 300)
        before = self.export(machine)
        self.tool("store", "backup", self.target)
        self.assertIn(" 0 are not", self.tool("store", "check").stdout)
        self.assertIn("worker writes", self.tool("store", "migrate", check=False).stderr)
        goal = machine.row_count() + 100
        harness.wait_for("rows after the backup", lambda: machine.row_count() >= goal)
        senders.stop()
        self.assertEqual(0, senders.refused + senders.broken)
        senders.sent.add("once")
        load.check_stored(self, machine, senders)

        with harness.Machine() as other:
            other.tool("store", "restore", self.target, "--config", other.config)
            restored = self.export(other)
            self.assertLessEqual(before, restored)
            other.tool("store", "check", "--config", other.config)
            self.assertLessEqual(restored, self.export(machine))
            self.assertEqual(len(restored), harness.check_rollups(self, other))
            self.assertIn("shop", other.tool("key", "list", "--config", other.config).stdout)
            self.assertIn("eve@", other.tool("user", "list", "--config", other.config).stdout)
            # It lives on, and knows what it has stored.
            other.start("penstock-ingest", "penstock-worker")
            refused = other.tool("store", "restore", self.target, "--config", other.config,
                                 "--force", check=False)
            self.assertEqual(1, refused.returncode)
            self.assertIn("stop it first", refused.stderr)
            other.post_events([{"id": "mine", "name": "once"}, {"id": "new", "name": "new"}])
            other.wait_for_rows(len(restored) + 1)
            self.assertEqual(len(restored) + 1, harness.check_rollups(self, other))

    def test_a_killed_one_leaves_nothing_half(self):
        self.machine.start("penstock-ingest")
        worker = self.machine.start("penstock-worker")
        self.machine.post_events([{"name": f"n{i}"} for i in range(500)])
        self.machine.wait_for_rows(500)
        draft = self.machine.root / ".backup.partial"
        places = (draft, draft / "lock", draft / "events", draft / "console",
                  draft / "keys.json", draft / "config")
        for place in places:
            self.run_and_kill("store", "backup", self.target, "--config", self.machine.config,
                              when=place.exists)
            if self.target.exists():  # It was faster than we.
                self.assertTrue((self.target / "manifest.json").exists())
                self.target.rename(self.machine.root / f"backup-{place.name}")
        self.tool("store", "backup", self.target)
        self.assertFalse(draft.exists())
        worker.stop()

        with harness.Machine() as other:
            arguments = ("store", "restore", self.target, "--config", other.config)
            for _ in range(KILLS):
                self.run_and_kill(*arguments, when=(other.state / "events.restoring").exists)
                if (other.state / "events").exists():
                    break
            else:
                other.tool(*arguments)
            self.assertEqual(self.export(self.machine), self.export(other))
            self.assertEqual(500, harness.check_rollups(self, other))
            self.assertNotIn(".restoring", " ".join(os.listdir(other.state)))

    def interrupt(self, signal_number):
        """The exit status of one that was told to end while it wrote; None: it was faster."""
        process = harness.Process([harness.BIN / "penstock", "store", "backup", self.target,
                                   "--config", self.machine.config], self.machine.root / "tool.log")
        draft = self.machine.root / ".backup.partial"
        harness.wait_for("a draft", lambda: draft.exists() or not process.is_running())
        children = pathlib.Path(f"/proc/{process.popen.pid}/task/{process.popen.pid}/children")
        try:
            worker = int(children.read_text().split()[0])
            os.kill(worker, signal.SIGSTOP)
        except (OSError, IndexError):
            process.wait()
            return None
        if self.target.exists():
            os.kill(worker, signal.SIGCONT)
            process.wait()
            return None
        process.signal(signal_number)
        return process.wait()

    def test_an_interrupted_one_leaves_nothing(self):
        self.machine.start("penstock-ingest")
        self.machine.start("penstock-worker")
        self.machine.post_events([{"name": f"n{i}"} for i in range(500)])
        self.machine.wait_for_rows(500)
        for number in (signal.SIGINT, signal.SIGTERM):
            def was_caught(number=number):
                shutil.rmtree(self.target, ignore_errors=True)
                code = self.interrupt(number)
                return None if code is None else (code,)
            self.assertEqual((1,), harness.wait_for("one that is caught at work", was_caught))
            self.assertFalse(self.target.exists())
            self.assertEqual([], [name for name in os.listdir(self.machine.root)
                                  if name.endswith(".partial")])

    def test_a_file_is_no_place_for_it(self):
        self.machine.start("penstock-worker")
        file = self.machine.root / "file"
        file.write_text("mine")
        for target in (file, self.machine.root / "backup.tar"):
            result = self.tool("store", "backup", target, check=False)
            self.assertEqual(1, result.returncode)
            self.assertIn("folder", result.stderr)
        self.assertEqual("mine", file.read_text())

    def test_a_damaged_day_is_named(self):
        self.machine.start("penstock-ingest")
        worker = self.machine.start("penstock-worker")
        self.machine.post_events({"name": "kept"})
        self.machine.wait_for_rows(1)
        worker.stop()
        bad = self.machine.state / "events" / "2020-01-01.db"
        bad.write_text("no database")
        result = self.tool("store", "backup", self.target, check=False)
        self.assertEqual(1, result.returncode)
        self.assertIn(str(bad), result.stderr)
        manifest = json.loads((self.target / "manifest.json").read_text())
        self.assertEqual([str(bad)], manifest["left_out"])
        with harness.Machine() as other:
            other.tool("store", "restore", self.target, "--config", other.config)
            self.assertEqual(1, other.row_count())


if __name__ == "__main__":
    harness.main()
