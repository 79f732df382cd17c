"""docs/edge/haproxy, run by Debian's HAProxy as it stands there."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import edge_world  # noqa: E402
import edge_cases  # noqa: E402
import harness  # noqa: E402
import servers  # noqa: E402

CONFIG = """
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
{snippet}
backend app
  server app {application}
"""

# HAProxy takes no other bytes in a path, and in a query neither.
REFUSED_QUERIES = frozenset({"utf8", "invalid", "control"})


class HAProxy(unittest.TestCase):
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
        world = cls.world

        def command_at(port):
            config = world.root / "haproxy.cfg"
            config.write_text(CONFIG.format(
                application=world.application.address, snippet=edge_world.file_of(
                    cls.SNIPPET, {"bind :80": f"bind 127.0.0.1:{port}", **cls.replacements()})))
            return ["haproxy", "-db", "-f", config]

        return servers.start(world.machine, "haproxy.log", command_at)


class FirstParty(edge_cases.FirstParty, HAProxy):
    SNIPPET = "haproxy/first-party.cfg"

    @classmethod
    def replacements(cls):
        return {edge_world.INTAKE: cls.world.tap.address}


class Mirror(edge_cases.Mirror, HAProxy):
    SNIPPET = "haproxy/mirror.cfg"
    REFUSED_QUERIES = REFUSED_QUERIES

    @classmethod
    def replacements(cls):
        script = cls.world.root / "mirror.lua"
        script.write_text(edge_world.file_of("haproxy/mirror.lua",
                                             {edge_world.INTAKE: cls.world.intake}))
        return {"/etc/haproxy/penstock-mirror.lua": script}


class Log(edge_cases.Requests, HAProxy):
    SNIPPET = "haproxy/access-log.cfg"
    REFUSED_QUERIES = REFUSED_QUERIES

    @classmethod
    def start(cls):
        cls.world.start_relay()
        return super().start()

    @classmethod
    def replacements(cls):
        return {f"127.0.0.1:{edge_world.RELAY}": f"127.0.0.1:{cls.world.relay_port}"}

    def expected(self, value):
        """json() leaves out what is no UTF-8, and characters beyond U+FFFF."""
        return re.sub("[\U00010000-\U0010ffff]", "", value.decode(errors="ignore"))


if __name__ == "__main__":
    harness.main()
