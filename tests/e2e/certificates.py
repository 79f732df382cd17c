"""Authorities and certificates for tests, by the openssl of the system."""

import pathlib
import subprocess


class Authority:
    """Signs certificates into a folder: NAME.crt and NAME.key."""

    def __init__(self, folder, name="authority"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.crt = self.folder / f"{name}.crt"
        self.key = self.folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.key, "-out", self.crt, "-days", "30", "-subj", f"/CN={name}")

    def sign(self, name, names=(), days=30, key="ec", stem=None, revocation=None):
        """(crt, key) of a certificate for `names`, by default its own; `revocation`: where it says
        that a list is.
        """
        stem = self.folder / (stem or name)
        crt, key_file, request = (stem.with_name(stem.name + end) for end in
                                  (".crt", ".key", ".csr"))
        kind = (["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if key == "ec" else [key])
        openssl("req", "-newkey", *kind, "-nodes", "-keyout", key_file, "-out", request,
                "-subj", f"/CN={name}", "-addext",
                "subjectAltName=" + ",".join(f"DNS:{each}" for each in names or [name]),
                *(["-addext", f"crlDistributionPoints=URI:{revocation}"] if revocation else []))
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
