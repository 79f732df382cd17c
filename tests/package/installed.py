"""What the tests of an installed package share: a box with the package, and questions to it."""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest

import box
from box import wait_for

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = pathlib.Path(os.environ.get("PENSTOCK_PACKAGE_DIR", HERE.parents[1] / "build/package"))
PROGRAMS = ("penstock-ingest", "penstock-worker", "penstock-console")
SENDERS = 8


def built_package():
    found = sorted(PACKAGES.glob("penstock_*.deb"), key=lambda path: path.stat().st_mtime)
    assert found, f"no package in {PACKAGES}: packaging/build-deb {PACKAGES}"
    return found[-1]


def other_version(deb, version, folder, change_configuration=False):
    """The same package under another version."""
    tree = pathlib.Path(folder) / "tree"
    box.run("dpkg-deb", "--raw-extract", deb, tree)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text()))
    if change_configuration:
        with open(tree / "etc/penstock/penstock.toml", "a", encoding="utf-8") as file:
            file.write("# A line of the next version.\n")
    out = pathlib.Path(folder) / f"penstock_{version}_amd64.deb"
    box.run("dpkg-deb", "--build", "--root-owner-group", tree, out)
    shutil.rmtree(tree)
    return out


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="penstock-package-")
        cls.deb = built_package()
        cls.newer = other_version(cls.deb, "0.2.0-1", cls.folder, change_configuration=True)
        cls.base = box.base_system(PACKAGES)
        box.download_dependencies(cls.base, cls.deb)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.box = box.Box(self.base, [self.deb, self.newer])
        self.addCleanup(self.box.close)
        self.state = self.box.root / "var/lib/penstock"
        self.began_s = time.monotonic()
        self.apt_install(self.deb)
        self.active_s = time.monotonic() - self.began_s

    def apt_install(self, deb, options=""):
        self.box.shell(f"apt-get install -q -y --allow-downgrades {options} /packages/{deb.name}")

    @staticmethod
    def measured(text):
        """A figure for those who run the tests: tests/package/run shows them at its end."""
        with open(PACKAGES / "measured", "a", encoding="utf-8") as file:
            file.write(f"measured: {text}\n")

    def exposure(self, unit, words=""):
        """By systemd's own judgement, of 10."""
        text = self.box.shell(f"systemd-analyze security --no-pager {unit}").stdout
        exposure = float(re.search(r"exposure level for \S+: ([\d.]+)", text)[1])
        self.measured(f"exposure {exposure} of {unit} {words}".rstrip())
        return exposure

    def first_password(self):
        return (self.state / "console/initial-password").read_text().strip()

    def is_active(self, unit):
        return self.box.shell(f"systemctl is-active {unit}", check=False).stdout.strip() == "active"

    def assert_all_active(self):
        for program in PROGRAMS:
            self.assertTrue(self.is_active(program), self.box.shell(
                f"journalctl --no-pager -u {program} | tail -30", check=False).stdout)

    def ids_stored(self):
        """Rows of the load that are in the store."""
        count = 0
        for day in (self.state / "events").glob("????-??-??.db"):
            with sqlite3.connect(f"file:{day}?mode=ro", uri=True) as database:
                # The file is there before its tables are.
                if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
                    count += database.execute(
                        "SELECT count(*) FROM events WHERE name = 'load'").fetchone()[0]
        return count

    def under_load(self, work, can_cut=False, at=()):
        """Runs `work` while senders send; nothing may be refused, cut off, lost or doubled.

        `at` is a port and, for TLS, an authority's file.
        """
        before = self.ids_stored()
        sender = self.box.python(HERE / "sender.py", SENDERS, *at, stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE)
        try:
            wait_for("load", lambda: self.ids_stored() > before)
            work()
            reached = self.ids_stored()
            wait_for("load after it", lambda: self.ids_stored() > reached)
        finally:
            output = sender.communicate()[0]
        ledger = json.loads(output)
        self.assertEqual(0, ledger["refused"], "connections refused")
        self.assertEqual(0, ledger["other"], "answers other than 202")
        if not can_cut:
            self.assertEqual(0, ledger["cut"], "connections cut off")
        wanted = before + len(ledger["answered"])
        try:
            wait_for("all that was answered", lambda: self.ids_stored() >= wanted)
        except AssertionError as error:
            # What refused them first: a long report may be cut where it is read.
            raise AssertionError(f"{error}: {self.ids_stored()} of {wanted}\n" + self.box.shell(
                "penstock queue dead --count 3 | cut -c1-1000; "
                "journalctl --no-pager -u 'penstock*' | grep ' id=' | head -n 20; "
                "penstock status; ls -la /var/lib/penstock/*; systemctl --no-pager --no-legend "
                "list-units 'penstock*'; journalctl --no-pager -u 'penstock*' -n 40",
                check=False).stdout) from None
        if not can_cut:
            self.assertEqual(wanted, self.ids_stored(), "stored twice, or never answered")
        print(f"{self.id().rpartition('.')[2]}: {len(ledger['answered'])} events answered, "
              f"slowest {ledger['slowest_s']:.2f} s", flush=True)

    def send_event(self):
        self.box.shell("exec 3<>/dev/tcp/127.0.0.1/8080; printf 'POST /v1/events HTTP/1.1\\r\\n"
                       "Host: x\\r\\nContent-Length: 15\\r\\n\\r\\n{\"name\":\"load\"}' >&3; "
                       "head -1 <&3 | grep 202")

    def console(self, path, password, *more, at=(8081, "")):
        """What the console's JSON says to its first user, who has to change her password first."""
        script = HERE / "console_client.py"
        client = self.box.python(script, *at, password, path, *more, stdout=subprocess.PIPE)
        output = client.communicate(timeout=box.DEADLINE_S)[0]
        self.assertEqual(0, client.returncode)
        return json.loads(output)

    def main_pid(self, program):
        return self.box.shell(f"systemctl show -P MainPID {program}").stdout.strip()
