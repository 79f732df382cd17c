"""`penstock up`: all three as children, from one command, and all stopped by one signal."""

import json
import os
import signal
import unittest

import harness


class Up(unittest.TestCase):
    def start(self, machine):
        up = harness.Process(
            [harness.BIN / "penstock", "up", "--data", machine.state, "--config", machine.config],
            machine.root / "up.log")
        machine.processes.append(up)
        for program in harness.PROGRAMS:
            harness.wait_for(program, lambda: self.is_up(machine, up, program))
        return up

    @staticmethod
    def is_up(machine, up, program):
        if not up.is_running():
            raise AssertionError("penstock up ended\n" + up.text())
        return machine.run_info(program)

    @staticmethod
    def is_alive(pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"

    def test_stores_events_and_ends_cleanly(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with harness.Machine() as machine:
                up = self.start(machine)
                pids = [machine.run_info(program)["pid"] for program in harness.PROGRAMS]
                for count in range(30):
                    self.assertEqual(202, machine.post_events({"name": f"n{count}"}).status)
                up.signal(number)
                self.assertEqual(0, up.wait())
                for pid in pids:
                    self.assertFalse(self.is_alive(pid))
                up = self.start(machine)  # What was not stored yet waited on disk.
                machine.wait_for_rows(30)
                up.signal(number)
                self.assertEqual(0, up.wait())

    def test_prints_addresses_and_the_first_login(self):
        with harness.Machine() as machine:
            up = self.start(machine)
            password = harness.wait_for("the password", lambda: self.password(machine))
            _, port = machine.address()
            _, console_port = machine.address("penstock-console")
            for text in (f":{port}", f":{console_port}", "admin@localhost", password):
                harness.wait_for(f"'{text}' in the output", lambda: text in up.text())

    @staticmethod
    def password(machine):
        try:
            return (machine.state / "console" / "initial-password").read_text().strip()
        except OSError:
            return None

    def test_a_child_that_dies_is_started_again(self):
        with harness.Machine() as machine:
            up = self.start(machine)
            for program in harness.PROGRAMS:
                pid = machine.run_info(program)["pid"]
                os.kill(pid, signal.SIGKILL)
                harness.wait_for(f"a new {program}", lambda: (machine.run_info(program) or {}).get(
                    "pid", pid) != pid)
            harness.wait_for("the intake", lambda: self.accepts(machine))
            machine.wait_for_rows(1)
            self.assertTrue(up.is_running())

    @staticmethod
    def accepts(machine):
        try:
            return machine.post_events({"name": "again"}).status == 202
        except OSError:
            return False

    def test_everything_is_written_below_the_data_folder(self):
        with harness.Machine() as machine:
            self.start(machine)
            machine.post_events({"name": "x"})
            machine.wait_for_rows(1)
            self.assertTrue((machine.state / "events").is_dir())
            self.assertTrue((machine.state / "spool").is_dir())
            password_file = machine.state / "console" / "initial-password"
            self.assertEqual(0o600, password_file.stat().st_mode & 0o777)
            found = {path.name for path in machine.root.iterdir()}
            self.assertEqual({"state", "penstock.toml", "up.log"}, found)

    def test_status_sees_it(self):
        with harness.Machine() as machine:
            self.start(machine)
            machine.post_events({"name": "x"})
            machine.wait_for_rows(1)
            status = json.loads(machine.tool("status", "--json", "--config", machine.config).stdout)
            self.assertIsInstance(status, dict)


if __name__ == "__main__":
    harness.main()
