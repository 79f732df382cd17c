"""Parts of bench/run that start whole programs, with a Redis of their own in a temporary folder.

Processor time is utime and stime of the one process, from /proc, so that what wrk and Redis use is
not counted. Each part is a generator of figures; it is given the build's folder and whether it
shall be quick.
"""

import json
import os
import pathlib
import resource
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import time

import console_api_test
import harness
from figures import Figure

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECONDS, SECONDS_QUICK = 8, 2
CONNECTIONS = 64
IDLE_CONNECTIONS = 10_000
BATCH = 100
DRAINED_ROWS, DRAINED_ROWS_QUICK = 200_000, 40_000
PROBES, PROBES_QUICK = 200, 30
EXPORTED_ROWS, EXPORTED_ROWS_QUICK = 1_000_000, 60_000
PAGE_ROWS = 1_000
LATE_ROWS, LATE_DAYS = 8_000, 400
TICKS = os.sysconf("SC_CLK_TCK")
MIB = 2**20

EVENT = {
    "name": "pageview", "url": "https://shop.example.com/products/42?utm_source=newsletter",
    "referrer": "https://search.example.net/", "anonymous_id": "a1b2c3d4e5f6", "session_id": "s-1",
    "properties": {"title": "A product", "price": 19.99, "tags": ["new", "sale"]},
}


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_bytes(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


def wrk(port, body, content_type, seconds):
    """Requests answered with 202, and requests a second, of one wrk run."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method = 'POST'\nwrk.body = {json.dumps(body)}\n"
                     f"wrk.headers['Content-Type'] = '{content_type}'\n"
                     "function done(summary, latency, requests)\n"
                     "  io.write(string.format('RESULT %d %d %d %f %f\\n', summary.requests,\n"
                     "    summary.duration, summary.errors.status, latency:percentile(50),\n"
                     "    latency:percentile(99)))\nend\n")
        script.flush()
        output = subprocess.run(
            ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "-s", script.name,
             f"http://127.0.0.1:{port}/v1/events"], capture_output=True, text=True, check=True)
    words = [line for line in output.stdout.splitlines() if line.startswith("RESULT")][0].split()
    requests, duration_us, errors = map(int, words[1:4])
    if errors:
        raise RuntimeError(f"{errors} of {requests} answers are no 2xx")
    return {"requests": requests, "rate": requests / (duration_us / 1e6),
            "p50_us": float(words[4]), "p99_us": float(words[5])}


def loaded(pid, port, body, content_type, seconds):
    """wrk's result, with the processor microseconds that the process spent on each request."""
    wrk(port, body, content_type, 1)  # Warm: keys, tables, connections.
    before = cpu_seconds(pid)
    result = wrk(port, body, content_type, seconds)
    result["cpu_us"] = (cpu_seconds(pid) - before) * 1e6 / result["requests"]
    return result


def lines():
    return "\n".join(json.dumps({**EVENT, "session_id": f"s-{n}"}) for n in range(BATCH))


def of_null(build, seconds, body, content_type):
    with subprocess.Popen([build / "bench" / "null_server", "0"], stdout=subprocess.PIPE,
                          text=True) as server:
        try:
            port = int(server.stdout.readline())
            return loaded(server.pid, port, body, content_type, seconds)
        finally:
            server.kill()


def intake(build, quick):
    """One event a POST, and NDJSON of 100, beside a server that only parses and answers."""
    seconds = SECONDS_QUICK if quick else SECONDS
    null = of_null(build, seconds, json.dumps(EVENT), "application/json")
    null_lines = of_null(build, seconds, lines(), "application/x-ndjson")
    yield Figure("null server: processor time a request", null["cpu_us"], "us")
    yield Figure("null server: the same with 100 lines", null_lines["cpu_us"], "us")
    for name, redis, always, of_one, of_line in (
            ("Redis, everysec", True, False, 1.35, 0.75), ("Redis, always", True, True, None, None),
            ("spool", False, False, 1.9, 1.2)):
        with harness.Machine(redis=redis, redis_always=always) as machine:
            ingest = machine.start("penstock-ingest")
            port = machine.address()[1]
            one = loaded(ingest.pid, port, json.dumps(EVENT), "application/json", seconds)
            yield Figure(f"intake, {name}: processor time an event", one["cpu_us"], "us")
            yield Figure(f"intake, {name}: times the null server's", one["cpu_us"] / null["cpu_us"],
                         "x", wanted=of_one)
            yield Figure(f"intake, {name}: events a second", one["rate"], "1/s", "more")
            yield Figure(f"intake, {name}: answer, p50", one["p50_us"] / 1e3, "ms")
            yield Figure(f"intake, {name}: answer, p99", one["p99_us"] / 1e3, "ms")
            if redis:
                machine.redis.command("DEL", "penstock:events")
            many = loaded(ingest.pid, port, lines(), "application/x-ndjson", seconds)
            yield Figure(f"intake, {name}: {BATCH} lines, processor time an event",
                         many["cpu_us"] / BATCH, "us", wanted=of_line)
            yield Figure(f"intake, {name}: {BATCH} lines, times the null server's",
                         many["cpu_us"] / null_lines["cpu_us"], "x")


# Sends the requests of the files that it is given in turn, each as one text that is made before.
IN_TURN = """
local texts = {}
function init(files)
  for _, name in ipairs(files) do
    local file = io.open(name, 'rb')
    local all = file:read('*a')
    file:close()
    local head, body = all:match('^(.-\\n)\\n(.*)$')
    local method, path = head:match('^(%S+) ([^\\n]*)')
    local headers = {}
    for name, value in head:gmatch('\\n([^:\\n]+): *([^\\n]*)') do headers[name] = value end
    texts[#texts + 1] = wrk.format(method, path, headers, body)
  end
end
local at = 0
function request()
  at = at % #texts + 1
  return texts[at]
end
function done(summary, latency, requests)
  io.write(string.format('RESULT %d %d\\n', summary.requests, summary.errors.status))
end
"""


def in_turn(pid, port, files, seconds):
    """Processor microseconds that the process spends on a request, of files sent in turn."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(IN_TURN)
        script.flush()
        before = cpu_seconds(pid)
        output = subprocess.run(
            ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "-s", script.name,
             f"http://127.0.0.1:{port}", "--", *files], capture_output=True, text=True,
            check=True).stdout
    found = [line for line in output.splitlines() if line.startswith("RESULT")]
    requests, refused = map(int, found[0].split()[1:])
    if refused:
        raise RuntimeError(f"{refused} of {requests} answers are no 2xx: {files}")
    return (cpu_seconds(pid) - before) * 1e6 / requests


def protocols(build, quick):
    """What an event of each protocol costs the whole intake, beside the same by the native one."""
    seconds = 1 if quick else 3
    with tempfile.TemporaryDirectory() as scratch, \
            harness.Machine(redis=True, redis_always=False) as machine:
        folder = pathlib.Path(scratch)
        subprocess.run([build / "bench" / "protocol_bench",
                        ROOT / "tests" / "corpus" / "protocols", "write", folder],
                       capture_output=True, check=True)
        process = machine.start("penstock-ingest")
        port = machine.address()[1]
        for protocol in sorted(folder.iterdir()):
            cost_us = {}
            for kind in ("native", "own"):
                files = sorted(protocol.glob(f"*.{kind}"))
                in_turn(process.pid, port, files, 1)  # Warm.
                cost_us[kind] = in_turn(process.pid, port, files, seconds)
                machine.redis.command("DEL", "penstock:events")
            events = statistics.mean(len(json.loads(file.read_text().partition("\n\n")[2]))
                                     for file in protocol.glob("*.native"))
            name = f"intake, {protocol.name}"
            yield Figure(f"{name}: processor time an event", cost_us["own"] / events, "us")
            yield Figure(f"{name}: times the native one's", cost_us["own"] / cost_us["native"], "x",
                         wanted=2)


def bare_insert_us(build, folder):
    """Processor and wall time a row of a bare prepared insert of the rows in a store's folder."""
    output = subprocess.run([build / "bench" / "store_bench", "bare", folder],
                            capture_output=True, text=True, check=True).stdout
    found = {name.strip(): float(value) for name, value in
             (line.rsplit(maxsplit=1)[0].rsplit(maxsplit=1) for line in output.splitlines())}
    return found["bare: processor time a row"], found["bare: wall a row"]


def send_unnamed(_machine, port, rows):
    """At least so many rows, by clients that leave the ids to the intake."""
    sent = 0
    while sent < rows:
        sent += wrk(port, lines(), "application/x-ndjson", 1)["requests"] * BATCH


def send_named(machine, port, rows):
    machine.tool("send", "--count", rows, "--url", f"http://127.0.0.1:{port}", deadline_s=300)


def worker(build, quick):
    """A full queue to the store, few values, beside a bare prepared insert of the same rows."""
    rows = DRAINED_ROWS_QUICK if quick else DRAINED_ROWS
    for name, send, wanted in (("worker", send_unnamed, 0.8),
                               ("worker, ids by clients", send_named, None)):
        with harness.Machine(redis=True, redis_always=False) as machine:
            machine.start("penstock-ingest")
            send(machine, machine.address()[1], rows)
            queued = machine.redis.queued()
            started = time.monotonic()
            process = machine.start("penstock-worker")
            # Its start is no row's; quick, there may be nothing left behind it.
            share, started_cpu_s = 1, 0
            if left := machine.redis.queued():
                started, started_cpu_s = time.monotonic(), cpu_seconds(process.pid)
                share = left / queued
            harness.wait_for("an empty queue", lambda: machine.redis.queued() == 0, 300)
            wall_s = (time.monotonic() - started) / share
            cpu_s = (cpu_seconds(process.pid) - started_cpu_s) / share
            memory_mib = rss_bytes(process.pid) / MIB
            process.stop()  # Its rows are in the days' files then, and not beside them.
            days = machine.days()
            stored = sum(rows_of_day(path) for path in days)
            size = sum(os.path.getsize(path) for path in days)
            bare_cpu_us, bare_wall_us = bare_insert_us(build, os.path.dirname(days[0]))
        cpu_us, wall_us = cpu_s * 1e6 / stored, wall_s * 1e6 / stored
        yield Figure(f"{name}: processor time a row", cpu_us, "us")
        yield Figure(f"{name}: bare insert, processor time a row", bare_cpu_us, "us")
        yield Figure(f"{name}: of the bare insert, by processor time", bare_cpu_us / cpu_us, "x",
                     "more", wanted)
        yield Figure(f"{name}: of the bare insert, by wall", bare_wall_us / wall_us, "x", "more",
                     wanted)
        yield Figure(f"{name}: rows a second, Redis to store", 1e6 / wall_us, "1/s", "more")
        yield Figure(f"{name}: memory after it", memory_mib, "MiB")
        yield Figure(f"{name}: store, bytes a row", size / stored, "bytes")


def memory(_build, _quick):
    """The programs at rest, and an idle connection."""
    wanted = IDLE_CONNECTIONS * 2 + 1000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    with harness.Machine(redis=True) as machine:
        for program in harness.PROGRAMS:
            process = machine.start(program)
            yield Figure(f"{program}: memory at rest", rss_bytes(process.pid) / MIB, "MiB")
            if program == "penstock-ingest":
                ingest = process
        address = machine.address()
        before = rss_bytes(ingest.pid)
        peers = []
        try:
            for _ in range(IDLE_CONNECTIONS):
                peer = socket.create_connection(address, timeout=30)
                peer.sendall(b"GET /p.js HTTP/1.1\r\nHost: x\r\n\r\n")
                peers.append(peer)
            for peer in peers:
                peer.recv(4096)
            grown = rss_bytes(ingest.pid) - before
        finally:
            for peer in peers:
                peer.close()
        yield Figure("penstock-ingest: memory an idle connection", grown / IDLE_CONNECTIONS,
                     "bytes")


def delay(_build, quick):
    """From the answer of an event to its being in the console's JSON, at light load."""
    settings = {"worker": {"batch_wait_ms": 200}}
    with harness.Machine(redis=True, settings=settings) as machine:
        machine.start()
        client = console_api_test.signed_in(machine)
        delays = []
        for number in range(PROBES_QUICK if quick else PROBES):
            name = f"probe-{number}"
            answer = machine.post_events({"name": name})
            assert answer.status == 202, answer
            answered = time.monotonic()
            harness.wait_for(name, lambda: client.call(
                "GET", f"/events?limit=1&name={name}").json["events"])
            delays.append((time.monotonic() - answered) * 1000)
        delays.sort()
        yield Figure("answer to console, p50", statistics.median(delays), "ms")
        yield Figure("answer to console, p99", delays[int(len(delays) * 0.99)], "ms")


def rows_of_day(path):
    """0 where the worker has not made the day, or its tables, yet."""
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM events").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def late(build, _quick):
    """8,000 events over 400 days, and one of today right behind them: by a queue, by the store."""
    with harness.Machine(redis=True) as machine:
        created = machine.tool("key", "create", "shop", "--server-side", "--json", "--config",
                               machine.config)
        key = json.loads(created.stdout)["key"]
        machine.start("penstock-ingest")
        now_ms = time.time_ns() // 1_000_000
        days_ms = [now_ms - (day % LATE_DAYS + 1) * 86_400_000 for day in range(LATE_ROWS)]
        headers = {"X-Penstock-Key": key}
        for first in range(0, LATE_ROWS, BATCH):
            events = [{"name": "late", "time": at} for at in days_ms[first:first + BATCH]]
            assert machine.post_events(events, headers=headers).status == 202
        assert machine.post_events({"name": "today"}, headers=headers).status == 202
        today = machine.state / "events" / time.strftime("%Y-%m-%d.db", time.gmtime(now_ms / 1e3))
        started = time.monotonic()
        machine.start("penstock-worker")
        harness.wait_for("the event of today", lambda: rows_of_day(today) > 0, 300)
        yield Figure("late, by a queue: until the event of today is stored",
                     time.monotonic() - started, "s")
        harness.wait_for("an empty queue", lambda: machine.redis.queued() == 0, 300)
        yield Figure("late, by a queue: until all are", time.monotonic() - started, "s", wanted=5)
        assert machine.row_count() == LATE_ROWS + 1, machine.row_count()
    with tempfile.TemporaryDirectory() as scratch:
        output = subprocess.run([build / "bench" / "store_bench", "late", f"{scratch}/events",
                                 str(LATE_DAYS)], capture_output=True, text=True, check=True).stdout
        yield from printed(output, {"late, new days: until the row of today behind them": 5})


def printed(output, wanted=None):
    """Figures of a program that prints one a line: its name, its value, its unit."""
    for line in output.splitlines():
        name, value, unit = line.rsplit(None, 2)
        # A share of what stands beside it, or what an answer is.
        better = {"x": "more", "events": "", "rows": ""}.get(unit, "less")
        yield Figure(name, float(value), unit, better, (wanted or {}).get(name))


def exported(build, state, kind):
    """Rows, processor seconds and memory at most of `penstock export` into a pipe."""
    with subprocess.Popen([build / "bin" / "penstock", "export", "--data", state, "--format", kind],
                          stdout=subprocess.PIPE) as process:
        rows = 0
        while piece := process.stdout.read(MIB):
            rows += piece.count(b"\n")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    assert status == 0, status
    return rows - (kind == "csv"), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def paged(machine):
    """The same of all events by the console's pages."""
    process = machine.start("penstock-console")
    client = console_api_test.signed_in(machine)
    before, rows, cursor, memory_mib = cpu_seconds(process.pid), 0, "", 0
    while True:
        answer = client.call("GET", f"/events?limit={PAGE_ROWS}&from=2025-01-01T00:00:00Z"
                                    f"&to=2026-01-01T00:00:00Z&cursor={cursor}")
        assert answer.status == 200, answer
        page = json.loads(answer.body)
        rows += len(page["events"])
        memory_mib = max(memory_mib, rss_bytes(process.pid) / MIB)
        cursor = page.get("next_cursor") or page.get("cursor")
        if not cursor:
            return rows, cpu_seconds(process.pid) - before, memory_mib


def export(build, quick):
    """Everything out again: by the command line, and by the console's pages."""
    count = EXPORTED_ROWS_QUICK if quick else EXPORTED_ROWS
    with harness.Machine(redis=True) as machine:
        subprocess.run([build / "bench" / "store_bench", "write", machine.state / "events",
                        str(count)], capture_output=True, check=True)
        ways = {f"command line, {kind}": exported(build, machine.state, kind)
                for kind in ("ndjson", "csv")}
        ways["console, pages"] = paged(machine)
        for way, (rows, cpu_s, memory_mib) in ways.items():
            assert rows == count // 60 * 60, (way, rows)
            yield Figure(f"export, {way}: rows a second of a core", rows / cpu_s, "1/s", "more",
                         250_000)
            yield Figure(f"export, {way}: memory at most", memory_mib, "MiB")
