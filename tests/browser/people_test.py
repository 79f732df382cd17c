"""The console's pages of people and of one's account in Chromium; people.mjs says what is done."""

import unittest

import console_page
from console_page import harness


class PeoplePage(unittest.TestCase):
    def test_who_comes_and_goes(self):
        with harness.Machine() as machine:
            machine.start()
            console_page.signed_in(machine)
            console_page.visit(self, machine, "people.mjs")


if __name__ == "__main__":
    harness.main()
