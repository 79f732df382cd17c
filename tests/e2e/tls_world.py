"""Authorities, certificates and clients for tests of TLS, by the openssl of the system."""

import pathlib
import re
import socket
import ssl
import subprocess

import harness


class Authority:
    """Signs certificates into a folder: NAME.crt and NAME.key."""

    def __init__(self, folder, name="authority"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.crt = self.folder / f"{name}.crt"
        self.key = self.folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.key, "-out", self.crt, "-days", "30", "-subj", f"/CN={name}")

    def sign(self, name, names=(), days=30, key="ec", stem=None):
        """(crt, key) of a certificate for `names`, by default its own."""
        stem = self.folder / (stem or name)
        crt, key_file, request = (stem.with_name(stem.name + end) for end in
                                  (".crt", ".key", ".csr"))
        kind = (["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if key == "ec" else [key])
        openssl("req", "-newkey", *kind, "-nodes", "-keyout", key_file, "-out", request,
                "-subj", f"/CN={name}", "-addext",
                "subjectAltName=" + ",".join(f"DNS:{each}" for each in names or [name]))
        draft = crt.with_suffix(".draft")
        openssl("x509", "-req", "-in", request, "-CA", self.crt, "-CAkey", self.key, "-out", draft,
                "-days", str(days), "-copy_extensions", "copyall")
        draft.rename(crt)
        return crt, key_file


def openssl(*args):
    result = subprocess.run(["openssl", *map(str, args)], capture_output=True, check=False)
    if result.returncode != 0:
        raise AssertionError(f"openssl {args}\n{result.stderr.decode()}")
    return result.stdout.decode()


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
