"""docs/edge/caddy, run by Debian's Caddy as it stands there."""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import edge_world  # noqa: E402
import edge_cases  # noqa: E402
import harness  # noqa: E402
import servers  # noqa: E402

CONFIG = """
{{
  admin off
  auto_https off
}}
http://:{port} {{
  bind 127.0.0.1
  {snippet}
  reverse_proxy {application}
}}
"""


class Caddy(unittest.TestCase):
    SNIPPET = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = edge_world.World()
        cls.addClassCleanup(cls.world.close)
        cls.port = cls.start()

    @classmethod
    def start(cls):
        world, folder = cls.world, str(cls.world.root)
        snippet = edge_world.file_of(cls.SNIPPET, cls.replacements())

        def command_at(port):
            config = world.root / "Caddyfile"
            config.write_text(CONFIG.format(port=port, snippet=snippet,
                                            application=world.application.address))
            return ["caddy", "run", "--adapter", "caddyfile", "--config", config]

        return servers.start(world.machine, "caddy.log", command_at, env={
            **os.environ, "HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder})


class FirstParty(edge_cases.FirstParty, Caddy):
    SNIPPET = "caddy/first-party.Caddyfile"

    @classmethod
    def replacements(cls):
        return {edge_world.INTAKE: cls.world.tap.address}


class Log(edge_cases.Requests, Caddy):
    SNIPPET = "caddy/access-log.Caddyfile"
    REFUSED_HEADERS = frozenset({"control"})

    @classmethod
    def start(cls):
        cls.world.start_relay()
        return super().start()

    @classmethod
    def replacements(cls):
        return {f"127.0.0.1:{edge_world.RELAY}": f"127.0.0.1:{cls.world.relay_port}"}

    def test_an_url_of_60_kilobytes(self):
        path = b"/long/" + b"y" * 60_000
        self.assertEqual(200, edge_world.get(self.port, path))
        row = self.event("/long/")
        self.assertTrue(row["url"].endswith("yyyy"))
        self.assertEqual(edge_world.URL_BYTES_MAX, len(row["url"]))


if __name__ == "__main__":
    harness.main()
