"""`penstock setup redis`: what it prints runs, keeps events, and lets nobody do more."""

import contextlib
import pathlib
import re
import socket
import unittest

import harness

SOURCES = pathlib.Path(__file__).parents[2] / "core" / "queue"


class OwnRedis:
    """redis-server with the printed configuration, its folders replaced by temporary ones."""

    def __init__(self, machine):
        self.machine = machine
        printed = machine.tool("setup", "redis", "--print", "--config", machine.config).stdout
        parts = re.split(r"^# ==> .*\n", printed, flags=re.M)
        folder = machine.root / "own"
        folder.mkdir()
        self.socket = folder / "redis.sock"
        self.text = (parts[1].replace("/run/penstock-redis/redis.sock", str(self.socket))
                     .replace("/var/lib/penstock-redis", str(folder)))
        self.configuration = folder / "redis.conf"
        self.configuration.write_text(self.text)
        self.url = re.search(r'^url = "(.*)"', parts[2], re.M)[1].replace(
            "/run/penstock-redis/redis.sock", str(self.socket))
        self.password = re.search(r"penstock:(\w+)@", self.url)[1]
        self.start()

    def start(self):
        self.process = harness.Process(["redis-server", self.configuration],
                                       self.machine.root / "own-redis.log")
        self.machine.processes.append(self.process)
        harness.wait_for("our Redis", self.is_up)

    def is_up(self):
        assert self.process.is_running(), self.process.text()
        with contextlib.suppress(OSError):
            return self.command("PING") == "PONG"

    def command(self, *words, signs_in=True):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(harness.DEADLINE_S)
            peer.connect(str(self.socket))
            stream = peer.makefile("rb")
            lines = [("AUTH", "penstock", self.password)] if signs_in else []
            for line in [*lines, words]:
                peer.sendall(harness.encode_resp(line))
                answer = harness.read_resp(stream)
            return answer


def commands_in_sources():
    """Every command that the queues send, by their sources."""
    found = set()
    for path in SOURCES.rglob("*.cc"):
        if path.name.endswith(("_test.cc", "_fuzz.cc")) or path.name == "audit.cc":
            continue
        text = path.read_text()
        found |= set(re.findall(r"redis\.p?call\('(\w+)'", text))
        found |= set(re.findall(r"\bcall\(\s*\{\"(\w+)\"", text))
        found |= set(re.findall(r"= \{\"([A-Z]+)\",", text))
        found |= set(re.findall(r"\.add\(\"([A-Z]+)\"\)", text))
        found |= set(re.findall(r"'[rs]', \"(\w+)\"", text))
    return {name.lower() for name in found}


class SetupRedis(unittest.TestCase):
    def test_native_batches_live_in_it(self):
        with harness.Machine() as machine:
            redis = OwnRedis(machine)
            machine.settings["queue"] = {"url": redis.url}
            machine.write_config()
            machine.start("penstock-ingest")
            harness.wait_for("Redis in use", lambda: machine.metric("penstock_redis_up") == 1)
            self.assertEqual(202, machine.post_events([{"name": "a"}] * 10).status)
            peeked = machine.tool("queue", "peek", "--config", machine.config).stdout
            self.assertIn("batch of 10 events", peeked)

            machine.start("penstock-worker")
            machine.wait_for_rows(10)
            harness.wait_for("the release", lambda: redis.command("LLEN", "penstock:events") == 0)
            machine.processes[-1].stop()
            self.assertEqual(202, machine.post_events([{"name": "b"}] * 10).status)
            redis.process.kill()  # Whatever it has acknowledged is on disk.
            redis.start()
            # What was stored is not there again: all of the append-only file was read.
            self.assertEqual(1, redis.command("LLEN", "penstock:events"))
            self.assertNotIn("CRITICAL", redis.process.text())
            redis.command("LPUSH", "penstock:events", "no-batch")
            machine.start("penstock-worker", "penstock-console")
            machine.wait_for_rows(20)

            def dead():
                return machine.tool("queue", "dead", "--json", "--config", machine.config).stdout

            harness.wait_for("a dead letter", dead)
            machine.tool("queue", "retry", "--all", "--config", machine.config)
            harness.wait_for("it again", dead)
            machine.tool("queue", "purge", "--all", "--yes", "--config", machine.config)
            self.assertEqual("", dead())
            self.check_logs(machine)

    def test_sidekiqs_jobs_live_in_it(self):
        with harness.Machine() as machine:
            redis = OwnRedis(machine)
            machine.settings["queue"] = {"url": redis.url, "format": "sidekiq"}
            machine.write_config()
            machine.start()
            harness.wait_for("Redis in use", lambda: machine.metric("penstock_redis_up") == 1)
            self.assertEqual(202, machine.post_events([{"name": "a"}] * 10).status)
            machine.wait_for_rows(10)
            # A job of nobody's is tried again, by way of the retry set.
            redis.command("LPUSH", "queue:default",
                          '{"class":"Nobody","args":[],"jid":"0123456789ab","retry":true}')
            harness.wait_for("the retry", lambda: redis.command("ZCARD", "retry") == 1 or
                             redis.command("ZCARD", "dead") == 1)
            harness.wait_for("a heartbeat", lambda: redis.command("SCARD", "processes") == 1)
            self.check_logs(machine)

    def check_logs(self, machine):
        for process in machine.processes:
            self.assertNotIn("NOPERM", process.text())

    def test_nobody_may_do_more(self):
        with harness.Machine() as machine:
            redis = OwnRedis(machine)
            for words in (["FLUSHALL"], ["FLUSHDB"], ["CONFIG", "SET", "appendonly", "no"],
                          ["KEYS", "*"], ["SHUTDOWN"], ["ACL", "LIST"], ["SCRIPT", "FLUSH"],
                          ["REPLICAOF", "127.0.0.1", "1"], ["CLIENT", "LIST"], ["MONITOR"]):
                self.assertRegex(redis.command(*words), "^NOPERM", words)
            self.assertRegex(redis.command("PING", signs_in=False), "^NOAUTH")
            allowed = set(re.findall(r"\+([a-z]+)", redis.text))
            self.assertEqual(set(), commands_in_sources() - allowed - {"auth"})
            self.assertLess(25, len(commands_in_sources()))

    def test_check_finds_nothing_at_ours_and_much_at_a_bare_one(self):
        with harness.Machine(redis=True, redis_args=("--appendonly", "no")) as machine:
            redis = OwnRedis(machine)
            check = machine.tool("setup", "redis", "--config", machine.config, "--check", redis.url)
            self.assertIn("lacks nothing", check.stdout)
            bare = machine.tool("setup", "redis", "--config", machine.config, "--check",
                                check=False)
            self.assertEqual(1, bare.returncode)
            self.assertIn("CONFIG SET appendonly yes", bare.stdout)
            self.assertIn("CONFIG SET maxmemory", bare.stdout)


if __name__ == "__main__":
    harness.main()
