"""The console's reference of its API in Chromium; reference.mjs says what is done."""

import unittest

import console_page
from console_page import harness


class ReferencePage(unittest.TestCase):
    def test_what_it_says_can_be_done(self):
        with harness.Machine() as machine:
            machine.start()
            console_page.signed_in(machine)
            self.assertEqual(202, machine.post_events([{"name": "signup"}]).status)
            machine.wait_for_rows(1)
            console_page.visit(self, machine, "reference.mjs")


if __name__ == "__main__":
    harness.main()
