"""Configuration: five sources in order of precedence, faults with file and line, exit codes."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import harness

DAEMONS = harness.PROGRAMS


class Config(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "penstock.toml"

    def run_program(self, program, *args, env=None):
        return subprocess.run([str(harness.BIN / program), *map(str, args)], capture_output=True,
                              text=True, timeout=harness.DEADLINE_S, check=False,
                              env={**os.environ, **(env or {})})

    def check(self, *args, env=None, program="penstock-ingest"):
        return self.run_program(program, "--config", self.file, "--check", *args, env=env)

    def test_version_and_help(self):
        for program in (*DAEMONS, "penstock"):
            for option in ("--version", "--help"):
                result = self.run_program(program, option)
                self.assertEqual(0, result.returncode, program)
                self.assertTrue(result.stdout.strip())

    def test_a_good_file_is_valid_for_every_program(self):
        self.file.write_text('[ingest]\nlisten = ["127.0.0.1:0"]\n[queue]\nurl = "spool:"\n')
        for program in DAEMONS:
            result = self.check(program=program)
            self.assertEqual(0, result.returncode, result.stderr)

    def test_an_unknown_key_names_file_and_line(self):
        self.file.write_text("[ingest]\n\nlistn = []\n[nonsense]\na = 1\n")
        for program in DAEMONS:
            result = self.check(program=program)
            self.assertEqual(2, result.returncode)
            output = result.stdout + result.stderr
            self.assertIn("penstock.toml:3", output)
            self.assertIn("listn", output)
            self.assertIn("penstock.toml:4", output)
            self.assertIn("nonsense", output)

    def test_every_fault_is_shown_at_once(self):
        self.file.write_text('[ingest]\nthreads = "many"\n[queue]\nurl = "ftp://x"\n'
                             '[log]\nlevel = "loud"\n')
        output = self.check().stderr
        for place in (":2", ":4", ":6"):
            self.assertIn("penstock.toml" + place, output)

    def test_a_broken_file_names_the_line(self):
        self.file.write_text("[ingest]\nthreads = 1\nthreads = = 2\n")
        result = self.check()
        self.assertEqual(2, result.returncode)
        self.assertIn("penstock.toml:3", result.stdout + result.stderr)

    def test_addresses_that_exclude_one_another(self):
        for ours, others, both in (
                ('ingest.listen=["0.0.0.0:9000"]', 'ingest.admin_listen="127.0.0.1:9000"', 2),
                ('ingest.listen=["[::]:9000"]', 'ingest.admin_listen="[::1]:9000"', 2),
                ('ingest.listen=["127.0.0.1:9000"]', 'worker.admin_listen="0.0.0.0:9000"', 2),
                ('console.listen="127.0.0.1:9000"', 'worker.admin_listen="127.0.0.1:9000"', 2),
                ('ingest.listen=["[::]:9000"]', 'ingest.admin_listen="0.0.0.0:9000"', 0),
                ('ingest.listen=["127.0.0.1:0"]', 'console.listen="127.0.0.1:0"', 0)):
            with self.subTest(f"{ours} {others}"):
                lines = [setting.partition(".") for setting in (ours, others)]
                self.file.write_text("".join(
                    f"[{section}]\n{rest}\n" if section != lines[0][0] or number == 0
                    else f"{rest}\n" for number, (section, _, rest) in enumerate(lines)))
                for program in (*DAEMONS, "penstock"):
                    result = self.check(program=program)
                    self.assertEqual(both, result.returncode, result.stderr)
                if both == 2:
                    self.assertRegex(result.stderr, r"penstock.toml:\d+: ")
                    for setting in (ours, others):
                        self.assertIn(setting.partition("=")[0], result.stderr)

    def test_an_address_that_a_list_holds_twice(self):
        for listen in ("127.0.0.1:9000,127.0.0.1:9000", "unix:/s,unix:/s", "[::1]:1,[0::1]:1"):
            result = self.run_program("penstock", "--check", "--set", f"ingest.listen={listen}")
            self.assertEqual(2, result.returncode, listen)
            self.assertIn("ingest.listen holds", result.stderr)

    def test_a_missing_file_that_is_named_is_a_fault(self):
        self.assertEqual(2, self.check().returncode)

    def test_bad_usage(self):
        for args in (["--nonsense"], ["--set"], ["--set", "no-equals-sign"],
                     ["--set", "ingest.nonsense=1"]):
            result = self.run_program("penstock-ingest", *args)
            self.assertEqual(2, result.returncode, args)
            self.assertTrue(result.stderr.strip())

    def test_a_faulty_configuration_starts_nothing(self):
        self.file.write_text("[ingest]\nnonsense = 1\n")
        for program in DAEMONS:
            self.assertEqual(2, self.run_program(program, "--config", self.file).returncode)

    def test_precedence(self):
        """Each source in turn says where the state is; the highest one wins."""
        with harness.Machine() as machine:
            names = ("file", "conf-a", "conf-b", "environment", "set")
            folders = {name: machine.root / name for name in names}
            base = {"ingest": {"listen": ["127.0.0.1:0"], "admin_listen": "", "threads": 1}}

            def write(path, name):
                path.parent.mkdir(exist_ok=True)
                text = f'[state]\ndir = "{folders[name]}"\n'
                if name == "file":
                    text += "[ingest]\n" + "".join(f"{key} = {json.dumps(value)}\n"
                                                   for key, value in base["ingest"].items())
                path.write_text(text)

            def started_in(*args, env=None):
                process = harness.Process(
                    [harness.BIN / "penstock-ingest", "--config", machine.config, *args],
                    machine.root / "log", env={**os.environ, **(env or {})})
                machine.processes.append(process)
                found = harness.wait_for("the run file", lambda: [
                    name for name, folder in folders.items()
                    if (folder / "run" / "penstock-ingest.json").exists()])
                process.stop()
                return found

            write(machine.config, "file")
            self.assertEqual(["file"], started_in())
            write(machine.root / "conf.d" / "10-a.toml", "conf-a")
            self.assertEqual(["conf-a"], started_in())
            write(machine.root / "conf.d" / "20-b.toml", "conf-b")
            self.assertEqual(["conf-b"], started_in())
            env = {"PENSTOCK_STATE_DIR": str(folders["environment"])}
            self.assertEqual(["environment"], started_in(env=env))
            self.assertEqual(["set"], started_in("--set", f"state.dir={folders['set']}", env=env))

    def test_reload_takes_good_files_and_refuses_faulty_ones(self):
        with harness.Machine(settings={"ingest": {"max_event_bytes": 1000}}) as machine:
            ingest = machine.start("penstock-ingest")
            big = {"name": "big", "properties": {"x": "y" * 5000}}
            self.assertIn(machine.post_events(big).status, (413, 422))

            with harness.RawPeer(machine.address()) as peer:
                machine.settings["ingest"]["max_event_bytes"] = 20_000
                machine.write_config()
                ingest.signal(1)
                harness.wait_for("the new limit",
                                 lambda: machine.post_events(big).status == 202)
                peer.send("GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertEqual(200, peer.read_answer().status)  # Still connected.

            good = machine.config.read_text()
            machine.config.write_text("[ingest]\nnonsense = 1\n")
            ingest.signal(1)
            harness.wait_for("the message", lambda: "nonsense" in ingest.text())
            self.assertEqual(202, machine.post_events(big).status)
            machine.config.write_text(good)

    def test_the_log_is_json_where_asked(self):
        with harness.Machine(settings={"log": {"format": "json"}}) as machine:
            ingest = machine.start("penstock-ingest")
            ingest.stop()
            lines = [line for line in ingest.text().splitlines() if line.strip()]
            self.assertTrue(lines)
            for line in lines:
                self.assertIsInstance(json.loads(line), dict)

    def test_an_address_that_is_taken(self):
        with harness.Machine() as machine:
            machine.start("penstock-console")
            host, port = machine.address("penstock-console")
            result = self.run_program(
                "penstock-console", "--config", machine.config, "--set", "console.admin_listen=",
                "--set", f"state.dir={machine.root / 'other'}",
                "--set", f"console.listen={host}:{port + 70000}")
            self.assertEqual(2, result.returncode)  # No such port.

    def test_health_and_readiness(self):
        with harness.Machine() as machine:
            machine.start()
            for program in DAEMONS:
                for path in ("/healthz", "/readyz"):
                    answer = harness.wait_for(f"{program} {path}", lambda: self.ready(
                        machine, program, path))
                    self.assertEqual(200, answer.status)
                text = machine.request("GET", "/metrics", program=program, admin=True)
                self.assertIn("text/plain", text.headers["content-type"])
                self.assertIn(b"process_resident_memory_bytes", text.body)

    @staticmethod
    def ready(machine, program, path):
        answer = machine.request("GET", path, program=program, admin=True)
        return answer if answer.status == 200 else None


if __name__ == "__main__":
    harness.main()
