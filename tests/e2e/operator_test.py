"""What an operator's commands say and leave where something is in the way."""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import termios
import unittest

import harness

NOBODY = 65534
PASS_PHRASE = "a long enough pass phrase\n"

# Verbs that read or change a state folder, but for those that make one.
VERBS = (
    ["export"], ["tail", "--count", "1"], ["status"], ["status", "--json"], ["user", "list"],
    ["user", "add", "eve@example.test"], ["user", "passwd", "eve@example.test"],
    ["user", "remove", "eve@example.test"], ["key", "list"], ["key", "create", "shop"],
    ["key", "revoke", "k1"], ["queue", "peek"], ["queue", "dead"],
    ["queue", "purge", "--all", "--yes"], ["queue", "retry", "--all"])


class Story(unittest.TestCase):
    def machine_with(self, **kwargs):
        machine = harness.Machine(**kwargs)
        self.addCleanup(machine.close)
        return machine

    def check_failed(self, result, *words):
        self.assertEqual(1, result.returncode, result)
        self.assertEqual("", result.stdout)
        self.assertTrue(result.stderr.startswith("penstock: "), result.stderr)
        for word in words:
            self.assertIn(str(word), result.stderr)
        self.assertNotIn("native", result.stderr)


class InTheWay(Story):
    """Neither a missing folder nor a closed one looks like an empty one."""

    def test_no_such_folder(self):
        machine = self.machine_with()
        none = machine.root / "mistyped"
        for args in VERBS:
            with self.subTest(args=args):
                self.check_failed(machine.tool(*args, "--data", none, check=False), none)
                self.assertFalse(none.exists())

    def test_a_file_where_the_folder_should_be(self):
        machine = self.machine_with()
        for args in VERBS:
            with self.subTest(args=args):
                self.check_failed(machine.tool(*args, "--data", machine.config, check=False),
                                  "Not a directory")

    def as_nobody(self, machine, *args):
        """The tool run by nobody, who may reach and run it."""
        tool = machine.root / "penstock"
        if not tool.exists():
            os.chmod(machine.root, 0o755)
            shutil.copy(harness.BIN / "penstock", tool)
        return subprocess.run([str(tool), *map(str, args), "--data", str(machine.state)],
                              user=NOBODY, group=NOBODY, extra_groups=[], cwd="/",
                              capture_output=True, text=True, check=False, input=PASS_PHRASE,
                              timeout=harness.DEADLINE_S)

    def test_no_permission(self):
        machine = self.machine_with()
        machine.state.chmod(0o750)
        for args in VERBS:
            with self.subTest(args=args):
                self.check_failed(self.as_nobody(machine, *args), machine.state,
                                  "Permission denied")

    def test_no_permission_for_a_part(self):
        machine = self.machine_with()
        for name, verbs in (("events", (["export"], ["tail", "--count", "1"])),
                            ("spool", (["queue", "peek"], ["queue", "dead"],
                                       ["queue", "retry", "--all"],
                                       ["queue", "purge", "--all", "--yes"]))):
            part = machine.state / name
            part.mkdir(mode=0o700)
            machine.state.chmod(0o755)
            for args in verbs:
                with self.subTest(args=args):
                    self.check_failed(self.as_nobody(machine, *args), part, "Permission denied")
            status = self.as_nobody(machine, "status")
            self.assertEqual(1, status.returncode)
            self.assertIn(str(part), status.stderr)
            part.rmdir()


