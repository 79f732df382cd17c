"""The console's page of sources in Chromium; sources.mjs says what people do there."""

import unittest

import console_page
from console_page import harness


class SourcesPage(unittest.TestCase):
    def test_a_protocol_begins_to_deliver(self):
        with harness.Machine(settings={"protocols": {"pixel": False}}) as machine:
            machine.start()
            console_page.signed_in(machine)
            console_page.visit(self, machine, "sources.mjs",
                               intake="http://{}:{}".format(*machine.address("penstock-ingest")),
                               protocols=machine.tool("protocols").stdout.count("\n"))


if __name__ == "__main__":
    harness.main()
