"""The console's page of events in Chromium; events.mjs says what is found, changed and deleted."""

import unittest

import console_page
from console_page import console_api_test, harness

VIEWER = "viewer@shop.example"
FLOOD = 2_500


def visited(path, **more):
    return {"name": "pageview", "url": "https://shop.example" + path, **more}


class EventsPage(unittest.TestCase):
    def test_events_found_changed_and_deleted(self):
        with harness.Machine() as machine:
            machine.start()
            console_page.signed_in(machine)
            machine.tool("user", "add", VIEWER, "--role", "viewer", "--config", machine.config,
                         text_input=console_api_test.PASSWORD + "\n")
            ada = {"user_id": "ada@shop.example"}
            events = [visited("/"), {"name": "signup", "properties": {"plan": "free"}},
                      visited("/cart", session_id="s-1", **ada,
                              properties={"note": "voucher-77 \u00fc"}),
                      visited("/pay", session_id="s-1", **ada),
                      visited("/thanks", session_id="s-1", **ada),
                      visited("/", session_id="s-2", **ada),
                      *(visited("/junk") for _ in range(6))]
            self.assertEqual(202, machine.post_events(events).status)
            machine.wait_for_rows(len(events))
            console_page.visit(self, machine, "events.mjs", part="few")
            self.assertEqual(202, machine.post_events([visited("/flood")] * FLOOD).status)
            machine.wait_for_rows(FLOOD)
            console_page.visit(self, machine, "events.mjs", part="many")
            self.assertEqual([], [row for row in machine.rows() if row["path"] == "/flood"])


if __name__ == "__main__":
    harness.main()