class LostOutput(Story):
    """What is written to a full device has not been said."""

    def to_full_device(self, machine, *args):
        with open("/dev/full", "wb") as full:
            return subprocess.run([str(harness.BIN / "penstock"), *args, "--config",
                                   str(machine.config)], stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False, input=PASS_PHRASE,
                                  timeout=harness.DEADLINE_S)

    def test_is_a_failure_of_every_verb(self):
        machine = self.machine_with()
        machine.start()
        machine.post_events([{"name": "a"}, {"name": "b"}])
        machine.wait_for_rows(2)
        machine.processes[1].stop()
        machine.post_events({"name": "waits"})
        machine.tool("user", "add", "eve@example.test", "--config", machine.config,
                     text_input=PASS_PHRASE)
        for args in (["--help"], ["--version"], ["export", "--help"], ["--check"], ["export"],
                     ["export", "--format", "csv"], ["export", "--output", "/dev/full"],
                     ["status"], ["status", "--json"],
                     ["user", "list"], ["user", "passwd", "eve@example.test"], ["key", "list"],
                     ["key", "list", "--json"], ["key", "create", "shop"],
                     ["key", "create", "shop", "--json"], ["queue", "peek"],
                     ["queue", "peek", "--json"], ["queue", "retry", "--all"],
                     ["send", "--count", "1"]):
            with self.subTest(args=args):
                result = self.to_full_device(machine, *args)
                self.assertEqual(1, result.returncode, result)
                self.assertTrue(result.stderr.strip())
        for program in harness.PROGRAMS:
            for args in (["--check"], ["--help"], ["--version"]):
                with self.subTest(program=program, args=args), open("/dev/full", "wb") as full:
                    result = subprocess.run(
                        [str(harness.BIN / program), *args, "--config", str(machine.config)],
                        stdout=full, stderr=subprocess.PIPE, check=False)
                    self.assertEqual(1, result.returncode)
        keys = machine.tool("key", "list", "--json", "--config", machine.config).stdout
        self.assertEqual([], json.loads(keys), "a key that nobody has seen")

    def test_is_a_failure_of_tail(self):
        machine = self.machine_with()
        machine.start("penstock-ingest", "penstock-worker")
        for args in ([], ["--json"]):
            with self.subTest(args=args), open("/dev/full", "wb") as full, subprocess.Popen(
                    [str(harness.BIN / "penstock"), "tail", *args, "--config",
                     str(machine.config)], stdout=full, stderr=subprocess.PIPE) as tail:
                def has_ended():
                    machine.post_events({"name": "a"})
                    return tail.poll() is not None
                harness.wait_for("the end", has_ended)
                self.assertEqual(1, tail.returncode)
                self.assertTrue(tail.stderr.read().strip())

    def test_tail_ends_when_its_reader_has_gone(self):
        machine = self.machine_with()
        read_end, write_end = os.pipe()
        with subprocess.Popen([str(harness.BIN / "penstock"), "tail", "--config",
                               str(machine.config)], stdout=write_end) as tail:
            os.close(write_end)
            os.close(read_end)
            tail.wait(harness.DEADLINE_S)


class Exports(Story):
    def export(self, machine, *args, **kwargs):
        return machine.tool("export", *args, "--config", machine.config, **kwargs)

    def test_replaces_nothing_but_files(self):
        machine = self.machine_with()
        machine.start("penstock-ingest", "penstock-worker")
        machine.post_events({"name": "=1+1", "properties": {"name": "ü"}})
        machine.wait_for_rows(1)

        fifo = machine.root / "fifo"
        os.mkfifo(fifo)
        with subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE, text=True) as reader:
            self.export(machine, "--output", fifo)
            self.assertIn('"=1+1"', reader.communicate(timeout=harness.DEADLINE_S)[0])
        self.assertTrue(fifo.is_fifo())

        self.export(machine, "--output", "/dev/null")
        self.assertTrue(os.path.exists("/dev/null") and not os.path.isfile("/dev/null"))

        target = machine.root / "target"
        target.write_text("precious")
        link = machine.root / "link"
        link.symlink_to(target)
        self.check_failed(self.export(machine, "--output", link, check=False), link)
        self.assertEqual("precious", target.read_text())
        self.assertTrue(link.is_symlink())

        self.assertIn('"=1+1"', self.export(machine, "--output", "/dev/stdout").stdout)

    def test_marks_its_byte_order_for_excel(self):
        machine = self.machine_with()
        (machine.state / "events").mkdir()
        out = machine.root / "out.csv"
        self.export(machine, "--format", "csv", "--excel", "--output", out)
        self.assertTrue(out.read_bytes().startswith(b"\xef\xbb\xbfid,"))


