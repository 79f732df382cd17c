"""Intake and console by TLS: what is agreed and what is refused, as OpenSSL's own client sees it;
certificates that change while connections are open; a restart under load; challenges and redirects.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

import harness
import load
import tls_world

INGEST = "penstock-ingest"
CONSOLE = "penstock-console"
SUITES_12 = ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
             "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-GCM-SHA256",
             "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305")
SUITES_13 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
REFUSED_12 = ("AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES128-SHA",
              "ECDHE-ECDSA-AES256-SHA384", "DHE-RSA-AES128-GCM-SHA256", "ADH-AES128-GCM-SHA256",
              "NULL-SHA256", "PSK-AES128-CBC-SHA")

HALF_A_HELLO = b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + bytes(64)


class Story(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-tls-"))
        cls.authority = tls_world.Authority(cls.folder)
        cls.server = cls.authority.sign("events.test", ["events.test", "localhost"])

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def settings(self, pairs=None, section="ingest", **more):
        pairs = pairs or [self.server]
        return {section: {"tls_listen": ["127.0.0.1:0"],
                          "tls_certificate": [str(crt) for crt, _ in pairs],
                          "tls_key": [str(key) for _, key in pairs], **more}}

    @contextlib.contextmanager
    def intake(self, pairs=None, **more):
        with harness.Machine(settings=self.settings(pairs, **more)) as machine:
            machine.start(INGEST)
            self.address = tls_world.tls_address(machine)
            yield machine

    def say(self, *args):
        return tls_world.s_client(self.address, "-CAfile", self.authority.crt, *args)

    def post(self, name="events.test", event="x", context=None):
        """The status of one event."""
        with tls_world.connect(self.address, context or tls_world.trust(self.authority),
                               name) as peer:
            peer.sendall(load.request_text({"name": event}, "Connection: close\r\n"))
            return int(peer.makefile("rb").read().split(b" ", 2)[1])

    @staticmethod
    def handshakes(machine, outcome, program=INGEST):
        name = f"penstock_{program.partition('-')[2]}_tls_handshakes_total"
        return machine.metric(name, program, outcome=outcome)

    def wait_for_handshakes(self, machine, outcome, count):
        harness.wait_for(f"{count} {outcome}",
                         lambda: self.handshakes(machine, outcome) >= count)
        self.assertEqual(count, self.handshakes(machine, outcome))


class Table(Story):
    def test_versions_and_suites_of_today_alone(self):
        both = [self.server, self.authority.sign("events.test", key="rsa:2048", stem="by-rsa")]
        with self.intake(both) as machine:
            for suite in SUITES_12:
                said = self.say("-tls1_2", "-cipher", suite)
                self.assertEqual(("TLSv1.2", suite), (said.version, said.suite), said.text)
            for suite in SUITES_13:
                said = self.say("-tls1_3", "-ciphersuites", suite)
                self.assertEqual(("TLSv1.3", suite), (said.version, said.suite), said.text)
            for suite in REFUSED_12:
                said = self.say("-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0")
                self.assertFalse(said.is_well, said.text)
            for version in ("-tls1", "-tls1_1"):
                said = self.say(version, "-cipher", "ALL:@SECLEVEL=0")
                self.assertFalse(said.is_well, said.text)
                self.assertIn("alert protocol version", said.text)
            self.assertFalse(self.say("-curves", "P-521").is_well)
            self.assertTrue(self.say("-curves", "P-256").is_well)
            said = self.say("-tls1_2")
            self.assertIn("Compression: NONE", said.text)
            self.assertEqual(2, self.handshakes(machine, "version"))
            self.assertGreaterEqual(self.handshakes(machine, "suite"), len(REFUSED_12))

    def test_certificates_by_name(self):
        other = self.authority.sign("other.test")
        wild = self.authority.sign("wild.test", ["*.wild.test"])
        with self.intake([self.server, other, wild]):
            for name, subject in (("events.test", "events.test"), ("other.test", "other.test"),
                                  ("a.wild.test", "wild.test"), ("unknown.test", "events.test"),
                                  ("wild.test", "events.test")):
                self.assertEqual(subject, self.say("-servername", name).subject, name)
            self.assertEqual("events.test", self.say("-noservername").subject)
            for name in ("events.test", "other.test", "b.wild.test"):
                self.assertEqual(202, self.post(name))

    def test_protocols(self):
        with self.intake() as machine:
            self.assertEqual("http/1.1", self.say("-alpn", "h2,http/1.1").alpn)
            self.assertTrue(self.say().is_well)
            refused = self.say("-alpn", "h2")
            self.assertIn("alert no application protocol", refused.text)
            self.assertEqual(1, self.handshakes(machine, "protocol"))

    def test_resumption_also_after_a_reload(self):
        with self.intake() as machine:
            for version in ("-tls1_2", "-tls1_3"):
                session = machine.root / f"session{version}"
                # Read until a ticket has come: that of TLS 1.3 follows the handshake.
                harness.wait_for("a ticket", lambda: self.takes_ticket(version, session))
                self.assertEqual("Reused", self.say(version, "-sess_in", session).how)
                machine.processes[0].signal(signal.SIGHUP)
                harness.wait_for("the reload", lambda: machine.processes[0].text().count(
                    "settings reloaded") >= (1 if version == "-tls1_2" else 2))
                self.assertEqual("Reused", self.say(version, "-sess_in", session).how)
            self.assertEqual(4, self.handshakes(machine, "resumed"))

    def takes_ticket(self, version, session):
        host, port = self.address
        with subprocess.Popen(
                ["openssl", "s_client", "-connect", f"{host}:{port}", version, "-sess_out",
                 session], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL) as client:
            client.stdin.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            client.stdin.flush()
            client.stdout.read()
        return session.exists() and session.stat().st_size > 0

    def test_client_certificates(self):
        strangers = tls_world.Authority(self.folder / "strangers", "strangers")
        good = self.authority.sign("drain")
        bad = strangers.sign("drain")
        with self.intake(tls_client_ca=str(self.authority.crt)) as machine:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = tls_world.trust(self.authority)
                context.maximum_version = version
                with self.assertRaises((ssl.SSLError, ConnectionError, IndexError)):
                    self.post(context=context)
                context.load_cert_chain(*bad)
                with self.assertRaises((ssl.SSLError, ConnectionError, IndexError)):
                    self.post(context=context)
                context.load_cert_chain(*good)
                self.assertEqual(202, self.post(context=context))
            self.wait_for_handshakes(machine, "certificate", 4)
            # The plain listener asks nobody.
            self.assertEqual(202, machine.post_events({"name": "x"}).status)

    @staticmethod
    def end_of(data, address):
        """What comes until the server closes."""
        with harness.RawPeer(address) as peer:
            peer.send(data)
            with contextlib.suppress(ConnectionResetError):
                return peer.stream.read()
        return b""

    def test_who_speaks_something_else(self):
        with self.intake() as machine:
            self.assertEqual(b"", self.end_of("GET / HTTP/1.1\r\nHost: x\r\n\r\n", self.address))
            self.wait_for_handshakes(machine, "plain_http", 1)
            self.assertEqual(b"", self.end_of(HALF_A_HELLO, machine.address()))
            self.wait_for_handshakes(machine, "tls_on_plain", 1)
            self.end_of(bytes(100), self.address)
            self.wait_for_handshakes(machine, "malformed", 1)
            self.assertEqual(202, self.post())

    def test_a_handshake_has_the_time_of_a_header_and_no_more(self):
        with self.intake(header_timeout_ms=300) as machine:
            self.assertEqual(b"", self.end_of(HALF_A_HELLO, self.address))
            self.assertEqual(b"", self.end_of(b"", self.address))
            self.wait_for_handshakes(machine, "given_up", 2)
            self.assertEqual(2, machine.metric("penstock_ingest_timeouts_total"))


class Change(Story):
    def setUp(self):
        self.pair = (self.folder / "live.crt", self.folder / "live.key")
        self.put("one.test")

    def put(self, name):
        """As a certificate client does: a new key, then the certificate, each in one rename."""
        for source, target in zip(self.authority.sign(name, ["events.test"]), self.pair):
            draft = target.with_suffix(".draft")
            shutil.copy(source, draft)
            draft.rename(target)

    def subject(self):
        return self.say("-servername", "events.test").subject

    def test_files_that_change_are_taken_and_open_connections_go_on(self):
        with self.intake([self.pair], threads=2) as machine:
            peer = tls_world.connect(self.address, tls_world.trust(self.authority), "events.test")
            with peer, peer.makefile("rb") as answers:
                def ask():
                    peer.sendall(load.request_text({"name": "open"}))
                    head = answers.readline()
                    while answers.readline() != b"\r\n":
                        pass
                    answers.read(len('{"accepted":1}'))
                    return int(head.split()[1])

                self.assertEqual(202, ask())
                self.assertEqual("one.test", self.subject())
                self.put("two.test")
                harness.wait_for("the new certificate", lambda: self.subject() == "two.test")
                harness.wait_for("it in each reactor",
                                 lambda: {self.subject() for _ in range(8)} == {"two.test"})
                self.assertEqual(202, ask())

                # A key of another certificate, a certificate that is none: the old pair stays.
                self.pair[1].write_text((self.folder / "events.test.key").read_text())
                harness.wait_for("the fault", lambda: machine.metric("penstock_tls_files_faulty"))
                self.assertEqual("two.test", self.subject())
                self.assertIn("is not the key of the certificate", machine.processes[0].text())
                self.pair[0].write_text("nothing")
                machine.processes[0].signal(signal.SIGHUP)
                harness.wait_for("the refusal",
                                 lambda: "reload refused" in machine.processes[0].text())
                self.assertEqual("two.test", self.subject())
                self.assertEqual(202, ask())

                self.put("three.test")
                harness.wait_for("the repaired pair", lambda: self.subject() == "three.test")
                self.assertEqual(0, machine.metric("penstock_tls_files_faulty"))
                self.assertEqual(202, ask())
            expires = [name for name in machine.metrics()
                       if name.startswith("penstock_tls_certificate_expires_seconds")]
            self.assertEqual([f'penstock_tls_certificate_expires_seconds{{name="events.test",'
                              f'file="{self.pair[0]}"}}'], expires)

    def test_other_files_are_taken_by_a_reload(self):
        with self.intake([self.pair]) as machine:
            machine.settings["ingest"].update(self.settings([self.server])["ingest"])
            machine.write_config()
            machine.processes[0].signal(signal.SIGHUP)
            harness.wait_for("the other certificate", lambda: self.subject() == "events.test")

    def test_faults_are_told_with_their_line(self):
        settings = self.settings([(self.folder / "none.crt", self.pair[1])])
        with harness.Machine(settings=settings) as machine:
            def check(*args):
                run = subprocess.run([harness.BIN / INGEST, "--config", machine.config, *args],
                                     capture_output=True, text=True, check=False)
                return run.returncode, run.stderr

            lines = machine.config.read_text().splitlines()
            line = 1 + next(i for i, text in enumerate(lines) if "tls_certificate" in text)
            for args in (["--check"], []):
                code, said = check(*args)
                self.assertEqual(2, code)
                self.assertIn(f"{machine.config}:{line}: ingest.tls_certificate: "
                              f"{self.folder}/none.crt cannot be read: No such file", said)
            past = self.authority.sign("past.test", days=-1)
            code, said = check("--check", "--set", f"ingest.tls_certificate={past[0]}",
                               "--set", f"ingest.tls_key={past[1]}")
            self.assertEqual(0, code, said)
            self.assertIn("expired on", said)
            code, said = check("--check", "--set", "ingest.tls_key=")
            self.assertEqual(2, code)
            self.assertIn("each certificate needs its key", said)
            # The command line looks at everybody's.
            tool = machine.tool("--config", machine.config, "--check", check=False)
            self.assertEqual(2, tool.returncode, tool.stderr)


class Restart(Story):
    def test_a_takeover_under_load_loses_nothing(self):
        with harness.Machine(settings=self.settings()) as machine:
            machine.start("penstock-worker")
            machine.start(INGEST)
            self.address = tls_world.tls_address(machine)
            context = tls_world.trust(self.authority)
            senders = load.FreshSenders(
                self.address, threads=3,
                connect=lambda: tls_world.connect(self.address, context, "events.test"))
            for _ in range(3):
                goal = senders.answered_count() + 20
                harness.wait_for("answers", lambda: senders.answered_count() >= goal)
                before = machine.processes[-1]
                machine.start(INGEST, args=("--takeover",))
                before.wait()
                self.assertEqual(self.address, tls_world.tls_address(machine))
            senders.stop()
            self.assertEqual([], senders.faults)
            self.assertEqual({202}, senders.statuses)
            machine.wait_for_rows(len(senders.answered))
            names = [row["name"] for row in machine.rows()]
            self.assertEqual(sorted(senders.answered), sorted(names))
            print(f"{len(names)} events by as many handshakes over 3 restarts", flush=True)

    def test_an_address_that_changes_to_tls_is_not_inherited_as_plain(self):
        with harness.Machine() as machine:
            first = machine.start(INGEST)
            host, port = machine.address()
            machine.settings["ingest"].update(
                self.settings()["ingest"], listen=["127.0.0.1:0"], tls_listen=[f"{host}:{port}"])
            machine.write_config()
            machine.start(INGEST, args=("--takeover",))
            first.wait()
            self.address = (host, port)
            self.assertEqual(202, self.post())
            self.assertNotEqual((host, port), machine.address())


class Console(Story):
    @contextlib.contextmanager
    def console(self, **more):
        settings = self.settings(section="console", hsts_seconds=600, **more)
        with harness.Machine(settings=settings) as machine:
            machine.start(CONSOLE)
            self.address = tls_world.tls_address(machine, CONSOLE)
            yield machine

    def curl(self, url, *args):
        """Headers and body, of one request that must be well."""
        host, port = self.address
        result = subprocess.run(
            ["curl", "-sS", "-i", "--cacert", self.authority.crt, "--resolve",
             f"localhost:{port}:{host}", *args, url], capture_output=True, text=True, check=False)
        self.assertEqual(0, result.returncode, result.stderr)
        return result.stdout

    def test_its_cookie_is_bound_and_browsers_are_told_to_come_back_so(self):
        with self.console() as machine:
            url = f"https://localhost:{self.address[1]}"
            password = (next(machine.state.rglob("initial-password*"), None)
                        or next(machine.state.rglob("*password*"))).read_text().strip()
            page = self.curl(url + "/")
            self.assertIn("HTTP/1.1 200", page)
            self.assertIn("Strict-Transport-Security: max-age=600", page)
            body = f'{{"email":"admin@localhost","password":"{password}"}}'
            signed_in = self.curl(url + "/api/v1/session", "-H", "Content-Type: application/json",
                                  "-H", f"Origin: {url}", "-d", body)
            self.assertIn("HTTP/1.1 200", signed_in)
            self.assertRegex(signed_in,
                             r"Set-Cookie: __Host-penstock_session_[0-9]+=[^\n]*; Secure")
            self.assertIn("Strict-Transport-Security", signed_in)
            cookie = signed_in.partition("Set-Cookie: ")[2].partition(";")[0]
            who = self.curl(url + "/api/v1/session", "-H", f"Cookie: {cookie}")
            self.assertIn("admin@localhost", who)

            # In the clear all is as it was.
            plain = machine.request("POST", "/api/v1/session", body,
                                    {"Content-Type": "application/json"}, program=CONSOLE)
            self.assertEqual(200, plain.status)
            self.assertTrue(plain.headers["set-cookie"].startswith("penstock_session_"))
            self.assertNotIn("Secure", plain.headers["set-cookie"])
            self.assertNotIn("strict-transport-security", plain.headers)
            self.assertIn("penstock_console_tls_handshakes_total{outcome=\"full\"}",
                          machine.metrics(CONSOLE))

    def test_it_may_listen_with_tls_alone(self):
        with self.console(listen="") as machine:
            self.assertEqual([], machine.run_info(CONSOLE)["listen"])
            self.assertIn("200", self.curl(f"https://localhost:{self.address[1]}/").split("\n")[0])

    def test_challenges_and_the_redirect(self):
        challenges = self.folder / "challenges"
        challenges.mkdir()
        (challenges / "tok-en_1").write_text("tok-en_1.print")
        os.symlink("/etc/hostname", challenges / "link")
        with self.console(acme_dir=str(challenges), redirect_listen="127.0.0.1:0") as machine:
            told = harness.wait_for("the port", lambda: re.search(
                r"sends browsers to https address=\S+:(\d+)\n", machine.processes[0].text()))
            port = int(told.group(1))
            token = "/.well-known/acme-challenge/tok-en_1"
            for address in (("127.0.0.1", port), machine.address(CONSOLE)):
                answer = harness.request(*address, "GET", token, headers={"Host": "any.example"})
                self.assertEqual((200, b"tok-en_1.print"), (answer.status, answer.body))
                for path in ("link", "none", "..%2f..%2fetc%2fhostname", "."):
                    answer = harness.request(*address, "GET", token.replace("tok-en_1", path))
                    self.assertIn(answer.status, (404, 421), path)
            tls_port = self.address[1]
            answer = harness.request("127.0.0.1", port, "GET", "/overview?range=7d")
            self.assertEqual(301, answer.status)
            self.assertEqual(f"https://127.0.0.1:{tls_port}/overview?range=7d",
                             answer.headers["location"])
            answer = harness.request("127.0.0.1", port, "POST", "/api/v1/session", "{}")
            self.assertEqual(308, answer.status)
            answer = harness.request("127.0.0.1", port, "GET", "/",
                                     headers={"Host": "evil.example"})
            self.assertEqual(421, answer.status)

    def test_certificates_change_here_too(self):
        pair = (self.folder / "console.crt", self.folder / "console.key")
        for source, target in zip(self.server, pair):
            shutil.copy(source, target)
        settings = self.settings([pair], section="console")
        with harness.Machine(settings=settings) as machine:
            machine.start(CONSOLE)
            self.address = tls_world.tls_address(machine, CONSOLE)
            self.assertEqual("events.test", self.say().subject)
            for source, target in zip(self.authority.sign("renewed.test"), pair):
                shutil.copy(source, target)
            harness.wait_for("the new certificate", lambda: self.say().subject == "renewed.test")


class Intake(Story):
    def test_challenges_are_served_in_the_clear(self):
        challenges = self.folder / "for-intake"
        challenges.mkdir()
        (challenges / "token").write_text("token.print")
        with self.intake(acme_dir=str(challenges)) as machine:
            token = "/.well-known/acme-challenge/token"
            self.assertEqual(b"token.print", machine.request("GET", token).body)
            with tls_world.connect(self.address, tls_world.trust(self.authority),
                                   "events.test") as peer:
                peer.sendall(f"GET {token} HTTP/1.1\r\nHost: x\r\n"
                             "Connection: close\r\n\r\n".encode())
                self.assertIn(b" 404 ", peer.makefile("rb").readline())

    def test_many_connections_at_once_and_large_bodies(self):
        with self.intake(threads=2) as machine:
            context = tls_world.trust(self.authority)
            faults = []

            def send(number):
                try:
                    with tls_world.connect(self.address, context, "events.test") as peer:
                        for size in (10, 20_000, 200_000):
                            event = {"name": f"n{number}", "properties": {"x": "y" * size}}
                            peer.sendall(load.request_text(event))
                        stream = peer.makefile("rb")
                        for _ in range(3):
                            if b" 202 " not in stream.readline():
                                raise AssertionError("no 202")
                            while stream.readline() != b"\r\n":
                                pass
                            stream.read(len('{"accepted":1}'))
                except (OSError, AssertionError) as error:
                    faults.append(error)

            threads = [threading.Thread(target=send, args=(i,)) for i in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual([], faults)
            self.assertEqual(48, machine.metric("penstock_ingest_events_total", source="events",
                                                outcome="queued")
                             + machine.metric("penstock_ingest_events_total", source="events",
                                              outcome="spooled"))

    def test_a_socket_that_is_a_path(self):
        with harness.Machine() as machine:
            path = machine.root / "tls.sock"
            machine.settings["ingest"].update(self.settings()["ingest"],
                                              tls_listen=[f"unix:{path}"])
            machine.write_config()
            machine.start(INGEST)
            with socket.socket(socket.AF_UNIX) as raw:
                raw.settimeout(harness.DEADLINE_S)
                raw.connect(str(path))
                with tls_world.trust(self.authority).wrap_socket(
                        raw, server_hostname="events.test") as peer:
                    peer.sendall(load.request_text({"name": "x"}, "Connection: close\r\n"))
                    self.assertIn(b" 202 ", peer.makefile("rb").readline())


if __name__ == "__main__":
    unittest.main()
