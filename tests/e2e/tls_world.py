"""Clients for tests of TLS, by the openssl of the system; certificates.py has authorities."""

import re
import socket
import ssl
import subprocess

import harness
from certificates import Authority, openssl  # noqa: F401  Those who use this use them too.


def s_client(address, *args):
    """What `openssl s_client` says of one connection, and whether it came to be."""
    host, port = address
    result = subprocess.run(
        ["openssl", "s_client", "-connect", f"{host}:{port}", *map(str, args)],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=harness.DEADLINE_S, check=False)
    return Said((result.stdout + result.stderr).decode(errors="replace"))


class Said:
    def __init__(self, text):
        self.text = text
        # "(NONE)" where the handshake failed before it was agreed.
        found = re.search(r"^(New|Reused), (\S+), Cipher is (\S+)", text, re.M)
        self.how, self.version, self.suite = found.groups() if found else ("", "", "")
        self.is_well = self.suite not in ("", "(NONE)") and "alert" not in text
        subject = re.search(r"^subject=(?:CN = )?(.*)$", text, re.M)
        self.subject = subject.group(1) if subject else ""
        alpn = re.search(r"^ALPN protocol: (.*)$", text, re.M)
        self.alpn = alpn.group(1) if alpn else ""


def tls_address(machine, program="penstock-ingest"):
    host, _, port = machine.run_info(program)["tls_listen"][0].rpartition(":")
    return host, int(port)


def trust(authority):
    return ssl.create_default_context(cafile=str(authority.crt))


def connect(address, context, name):
    """A connection by TLS to `address`, which has to be the one of `name`."""
    raw = socket.create_connection(address, timeout=harness.DEADLINE_S)
    try:
        return context.wrap_socket(raw, server_hostname=name)
    except BaseException:
        raw.close()
        raise
