"""The console's page of events as they come, in Chromium; live.mjs says what, and sends them."""

import unittest

import console_page
from console_page import harness


class Live(unittest.TestCase):
    def test_events_as_they_come(self):
        with harness.Machine() as machine:
            machine.start()
            console_page.signed_in(machine)
            console_page.visit(self, machine, "live.mjs",
                               intake="http://{}:{}".format(*machine.address("penstock-ingest")))


if __name__ == "__main__":
    harness.main()
