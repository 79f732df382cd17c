"""Real programs, a real Redis, real disk: started in a temporary folder and always stopped.

Ports are picked by the system; the programs tell theirs in STATE_DIR/run/PROGRAM.json. Nothing here
sleeps for time: everything waits for a condition, with a deadline.
"""

import contextlib
import glob
import gzip
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest

BUILD = pathlib.Path(os.environ["PENSTOCK_BUILD_DIR"])
BIN = BUILD / "bin"

# Generous: a loaded machine with sanitizers takes its time. A deadline is for hangs.
DEADLINE_S = 120

# Whether a machine's end shows what its programs logged: only read when a test has failed.
SHOWS_LOGS = True

PROGRAMS = ("penstock-ingest", "penstock-worker", "penstock-console")


def chance(seed=None):
    """The one source of randomness: PENSTOCK_SEED's, or one that is printed to be given again."""
    seed = int(os.environ.get("PENSTOCK_SEED") or random.randrange(2**32)) if seed is None else seed
    print(f"PENSTOCK_SEED={seed}", flush=True)
    return random.Random(seed)


def wait_for(what, condition, deadline_s=DEADLINE_S):
    """The first true value of condition(); fails once the deadline has passed, with `what`: words,
    or a function that has them by then."""
    end = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            words = what() if callable(what) else what
            raise AssertionError(f"waited {deadline_s:.0f} s for {words}")
        time.sleep(0.02)  # Between two looks.


class Process:
    """A child in a process group of its own, with its output in a file."""

    def __init__(self, command, log, env=None):
        self.command = [str(part) for part in command]
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as out:
            self.popen = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env,
                start_new_session=True)
        self.pid = self.popen.pid

    def is_running(self):
        return self.popen.poll() is None

    def signal(self, number):
        if self.is_running():
            self.popen.send_signal(number)

    def kill(self):
        """kill -9 of the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self, deadline_s=DEADLINE_S):
        """SIGTERM; the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(deadline_s)

    def wait(self, deadline_s=DEADLINE_S):
        try:
            return self.popen.wait(deadline_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.command[0]} did not end in {deadline_s:.0f} s\n"
                                 + self.text()) from None

    def text(self):
        return self.log.read_text(errors="replace")


def sanitizer_report(text):
    """What a sanitizer has said in a program's log, or "".

    A program that is killed on purpose would hide it otherwise.
    """
    found = re.search(r"(Address|Leak|Thread)Sanitizer|: runtime error: ", text)
    return text[max(0, found.start() - 200):found.start() + 4000] if found else ""


class Redis:
    """A redis-server on a unix socket, without a TCP port."""

    def __init__(self, folder, always=True, args=()):
        """`args` go on to redis-server, after ours."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.socket = self.folder / "redis.sock"
        self.always = always
        self.args = args
        self.process = None
        self.start()

    @property
    def url(self):
        return f"redis+unix://{self.socket}?db=0"

    def start(self, waits=True):
        self.process = Process(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir", self.folder,
             "--save", "", "--appendonly", "yes", "--appendfsync",
             "always" if self.always else "everysec", "--daemonize", "no", *self.args],
            self.folder / "redis.log")
        if waits:
            wait_for("Redis", self.is_up)

    def is_up(self):
        if not self.process.is_running():
            raise AssertionError("redis-server ended\n" + self.process.text())
        try:
            return self.command("PING") == "PONG"
        except OSError:
            return False

    def command(self, *words):
        """One command's reply, read as RESP: text, a number, None or a list of them."""
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(DEADLINE_S)
            peer.connect(str(self.socket))
            peer.sendall(encode_resp(words))
            return read_resp(peer.makefile("rb"))

    def keys(self):
        return sorted(self.command("KEYS", "*"))

    def queued(self, key="penstock:events"):
        """Messages in the list and in every worker's claim."""
        lists = [key] + [k for k in self.keys() if k.startswith(key + ":working")]
        total = 0
        for name in lists:
            length = self.command("LLEN", name)
            total += length if isinstance(length, int) else 0
        return total

    def kill(self):
        self.process.kill()

    def stop(self):
        self.process.stop()


