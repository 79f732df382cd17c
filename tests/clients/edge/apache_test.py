"""docs/edge/apache, run by Debian's Apache as it stands there."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import edge_world  # noqa: E402
import edge_cases  # noqa: E402
import harness  # noqa: E402
import servers  # noqa: E402

MODULES = "mpm_event authz_core setenvif unique_id proxy proxy_http headers env".split()
CONFIG = """
ServerRoot {folder}
PidFile {folder}/apache.pid
ServerName site.example
User www-data
Group www-data
Listen 127.0.0.1:{port}
ErrorLog /dev/stderr
{modules}
{common}
<VirtualHost *>
{snippet}
  ProxyPass /s/ !
  ProxyPass / http://{application}/ nocanon
</VirtualHost>
"""


class Apache(unittest.TestCase):
    SNIPPET = None
    COMMON = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = edge_world.World()
        cls.addClassCleanup(cls.world.close)
        cls.port = cls.start()

    @classmethod
    def start(cls):
        world = cls.world
        common, snippet = cls.texts()
        modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                            for name in MODULES)

        def command_at(port):
            config = world.root / "apache.conf"
            config.write_text(CONFIG.format(
                folder=world.root, port=port, modules=modules, common=common, snippet=snippet,
                application=world.application.address))
            return ["apache2", "-D", "FOREGROUND", "-f", config]

        return servers.start(world.machine, "apache.log", command_at)


class FirstParty(edge_cases.FirstParty, Apache):
    @classmethod
    def texts(cls):
        return "", edge_world.file_of("apache/first-party.conf",
                                      {edge_world.INTAKE: cls.world.tap.address})


class Log(edge_cases.Requests, Apache):
    REFUSED_HEADERS = frozenset({"control"})

    @classmethod
    def start(cls):
        cls.world.start_relay()
        return super().start()

    @classmethod
    def texts(cls):
        return edge_world.file_of("apache/access-log.conf",
                                  {"/var/log/": f"{cls.world.root}/"}), ""


class LogBySyslog(Log):
    @classmethod
    def texts(cls):
        common, _ = super().texts()
        last = [line for line in common.splitlines() if line.startswith("CustomLog")]
        assert len(last) == 1
        piped = edge_world.file_of("apache/access-log-syslog.conf", {
            f"--port {edge_world.RELAY}": f"--port {cls.world.relay_port}"})
        return common.replace(last[0], piped), ""


if __name__ == "__main__":
    harness.main()
