"""docs/edge/varnish, run by Debian's Varnish as it stands there."""

import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import edge_world  # noqa: E402
import edge_cases  # noqa: E402
import harness  # noqa: E402
import servers  # noqa: E402

CONFIG = """
vcl 4.1;
include "{folder}/first-party.vcl";
backend default {{ .host = "127.0.0.1"; .port = "{application}"; }}
sub vcl_recv {{ return (pass); }}
"""


class Varnish(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = world = edge_world.World()
        cls.addClassCleanup(world.close)
        (world.root / "first-party.vcl").write_text(edge_world.file_of(
            "varnish/first-party.vcl",
            {'"8080"': f'"{world.tap.address.partition(":")[2]}"'}))
        config = world.root / "default.vcl"
        config.write_text(CONFIG.format(folder=world.root, application=world.application.port))
        option = re.search(r"varnishd with (-p) (\S+):",
                           edge_world.file_of("varnish/first-party.vcl", {}))
        cls.port = servers.start(world.machine, "varnish.log", lambda port: [
            "varnishd", "-F", "-j", "none", "-a", f"127.0.0.1:{port}", "-f", config,
            "-n", world.folder("varnish"), "-s", "malloc,16m", *option.groups()])


class FirstParty(edge_cases.FirstParty, Varnish):
    pass


class Log(edge_cases.Requests, Varnish):
    SCHEME = "https"  # As the format says.
    REFUSED_HEADERS = frozenset({"control"})

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        world.start_relay()
        unit = edge_world.file_of("varnish/penstock-varnish.service", {
            "varnishncsa ": f"varnishncsa -n {world.root}/varnish ",
            "/etc/varnish/penstock.format": edge_world.EDGE / "varnish" / "penstock.format",
            f"--port {edge_world.RELAY}": f"--port {world.relay_port}"})
        before = re.search(r"^ExecStartPre=\+varnishadm (.*)$", unit, re.M).group(1)
        subprocess.run(["varnishadm", "-n", f"{world.root}/varnish", *before.split()], check=True,
                       timeout=harness.DEADLINE_S, stdout=subprocess.DEVNULL)
        command = re.search(r"^ExecStart=/bin/sh -c '(.*)'$", unit, re.M).group(1)
        world.machine.processes.append(harness.Process(["sh", "-c", command],
                                                       world.root / "varnishncsa.log"))
        # It tells of what is asked from when it has opened Varnish's log.
        harness.wait_for("Varnish's log", lambda: edge_world.get(
            cls.port, b"/ready") == 200 and world.rows("/ready"))


if __name__ == "__main__":
    harness.main()
