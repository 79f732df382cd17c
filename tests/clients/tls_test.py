"""docs/tls.md as it stands there: behind nginx, HAProxy and Caddy, and with a certificate client
that has its certificate from a real authority for tests, without a stop.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests" / "e2e"))

import harness  # noqa: E402
import load  # noqa: E402
import nginx_world  # noqa: E402
import servers  # noqa: E402
import tls_world  # noqa: E402

NAME = "events.example.org"
NGINX = nginx_world.CONFIGURATION + """  {snippet}
}}
"""
HAPROXY = """
defaults
  timeout connect 5s
  timeout client 30s
  timeout server 30s
{snippet}
"""
CADDY = """
{{
  admin off
  auto_https off
}}
{snippet}
"""


def snippet(language, replacements):
    """The guide's only one in that language, with what a test's machine has instead."""
    found = re.findall(rf"```{language}\n(.*?)```", (SOURCE / "docs" / "tls.md").read_text(), re.S)
    assert len(found) == 1, f"the guide's {language} part is looked for by its fence"
    text = found[0]
    for what, instead in replacements.items():
        assert what in text, what
        text = text.replace(what, str(instead))
    return text


class Proxies(unittest.TestCase):
    def setUp(self):
        self.machine = harness.Machine()
        self.addCleanup(self.machine.__exit__, None, None, None)
        self.machine.start("penstock-ingest", "penstock-worker")
        host, port = self.machine.address()
        self.intake = f"{host}:{port}"
        self.authority = tls_world.Authority(self.machine.root / "tls")
        self.crt, self.key = self.authority.sign(NAME)

    def run_proxy(self, config, command, template, language, replacements, env=None):
        """Until it takes an event by TLS, whose client address is told."""
        path = self.machine.root / config

        def command_at(port):
            at = {what: str(instead).replace("{port}", str(port))
                  for what, instead in replacements.items()}
            path.write_text(template.format(folder=self.machine.root,
                                            snippet=snippet(language, at)))
            return [*command, path]

        port = servers.start(self.machine, f"{config}.log", command_at, env)
        raw = socket.create_connection(("127.0.0.1", port), harness.DEADLINE_S,
                                       source_address=("127.0.0.2", 0))
        with tls_world.trust(self.authority).wrap_socket(raw, server_hostname=NAME) as peer:
            request = load.request_text({"name": config}, "Connection: close\r\n")
            peer.sendall(request.replace(b"Host: x", f"Host: {NAME}".encode()))
            self.assertIn(b" 202 ", peer.makefile("rb").readline())
        self.machine.wait_for_rows(1)
        row = self.machine.rows()[0]
        self.assertEqual((config, "127.0.0.2"), (row["name"], row["ip"]))

    def test_nginx(self):
        self.run_proxy("nginx.conf", ["nginx", "-p", self.machine.root, "-e", "stderr", "-c"],
                       NGINX, "nginx", {
                           "listen 443 ssl": "listen 127.0.0.1:{port} ssl",
                           "/etc/ssl/events.example.org.crt": self.crt,
                           "/etc/ssl/private/events.example.org.key": self.key,
                           "127.0.0.1:8080": self.intake})

    def test_haproxy(self):
        both = self.machine.root / "both.pem"
        both.write_text(self.crt.read_text() + self.key.read_text())
        self.run_proxy("haproxy.cfg", ["haproxy", "-db", "-f"], HAPROXY, "haproxy", {
            "bind :443": "bind 127.0.0.1:{port}",
            "/etc/haproxy/events.example.org.pem": both, "127.0.0.1:8080": self.intake})

    def test_caddy(self):
        folder = str(self.machine.root)
        env = {**os.environ, "HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
        self.run_proxy("Caddyfile", ["caddy", "run", "--adapter", "caddyfile", "--config"],
                       CADDY, "caddy", {
                           f"{NAME} {{":
                               f"https://{NAME}:{{port}} {{\n  tls {self.crt} {self.key}",
                           "127.0.0.1:8080": self.intake}, env)


class CertificateClient(unittest.TestCase):
    """dehydrated against pebble, the authority that Let's Encrypt tests clients with."""

    def test_gets_a_certificate_which_is_taken_without_a_stop(self):
        with harness.Machine() as machine:
            root = machine.root
            challenges = root / "challenges"
            challenges.mkdir()
            certs = root / "certs" / NAME
            certs.mkdir(parents=True)
            authority = tls_world.Authority(root / "tls")
            for source, target in zip(authority.sign(NAME), ("fullchain.pem", "privkey.pem")):
                shutil.copy(source, certs / target)
            machine.settings["ingest"].update(
                acme_dir=str(challenges), tls_listen=["127.0.0.1:0"],
                tls_certificate=[str(certs / "fullchain.pem")],
                tls_key=[str(certs / "privkey.pem")])
            machine.write_config()
            intake = machine.start("penstock-ingest")
            address = tls_world.tls_address(machine)
            directory = self.start_authority(machine, authority)

            config = root / "dehydrated.conf"
            config.write_text(
                f"CA={directory}\nBASEDIR={root}/dehydrated\nCERTDIR={root}/certs\n"
                f"CURL_OPTS='--cacert {authority.crt}'\n"
                + snippet("sh", {"/var/lib/acme-challenges": challenges}))
            (root / "dehydrated").mkdir()
            for verb in (["--register", "--accept-terms"], ["--cron", "--domain", NAME]):
                done = subprocess.run(["dehydrated", "--config", config, *verb], text=True,
                                      capture_output=True, timeout=harness.DEADLINE_S * 2,
                                      check=False)
                self.assertEqual(0, done.returncode, done.stdout + done.stderr)

            def issuer():
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                with tls_world.connect(address, context, NAME) as peer:
                    der = peer.getpeercert(binary_form=True)
                pem = root / "seen.pem"
                pem.write_text(ssl.DER_cert_to_PEM_cert(der))
                return tls_world.openssl("x509", "-in", pem, "-noout", "-issuer")

            harness.wait_for("the new certificate", lambda: "Pebble" in issuer())
            self.assertTrue(intake.is_running())

    def start_authority(self, machine, authority):
        """Pebble with a name server of its own, by which every name is this machine."""
        crt, key = authority.sign("localhost")
        config = machine.root / "pebble.json"
        # Its answers by UDP are at the port that it listens at by TCP.
        dns = servers.start(machine, "names.log", lambda port: [
            "pebble-challtestsrv", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dns01",
            f"127.0.0.1:{port}", "-http01", "", "-https01", "", "-tlsalpn01", "",
            "-management", "127.0.0.1:0"])

        def pebble_at(port):
            config.write_text(json.dumps({"pebble": {
                "listenAddress": f"127.0.0.1:{port}", "managementListenAddress": "",
                "certificate": str(crt), "privateKey": str(key),
                "httpPort": machine.address()[1], "tlsPort": 1}}))
            return ["pebble", "-config", config, "-dnsserver", f"127.0.0.1:{dns}"]

        env = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
        return f"https://localhost:{servers.start(machine, 'pebble.log', pebble_at, env)}/dir"


if __name__ == "__main__":
    harness.main()
