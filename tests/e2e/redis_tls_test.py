"""Redis by TLS, with certificates on both sides: events go all the way, through its restarts; what
is wrong with a certificate or a port is said in words, costs no event, and passes when mended.
"""

import contextlib
import os
import pathlib
import re
import shutil
import tempfile
import unittest

import harness
import load
import tls_world

INGEST = "penstock-ingest"
WORKER = "penstock-worker"
DOCS = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"]) / "docs" / "tls.md"


class TlsRedis(harness.Redis):
    """Shows `pair` at a TLS port, and wants certificates of `authority`."""

    def __init__(self, folder, authority, pair):
        self.authority, self.pair = authority, pair
        self.port = harness.free_port()
        self.has_tls = True
        super().__init__(folder)

    @property
    def args(self):
        if not self.has_tls:
            return ["--port", self.port]
        return ["--tls-port", self.port, "--tls-cert-file", self.pair[0], "--tls-key-file",
                self.pair[1], "--tls-ca-cert-file", self.authority.crt]

    @args.setter
    def args(self, _):
        pass

    @property
    def url(self):
        return f"rediss://localhost:{self.port}/0"

    def restart(self, **changes):
        self.kill()
        for name, value in changes.items():
            setattr(self, name, value)
        self.start()


class RedisTls(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-redis-tls-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.authority = tls_world.Authority(self.folder)
        self.right = self.authority.sign("localhost", stem="redis")
        self.ours = self.authority.sign("penstock")
        self.ca = self.folder / "known.crt"
        shutil.copy(self.authority.crt, self.ca)

    @contextlib.contextmanager
    def machine(self):
        with harness.Machine() as machine:
            machine.redis = TlsRedis(machine.root / "redis", self.authority, self.right)
            machine.settings["queue"] = self.settings(machine.redis.url)
            machine.write_config()
            yield machine

    def settings(self, url):
        """As docs/tls.md has it."""
        example = next(block for block in re.findall(r"```toml\n(.*?)```", DOCS.read_text(), re.S)
                       if "rediss://" in block)
        names = re.findall(r"^(\w+) = ", example, re.M)
        self.assertEqual(["url", "tls_ca", "tls_certificate", "tls_key"], names)
        values = [url, self.ca, *self.ours]
        return {**{name: str(value) for name, value in zip(names, values)}, "timeout_ms": 500}

    @staticmethod
    def is_up(machine):
        return machine.metric("penstock_redis_up") == 1

    def test_all_the_way(self):
        with self.machine() as machine:
            machine.start()
            harness.wait_for("Redis in use", lambda: self.is_up(machine))
            for number in range(20):
                self.assertEqual(202, machine.post_events({"name": f"n{number}"}).status)
            machine.wait_for_rows(20)
            self.assertEqual(20, harness.check_rollups(self, machine))
            self.assertEqual(0, machine.metric("penstock_spool_batches"))
            config = ("--config", machine.config)
            status = machine.tool(*config, "status").stdout
            self.assertIn("rediss://localhost", status)
            machine.tool(*config, "queue", "peek")
            machine.tool(*config, "queue", "dead")
            self.assertIn("configuration is valid", machine.tool(*config, "--check").stdout)
            check = machine.tool(*config, "--set", "queue.timeout_ms=10000", "setup", "redis",
                                 "--check", check=False)
            self.assertIn(f"{machine.redis.url} lacks something", check.stdout)
            doctor = machine.tool(*config, "--set", "queue.timeout_ms=10000", "doctor",
                                  check=False).stdout
            self.assertIn("the certificate of penstock is good until", doctor)
            self.assertIn(machine.redis.url, doctor)

    def test_restarted_under_load(self):
        with self.machine() as machine:
            machine.start(INGEST, WORKER)
            senders = load.Senders(machine.address)
            self.wait_for_more(senders, 100)
            machine.redis.kill()
            self.wait_for_more(senders, 100)  # From the spool.
            machine.redis.start()
            harness.wait_for("Redis in use", lambda: self.is_up(machine))
            self.wait_for_more(senders, 100)
            senders.stop()
            self.assertEqual({202}, senders.statuses)
            self.assertEqual(0, senders.broken)
            load.check_stored(self, machine, senders)

    def wait_for_more(self, senders, count):
        goal = senders.answered_count() + count
        harness.wait_for(f"{count} more answers", lambda: senders.answered_count() >= goal)

    def test_each_fault_is_named_and_passes(self):
        stranger = tls_world.Authority(self.folder / "other")
        other_host = self.authority.sign("redis.other")
        self.sent = 0
        with self.machine() as machine:
            shutil.copy(stranger.crt, self.ca)
            machine.start(INGEST, WORKER)
            self.check_fault(machine, "its certificate is not trusted (", "queue.tls_ca")
            shutil.copy(self.authority.crt, self.ca)
            self.check_mended(machine)
            machine.redis.restart(pair=other_host)
            self.check_fault(machine, "its certificate is another host's (hostname mismatch)",
                             "queue.url")
            machine.redis.restart(pair=self.authority.sign("localhost", days=0, stem="old"))
            self.check_fault(machine, "its certificate is not valid now (certificate has expired)",
                             "renew it")
            machine.redis.restart(pair=self.right)
            self.check_mended(machine)
            self.assertEqual(self.sent, harness.check_rollups(self, machine))

    def test_a_wrong_way_is_named_and_mended(self):
        """What other settings mend: no certificate of ours, and a port of the other kind."""
        self.sent = 0
        with self.machine() as machine:
            right = machine.settings["queue"]
            without_ours = {key: right[key] for key in ("url", "tls_ca", "timeout_ms")}
            plain = {"url": right["url"].replace("rediss:", "redis:")}
            for has_tls, queue, words in (
                    (True, without_ours, "it wants a certificate of ours ("),
                    (True, plain, "where its port is for TLS, write rediss://"),
                    (False, right, "where its port is not for TLS, write redis://")):
                machine.redis.restart(has_tls=has_tls)
                machine.settings["queue"] = queue
                machine.write_config()
                ingest = machine.start(INGEST)
                self.check_fault(machine, words, "", of=(INGEST,))
                self.assertEqual(0, ingest.stop())
                check = machine.tool("--config", machine.config, "setup", "redis", "--check",
                                     check=False)
                self.assertEqual(1, check.returncode)
                self.assertIn(words, check.stderr)
            machine.redis.restart(has_tls=True)
            machine.start(INGEST, WORKER)
            self.check_mended(machine)
            self.assertEqual(self.sent, harness.check_rollups(self, machine))

    def post(self, machine):
        self.assertEqual(202, machine.post_events({"name": "x"}).status)
        self.sent += 1

    def check_fault(self, machine, words, advice, of=(INGEST, WORKER)):
        for program in of:
            log = machine.root / f"{program}.log"
            harness.wait_for(f"{program} to say: {words}", lambda: any(
                words in line and advice in line for line in log.read_text().splitlines()))
        harness.wait_for("the spool in use", lambda: not self.is_up(machine))
        self.post(machine)
        self.assertEqual(200, machine.request("GET", "/readyz", admin=True).status)

    def check_mended(self, machine):
        harness.wait_for("Redis in use", lambda: self.is_up(machine))
        self.post(machine)
        machine.wait_for_rows(self.sent)
        harness.wait_for("an empty spool", lambda: machine.metric("penstock_spool_batches") == 0)


if __name__ == "__main__":
    harness.main()