class Keys(Story):
    def run_all(self, commands):
        processes = [subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True) for command in commands]
        outputs = []
        for process in processes:
            out, err = process.communicate(timeout=harness.DEADLINE_S)
            self.assertEqual(0, process.returncode, err)
            outputs.append(out)
        return outputs

    def test_changed_by_many_at_once(self):
        machine = self.machine_with()
        tool = [harness.BIN / "penstock", "key"]
        end = ["--config", machine.config]
        made = [json.loads(line) for line in self.run_all(
            [*tool, "create", f"p{count}", "--json", *end] for count in range(12))]
        listed = json.loads(machine.tool("key", "list", "--json", *end).stdout)
        self.assertEqual({key["id"] for key in made}, {key["id"] for key in listed})

        gone = {key["id"] for key in made[:10]}
        self.run_all([*tool, "revoke", key, *end] for key in sorted(gone))
        listed = json.loads(machine.tool("key", "list", "--json", *end).stdout)
        self.assertEqual(gone, {key["id"] for key in listed if key["revoked_at"] is not None})


class Prompt(Story):
    def test_gives_the_echo_back_however_it_ends(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT,
                       signal.SIGALRM, signal.SIGUSR1):
            with self.subTest(signal=number):
                self.end_by(number)

    def end_by(self, number):
        machine = self.machine_with()
        ours, theirs = pty.openpty()
        command = [str(harness.BIN / "penstock"), "user", "add", "eve@example.test", "--config",
                   str(machine.config)]
        with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs,
                              start_new_session=True) as process:
            try:
                has_echo = lambda: bool(termios.tcgetattr(theirs)[3] & termios.ECHO)
                harness.wait_for("the prompt", lambda: not has_echo())
                process.send_signal(number)
                self.assertEqual(-number, process.wait(harness.DEADLINE_S))
                self.assertTrue(has_echo())
            finally:
                process.kill()
                os.close(ours)
                os.close(theirs)

    def test_goes_on_after_it_was_stopped(self):
        machine = self.machine_with()
        ours, theirs = pty.openpty()
        command = [str(harness.BIN / "penstock"), "user", "add", "eve@example.test", "--config",
                   str(machine.config)]
        seen = bytearray()

        def saw(text):
            while select.select([ours], [], [], 0)[0]:
                seen.extend(os.read(ours, 4096))
            return text in seen

        with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs,
                              process_group=0) as process:
            try:
                has_echo = lambda: bool(termios.tcgetattr(theirs)[3] & termios.ECHO)
                harness.wait_for("the prompt", lambda: saw(b"Password: ") and not has_echo())
                process.send_signal(signal.SIGTSTP)
                harness.wait_for("the echo", has_echo)
                seen.clear()
                process.send_signal(signal.SIGCONT)
                harness.wait_for("the prompt again", lambda: saw(b"Password: ") and not has_echo())
                os.write(ours, PASS_PHRASE.encode())
                harness.wait_for("the second prompt", lambda: saw(b"Again: ") and not has_echo())
                os.write(ours, PASS_PHRASE.encode())
                self.assertEqual(0, process.wait(harness.DEADLINE_S))
                self.assertNotIn(PASS_PHRASE.strip().encode(), bytes(seen))
            finally:
                process.kill()
                os.close(ours)
                os.close(theirs)