def encode_resp(words):
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(
        b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def read_resp(stream):
    line = stream.readline()
    if not line:
        raise ConnectionResetError("Redis closed the connection")
    kind, rest = line[:1], line[1:-2]
    if kind == b"+":
        return rest.decode()
    if kind == b"-":
        return rest.decode()
    if kind == b":":
        return int(rest)
    if kind == b"$":
        if rest == b"-1":
            return None
        data = stream.read(int(rest) + 2)[:-2]
        return data.decode(errors="replace")
    return [read_resp(stream) for _ in range(max(0, int(rest)))]


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.header_list = [(name.lower(), value) for name, value in headers]
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Machine:
    """One installation: a folder with a configuration and all that the programs write.

    Use as a context manager; at its end everything is killed and the folder removed.
    """

    def __init__(self, redis=False, settings=None, redis_always=True, redis_args=()):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="penstock-e2e-"))
        self.state = self.root / "state"
        self.state.mkdir()
        self.processes = []
        self.redis = None
        try:
            self.redis = (Redis(self.root / "redis", redis_always, redis_args) if redis
                          else None)
            self.settings = {
                "ingest": {"listen": ["127.0.0.1:0"], "admin_listen": "127.0.0.1:0", "threads": 1},
                "worker": {"admin_listen": "127.0.0.1:0", "batch_wait_ms": 50},
                "console": {"listen": "127.0.0.1:0", "admin_listen": "127.0.0.1:0"},
                "state": {"dir": str(self.state)},
                "queue": {"url": self.redis.url} if self.redis else {},
            }
            for section, values in (settings or {}).items():
                self.settings.setdefault(section, {}).update(values)
            self.config = self.root / "penstock.toml"
            self.write_config()
        except BaseException:
            self.close()
            raise

    def write_config(self):
        lines = []
        for section, values in self.settings.items():
            lines.append(f"[{section}]")
            lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
        self.config.write_text("\n".join(lines) + "\n")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for process in self.processes:
            process.kill()
        reports = [report for log in {process.log for process in self.processes}
                   if (report := sanitizer_report(log.read_text(errors="replace")))]
        self.close()
        if kind is None and reports:
            raise AssertionError("\n".join(reports))

    def close(self):
        for process in self.processes:
            process.kill()
            if SHOWS_LOGS:
                print(f"--- {' '.join(process.command)}\n{process.text()[-3000:]}", flush=True)
        if self.redis is not None:
            self.redis.kill()
        shutil.rmtree(self.root, ignore_errors=True)

    # --- Programs.

    def start(self, *programs, args=(), env=None, prefix=()):
        """Starts the programs (all three where none is named) and waits until they are ready.

        `prefix` is a command that runs them, in the process that it was started as.
        """
        started = []
        for program in programs or PROGRAMS:
            self.run_file(program).unlink(missing_ok=True)
            process = Process([*prefix, BIN / program, "--config", self.config, *args],
                              self.root / f"{program}.log", env=env)
            self.processes.append(process)
            started.append(process)
            wait_for(f"{program} to listen", lambda: self.has_started(program, process))
            if program == "penstock-ingest" and self.is_redis_in_use():
                wait_for("the intake's link to Redis", lambda: self.has_tried_redis(process))
        return started[0] if len(started) == 1 else started

    def is_redis_in_use(self):
        return (self.redis is not None and self.redis.process.is_running()
                and self.settings["queue"].get("url") == self.redis.url)

    # What comes before the link is up waits in the spool, and in Redis behind what came after it.
    def has_tried_redis(self, process):
        return (not process.is_running() or "redis: not connected" in process.text()
                or self.metric("penstock_redis_up") == 1)

    def has_started(self, program, process):
        if not process.is_running():
            raise AssertionError(f"{program} ended with {process.popen.returncode}\n"
                                 + process.text())
        return self.run_info(program)

    def run_file(self, program):
        return self.state / "run" / f"{program}.json"

    def run_info(self, program):
        try:
            return json.loads(self.run_file(program).read_text())
        except (OSError, ValueError):
            return None

    def address(self, program="penstock-ingest", admin=False):
        info = self.run_info(program)
        host, _, port = (info["admin"] if admin else info["listen"][0]).rpartition(":")
        return host.strip("[]"), int(port)

    def tool(self, *args, check=True, env=None, deadline_s=DEADLINE_S, text_input=None):
        """Runs `penstock ARGS…`; the finished process, with its output as text."""
        result = subprocess.run([str(BIN / "penstock"), *map(str, args)], capture_output=True,
                                text=True, timeout=deadline_s, env=env, check=False,
                                input=text_input)
        if check and result.returncode != 0:
            raise AssertionError(f"penstock {' '.join(map(str, args))}: {result.returncode}\n"
                                 + result.stdout + result.stderr)
        return result

    # --- HTTP.

    def request(self, method, path, body=None, headers=None, program="penstock-ingest",
                admin=False):
        host, port = self.address(program, admin)
        return request(host, port, method, path, body, headers)

    def post_events(self, events, **kwargs):
        return self.request("POST", "/v1/events", json.dumps(events), **kwargs)

    def metrics(self, program="penstock-ingest"):
        """Samples by 'name{labels}'."""
        answer = self.request("GET", "/metrics", program=program, admin=True)
        samples = {}
        for line in answer.body.decode().splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                samples[name] = float(value)
        return samples

    def metric(self, name, program="penstock-ingest", **labels):
        """The sum of the samples of that name that carry the labels."""
        total = 0.0
        for sample, value in self.metrics(program).items():
            base, _, rest = sample.partition("{")
            if base == name and all(f'{k}="{v}"' in rest for k, v in labels.items()):
                total += value
        return total

    def add_dead_letters(self, messages):
        folder = self.state / "spool"
        folder.mkdir(exist_ok=True)
        with contextlib.closing(sqlite3.connect(folder / "dead.db")) as database:
            with database:
                database.execute("CREATE TABLE IF NOT EXISTS letters(id INTEGER PRIMARY KEY "
                                 "AUTOINCREMENT, at_ms INTEGER, origin TEXT, reason TEXT, "
                                 "message BLOB)")
                database.executemany("INSERT INTO letters(at_ms, origin, reason, message) "
                                     "VALUES(1000, 'test', 'a test''s', ?)",
                                     [(message,) for message in messages])

    # --- The store.

    def days(self):
        return sorted(glob.glob(str(self.state / "events" / "????-??-??.db")))

    def query(self, sql, *parameters):
        """Rows of all day files, in order of the days."""
        rows = []
        for path in self.days():
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True,
                                                    timeout=DEADLINE_S)) as database:
                database.row_factory = sqlite3.Row
                try:
                    rows += [dict(row) for row in database.execute(sql, parameters)]
                except sqlite3.OperationalError as error:
                    if "no such table" not in str(error):
                        raise  # The worker has only just made the file.
        return rows

    def rows(self):
        return self.query("SELECT *, hex(id) AS id_hex FROM events ORDER BY rowid")

    def row_count(self):
        return sum(row["n"] for row in self.query("SELECT count(*) AS n FROM events"))

    def wait_for_rows(self, count, deadline_s=DEADLINE_S):
        wait_for(lambda: f"{count} rows (there are {self.row_count()})",
                 lambda: self.row_count() >= count, deadline_s)
        return self.row_count()


