"""The console's page of errors in Chromium, by reports as SDKs send them; errors.mjs says what
people do. Then the console is killed, again and again: each error is counted once."""

import json
import time
import unittest
import uuid

import console_page
from console_page import harness

VIEWER = "viewer@example.test"
PHRASE = "a long enough pass phrase"
CORPUS = console_page.SOURCE / "tests" / "corpus"
KILLS = 4


def native(number):
    return {"kind": "error", "name": "Flood", "id": str(uuid.uuid4()),
            "properties": {"message": "again", "number": number}}


class ErrorsPage(unittest.TestCase):
    def test_from_the_first_to_the_last(self):
        with harness.Machine() as machine:
            machine.start()
            admin = console_page.signed_in(machine)
            machine.tool("user", "add", VIEWER, "--role", "viewer", "--config", machine.config,
                         text_input=PHRASE + "\n")
            host, port = machine.address()
            console_page.visit(
                self, machine, "errors.mjs", intake=f"http://{host}:{port}", viewer=VIEWER,
                phrase=PHRASE,
                sentry=str(CORPUS / "adapter_sentry_sentry_fuzz" / "browser_exception"),
                rollbar=str(CORPUS / "adapter_rollbar_rollbar_fuzz" / "node_exception"))
            self.check_kills(machine, admin)

    def check_kills(self, machine, admin):
        """Errors come all the while, and the console goes in the middle of what it does."""
        sent = 0
        for _ in range(KILLS):
            for _ in range(5):
                events = [native(sent + i) for i in range(200)]
                self.assertEqual(202, machine.post_events(events).status)
                sent += len(events)
                time.sleep(0.1)  # So that it is killed at another place each time.
            console = next(one for one in machine.processes
                           if "penstock-console" in str(one.command[0]))
            console.kill()
            machine.processes.remove(console)
            machine.start("penstock-console")
            # At another port, whose cookie has another name.
            self.assertEqual(200, admin.sign_in("admin@localhost", console_page.PASSWORD).status)
        where = "kind = 'error' AND name = 'Flood'"
        harness.wait_for("all rows", lambda: machine.query(
            f"SELECT count(*) AS n FROM events WHERE {where}")[0]["n"] == sent)

        def count():
            groups = admin.call("GET", "/errors?search=again").json["groups"]
            return groups[0]["count"] if groups else 0

        harness.wait_for("all to be counted", lambda: count() >= sent)
        # A tick later it is the same.
        events = [{**native(0), "properties": {"message": "the last"}}]
        self.assertEqual(202, machine.post_events(events).status)
        harness.wait_for("the last", lambda: admin.call(
            "GET", "/errors?search=the+last").json["groups"])
        self.assertEqual(sent, count(), json.dumps(admin.call("GET", "/errors").json)[:2000])


if __name__ == "__main__":
    harness.main()