class OneAtATime(Story):
    """A second program at an address, or on a state folder, is told what is in the way."""

    def refused(self, machine, program, *args):
        """What a program says that must not start."""
        result = subprocess.run(
            [str(harness.BIN / program), "--config", str(machine.config), *args],
            capture_output=True, text=True, check=False, timeout=harness.DEADLINE_S)
        self.assertEqual(1, result.returncode, result)
        return result.stderr

    def test_one_state_folder(self):
        machine = self.machine_with()
        machine.start()
        for program in harness.PROGRAMS:
            with self.subTest(program=program):
                info = machine.run_info(program)
                said = self.refused(machine, program)
                if program == "penstock-worker":
                    self.assertIn("another worker writes to it", said)
                else:
                    self.assertIn(str(machine.state), said)
                    self.assertIn(str(info["pid"]), said)
                self.assertEqual(info, machine.run_info(program))
        self.assertEqual(202, machine.post_events({"name": "a"}).status)
        self.assertEqual(0, machine.tool("status", "--config", machine.config).returncode)

    def test_all_is_free_once_its_process_is_killed(self):
        """The folder at once, and the addresses whatever clients are still connected."""
        machine = self.machine_with()
        running = machine.start()
        args = []
        for program, setting in (("penstock-ingest", "ingest"), ("penstock-console", "console")):
            args += ["--set", "{}.listen={}:{}".format(setting, *machine.address(program))]
        for _ in range(3):
            with harness.RawPeer(machine.address()) as client:
                client.send("POST /v1/events HTTP/1.1\r\n")
                self.assertEqual(202, machine.post_events({"name": "a"}).status)
                for process in running:
                    process.kill()
                running = machine.start(args=args)

    def test_a_folder_that_cannot_be_locked_stops_nobody(self):
        machine = self.machine_with()
        run = machine.state / "run"
        run.mkdir(parents=True, exist_ok=True)
        for program in harness.PROGRAMS:
            (run / f"{program}.lock").symlink_to("nowhere")
        for process in machine.start():
            self.assertIn("cannot be locked", process.text())
        status = json.loads(machine.tool("status", "--json", "--data", machine.state).stdout)
        self.assertEqual([True] * 3, [process["running"] for process in status["processes"]])

    def test_one_address(self):
        first, second = self.machine_with(), self.machine_with()
        first.start()
        taken = {program: "{}:{}".format(*first.address(program)) for program in
                 ("penstock-ingest", "penstock-console")}
        for holder, address in taken.items():
            for program, setting in (("penstock-ingest", "ingest.listen"),
                                     ("penstock-ingest", "ingest.admin_listen"),
                                     ("penstock-worker", "worker.admin_listen"),
                                     ("penstock-console", "console.listen"),
                                     ("penstock-console", "console.admin_listen")):
                with self.subTest(holder=holder, setting=setting):
                    said = self.refused(second, program, "--set", f"{setting}={address}")
                    for word in (setting, address, "Address already in use", holder,
                                 str(first.run_info(holder)["pid"])):
                        self.assertIn(word, said)
        # The whole of the machine's addresses are one with that of a part.
        port = first.address()[1]
        self.assertIn("in use", self.refused(second, "penstock-console", "--set",
                                             f"console.listen=0.0.0.0:{port}"))
        for _ in range(20):
            self.assertEqual(202, first.post_events({"name": "a"}).status)

    def test_a_copied_state_folder_is_not_running(self):
        machine = self.machine_with()
        machine.start()
        copy = machine.root / "copy"
        shutil.copytree(machine.state, copy, ignore=shutil.ignore_patterns("*.sock"))
        status = machine.tool("status", "--json", "--data", copy, check=False)
        self.assertEqual(1, status.returncode)
        self.assertEqual([False] * 3, [process["running"] for process in
                                       json.loads(status.stdout)["processes"]])
        made = machine.tool("key", "create", "shop", "--data", copy)
        self.assertIn("No penstock-ingest runs on", made.stderr)


class Reload(Story):
    def test_says_what_is_taken_and_what_waits(self):
        machine = self.machine_with()
        processes = machine.start()
        machine.settings["ingest"].update({"max_body_bytes": 2_000, "threads": 2})
        machine.settings["worker"]["batch_rows"] = 7
        machine.settings["console"]["session_hours"] = 1
        machine.settings["log"] = {"level": "debug"}
        machine.write_config()
        waiting = ("ingest.threads", "worker.batch_rows", "console.session_hours")
        for process, name in zip(processes, waiting):
            process.signal(signal.SIGHUP)
            harness.wait_for("the log", lambda: "settings reloaded" in process.text())
            lines = process.text().splitlines()
            taken = [line for line in lines if "settings reloaded" in line][0]
            self.assertIn("log.level", taken)
            self.assertNotIn(name, taken)
            waits = [line for line in lines if "wait for a restart" in line][0]
            self.assertIn(f"settings={name} id=", waits)
        self.assertEqual(413, machine.post_events({"name": "x" * 3_000}).status)

        machine.config.write_text("[ingest]\nmax_body_bytes = -1\n")
        for process in processes:
            process.signal(signal.SIGHUP)
            harness.wait_for("the refusal", lambda: "reload refused" in process.text())
        self.assertEqual(413, machine.post_events({"name": "x" * 3_000}).status)


if __name__ == "__main__":
    harness.main()
