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
import tls_world  # noqa: E402

NAME = "events.example.org"
NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {snippet}
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


def listens(process, port):
    if not process.is_running():
        raise AssertionError(process.text())
    with socket.socket() as peer:
        return peer.connect_ex(("127.0.0.1", port)) == 0


class Proxies(unittest.TestCase):
    def setUp(self):
        self.machine = harness.Machine()
        self.addCleanup(self.machine.__exit__, None, None, None)
        self.machine.start("penstock-ingest", "penstock-worker")
        host, port = self.machine.address()
        self.intake = f"{host}:{port}"
        self.authority = tls_world.Authority(self.machine.root / "tls")
        self.crt, self.key = self.authority.sign(NAME)
        self.port = harness.free_port()

    def run_proxy(self, command, config, text, env=None):
        """Until it takes an event by TLS, whose client address is told."""
        path = self.machine.root / config
        path.write_text(text)
        process = harness.Process([*command, path], self.machine.root / f"{config}.log", env=env)
        self.machine.processes.append(process)
        harness.wait_for("the proxy", lambda: listens(process, self.port))
        raw = socket.create_connection(("127.0.0.1", self.port), harness.DEADLINE_S,
                                       source_address=("127.0.0.2", 0))
        with tls_world.trust(self.authority).wrap_socket(raw, server_hostname=NAME) as peer:
            request = load.request_text({"name": config}, "Connection: close\r\n")
            peer.sendall(request.replace(b"Host: x", f"Host: {NAME}".encode()))
            self.assertIn(b" 202 ", peer.makefile("rb").readline())
        self.machine.wait_for_rows(1)
        row = self.machine.rows()[0]
        self.assertEqual((config, "127.0.0.2"), (row["name"], row["ip"]))

    def test_nginx(self):
        text = snippet("nginx", {
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "/etc/ssl/events.example.org.crt": self.crt,
            "/etc/ssl/private/events.example.org.key": self.key,
            "127.0.0.1:8080": self.intake})
        folder = self.machine.root / "nginx"
        folder.mkdir()
        self.run_proxy(["nginx", "-p", folder, "-e", "stderr", "-c"], "nginx.conf",
                       NGINX.format(folder=folder, snippet=text))

    def test_haproxy(self):
        both = self.machine.root / "both.pem"
        both.write_text(self.crt.read_text() + self.key.read_text())
        text = snippet("haproxy", {
            "bind :443": f"bind 127.0.0.1:{self.port}",
            "/etc/haproxy/events.example.org.pem": both, "127.0.0.1:8080": self.intake})
        self.run_proxy(["haproxy", "-db", "-f"], "haproxy.cfg", HAPROXY.format(snippet=text))

    def test_caddy(self):
        text = snippet("caddy", {
            f"{NAME} {{": f"https://{NAME}:{self.port} {{\n  tls {self.crt} {self.key}",
            "127.0.0.1:8080": self.intake})
        env = {**os.environ, "HOME": str(self.machine.root), "XDG_DATA_HOME": str(
            self.machine.root), "XDG_CONFIG_HOME": str(self.machine.root)}
        self.run_proxy(["caddy", "run", "--adapter", "caddyfile", "--config"], "Caddyfile",
                       CADDY.format(snippet=text), env)


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
        dns, management, port = (harness.free_port() for _ in range(3))
        crt, key = authority.sign("localhost")
        config = machine.root / "pebble.json"
        config.write_text(json.dumps({"pebble": {
            "listenAddress": f"127.0.0.1:{port}", "managementListenAddress": "",
            "certificate": str(crt), "privateKey": str(key),
            "httpPort": machine.address()[1], "tlsPort": harness.free_port()}}))
        env = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
        names = harness.Process(
            ["pebble-challtestsrv", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dns01",
             f"127.0.0.1:{dns}", "-http01", "", "-https01", "", "-tlsalpn01", "", "-management",
             f"127.0.0.1:{management}"], machine.root / "names.log")
        pebble = harness.Process(
            ["pebble", "-config", config, "-dnsserver", f"127.0.0.1:{dns}"],
            machine.root / "pebble.log", env=env)
        machine.processes += [names, pebble]
        harness.wait_for("the name server", lambda: listens(names, management))
        harness.wait_for("the authority", lambda: listens(pebble, port))
        return f"https://localhost:{port}/dir"


if __name__ == "__main__":
    harness.main()
