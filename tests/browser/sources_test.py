"""The console's page of sources in Chromium; sources.mjs says what people do there."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"])
BROWSER = pathlib.Path(os.environ["PENSTOCK_BROWSER_DIR"])
sys.path.insert(0, str(SOURCE / "tests" / "e2e"))

import console_api_test  # noqa: E402
import harness  # noqa: E402


class SourcesPage(unittest.TestCase):
    def test_a_protocol_begins_to_deliver(self):
        self.assertIsNotNone(shutil.which("chromium"), "chromium is not installed")
        with harness.Machine(settings={"protocols": {"pixel": False}}) as machine:
            machine.start()
            console_api_test.signed_in(machine)
            console, intake = (machine.address(one) for one in ("penstock-console",
                                                                "penstock-ingest"))
            protocols = machine.tool("protocols").stdout.count("\n")
            script = BROWSER / "sources.mjs"  # Beside node_modules, where imports are looked for.
            shutil.copy(SOURCE / "tests" / "browser" / "sources.mjs", script)
            task = {"console": "http://{}:{}".format(*console),
                    "intake": "http://{}:{}".format(*intake), "protocols": protocols,
                    "password": console_api_test.PASSWORD,
                    "screenshots": str(BROWSER / "screenshots")}
            result = subprocess.run(["node", str(script), json.dumps(task)], capture_output=True,
                                    text=True, timeout=250, check=False)
            self.assertEqual(0, result.returncode, result.stdout + result.stderr)


if __name__ == "__main__":
    harness.main()
