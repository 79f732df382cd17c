"""`penstock doctor` on an appliance that is well, and on one that is broken in one way a test.

Needs root, for mounts and owners.
"""

import json
import os
import socket
import sqlite3
import struct
import unittest

import faults
from faults import INGEST, harness

NOBODY = 65534
YEAR_S = 365 * 86_400


class Doctor(unittest.TestCase):
    def ask(self, box, code=0, env=None):
        """What is not ok, as (check, verdict, where, what)."""
        result = box.tool("doctor", "--json", "--config", box.config, check=False, env=env)
        self.assertEqual(code, result.returncode, result.stdout + result.stderr)
        diagnosis = json.loads(result.stdout)
        for found in diagnosis["checks"]:
            self.assertEqual(found["verdict"] == "ok", found["todo"] == "", found)
        return [(found["check"], found["verdict"], found["where"], found["what"])
                for found in diagnosis["checks"] if found["verdict"] != "ok"]

    def of(self, check, found):
        return [one for one in found if one[0] == check]

    def test_an_appliance_that_is_well(self):
        with faults.Machine() as box:
            box.start()
            box.post_events([{"name": "a"}])
            box.wait_for_rows(1)
            failed = [one for one in self.ask(box) if one[1] == "fail"]
            self.assertEqual([], failed)
            # It has made nothing and changed nobody's files.
            text = box.tool("doctor", "--config", box.config).stdout
            self.assertIn("penstock-worker may use what it needs", text)

    def test_a_folder_that_is_read_only(self):
        with faults.Machine() as box:
            (box.state / "events").mkdir()
            os.chown(box.state / "events", NOBODY, NOBODY)
            os.chmod(box.state / "events", 0o555)
            found = self.of("rights", self.ask(box, 1))
            self.assertEqual([("fail", str(box.state / "events"))],
                             [one[1:3] for one in found if "/events" in one[2]])

    def test_an_owner_that_is_wrong(self):
        with faults.Machine() as box:
            os.chmod(box.root, 0o755)
            os.chmod(box.state, 0o755)
            folder = box.state / "events"
            folder.mkdir(mode=0o750)
            os.chown(folder, NOBODY, NOBODY)
            day = folder / "2026-11-24.db"
            day.write_bytes(b"")
            day.chmod(0o600)  # Root's.
            found = self.of("rights", self.ask(box, 1))
            self.assertIn(str(day), [one[2] for one in found])

    def test_files_of_other_versions(self):
        with faults.Machine() as box:
            box.start()
            box.post_events([{"name": "a"}])
            box.wait_for_rows(1)
            for program in (faults.INGEST, faults.WORKER, faults.CONSOLE):
                box.process(program).stop()
            day = box.days()[0]
            for version, code in ((1, 0), (99, 1)):
                database = sqlite3.connect(day)
                database.execute(f"PRAGMA user_version = {version}")
                database.close()
                found = self.of("files", self.ask(box, code))
                self.assertEqual([("fail", str(day))] if code else [], [one[1:3] for one in found])
                text = box.tool("doctor", "--config", box.config, check=False).stdout
                self.assertIn(f"of version {version}; this program's is 4", text)

    def test_a_disk_that_is_full(self):
        with faults.Machine() as box:
            folder = box.mount_small(box.state / "spool", "8m")
            faults.fill_disk(folder)
            found = self.of("disk", self.ask(box, 1))
            self.assertIn(("fail", str(folder)), [one[1:3] for one in found])
            self.assertTrue(any("tmpfs" in one[3] for one in found), found)

    def test_a_port_that_is_taken(self):
        with faults.Machine() as box, socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            box.settings["console"]["listen"] = f"127.0.0.1:{port}"
            box.write_config()
            found = self.of("ports", self.ask(box, 1))
            self.assertEqual(1, len(found), found)
            self.assertIn(f"process {os.getpid()}", found[0][3])

    def test_a_redis_that_keeps_nothing(self):
        with faults.Machine(redis=True, redis_args=["--appendonly", "no"]) as box:
            found = self.of("redis", self.ask(box))
            self.assertTrue(any("append" in one[3] for one in found), found)
            box.redis.kill()
            found = self.of("redis", self.ask(box, 1))
            self.assertEqual("fail", found[0][1])

    def test_a_clock_that_is_behind_or_ahead(self):
        with faults.Machine() as box:
            box.start()
            box.post_events([{"name": "a"}])
            box.wait_for_rows(1)
            library = harness.BUILD / "tests" / "fault" / "libpenstock_moved_clock.so"
            offset = box.root / "offset"
            env = {**os.environ, "LD_PRELOAD": str(library), "PENSTOCK_TEST_CLOCK": str(offset)}
            offset.write_bytes(struct.pack("=q", -YEAR_S))
            found = self.of("clock", self.ask(box, 1, env))
            self.assertTrue(any("behind" in one[3] for one in found), found)
            offset.write_bytes(struct.pack("=q", YEAR_S))
            found = self.of("clock", self.ask(box, env=env))
            self.assertTrue(any("ahead" in one[3] for one in found), found)

    def test_a_program_that_was_killed(self):
        with faults.Machine() as box:
            box.start(INGEST).kill()
            harness.wait_for("the intake's end", lambda: any(
                INGEST in one[3] for one in self.of("installation", self.ask(box))))

    def test_a_configuration_that_is_faulty(self):
        with faults.Machine() as box:
            box.config.write_text(box.config.read_text() + "\n[spool]\nmax_bites = 1\n")
            found = self.ask(box, 2)
            self.assertEqual(["configuration"], [one[0] for one in found])
            self.assertIn("penstock.toml", found[0][2])


if __name__ == "__main__":
    harness.main()
