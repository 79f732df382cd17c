"""The package, installed in a Debian 12 that is booted: used, restarted, upgraded, removed.

Usage: package_test.py [TEST...]; without, all, in processes of their own. The packages are those of
PENSTOCK_PACKAGE_DIR (build/package), where packaging/build-deb has left them. Needs root.
"""

import concurrent.futures
import re
import subprocess
import sys
import time
import unittest

import box
from box import wait_for
from installed import Installed, HERE, PROGRAMS
# Run by the names that tests have: Rights.test_…
from rights_test import Rights
from tls_test import Tls
from upgrade_units_test import UpgradeUnits

AT_ONCE = 2


class Package(Installed):
    def test_is_there_when_apt_is_done(self):
        self.assert_all_active()
        password = self.first_password()
        self.send_event()
        wait_for("the event in the store", lambda: self.ids_stored() == 1)
        shown = self.console("/events", password)["events"]
        self.assertEqual(["load"], [event["name"] for event in shown])
        self.measured(f"{self.active_s:.1f} s from apt install to active, "
                      f"{time.monotonic() - self.began_s:.1f} s to the first event in the console")
        for program in PROGRAMS:
            self.assertIn(program, self.box.shell("penstock status").stdout)
            self.assertLessEqual(self.exposure(program), 1.1, program)
        self.assertEqual("", self.box.shell("systemctl --failed --no-legend").stdout)
        self.assertNotIn(password, self.box.shell("journalctl --no-pager").stdout)

    def test_restarts_and_reloads_lose_nothing(self):
        def work():
            for command in ("restart penstock-ingest", "restart penstock.target", "daemon-reload",
                            "daemon-reexec", "reload penstock-ingest",
                            "restart penstock-worker penstock-console"):
                self.box.shell(f"systemctl {command}")
        self.under_load(work)
        self.assert_all_active()

    def test_a_reboot_loses_nothing(self):
        self.under_load(lambda: None)
        self.box.shell("systemctl stop penstock-worker")
        stored = self.ids_stored()
        for _ in range(20):
            self.send_event()
        self.box.reboot()
        self.assert_all_active()
        wait_for("what waited in the spool", lambda: self.ids_stored() == stored + 20)
        self.under_load(lambda: None)

    def test_a_kill_refuses_nothing(self):
        def work():
            for _ in range(3):
                pid = self.main_pid("penstock-ingest")
                self.box.shell(f"kill -9 {pid}")
                wait_for("the next intake", lambda old=pid: self.is_active("penstock-ingest") and
                         self.main_pid("penstock-ingest") not in ("0", old))
        self.under_load(work, can_cut=True)

    def test_the_watchdog_ends_what_is_stuck_and_nothing_else(self):
        for program in PROGRAMS:
            folder = self.box.root / f"etc/systemd/system/{program}.service.d"
            folder.mkdir()
            (folder / "quick.conf").write_text("[Service]\nWatchdogSec=4s\n")
        self.box.shell("systemctl daemon-reload && systemctl restart penstock.target")
        pids = {program: self.main_pid(program) for program in PROGRAMS}
        fed = {program: set() for program in PROGRAMS}

        def are_fed():
            for program in PROGRAMS:
                fed[program].add(self.box.shell(
                    f"systemctl show -P WatchdogTimestampMonotonic {program}").stdout)
            return all(len(times) > 4 for times in fed.values())  # Well past a period.
        wait_for("all to feed the watchdog", are_fed)
        self.assertEqual(pids, {program: self.main_pid(program) for program in PROGRAMS})

        for program, thread in (("penstock-ingest", "tail"), ("penstock-console", "head")):
            pid = self.main_pid(program)
            # Threads in epoll_wait or epoll_pwait: the main loop first, reactors behind it.
            tid = self.box.shell(f"grep -lE '^(232|281) ' /proc/{pid}/task/*/syscall | "
                                 f"cut -d/ -f5 | sort -n | {thread} -1").stdout.strip()
            freezer = self.box.python(HERE / "freezer.py", tid, stdout=subprocess.PIPE,
                                      namespaces=("--net", "--pid"))
            self.assertEqual("stopped", freezer.stdout.readline().strip())
            wait_for(f"the next {program}", lambda program=program, pid=pid:
                     self.is_active(program) and self.main_pid(program) not in ("0", pid))
            freezer.communicate(timeout=box.DEADLINE_S)
            journal = self.box.shell(f"journalctl --no-pager -u {program}").stdout
            self.assertIn("Watchdog timeout", journal, program)
        self.under_load(lambda: None)

    def test_upgrade_downgrade_and_reinstall_lose_nothing(self):
        with open(self.box.root / "etc/penstock/conf.d/own.toml", "w", encoding="utf-8") as file:
            file.write("[log]\nlevel = \"info\"\n")
        configuration = self.box.root / "etc/penstock/penstock.toml"
        with open(configuration, "a", encoding="utf-8") as file:
            file.write("# An administrator's line.\n")

        def work():
            self.apt_install(self.newer, "-o Dpkg::Options::=--force-confold")
            self.apt_install(self.deb, "-o Dpkg::Options::=--force-confold")
            self.apt_install(self.deb, "--reinstall -o Dpkg::Options::=--force-confold")
        self.under_load(work)
        self.assert_all_active()
        self.assertIn("An administrator's line.", configuration.read_text())
        self.assertEqual(0o640, configuration.stat().st_mode & 0o777)

    def test_an_upgrade_leaves_an_enabled_socket_unit_alone(self):
        self.box.shell("systemctl stop penstock-ingest; systemctl enable --now "
                       "penstock-ingest.socket; systemctl start penstock-ingest")
        self.under_load(lambda: self.apt_install(self.newer))
        self.assertTrue(self.is_active("penstock-ingest.socket"))
        self.box.shell("apt-get remove -q -y penstock")
        self.assertFalse(self.is_active("penstock-ingest.socket"))
        self.assertFalse(self.is_active("penstock-ingest"))

    def test_a_redis_of_our_own_in_one_step(self):
        def process():
            return self.box.shell("systemctl show -P MainPID penstock-redis").stdout

        self.assertFalse(self.is_active("penstock-redis"))

        def work():
            self.box.shell("penstock setup redis --memory 64mb; systemctl enable penstock-redis; "
                           "systemctl restart penstock-redis penstock.target")
            wait_for("Redis in use", lambda: ".sock?db=0 (up)" in self.box.shell(
                "penstock status", check=False).stdout)
            before = process()
            self.apt_install(self.newer)
            self.assertEqual(before, process(), "an upgrade restarted Redis")
            self.box.shell("systemctl kill -s KILL penstock-redis")
        self.under_load(work)
        self.assertIn("lacks nothing", self.box.shell("penstock setup redis --check").stdout)
        self.assertLessEqual(self.exposure("penstock-redis"), 0.4)
        stranger = self.box.shell(
            "setpriv --reuid=nobody --regid=nogroup --clear-groups redis-cli "
            "-s /run/penstock-redis/redis.sock ping 2>&1", check=False).stdout
        self.assertIn("Permission denied", stranger)
        settings = (self.box.root / "etc/penstock/conf.d/50-redis.toml").read_text()
        password = re.search(r"://[^:]*:([^@]+)@", settings)[1]
        self.assertLessEqual(16, len(password))
        for place in ("journalctl --no-pager", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ",
                      "penstock status", "penstock doctor"):
            shown = self.box.shell(place, check=False).stdout
            self.assertIn("penstock", shown, place)
            self.assertNotIn(password, shown, place)
        self.box.shell("apt-get remove -q -y penstock")
        self.assertFalse(self.is_active("penstock-redis"))

    def test_a_faulty_file_fails_the_reload_alone(self):
        fault = self.box.root / "etc/penstock/conf.d/fault.toml"
        fault.write_text("[ingest]\nlisten = 5\n")
        for program in PROGRAMS:
            reload = self.box.shell(f"systemctl reload {program}", check=False)
            self.assertNotEqual(0, reload.returncode, program)
            journal = self.box.shell(f"journalctl --no-pager -u {program}").stdout
            self.assertIn("fault.toml:2", journal, program)
        self.assert_all_active()
        fault.unlink()
        for program in PROGRAMS:
            self.box.shell(f"systemctl reload {program}")

    def test_remove_keeps_data_and_purge_keeps_events(self):
        self.under_load(lambda: None)
        stored = self.ids_stored()
        self.box.shell("apt-get remove -q -y penstock")
        for program in PROGRAMS:
            self.assertFalse(self.is_active(program))
        self.assertTrue((self.box.root / "etc/penstock/penstock.toml").exists())
        self.assertEqual(stored, self.ids_stored())
        self.apt_install(self.deb)
        self.assert_all_active()
        said = self.box.shell("apt-get purge -q -y penstock").stdout
        self.assertIn("/var/lib/penstock", said)
        self.assertFalse((self.box.root / "etc/penstock").exists())
        self.assertEqual("", self.box.shell(
            "find /run/penstock* /var/lib/penstock/run 2>/dev/null", check=False).stdout)
        self.assertEqual(stored, self.ids_stored())
        self.apt_install(self.deb)
        self.assert_all_active()


def run_one(name):
    """In a process of its own; what it said, and whether it passed."""
    done = subprocess.run([sys.executable, "-B", __file__, name], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return f"{name}\n{done.stdout}", done.returncode == 0


def run_all():
    """Two at a time, since a box waits much: for its boot, its restarts and its disk."""
    suites = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    names = [test.id().partition(".")[2] for suite in suites for test in suite]
    names.reverse()  # The longest one first.
    failed = []
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, (text, is_passed) in zip(names, pool.map(run_one, names)):
            print(text, flush=True)
            failed += [] if is_passed else [name]
    print(f"{len(names)} tests, {len(failed)} failed: {' '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        unittest.main(verbosity=2)
    sys.exit(run_all())
