"""Jobs of every client are stored by our worker, each once."""

import collections
import json
import unittest

import sidekiq_world as world
from sidekiq_world import harness


class SidekiqPush(unittest.TestCase):
    def test_every_client_is_drained(self):
        with world.Machine() as machine:
            machine.run_client("ruby", world.HERE / "sidekiq_push.rb", world.QUEUE)
            machine.run_client("node", world.HERE / "sidekiq_push.cjs", world.PACKAGES,
                               machine.redis.socket, world.QUEUE)
            queued = machine.redis.command("LRANGE", world.KEY, 0, -1)
            self.assertEqual(3, machine.redis.command("ZCARD", "schedule"))
            for text in queued:  # All delivered twice.
                machine.redis.command("LPUSH", world.KEY, text)
            machine.start("penstock-worker")

            # The scheduled ones come out by the worker's own poller.
            names = harness.wait_for("all jobs", lambda: self.all_names(machine))
            self.assertEqual({"push": 1, "perform_async": 1, "push_bulk": 1500, "active_job": 1,
                              "perform_in": 1, "active_job_wait": 1, "npm": 1, "npm_retry": 1,
                              "npm_at": 1}, names)
            machine.wait_for_empty_queue()
            for key in ("schedule", "retry", "dead"):
                self.assertEqual(0, machine.redis.command("ZCARD", key))
            self.check_rows(machine)

            harness.wait_for("the statistics", lambda: machine.redis.command(
                "GET", "stat:processed") == str(2 * len(queued) + 3))
            self.assertEqual(0, machine.processes[-1].stop())
            self.assertEqual([], machine.redis.command("SMEMBERS", "processes"))

    @staticmethod
    def all_names(machine):
        names = collections.Counter(row["name"] for row in machine.rows())
        return dict(names) if sum(names.values()) >= 1508 else None

    def check_rows(self, machine):
        rows = {row["name"]: row for row in machine.rows()}
        colors = {name: json.loads(rows[name]["properties"]).get("color")
                  for name in ("perform_async", "active_job", "npm")}
        self.assertEqual({"perform_async": "red", "active_job": "blue", "npm": "green"}, colors)
        bulk = sorted(json.loads(row["properties"])["n"] for row in machine.rows()
                      if row["name"] == "push_bulk")
        self.assertEqual(list(range(1, 1501)), bulk)
        harness.check_rollups(self, machine)


if __name__ == "__main__":
    harness.main()
