"""docs/edge/nginx, run by Debian's nginx as it stands there."""

import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import edge_world  # noqa: E402
import edge_cases  # noqa: E402
import nginx_world  # noqa: E402
import harness  # noqa: E402
import servers  # noqa: E402

CONFIG = nginx_world.CONFIGURATION + """  {common}
  server {{
    listen 127.0.0.1:{port};
    {snippet}
    location / {{ proxy_pass http://{application}; }}
  }}
}}
"""


class Nginx(unittest.TestCase):
    SNIPPET = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = edge_world.World()
        cls.addClassCleanup(cls.world.close)
        cls.port = cls.start()

    @classmethod
    def replacements(cls):
        return {}

    @classmethod
    def start(cls):
        world, root = cls.world, cls.world.root
        common = edge_world.file_of("nginx/penstock.conf", {edge_world.INTAKE: world.tap.address})
        snippet = edge_world.file_of(cls.SNIPPET, cls.replacements())

        def command_at(port):
            (root / "nginx.conf").write_text(CONFIG.format(
                folder=root, common=common, snippet=snippet, port=port,
                application=world.application.address))
            return ["nginx", "-p", root, "-c", root / "nginx.conf", "-e", "stderr"]

        return servers.start(world.machine, "nginx.log", command_at)


class FirstParty(edge_cases.FirstParty, Nginx):
    SNIPPET = "nginx/first-party.conf"


class Mirror(edge_cases.Mirror, Nginx):
    SNIPPET = "nginx/mirror.conf"

    def test_the_copys_own_place_is_closed_to_visitors(self):
        self.assertEqual(404, edge_world.get(self.port, b"/penstock?name=x"))

    def test_all_that_nginx_itself_lets_through(self):
        """A path, a referrer and a user agent of 8 kB each, which nginx's buffers hold."""
        path = b"/all" + b"p" * 8_100
        self.assertEqual(200, edge_world.get(self.port, path, b"Referer: " + b"r" * 8_100,
                                             b"User-Agent: " + b"u" * 8_100))
        row = self.event("/all")
        self.assertEqual((path.decode(), "r" * 8_100, "u" * 1024),
                         (row["path"], row["referrer"], row["user_agent"]))


class Log(edge_cases.Requests):
    @classmethod
    def start(cls):
        cls.world.start_relay()
        return super().start()


class LogBySyslog(Log, Nginx):
    SNIPPET = "nginx/access-log-syslog.conf"

    @classmethod
    def replacements(cls):
        return {f"127.0.0.1:{edge_world.RELAY}": f"127.0.0.1:{cls.world.relay_port}"}


class LogByFile(Log, Nginx):
    SNIPPET = "nginx/access-log-file.conf"

    @classmethod
    def replacements(cls):
        return {"/var/log/": f"{cls.world.root}/"}

    def test_the_file_can_be_sent_by_hand_and_twice(self):
        world = self.world
        for number in range(3):
            edge_world.get(self.port, b"/by-hand-%d" % number)
        self.event("/by-hand-2")
        log = world.root / "nginx" / "penstock.log"
        script = world.root / "send-log"
        script.write_text(edge_world.file_of("curl/send-log", {
            edge_world.INTAKE: world.intake, "Bearer KEY": f"Bearer {world.key}"}))
        before = world.machine.row_count()
        for _ in range(2):
            subprocess.run(["sh", script, log], check=True, timeout=harness.DEADLINE_S)
        edge_world.get(self.port, b"/after-hand")
        self.event("/after-hand")
        self.assertEqual(before + 1, world.machine.row_count())


if __name__ == "__main__":
    harness.main()
