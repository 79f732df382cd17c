"""What testssl.sh finds at the installed package's TLS listeners: nothing (tests/package/judge)."""

import json
import pathlib
import unittest

import box
from connection import NAME
from tls_test import TlsBox, snippet

# What it calls less than well and is meant so: an interface for programs has no use for HSTS; of
# the console's answers its files alone are compressed, in which nothing is secret.
MEANT = {8443: {"HSTS"}, 8444: {"BREACH"}}
# All but its tables of clients and of single ciphers.
CHECKS = ("--protocols", "--std", "--fs", "--server-preference", "--server-defaults", "--headers",
          "--vulnerable")


class Testssl(TlsBox):
    def test_finds_nothing(self):
        self.place_pair(days=90, revocation="http://authority.test/crl")
        self.configure(snippet("toml") + "hsts_seconds = 31536000\n")
        self.box.shell("systemctl restart penstock.target")
        for port, meant in MEANT.items():
            file = pathlib.Path(self.folder) / f"{port}.json"
            box.run(*self.box.enter("--net"), "testssl", "--quiet", "--warnings", "off", "--nodns",
                    "none", "--ip", "127.0.0.1", "--openssl", "/usr/bin/openssl", "--add-ca",
                    self.authority.crt, "--jsonfile", file, *CHECKS, f"https://{NAME}:{port}/",
                    check=False)
            found = json.loads(file.read_text(encoding="utf-8"))
            ids = {each["id"] for each in found}
            self.assertLessEqual({"TLS1_3", "cipher_order", "heartbleed", "ROBOT"}, ids)
            bad = [each for each in found if each["severity"] not in ("OK", "INFO") and
                   each["id"].partition(" ")[0] not in meant]
            self.assertEqual([], bad)
            print(f"testssl at {port}: {len(found)} findings, none bad", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
