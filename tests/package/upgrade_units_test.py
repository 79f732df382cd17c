"""Files of a newer version, under systemd: each unit ends once and in words, and starts again when
the file is back.
"""

import sqlite3

from box import wait_for
from installed import Installed

EXIT_NEWER_FILES = "3"


class UpgradeUnits(Installed):
    def shown(self, unit, name):
        return self.box.shell(f"systemctl show --value -p {name} {unit}").stdout.strip()

    def test_newer_files_end_a_unit_once(self):
        self.send_event()
        wait_for("a stored event", lambda: self.ids_stored() == 1)
        day = next((self.state / "events").glob("????-??-??.db"))
        for unit, path in (("penstock-worker", day),
                           ("penstock-console", self.state / "console/console.db")):
            with self.subTest(unit=unit):
                self.box.shell(f"systemctl stop {unit}")
                before = self.set_version(path, 99)
                self.box.shell(f"systemctl start {unit}", check=False)
                wait_for("its end", lambda u=unit: self.shown(u, "ActiveState") == "failed")
                self.assertEqual(EXIT_NEWER_FILES, self.shown(unit, "ExecMainStatus"))
                said = self.box.shell(f"journalctl --no-pager -u {unit} -g newer_files").stdout
                self.assertIn("newer version of Penstock", said)
                self.set_version(path, before)
                # systemd would have started it again by now, and counted that.
                self.assertEqual("0", self.shown(unit, "NRestarts"))
                self.assertEqual("failed", self.shown(unit, "ActiveState"))
                self.box.shell(f"systemctl restart {unit}")
                self.assertTrue(self.is_active(unit))
        self.assert_all_active()
        self.assertEqual(1, self.ids_stored())

    @staticmethod
    def set_version(path, version):
        """The one before."""
        database = sqlite3.connect(path)
        before = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute(f"PRAGMA user_version = {version}")
        database.close()
        return before