def free_port():
    """One that nobody has now; somebody else may be faster at it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def request(host, port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(host, port, timeout=DEADLINE_S)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


class RawPeer:
    """A socket that sends exactly what it is told, and reads answers one by one."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=DEADLINE_S)
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def read_answer(self, has_body=True):
        """The next answer; None where the peer has closed."""
        try:
            line = self.stream.readline()
        except ConnectionResetError:
            return None
        if not line:
            return None
        status = int(line.split()[1])
        headers = []
        while True:
            line = self.stream.readline()
            if line in (b"\r\n", b""):
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers.append((name, value.strip()))
        answer = Answer(status, headers, b"")
        length = int(answer.headers.get("content-length", 0))
        if has_body and status >= 200 and status not in (204, 304):
            answer.body = self.stream.read(length)
        return answer

    def is_closed(self):
        """Waits for the peer's end."""
        try:
            return self.stream.read(1) == b""
        except ConnectionResetError:
            return True


def gzipped(text):
    return gzip.compress(text.encode())


def check_rollups(test, machine, *options):
    """Rows have distinct ids, the console's counts equal the rows' number, and columns, where there
    are chunks, say what rows say. `options` are the check's: of a store that is elsewhere."""
    counts = machine.query("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events")
    for row in counts:
        test.assertEqual(row["n"], row["ids"])
    total = sum(row["n"] for row in counts)
    # Hours and days hold the same events; code 0 counts all of a project.
    for row in machine.query(
            "SELECT steps.step, (SELECT ifnull(sum(events), 0) FROM counts "
            "WHERE dimension = 0 AND step = steps.step) AS n, (SELECT count(*) FROM events) AS r "
            "FROM (SELECT 3600 AS step UNION SELECT 86400) AS steps"):
        test.assertEqual(row["n"], row["r"], f"rollups of {row['step']} s")
    check = machine.tool("store", "check", "--config", machine.config, *options)
    test.assertIn(" 0 are not", check.stdout)
    return total


def main():
    unittest.main(verbosity=2)
