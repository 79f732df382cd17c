"""A console and an intake, and a script that visits the console's page in Chromium."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"])
BROWSER = pathlib.Path(os.environ["PENSTOCK_BROWSER_DIR"])
sys.path.insert(0, str(SOURCE / "tests" / "e2e"))

import console_api_test  # noqa: E402
import harness  # noqa: E402,F401  For those that import this.


def visit(case, machine, script, **task):
    """Fails the test case with all that the script said, where it fails."""
    case.assertIsNotNone(shutil.which("chromium"), "chromium is not installed")
    for name in (script, "console_page.mjs"):  # Beside node_modules, where imports are looked for.
        shutil.copy(SOURCE / "tests" / "browser" / name, BROWSER / name)
    task = {"console": "http://{}:{}".format(*machine.address("penstock-console")),
            "password": console_api_test.PASSWORD, "screenshots": str(BROWSER / "screenshots"),
            **task}
    result = subprocess.run(["node", str(BROWSER / script), json.dumps(task)], capture_output=True,
                            text=True, timeout=550, check=False)
    case.assertEqual(0, result.returncode, result.stdout + result.stderr)


signed_in = console_api_test.signed_in
PASSWORD = console_api_test.PASSWORD
