"""The console's page in Chromium where something is unusual, and what its charts draw; console.mjs
and charts.mjs say what."""

import unittest

import console_page
from console_page import harness

# Those that no double holds, and where they may stand.
NUMBERS = ["844197938335842305", "9007199254740993", "-9223372036854775807", "1.10", "2.5e+30"]
PROPERTIES = ('{"order":844197938335842305,"nested":{"ids":[9007199254740993,'
              '{"low":-9223372036854775807}]},"price":1.10,"mass":2.5e+30}')


class ConsolePage(unittest.TestCase):
    def test_what_is_unusual(self):
        with harness.Machine() as machine:
            machine.start()
            console_page.signed_in(machine)
            event = ('{"name":"order","url":"https://shop.example/checkout",'
                     f'"properties":{PROPERTIES}}}')
            crash = '{"name":"crash","kind":"error","url":"https://shop.example/cart"}'
            # Its last characters are told to stand first, and nothing says where that ends.
            turned = r'{"name":"invoice\u202Etxt.exe","kind":"log"}'
            body = f"[{event},{event},{event},{crash},{turned}]"
            answer = machine.request("POST", "/v1/events", body,
                                     {"Content-Type": "application/json"})
            self.assertEqual(202, answer.status, answer)
            machine.wait_for_rows(5)
            console_page.visit(self, machine, "console.mjs", numbers=NUMBERS)
            console_page.visit(self, machine, "charts.mjs")


if __name__ == "__main__":
    harness.main()
