"""Starts `penstock up`, sends sample events and says where to look. See packaging/run."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PENSTOCK = ROOT / "build" / "release" / "bin" / "penstock"
SAMPLES = 200
DEADLINE_S = 60.0


class Failed(Exception):
    """What went wrong, for a person."""


def wait_for(what, up, condition):
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        if up.poll() is not None:
            raise Failed(f"penstock up ended with {up.returncode} before there was {what}")
        time.sleep(0.05)  # Between two looks.
    raise Failed(f"waited {DEADLINE_S:.0f} s for {what}")


def address(state, program):
    """Where a program really listens, from its run file; None before it does."""
    try:
        text = (state / "run" / f"{program}.json").read_text()
        return json.loads(text)["listen"][0]
    except (OSError, ValueError, LookupError):
        return None


def reachable(listen):
    """An address to connect to, for one that is listened at."""
    host, _, port = listen.rpartition(":")
    return ("127.0.0.1" if host in ("0.0.0.0", "[::]") else host.strip("[]")), int(port)


class Console:
    """A signed-in client of the console's JSON."""

    def __init__(self, host, port):
        self.host, self.port = host, port
        self.headers = {"Content-Type": "application/json"}

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, "/api/v1" + path, headers=self.headers,
                               body=None if body is None else json.dumps(body))
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise Failed(f"{method} {path}: {answer.status} {text.decode(errors='replace')}")
        return answer, json.loads(text) if text else None

    def sign_in(self, email, password):
        answer, session = self.call("POST", "/session", {"email": email, "password": password})
        self.headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]
        self.headers["X-CSRF-Token"] = session["csrf_token"]


def send_samples(ingest):
    host, port = reachable(ingest)
    subprocess.run([str(PENSTOCK), "send", "--count", str(SAMPLES), "--url",
                    f"http://{host}:{port}"], check=True, stdout=subprocess.DEVNULL)


def first_password(state):
    try:
        return (state / "console" / "initial-password").read_text().strip()
    except OSError:
        return None


def show_through_console(state, console_at, up):
    """Signs in as a person would, changes the password, and looks for the sample events."""
    initial = wait_for("the initial password", up, lambda: first_password(state))
    console = Console(*reachable(console_at))
    console.sign_in("admin@localhost", initial)
    chosen = "chosen by packaging/run for one run"
    console.call("POST", "/session/password", {"old_password": initial, "new_password": chosen})
    console.sign_in("admin@localhost", chosen)

    def all_there():
        _, summary = console.call("GET", "/stats/summary")
        return summary if summary["events"] >= SAMPLES else None

    summary = wait_for(f"{SAMPLES} events in the console", up, all_there)
    _, page = console.call("GET", "/events?limit=5")
    if not page["events"]:
        raise Failed("the console lists no events")
    print(f"stored and counted: {summary['events']} events of about {summary['visitors']} visitors")
    for event in page["events"]:
        print(f"  {event['id']}  {event['name']:<12} {event['host']}{event['path']}")


def parse(arguments):
    once = "--once" in arguments
    rest = [argument for argument in arguments if argument != "--once"]
    data = None
    for number, argument in enumerate(rest):
        if argument == "--data" and number + 1 < len(rest):
            data = rest[number + 1]
        elif argument.startswith("--data="):
            data = argument.partition("=")[2]
    return once, data, rest


def start(arguments):
    once, data, rest = parse(arguments)
    temporary = tempfile.mkdtemp(prefix="penstock-") if once and data is None else None
    state = pathlib.Path(data or temporary or ROOT / "penstock-data").resolve()
    command = [str(PENSTOCK), "up", *rest]
    if data is None:
        command += ["--data", str(state)]
    if once:  # Any port will do, and all of them are told in the run files.
        for setting in ("ingest.listen", "ingest.admin_listen", "worker.admin_listen",
                        "console.listen", "console.admin_listen"):
            command += ["--set", f"{setting}=127.0.0.1:0"]
    shutil.rmtree(state / "run", ignore_errors=True)
    return once, temporary, state, subprocess.Popen(command)


def main(arguments):
    once, temporary, state, up = start(arguments)
    try:
        ingest = wait_for("the intake", up, lambda: address(state, "penstock-ingest"))
        console = wait_for("the console", up, lambda: address(state, "penstock-console"))
        wait_for("the worker", up, lambda: (state / "run" / "penstock-worker.json").exists())
        send_samples(ingest)
        print(f"sent {SAMPLES} sample events to http://{ingest}/v1/events; see them at "
              f"http://{console}/", flush=True)
        if once:
            show_through_console(state, console, up)
        else:
            up.wait()
    except KeyboardInterrupt:
        pass  # The children have it too, and drain.
    except (Failed, OSError, subprocess.CalledProcessError) as error:
        print(f"packaging/run: {error}", file=sys.stderr)
        return 1
    finally:
        if up.poll() is None:
            up.send_signal(signal.SIGTERM)
        code = up.wait()
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    sys.exit(main(sys.argv[1:]))
