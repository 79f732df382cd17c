"""The console's page of the queue in Chromium, with a real Redis; queue.mjs says what people do."""

import contextlib
import json
import sqlite3
import time
import unittest

import console_page
from console_page import harness

USERS = {"viewer": "viewer@example.test", "editor": "editor@example.test"}
PHRASE = "a long enough pass phrase"
HOSTILE = b'<img src=x onerror=alert(1)>\xe2\x80\xae'
JOBS = 60


def job(number):
    return json.dumps({"class": "X", "jid": f"{number:024x}", "number": 2 ** 60 + number})


def add_history(machine):
    """A sample a minute for six hours, with a gap of one hour."""
    now = int(time.time()) // 60
    path = machine.state / "console" / "queue_history.db"
    harness.wait_for("the first sample", path.exists)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.executemany(
            "INSERT OR REPLACE INTO samples VALUES (?, ?, ?, 3, 60, ?, ?, ?)",
            [(now - ago, ago % 40, ago % 40 * 700, 120 + ago % 7, 118 + ago % 11, 1180)
             for ago in range(2, 360) if not 120 <= ago < 180])


class QueuePage(unittest.TestCase):
    def test_dead_letters_and_what_waits(self):
        with harness.Machine(redis=True) as machine:
            machine.start()
            admin = console_page.signed_in(machine)
            for role, email in USERS.items():
                machine.tool("user", "add", email, "--role", role, "--config", machine.config,
                             text_input=PHRASE + "\n")
            add_history(machine)
            push = machine.redis.command
            push("LPUSH", "penstock:events", *(job(number) for number in range(JOBS)))
            push("LPUSH", "penstock:events", "{one", "{two", "{three", HOSTILE, b"\xb5\x63poison")
            harness.wait_for("the dead letters", lambda: admin.call("GET", "/queue").json["dead"]
                             == JOBS + 5)
            # What somebody else has put there, and can be stored.
            push("LPUSH", "penstock:events:dead",
                 '{"class":"X","args":[{"name":"late"}],"jid":"a"}')
            console_page.visit(self, machine, "queue.mjs", part="dead", jobs=JOBS, users=USERS,
                               phrase=PHRASE)
            machine.wait_for_rows(2)
            self.assertEqual(["edited", "late"], sorted(row["name"] for row in machine.rows()))

            worker = next(one for one in machine.processes
                          if "penstock-worker" in str(one.command[0]))
            worker.kill()
            self.assertEqual(202, machine.post_events([{"name": "waits-a"}, {"name": "waits-b"}])
                             .status)
            console_page.visit(self, machine, "queue.mjs", part="waiting", jobs=JOBS, users=USERS,
                               phrase=PHRASE)

    def test_jobs_to_be_retried(self):
        with harness.Machine(redis=True, settings={"queue": {"format": "sidekiq"}}) as machine:
            machine.start()
            console_page.signed_in(machine)
            machine.tool("user", "add", USERS["viewer"], "--role", "viewer", "--config",
                         machine.config, text_input=PHRASE + "\n")
            due = time.time() + 3_600
            for number in range(60):
                machine.redis.command("ZADD", "retry", str(due + number), job(number))
            machine.redis.command("ZADD", "schedule", str(due), job(99))
            machine.redis.command("SADD", "processes", "elsewhere:7:abc")
            machine.redis.command("HSET", "elsewhere:7:abc", "beat", str(time.time() - 120),
                                  "busy", "1", "quiet", "false", "info", "{}")
            console_page.visit(self, machine, "queue.mjs", part="timed", jobs=JOBS, users=USERS,
                               phrase=PHRASE)


if __name__ == "__main__":
    harness.main()
