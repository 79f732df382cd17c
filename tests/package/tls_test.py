"""TLS of an installed Penstock, as docs/tls.md tells an administrator to set it up."""

import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys

import box
from box import wait_for
from connection import NAME
from installed import HERE, Installed

sys.path.insert(0, str(HERE.parent / "e2e"))
import certificates  # noqa: E402

GUIDE = HERE.parents[1] / "docs" / "tls.md"
EXAMPLES = "/usr/share/doc/penstock/examples/tls"
TLS = "/etc/penstock/tls"
RENEW = "certbot renew --force-renewal --no-random-sleep-on-renew"
UNITS = ("penstock-ingest", "penstock-console")


def snippet(language):
    """The guide's first one in that language."""
    return re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)[1]


class TlsBox(Installed):
    """With an authority, and what an administrator does with its certificates."""

    def setUp(self):
        super().setUp()
        self.authority = certificates.Authority(pathlib.Path(self.folder) / "authority")
        self.intake, self.at_console = (8443, self.authority.crt), (8444, self.authority.crt)

    def configure(self, text):
        path = self.box.root / "etc/penstock/conf.d/50-tls.toml"
        path.write_text(text, encoding="utf-8")

    def place_pair(self, **wishes):
        """A new pair of the authority's in the box, and its certificate's fingerprint."""
        self.box.shell(f"install -d -o root -g penstock-programs -m 0750 {TLS}")
        for path in self.authority.sign(NAME, **wishes):
            draft = self.box.root / TLS.lstrip("/") / "draft"
            shutil.copy(path, draft)
            self.box.shell(f"chown root:penstock-programs {TLS}/draft; chmod 0640 {TLS}/draft")
            draft.rename(draft.with_name(path.name))
        return certificates.openssl("x509", "-in", self.authority.folder / f"{NAME}.crt",
                                    "-noout", "-fingerprint", "-sha256")


