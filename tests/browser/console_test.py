"""The console's page in Chromium where something is unusual; console.mjs says what."""

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

# Those that no double holds, and where they may stand.
NUMBERS = ["844197938335842305", "9007199254740993", "-9223372036854775807", "1.10", "2.5e+30"]
PROPERTIES = ('{"order":844197938335842305,"nested":{"ids":[9007199254740993,'
              '{"low":-9223372036854775807}]},"price":1.10,"mass":2.5e+30}')


class ConsolePage(unittest.TestCase):
    def test_what_is_unusual(self):
        self.assertIsNotNone(shutil.which("chromium"), "chromium is not installed")
        with harness.Machine() as machine:
            machine.start()
            console_api_test.signed_in(machine)
            event = ('{"name":"order","url":"https://shop.example/checkout",'
                     f'"properties":{PROPERTIES}}}')
            crash = '{"name":"crash","kind":"error","url":"https://shop.example/cart"}'
            answer = machine.request("POST", "/v1/events", f"[{event},{event},{event},{crash}]",
                                     {"Content-Type": "application/json"})
            self.assertEqual(202, answer.status, answer)
            machine.wait_for_rows(4)

            host, port = machine.address("penstock-console")
            script = BROWSER / "console.mjs"  # Beside node_modules, where imports are looked for.
            shutil.copy(SOURCE / "tests" / "browser" / "console.mjs", script)
            task = {"console": f"http://{host}:{port}", "password": console_api_test.PASSWORD,
                    "numbers": NUMBERS, "screenshots": str(BROWSER / "screenshots")}
            result = subprocess.run(["node", str(script), json.dumps(task)], capture_output=True,
                                    text=True, timeout=250, check=False)
            self.assertEqual(0, result.returncode, result.stdout + result.stderr)


if __name__ == "__main__":
    harness.main()
