"""The console's page about the product itself, in Chromium; system.mjs says what, and stops the
worker for a while."""

import unittest

import console_page
from console_page import harness


class System(unittest.TestCase):
    def test_what_the_system_says_of_itself(self):
        rules = ["project='bücher laden' kind=log days=30", "kind=error days=0"]
        with harness.Machine(settings={"store": {"retain": rules}}) as machine:
            machine.start()
            admin = console_page.signed_in(machine)
            events = [{"name": "pageview"}] * 11 + [{"name": "TypeError", "kind": "error"}]
            answer = machine.post_events(events)
            self.assertEqual(202, answer.status, answer)
            self.assertEqual(422, machine.post_events("no event").status)
            machine.wait_for_rows(12)
            machine.tool("user", "add", "viewer@example.com", "--role", "viewer",
                         "--config", machine.config,
                         text_input=console_page.console_api_test.PASSWORD + "\n")
            console_page.visit(self, machine, "system.mjs",
                               worker=machine.run_info("penstock-worker")["pid"],
                               config=str(machine.config))
            bundle = admin.call("GET", "/system/bundle").json
            self.assertEqual(12, bundle["counts"]["stored"])
            self.assertEqual("ready", bundle["programs"][1]["state"])


if __name__ == "__main__":
    harness.main()
