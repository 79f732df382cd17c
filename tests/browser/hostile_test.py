"""What strangers send, in every member of events, errors and messages that nobody can read, on
every page of the console in Chromium: hostile_texts.mjs has the texts, hostile.mjs looks."""

import json
import shutil
import subprocess
import unittest

import console_page
from console_page import BROWSER, SOURCE, harness


def texts():
    script = (f"import('{SOURCE}/tests/browser/hostile_texts.mjs')"
              ".then((texts) => console.log(JSON.stringify(texts.kHostileTexts)))")
    return json.loads(subprocess.run(["node", "-e", script], capture_output=True, check=True,
                                     text=True).stdout)


def events_of(text):
    """The text wherever a client may put one."""
    short = text[:250]
    yield {"name": short, "url": f"https://shop.example/{text}", "referrer": f"https://{text}/",
           "user_id": short, "anonymous_id": short, "session_id": short, "user_agent": text,
           "properties": {text[:60]: text, "plan": text, "nested": [{"deep": text}]}}
    yield {"name": "pageview", "url": f"https://shop.example/?utm_source={text}",
           "referrer": text, "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"}
    yield {"kind": "error", "name": short,
           "properties": {"message": text, "class": text, "fingerprint": text, "release": text,
                          "level": text, "breadcrumbs": [{"message": text, "category": text}],
                          "frames": [{"file": text, "function": text, "line": 1, "in_app": True}]}}


class HostileTexts(unittest.TestCase):
    def test_are_texts_on_every_page(self):
        with harness.Machine() as machine:
            machine.start()
            admin = console_page.signed_in(machine)
            key = json.loads(machine.tool("key", "create", "shop", "--server-side", "--json",
                                          "--config", machine.config).stdout)["key"]
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            first = {"name": "first", "url": "https://shop.example/"}
            harness.wait_for("the key", lambda: machine.post_events(
                first, headers=headers).status == 202
                and machine.query("SELECT 1 FROM events WHERE project = 'shop' LIMIT 1"))
            sent = 0
            for text in texts():
                for event in events_of(text):
                    # What breaks the rules is refused, and that is as good.
                    answer = machine.post_events(event, headers=headers)
                    self.assertIn(answer.status, (202, 422), f"{text[:80]!r}: {answer}")
                    sent += answer.status == 202
                # A stranger at the sign-in, whose name comes into the audit log.
                admin.call("POST", "/session", {"email": text, "password": "guessed it"})
            self.assertGreater(sent, 100)
            where = "project = 'shop' AND name <> 'first'"
            harness.wait_for("all rows", lambda: sum(row["n"] for row in machine.query(
                f"SELECT count(*) AS n FROM events WHERE {where}")) >= sent)
            machine.add_dead_letters([text.encode("utf-8", "replace") for text in texts()])
            host, port = machine.address()
            shutil.copy(SOURCE / "tests" / "browser" / "hostile_texts.mjs", BROWSER)
            console_page.visit(self, machine, "hostile.mjs", intake=f"http://{host}:{port}",
                               key=key)


if __name__ == "__main__":
    harness.main()