class Tls(TlsBox):
    def served(self, port, host="127.0.0.1"):
        """The fingerprint of what is served there, which may be any authority's."""
        said = box.run(*self.box.enter("--net"), "openssl", "s_client", "-connect",
                       f"{host}:{port}", "-servername", NAME, input="")
        return box.run("openssl", "x509", "-noout", "-fingerprint", "-sha256",
                       input=said.stdout).stdout

    def test_certificate_and_key_for_the_programs_group(self):
        first = self.place_pair()
        self.configure(snippet("toml"))
        self.box.shell("systemctl restart penstock.target")
        self.assert_all_active()
        self.assertEqual([first] * 2, [self.served(8443), self.served(8444)])
        self.under_load(lambda: self.box.shell(
            "systemctl restart penstock-ingest; systemctl reload penstock-ingest; "
            "systemctl restart penstock.target"), at=self.intake)
        shown = self.console("/events", self.first_password(), at=self.at_console)["events"]
        self.assertEqual({"load"}, {event["name"] for event in shown})
        self.assertEqual(2, self.box.shell("penstock status").stdout.count(" with TLS"))
        self.assertEqual(2, len(re.findall("(?m)^ok +certificates", self.box.shell(
            "penstock doctor", check=False).stdout)))

        second = self.place_pair()
        self.box.shell(f"systemctl reload {' '.join(UNITS)}")
        for port in (8443, 8444):
            wait_for("the new certificate", lambda port=port: self.served(port) == second)

        broken = self.box.root / TLS.lstrip("/") / f"{NAME}.crt"
        whole = broken.read_text(encoding="ascii")
        broken.write_text("-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n")
        self.assert_reload_fails(broken.name, second, (8443,), (8444,))
        broken.write_text(whole, encoding="ascii")
        self.box.shell(f"systemctl reload {' '.join(UNITS)}")
        self.assertEqual([second] * 2, [self.served(8443), self.served(8444)])

    def test_certbot_at_port_80_and_what_it_gets_at_port_443(self):
        """The intake at one address, with sockets of systemd's; the console at another, with the
        right to such ports. Then the same pair as credentials of the unit.
        """
        self.start_authority()
        self.listen_below_1024()
        *preparations, command = snippet("bash").replace("\\\n", "").splitlines()
        self.box.shell("; ".join(preparations))
        self.certbot(f"{command} --agree-tos --register-unsafely-without-email")
        self.configure("""
[ingest]
acme_dir = "/var/lib/acme-challenges/.well-known/acme-challenge"
tls_listen = ["127.0.0.1:443"]
tls_certificate = ["/etc/penstock/tls/events.example.org.crt"]
tls_key = ["/etc/penstock/tls/events.example.org.key"]

[console]
tls_listen = ["127.0.0.2:443"]
tls_certificate = ["/etc/penstock/tls/events.example.org.crt"]
tls_key = ["/etc/penstock/tls/events.example.org.key"]
redirect_listen = "127.0.0.2:80"
public_url = "https://events.example.org"
""")
        self.box.shell("systemctl restart penstock.target")
        self.assert_all_active()
        first = self.served(443)
        self.assertEqual(first, self.served(443, "127.0.0.2"))
        self.assertIn("ocation: https://events.example.org/x", self.box.shell(
            "exec 3<>/dev/tcp/127.0.0.2/80; printf 'GET /x HTTP/1.1\\r\\n"
            f"Host: {NAME}\\r\\nConnection: close\\r\\n\\r\\n' >&3; cat <&3").stdout)

        def renew():
            pids = [self.main_pid(unit) for unit in UNITS]
            self.certbot(RENEW)
            for host in ("127.0.0.1", "127.0.0.2"):
                wait_for("the new certificate", lambda host=host: self.served(443, host) != first)
            self.assertEqual(pids, [self.main_pid(unit) for unit in UNITS])
            self.box.shell("systemctl restart penstock-ingest; systemctl restart penstock.target")
        self.under_load(renew, at=(443, self.authority.crt))

        self.take_as_credentials()
        second = self.served(443)
        self.assertEqual(second, self.served(443, "127.0.0.2"))
        self.certbot(RENEW)
        for host in ("127.0.0.1", "127.0.0.2"):
            wait_for("the new credentials", lambda host=host: self.served(443, host) != second)
        third = self.served(443)
        self.box.shell(f"rm /etc/letsencrypt/live/{NAME}/fullchain.pem; "
                       f"echo broken >/etc/letsencrypt/live/{NAME}/fullchain.pem")
        self.assert_reload_fails("tls.crt", third, (443, "127.0.0.1"), (443, "127.0.0.2"))

    def assert_reload_fails(self, words, fingerprint, *places):
        """The reload says why, and what was in use stays."""
        for unit, place in zip(UNITS, places):
            reload = self.box.shell(f"systemctl reload {unit}", check=False)
            self.assertNotEqual(0, reload.returncode)
            self.assertIn(words, self.box.shell(f"systemctl status {unit}").stdout, unit)
            self.assertEqual(fingerprint, self.served(*place))
        self.assert_all_active()

    def start_authority(self):
        """Pebble, which Let's Encrypt tests clients with, in the box: every name is there."""
        folder = pathlib.Path(self.folder)
        crt, key = self.authority.sign("localhost")
        (folder / "pebble.json").write_text(json.dumps({"pebble": {
            "listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
            "certificate": str(crt), "privateKey": str(key), "httpPort": 80, "tlsPort": 443}}))
        for command in (
                ["pebble-challtestsrv", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dns01",
                 "127.0.0.1:8053", "-http01", "", "-https01", "", "-tlsalpn01", "", "-management",
                 "127.0.0.1:8055"],
                ["pebble", "-config", folder / "pebble.json", "-dnsserver", "127.0.0.1:8053"]):
            process = subprocess.Popen(
                [*self.box.enter("--net"), *map(str, command)], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"})
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
        shutil.copy(self.authority.crt, self.box.root / "etc/ssl/authority.crt")
        (self.box.root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        self.box.shell("apt-get install -q -y --no-install-recommends certbot")
        self.authority.crt = folder / "pebble.crt"
        wait_for("pebble", self.fetch_root)

    def fetch_root(self):
        said = subprocess.run([*self.box.enter("--net"), "curl", "--silent", "--insecure", "--fail",
                               "--output", str(self.authority.crt),
                               "https://127.0.0.1:15000/roots/0"], check=False)
        return said.returncode == 0

    def certbot(self, command):
        said = self.box.shell(f"REQUESTS_CA_BUNDLE=/etc/ssl/authority.crt {command} --server "
                              "https://localhost:14000/dir --non-interactive 2>&1").stdout
        self.assertNotIn("reported error", said)  # By the hook; certbot itself takes no notice.

    def listen_below_1024(self):
        self.configure("[ingest]\n"
                       "acme_dir = \"/var/lib/acme-challenges/.well-known/acme-challenge\"\n")
        self.box.shell(
            f"set -e; cd {EXAMPLES}; units=/etc/systemd/system; "
            "mkdir $units/penstock-ingest.socket.d $units/penstock-console.service.d; "
            "sed s/0.0.0.0/127.0.0.1/ penstock-ingest.socket.conf "
            ">$units/penstock-ingest.socket.d/ports.conf; "
            "cp penstock-console.conf $units/penstock-console.service.d/ports.conf; "
            "systemctl daemon-reload; systemctl stop penstock-ingest; "
            "systemctl enable --now penstock-ingest.socket; systemctl start penstock-ingest")

    def take_as_credentials(self):
        self.box.shell("cd /etc/penstock/conf.d; "
                       "for unit in penstock-ingest penstock-console; do "
                       "folder=/etc/systemd/system/$unit.service.d; mkdir -p $folder; "
                       f"cp {EXAMPLES}/credentials.conf $folder; done")
        path = self.box.root / "etc/penstock/conf.d/50-tls.toml"
        parts = path.read_text(encoding="utf-8").partition("[console]")
        path.write_text("".join(
            part.replace(f"{TLS}/{NAME}", f"/run/credentials/{unit}.service/tls")
            for part, unit in zip(parts, (UNITS[0], "", UNITS[1]))), encoding="utf-8")
        self.box.shell(f"systemctl daemon-reload; systemctl restart {' '.join(UNITS)}")
        self.assert_all_active()
