"""What the tests of docs/edge share: our programs, the relay, a site's application, and before it a
server that runs the very files of docs/edge. Only addresses, ports and folders are put in.
"""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import sys
import threading
import unittest

SOURCE = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"])
EDGE = SOURCE / "docs" / "edge"
sys.path[:0] = [str(SOURCE / "tests" / "clients"), str(SOURCE / "tests" / "e2e")]

import harness  # noqa: E402
import servers  # noqa: E402

INTAKE = "127.0.0.1:8080"
RELAY = "5514"
# Where visitors come from: not where the servers themselves are, who alone are believed.
VISITOR = "127.0.0.2"
AGENT_BYTES_MAX = 1024
URL_BYTES_MAX = 8192


def file_of(name, replacements):
    """A file of docs/edge, with what a test's machine has instead."""
    text = (EDGE / name).read_text()
    for what, instead in replacements.items():
        assert what in text, f"{name} has no {what}"
        text = text.replace(what, str(instead))
    return text


class Application:
    """What is behind the server: answers every request, however odd, with 200."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer = self.listener.accept()[0]
                threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        with contextlib.suppress(OSError), peer, peer.makefile("rb") as stream:
            while head := self.read_head(stream):
                for line in head:
                    if line.lower().startswith(b"content-length:"):
                        stream.read(int(line.partition(b":")[2]))
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nthe application")

    @staticmethod
    def read_head(stream):
        lines = []
        while (line := stream.readline(1 << 20)) not in (b"\r\n", b"\n", b""):
            lines.append(line)
        return lines

    def close(self):
        self.listener.close()


class Tap:
    """Between a server and the intake: passes bytes on, and keeps those of the server."""

    def __init__(self, target):
        self.target = target
        self.seen = []  # Bytes of each connection.
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near = self.listener.accept()[0]
                far = socket.create_connection(self.target)
                data = bytearray()
                self.seen.append(data)
                threading.Thread(target=self.pass_on, args=(near, far, data), daemon=True).start()
                threading.Thread(target=self.pass_on, args=(far, near, None), daemon=True).start()

    @staticmethod
    def pass_on(source, target, data):
        with contextlib.suppress(OSError):
            while part := source.recv(1 << 16):
                if data is not None:
                    data += part
                target.sendall(part)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def text(self):
        return b"".join(bytes(data) for data in self.seen)

    def close(self):
        self.listener.close()


class World:
    """Intake, worker, application; and a relay, where one is started. At the end all are stopped.

    A server's times may be a week old and more, so the key is one that is server-side.
    """

    def __init__(self):
        self.machine = harness.Machine(
            settings={"ingest": {"trusted_proxies": ["127.0.0.1/32"]}})
        try:
            made = json.loads(self.machine.tool("key", "create", "edge", "--server-side", "--json",
                                                "--config", self.machine.config).stdout)
            self.key = made["key"]
            self.intake_process, _ = self.machine.start("penstock-ingest", "penstock-worker")
            host, port = self.machine.address()
            self.intake = f"{host}:{port}"
            self.application = Application()
            self.tap = Tap((host, port))
        except BaseException:
            self.machine.close()
            raise
        self.root = self.machine.root
        self.relay_port = None
        self.relay_process = None

    def close(self):
        self.application.close()
        self.tap.close()
        self.machine.__exit__(None, None, None)

    # --- The relay.

    def folder(self, name):
        path = self.root / name
        path.mkdir(exist_ok=True)
        return path

    def start_relay(self):
        """syslog-ng with the very file; it waits on disk below the machine's folder."""
        if shutil.which("syslog-ng") is None:
            raise unittest.SkipTest("no syslog-ng, as where rsyslog is")
        for server in ("nginx", "apache2"):
            self.folder(server)

        def command_at(port):
            (self.root / "relay.conf").write_text('@version: 3.38\n' + file_of(
                "syslog-ng/penstock.conf", {
                    INTAKE: self.intake, f"port({RELAY})": f"port({port})",
                    "Bearer KEY": f"Bearer {self.key}", "/var/log/": f"{self.root}/",
                    "disk-buffer(": f'disk-buffer(dir("{self.folder("relay")}") '}))
            return self.relay_command()

        self.relay_port = servers.start(self.machine, "relay.log", command_at)
        self.relay_process = self.machine.processes[-1]

    def relay_command(self):
        folder = self.folder("relay")
        return ["syslog-ng", "--foreground", "--no-caps", "--stderr",
                "--cfgfile", self.root / "relay.conf", "--persist-file", folder / "persist",
                "--control", folder / "control", "--pidfile", folder / "pid"]

    def restart_relay(self):
        self.relay_process = harness.Process(self.relay_command(), self.root / "relay.log")
        self.machine.processes.append(self.relay_process)

    # --- Events.

    def rows(self, path=""):
        """The events of urls of the site that begin with `path`; all where it is ""."""
        start_of = "://shop.example" + path
        return [row for row in self.machine.rows() if not path or start_of in (row["url"] or "")]

    def wait_for(self, path):
        return harness.wait_for(lambda: f"an event of {path}: {self.rows()[-3:]}",
                                lambda: self.rows(path))


def ask(port, head, body=b"", source=VISITOR):
    """Sends a request's lines from a visitor's address; its answer's status, and the rest of it.

    0 where the server just closes.
    """
    peer = socket.create_connection(("127.0.0.1", port), harness.DEADLINE_S, (source, 0))
    with peer, contextlib.suppress(ConnectionError):
        peer.sendall(b"\r\n".join([*head, b"Connection: close", b"", b""]) + body)
        answer = peer.makefile("rb").read()
        return (int(answer.split()[1]), answer) if answer else (0, b"")
    return 0, b""


def get(port, path, *headers, source=VISITOR):
    return ask(port, [b"GET " + path + b" HTTP/1.1", b"Host: shop.example", *headers],
               source=source)[0]
