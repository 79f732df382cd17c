"""Who may do what with an installed Penstock: each program, members of group penstock, strangers.

Tried from inside each unit's namespaces as its user with its groups, and as the same user without
them, by the modes of files alone. What a program may do is tried by the same probe, or a blind one
would pass.
"""

import json
import os
import pathlib
import re
import sqlite3
import subprocess

import box
from box import wait_for
from console_client import NEW_PASSWORD
from installed import HERE, PROGRAMS, Installed

STATE = "/var/lib/penstock"
RUN = f"{STATE}/run"
SOCKET = f"{RUN}/penstock-worker/penstock-worker.sock"
CONFIGURATION = "/etc/penstock/penstock.toml"
FOLDERS = {
    "": (0o751, "root", "penstock"),
    "spool": (0o2770, "penstock-ingest", "penstock-queue"),
    "events": (0o2750, "penstock-worker", "penstock"),
    "console": (0o700, "penstock-console", "penstock-console"),
    "keys": (0o2750, "penstock-console", "penstock-ingest"),
    "run": (0o751, "root", "penstock"),
    **{f"run/{program}": (0o2750, program, "penstock") for program in PROGRAMS},
}


class Rights(Installed):
    def owner(self, path):
        return tuple(self.box.shell(f"stat -c '%U %G' {path}").stdout.split())

    def assert_folders(self):
        """A faulty line of tmpfiles.d says nothing: this does."""
        for name, (mode, user, group) in FOLDERS.items():
            path = self.state / name
            self.assertEqual(oct(mode), oct(path.stat().st_mode & 0o7777), path)
            self.assertEqual((user, group), self.owner(f"{STATE}/{name}"))

    def add_dead_letters(self, *messages):
        with sqlite3.connect(self.state / "spool/dead.db") as database:
            database.execute("CREATE TABLE IF NOT EXISTS letters(id INTEGER PRIMARY KEY "
                             "AUTOINCREMENT, at_ms INTEGER, origin TEXT, reason TEXT, "
                             "message BLOB)")
            database.executemany("INSERT INTO letters(at_ms, origin, reason, message) "
                                 "VALUES(1000, 'test', 'a test', ?)", [(m,) for m in messages])
        database.close()
        self.box.shell("penstock setup state")

    def pid_here(self, program):
        """Its process id outside of the box."""
        inside = self.main_pid(program)
        space = os.readlink(f"/proc/{self.box.leader}/ns/pid")
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                found = re.search(r"^NSpid:.*\t(\d+)$", (path / "status").read_text(), re.M)
                if found[1] == inside and os.readlink(path / "ns/pid") == space:
                    return path.name
            except (OSError, TypeError):
                continue
        raise AssertionError(f"no process {inside} of {program}")

    def probe(self, program, place, wanted):
        process = self.box.python(HERE / "probe.py", self.pid_here(program), place,
                                  namespaces=("--net",), stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        output = process.communicate(json.dumps(wanted), timeout=box.DEADLINE_S)[0]
        self.assertEqual(0, process.returncode)
        return dict(zip(wanted, json.loads(output)))

    def assert_may(self, program, may, may_not):
        places = {"in the unit": self.pid_here(program), "by modes alone": self.box.leader}
        for words, place in places.items():
            found = self.probe(program, place, [*may, *may_not])
            for one in may:
                self.assertEqual("", found[one], f"{program} may, {words}: {one}")
            for one in may_not:
                self.assertNotEqual("", found[one], f"{program} may not, {words}: {one}")

    def test_each_program_reaches_its_own_and_no_other(self):
        self.assert_folders()
        self.box.shell("penstock key create shop")
        self.add_dead_letters(b"dead")
        self.send_event()
        wait_for("the event in the store", lambda: self.ids_stored() == 1)
        day = next((self.state / "events").glob("????-??-??.db")).name
        may = {
            "penstock-ingest": [
                ("list", f"{STATE}/spool"), ("make", f"{STATE}/spool/x"),
                ("read", f"{STATE}/keys.json"), ("list", f"{STATE}/keys"),
                ("make", f"{RUN}/penstock-ingest/x")],
            "penstock-worker": [
                ("list", f"{STATE}/spool"), ("make", f"{STATE}/spool/x"),
                ("write", f"{STATE}/spool/dead.db"), ("list", f"{STATE}/events"),
                ("write", f"{STATE}/events/{day}"), ("make", f"{STATE}/events/x"),
                ("make", f"{RUN}/penstock-worker/x"), ("connect", SOCKET)],
            "penstock-console": [
                ("list", f"{STATE}/spool"), ("read", f"{STATE}/spool/dead.db"),
                ("list", f"{STATE}/events"), ("read", f"{STATE}/events/{day}"),
                ("write", f"{STATE}/console/console.db"), ("make", f"{STATE}/console/x"),
                ("read", f"{STATE}/keys.json"), ("make", f"{STATE}/keys/x"),
                ("read", f"{RUN}/penstock-ingest/penstock-ingest.json"),
                ("make", f"{RUN}/penstock-console/x"), ("connect", SOCKET)],
        }
        nobodys = [("make", f"{STATE}/x"), ("make", f"{RUN}/x"), ("write", CONFIGURATION),
                   ("make", "/etc/penstock/conf.d/x.toml"), ("replace", f"{STATE}/keys.json"),
                   ("replace", f"{STATE}/spool"), ("read", "/etc/shadow"), ("make", "/usr/bin/x")]
        foreign = {
            "penstock-ingest": [
                ("list", f"{STATE}/events"), ("read", f"{STATE}/events/{day}"),
                ("make", f"{STATE}/events/x"), ("list", f"{STATE}/console"),
                ("make", f"{STATE}/keys/x"), ("read", f"{STATE}/console/console.db"),
                ("read", f"{STATE}/console/initial-password"), ("connect", SOCKET)],
            "penstock-worker": [
                ("read", f"{STATE}/keys.json"), ("list", f"{STATE}/keys"),
                ("list", f"{STATE}/console"), ("read", f"{STATE}/console/console.db"),
                ("read", f"{STATE}/console/initial-password")],
            "penstock-console": [
                ("make", f"{STATE}/spool/x"), ("write", f"{STATE}/spool/dead.db"),
                ("replace", f"{STATE}/spool/dead.db"), ("make", f"{STATE}/events/x"),
                ("write", f"{STATE}/events/{day}"), ("replace", f"{STATE}/events/{day}")],
        }
        for program in PROGRAMS:
            may_not = [*nobodys, *foreign[program]]
            for other in PROGRAMS:
                if other == program:
                    continue
                folder = f"{RUN}/{other}"
                may_not += [("make", f"{folder}/x"), ("write", f"{folder}/{other}.json"),
                            ("replace", f"{folder}/{other}.json"),
                            ("write", f"{folder}/{other}.lock"), ("replace", folder)]
                # Round about, through another's process.
                root = f"/proc/{self.main_pid(other)}/root"
                may_not += [("list", root), ("read", f"{root}{STATE}/keys.json"),
                            ("list", f"{root}{STATE}/console"), ("list", f"{root}{STATE}/events")]
            # Its keys are the intake's to read: the unit's mounts keep them from being written.
            if program == "penstock-ingest":
                keys = ("write", f"{STATE}/keys.json")
                self.assertNotEqual("", self.probe(program, self.pid_here(program), [keys])[keys])
            else:
                may_not.append(("write", f"{STATE}/keys.json"))
            self.assert_may(program, [("read", CONFIGURATION), ("list", "/proc/self/root"),
                                      *may[program]], may_not)
        self.have_the_worker_retry()
        self.use_no_network()

    def have_the_worker_retry(self):
        event = json.dumps({"class": "ProcessRequestJob", "jid": "1", "queue": "default",
                            "args": [{"name": "load", "url": "https://a.test/"}],
                            "created_at": 1.5, "retry": True})
        self.add_dead_letters(event.encode())
        stored = self.ids_stored()
        letters = self.console("/queue/dead", self.first_password())["letters"]
        self.assertEqual(["f2", "f1"], [letter["id"] for letter in letters])
        self.assertEqual({"retried": 1}, self.console("POST /queue/dead/f2/retry", NEW_PASSWORD))
        wait_for("the retried event", lambda: self.ids_stored() == stored + 1)
        self.assertEqual({"deleted": 1}, self.console("POST /queue/dead/f1/delete", NEW_PASSWORD))
        self.assertEqual(0, self.console("/queue/dead", NEW_PASSWORD)["total"])

    def use_no_network(self):
        self.box.shell("cd /usr/share/doc/penstock/examples/unix-sockets; "
                       "for program in penstock-worker penstock-console; do "
                       "folder=/etc/systemd/system/$program.service.d; mkdir $folder; "
                       "cp $program.conf $folder/unix-sockets.conf; done; "
                       "cp unix-sockets.toml /etc/penstock/conf.d/60-unix-sockets.toml; "
                       "systemctl daemon-reload; systemctl restart penstock-worker "
                       "penstock-console; penstock status")
        self.assert_all_active()
        for program in ("penstock-worker", "penstock-console"):
            self.assertLessEqual(self.exposure(program, "at unix sockets alone"), 0.4, program)
        stored = self.ids_stored()
        self.send_event()
        wait_for("the event in the store", lambda: self.ids_stored() == stored + 1)
        shown = json.loads(self.box.shell("penstock status --json").stdout)
        self.assertEqual([True] * 3, [one["ready"] for one in shown["processes"]], shown)
        self.assertEqual([["unix:/run/penstock-console/console.sock"]], [
            one["listen"] for one in shown["processes"] if one["program"] == "penstock-console"])

    def as_user(self, user, command):
        return self.box.shell(f"runuser -u {user} -- {command}", check=False)

    def test_members_look_and_strangers_are_told(self):
        self.box.shell("useradd member && usermod -aG penstock member && useradd stranger")
        self.box.shell("penstock key create shop")
        self.add_dead_letters(b"dead")
        self.send_event()
        wait_for("the event in the store", lambda: self.ids_stored() == 1)
        # What waits in the spool is seen too, while it is written and afterwards.
        self.box.shell("systemctl stop penstock-worker")
        self.send_event()
        commands = {"status": "ready", "status --json": '"dead_letters":1', "key list": "shop",
                    "export": '"load"', "queue dead": "f1", "queue peek": "load"}
        for command, words in commands.items():
            looked = self.as_user("member", f"penstock {command}")
            self.assertIn(words, looked.stdout, f"{command}: {looked}")
            self.assertEqual(0, looked.returncode, f"{command}: {looked}")
            refused = self.as_user("stranger", f"penstock {command}")
            self.assertNotEqual(0, refused.returncode, command)
            self.assertEqual("", refused.stdout, command)
            self.assertIn("members of group penstock", refused.stderr, command)
            self.assertIn("ermission denied", refused.stderr, command)
        for command in ("user list", "user add eve@example.test", "key create other"):
            refused = self.as_user("member", f"penstock {command} </dev/null")
            self.assertNotEqual(0, refused.returncode, command)
            self.assertIn("denied", refused.stderr, command)
        for user, path in (("member", f"{STATE}/console"), ("stranger", CONFIGURATION),
                           ("member", f"{STATE}/console/console.db")):
            self.assertNotEqual(0, self.as_user(user, f"head -c 1 {path}").returncode, path)
        self.assertEqual(0, self.as_user("member", f"head -c 1 {CONFIGURATION}").returncode)
        refused = self.as_user("member", "penstock queue retry f1")
        self.assertIn("connect to a socket", refused.stderr, "the worker does it for a member")
        self.box.shell("systemctl start penstock-worker")
        wait_for("the second event", lambda: self.ids_stored() == 2)
        self.assertIn("retried f1", self.as_user("member", "penstock queue retry f1").stdout)
        wait_for("its return", lambda: "f2" in self.as_user("member", "penstock queue dead").stdout)
        deleted = self.as_user("member", "penstock queue purge --all --yes")
        self.assertEqual("deleted 1 dead letter\n", deleted.stdout, deleted)

    def test_roots_commands_leave_what_the_programs_can_use(self):
        self.add_dead_letters(b"one", b"two", b"three")
        self.box.shell("umask 077; penstock key create first; penstock key create second; "
                       "echo 'a long enough pass phrase' | penstock user add eve@example.test; "
                       "penstock user list; penstock queue retry f1; penstock queue purge f2; "
                       "penstock queue peek; penstock queue dead; penstock status; "
                       "penstock export; penstock store check; penstock store backup /srv/backup")
        self.send_event()
        wait_for("the event in the store", lambda: self.ids_stored() == 1)
        self.assertEqual(("penstock-ingest", "penstock"), self.owner(f"{STATE}/keys.json"))
        self.assertEqual(0o640, (self.state / "keys.json").stat().st_mode & 0o777)
        # Not one file is root's but where root alone writes.
        self.assertEqual("", self.box.shell(
            f"find {STATE}/spool {STATE}/events {STATE}/console {RUN}/* -user root").stdout)
        self.box.shell("systemctl restart penstock.target")
        self.assert_all_active()
        wait_for("the retried letter", lambda: "f4" in self.box.shell("penstock queue dead").stdout)
        self.send_event()
        wait_for("the event in the store", lambda: self.ids_stored() == 2)

        self.box.shell("systemctl stop penstock.target 'penstock-*.service'; "
                       "penstock store restore --force /srv/backup; "
                       "systemctl start penstock.target")
        self.assert_all_active()
        self.assert_folders()
        self.send_event()
        wait_for("an event after the restore", lambda: self.ids_stored() >= 1)
        self.assertIn("eve@example.test", self.box.shell("penstock user list").stdout)
        self.assertIn("second", self.box.shell("penstock key list").stdout)

    def make_older_layout(self):
        """As the package had it once: all is one user's, in one folder. The run folders stay, as a
        downgrade leaves them."""
        self.box.shell("systemctl stop penstock.target 'penstock-*.service'; "
                       "useradd --system --gid penstock --home /var/lib/penstock penstock; "
                       f"cp -a {RUN}/*/*.lock {RUN}; chown -R penstock:penstock {STATE}; "
                       f"chmod -R u=rwX,g=rX,o=,g-s {STATE}; chmod -R go= {STATE}/console")
        for path in [self.state, *self.state.rglob("*")]:
            for name in ("system.posix_acl_access", "system.posix_acl_default"):
                if not path.is_symlink() and name in os.listxattr(path):
                    os.removexattr(path, name)

    def test_an_older_layout_is_moved_at_the_first_start(self):
        self.box.shell("penstock key create shop")
        self.console("/events", self.first_password())
        self.send_event()
        wait_for("the event in the store", lambda: self.ids_stored() == 1)
        self.box.shell("systemctl stop penstock-worker")
        for _ in range(3):
            self.send_event()
        self.box.shell("systemctl kill -s KILL penstock-ingest; systemctl stop penstock-ingest")
        self.add_dead_letters(b"dead")
        self.make_older_layout()
        # What a service's user has planted leads root nowhere.
        for name in ("spool/link", "events/link", "console/link"):
            self.box.shell(f"ln -s /etc/shadow {STATE}/{name}")
        before = self.box.shell("stat -c '%a %U %G' /etc/shadow").stdout

        self.box.shell("systemctl start penstock.target")
        self.assert_all_active()
        wait_for("what was in the spool", lambda: self.ids_stored() == 4)
        self.assert_folders()
        self.assertEqual(before, self.box.shell("stat -c '%a %U %G' /etc/shadow").stdout)
        self.assertEqual("", self.box.shell(f"find {STATE} -user penstock -type f").stdout)
        self.assertEqual([], [path.name for path in (self.state / "run").iterdir()
                              if not path.is_dir()])
        dead = self.console("/queue/dead", NEW_PASSWORD)["letters"]
        self.assertEqual(["f1"], [letter["id"] for letter in dead])
        self.assertEqual({"retried": 1}, self.console("POST /queue/dead/f1/retry", NEW_PASSWORD))
        self.assertEqual(4, len(self.console("/events", NEW_PASSWORD)["events"]))
        self.assertIn("shop", self.box.shell("penstock key list").stdout)
        self.assertEqual("", self.box.shell("penstock setup state").stdout, "nothing more to do")

        # Cut off half-way it goes on the next time.
        self.box.shell(f"systemctl stop penstock.target 'penstock-*.service'; "
                       f"chown -R penstock:penstock {STATE}/events; chmod 0640 {STATE}/spool/*.db; "
                       f"chown penstock:penstock {STATE}/keys.json {STATE}/spool/cursor.db; "
                       "systemctl start penstock.target")
        self.assert_all_active()
        self.send_event()
        wait_for("an event more", lambda: self.ids_stored() == 5)
