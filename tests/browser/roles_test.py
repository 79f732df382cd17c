"""Roles by project in Chromium: who may see some projects alone, and what is in them; roles.mjs
says what people do."""

import json
import unittest

import console_page
from console_page import harness

PROJECTS = ("shop", "blog", "secret")


def events_of(project, count):
    yield {"kind": "error", "name": "OutOfStock", "properties": {"message": f"of {project}"}}
    for number in range(count):
        yield {"name": "pageview", "url": f"https://{project}.example/{project}-{number}",
               "anonymous_id": f"{project}-{number % 3}"}


class RolesPage(unittest.TestCase):
    def test_what_is_open_to_whom(self):
        with harness.Machine() as machine:
            machine.start()
            console_page.signed_in(machine)
            sent = 0
            for project in PROJECTS:
                key = json.loads(machine.tool("key", "create", project, "--json", "--config",
                                              machine.config).stdout)["key"]
                events = list(events_of(project, 10))
                # Until the intake knows the key: without, they would be the project default's.
                harness.wait_for("the key", lambda k=key, e=events: machine.post_events(
                    e[:1], headers={"Authorization": f"Bearer {k}"}).status == 202
                    and self.projects(machine).get(project, 0) > 0)
                sent += len(events) - 1
                machine.post_events(events[1:], headers={"Authorization": f"Bearer {key}"})
            harness.wait_for("all rows", lambda: sum(self.projects(machine).get(one, 0)
                                                     for one in PROJECTS) >= sent)
            console_page.visit(self, machine, "roles.mjs", projects=self.projects(machine))

    @staticmethod
    def projects(machine):
        rows = machine.query("SELECT project, count(*) AS n FROM events GROUP BY project")
        counts = {}
        for row in rows:
            counts[row["project"]] = counts.get(row["project"], 0) + row["n"]
        return counts


if __name__ == "__main__":
    harness.main()
