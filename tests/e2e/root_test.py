"""Root's commands in a state folder that is the service user's: he plants, nothing of root's moves.

Needs root, as nobody else can make another's folder, and fails without it.
"""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

import harness

NOBODY = 65534
PASS_PHRASE = "a long enough pass phrase\n"


class Root(unittest.TestCase):
    def setUp(self):
        self.machine = harness.Machine()
        self.addCleanup(self.machine.close)
        os.chmod(self.machine.root, 0o711)
        os.chown(self.machine.state, NOBODY, NOBODY)
        os.chmod(self.machine.state, 0o750)
        self.roots = self.machine.root / "roots"
        self.roots.mkdir(mode=0o700)
        self.victim = self.roots / "victim"
        self.victim.write_text("precious")
        self.victim.chmod(0o600)

    def tool(self, *args, **kwargs):
        return self.machine.tool(*args, "--config", self.machine.config, **kwargs)

    def make_folder(self, name):
        folder = self.machine.state / name
        folder.mkdir(mode=0o750)
        os.chown(folder, NOBODY, NOBODY)

    def make_store(self):
        self.make_folder("events")

    def plant(self, name, target=None):
        path = self.machine.state / name
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700)
            os.chown(path.parent, NOBODY, NOBODY)
        path.symlink_to(target or self.victim)
        os.lchown(path, NOBODY, NOBODY)
        return path

    def check_victim(self):
        self.assertEqual("precious", self.victim.read_text())
        found = self.victim.stat()
        self.assertEqual((0, 0o600), (found.st_uid, found.st_mode & 0o777))
        self.assertEqual(["victim"], os.listdir(self.roots))

    def check_owner(self):
        """All that there is below the state folder is its owner's."""
        for path in self.machine.state.rglob("*"):
            self.assertEqual(NOBODY, path.lstat().st_uid, path)

    def test_makes_what_the_service_can_use(self):
        self.make_store()
        self.make_folder("spool")
        key = json.loads(self.tool("key", "create", "shop", "--json").stdout)
        self.tool("key", "revoke", key["id"])
        self.tool("key", "list")
        self.tool("user", "add", "eve@example.test", text_input=PASS_PHRASE)
        self.tool("user", "list")
        self.tool("queue", "dead")
        self.tool("queue", "retry", "--all")
        self.tool("export")
        self.assertIn("keys.json", os.listdir(self.machine.state))
        self.assertIn("console.db", os.listdir(self.machine.state / "console"))
        self.check_owner()

    def test_works_where_the_folder_lies_in_one_of_roots(self):
        """Its owner could not come here by himself, as in root's own home."""
        os.chmod(self.machine.root, 0o700)
        self.tool("key", "create", "shop")
        self.tool("user", "add", "eve@example.test", text_input=PASS_PHRASE)
        self.check_owner()

    def test_backs_up_and_restores(self):
        """To a folder that is root's alone; what is restored is the service's again."""
        self.make_store()
        os.chmod(self.machine.root, 0o700)
        self.tool("key", "create", "shop")
        self.tool("user", "add", "eve@example.test", text_input=PASS_PHRASE)
        self.tool("store", "backup", self.roots / "backup")
        for path in (self.roots / "backup").rglob("*"):
            self.assertEqual(0, path.lstat().st_uid, path)
        state = self.machine.state
        for back in (False, True):
            if back:
                shutil.rmtree(state)
            self.tool("store", "restore", self.roots / "backup", *([] if back else ["--force"]))
            self.assertEqual(NOBODY, state.stat().st_uid)
            self.check_owner()
            self.assertIn("eve@", self.tool("user", "list").stdout)
            self.assertEqual(0o600, (state / "keys.json").stat().st_mode & 0o777)

    def test_backs_up_nothing_behind_a_link(self):
        self.make_store()
        for name in ("keys.json", "console/console.db", "console/initial-password",
                     "events/2026-11-24.db", "events/recent.db"):
            self.plant(name)
        result = self.tool("store", "backup", self.roots / "backup", check=False)
        self.assertEqual(1, result.returncode)
        kept = "".join(path.read_text(errors="replace")
                       for path in (self.roots / "backup").rglob("*") if path.is_file())
        self.assertNotIn("precious", kept)
        shutil.rmtree(self.roots / "backup")
        self.check_victim()

    def test_follows_no_link(self):
        folders = ("console", "spool", "events", "run")
        for name in ("keys.json", "keys.json.lock", "console.db", "console/console.db",
                     "console/console.db-wal", "console/console.db-shm",
                     "console/console.db-journal", *folders):
            target = self.roots if name in folders else self.victim
            path = self.plant(name, target)
            for args in (["key", "create", "shop"], ["key", "revoke", "k1"], ["key", "list"],
                         ["user", "add", "eve@example.test"], ["user", "list"],
                         ["queue", "dead"], ["queue", "peek"], ["queue", "purge", "--all", "--yes"],
                         ["queue", "retry", "--all"], ["export"], ["status"]):
                with self.subTest(name=name, args=args):
                    self.tool(*args, check=False, text_input=PASS_PHRASE)
                    self.check_victim()
            shutil.rmtree(self.machine.state / "console", ignore_errors=True)
            for made in self.machine.state.iterdir():
                if made == path or made.is_file() or made.is_symlink():
                    made.unlink()

    def test_follows_no_link_that_comes_while_it_asks_for_a_password(self):
        command = [harness.BIN / "penstock", "user", "add", "eve@example.test", "--config",
                   self.machine.config]
        with subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            folder = self.machine.state / "console"
            harness.wait_for("the database", (folder / "console.db-shm").exists)
            for suffix in ("-wal", "-shm", "-journal", ""):
                name = f"console.db{suffix}"
                (folder / name).unlink(missing_ok=True)
                self.plant(f"console/{name}")
            process.communicate(PASS_PHRASE.encode(), timeout=harness.DEADLINE_S)
        self.check_victim()

    def test_follows_no_folder_of_another_in_the_way(self):
        """The state folder itself is a link that somebody else has made."""
        link = self.machine.root / "link"
        link.symlink_to(self.roots)
        os.lchown(link, NOBODY, NOBODY)
        for args in (["key", "create", "shop"], ["user", "list"], ["queue", "dead"]):
            result = self.machine.tool(*args, "--data", link, check=False)
            self.assertEqual(1, result.returncode, args)
            self.assertTrue(result.stderr.strip())
            self.check_victim()

    def test_exports_to_no_place_that_another_has_prepared(self):
        self.make_store()
        out = self.machine.state / "out"
        for plant in (lambda: out.symlink_to(self.victim), lambda: os.mkfifo(out, 0o666)):
            plant()
            os.lchown(out, NOBODY, NOBODY)
            result = self.tool("export", "--output", out, check=False)
            self.assertEqual(1, result.returncode)
            self.check_victim()
            out.unlink()
        os.link(self.victim, out)
        self.plant("out.part")
        self.tool("export", "--output", out)
        self.check_victim()
        self.assertEqual(0, out.stat().st_uid)

    def test_a_program_that_is_root_writes_no_run_file_through_a_link(self):
        self.plant("run", self.roots)
        process = harness.Process([harness.BIN / "penstock-console", "--config",
                                   self.machine.config], self.machine.root / "console.log")
        self.machine.processes.append(process)
        harness.wait_for("a word about it", lambda: "follow a link" in process.text())
        process.stop()
        self.check_victim()


if __name__ == "__main__":
    harness.main()
