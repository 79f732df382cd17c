"""The console's first steps and its page of keys in Chromium; keys.mjs says what is done."""

import unittest

import console_page
from console_page import harness

first_password = console_page.console_api_test.first_password


class KeysPage(unittest.TestCase):
    def test_from_the_first_sign_in_on(self):
        with harness.Machine() as machine:
            machine.start()
            console_page.visit(self, machine, "keys.mjs",
                               first_password=first_password(machine),
                               intake="http://{}:{}".format(*machine.address()))


if __name__ == "__main__":
    harness.main()
