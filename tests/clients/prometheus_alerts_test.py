"""Each alert fires by what a real Prometheus scrapes: the programs' real metrics, with values on
their way that tell of its fault, under the names and labels that the programs give them."""

import collections
import http.server
import itertools
import re
import subprocess
import threading
import time
import unittest
import urllib.request

from prometheus_world import Prometheus, alerts, harness
import tls_world

GIGABYTE = 1_000_000_000
HISTORY_MINUTES = 360


class Relay:
    """Hands on a program's metrics with other values. `changes` has them by series, each a function
    of how often it was asked."""

    def __init__(self, program, address, changes):
        self.program, self.address, self.changes = program, address, changes
        counter = itertools.count()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(handler):  # noqa: N805, N802
                text = self.changed(next(counter)).encode()
                handler.send_response(200)
                handler.send_header("Content-Type", "text/plain; version=0.0.4")
                handler.send_header("Content-Length", str(len(text)))
                handler.end_headers()
                handler.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.target = f"127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def changed(self, number):
        with urllib.request.urlopen("http://{}:{}/metrics".format(*self.address),
                                    timeout=harness.DEADLINE_S) as answer:
            text = answer.read().decode()
        for series, value_at in self.changes.items():
            name = re.match(r"\w+?(?=_bucket\{|\{|$)", series)[0]
            assert f"# TYPE {name} " in text, f"{self.program} has no {name}"
            line = f"{series} {value_at(number)}"
            pattern = re.compile(rf"^{re.escape(series)} .*$", re.M)
            text, found = pattern.subn(line, text)
            # A label's value that nothing has met yet: among those of its name.
            if not found:
                head = re.search(rf"^# TYPE {name} .*\n", text, re.M)
                text = text[:head.end()] + line + "\n" + text[head.end():]
        return text

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def grows(by, start=0):
    return lambda number: start + by * number


def stays(value):
    return lambda _number: value


def slow(name):
    """A histogram of which nothing more is quick."""
    return {f'{name}_bucket{{le="+Inf"}}': grows(100, 1_000_000),
            f'{name}_bucket{{le="10"}}': grows(100, 1_000_000)}


INTAKE = {
    "penstock_ready": stays(0),
    'penstock_ingest_events_total{source="events",outcome="refused"}': grows(1),
    'penstock_ingest_events_total{source="events",outcome="rejected"}': grows(10),
    'penstock_ingest_requests_total{code="503"}': grows(100),
    'penstock_ingest_unknown_keys_total{prefix="pk_old"}': grows(100),
    "penstock_ingest_connections_refused_total": grows(1),
    **slow("penstock_ingest_request_seconds"),
    "process_open_fds": stays(900), "process_max_fds": stays(1_000),
    "penstock_spool_bytes": grows(1, 900), "penstock_spool_max_bytes": stays(1_000),
    "penstock_spool_bad_segments": stays(1),
    "penstock_redis_up": stays(0), "penstock_redis_configured": stays(1),
    "penstock_redis_evicting": stays(1),
    "penstock_spool_free_bytes": stays(GIGABYTE),
    'penstock_tls_certificate_expires_seconds{name="a.test"}': lambda _: int(time.time()) + 86_400,
    "penstock_tls_files_faulty": stays(1),
}
WORKER = {
    "process_start_time_seconds": grows(60),
    "penstock_queue_depth": stays(5),
    "penstock_queue_oldest_seconds": stays(400),
    "penstock_worker_queue_failing": stays(1),
    "penstock_worker_store_failing": stays(1),
    **slow("penstock_worker_commit_seconds"),
    "penstock_store_bad_days": stays(1),
    "penstock_store_free_bytes": grows(-1_000_000, 3 * GIGABYTE),
}
# A second one of the same: what is stored or set aside would contradict a stalled one.
DEAD = {'penstock_worker_events_total{outcome="dead"}': grows(1)}
DOWN = {"PenstockIntakeDown", "PenstockWorkerDown", "PenstockConsoleDown"}


class EachAlert(unittest.TestCase):
    def test_fires_by_what_is_scraped(self):
        with harness.Machine(redis=True) as machine:
            pair = tls_world.Authority(machine.root / "tls").sign("events.test")
            machine.settings["ingest"].update(
                tls_listen=["127.0.0.1:0"], tls_certificate=[str(pair[0])], tls_key=[str(pair[1])])
            machine.write_config()
            machine.start()
            relays = collections.defaultdict(list)
            for program, changes in (("penstock-ingest", INTAKE), ("penstock-worker", WORKER),
                                     ("penstock-worker", DEAD), ("penstock-console", {})):
                relay = Relay(program, machine.address(program, admin=True), changes)
                self.addCleanup(relay.close)
                relays[program].append(relay)
            worker = relays["penstock-worker"][0].target
            prometheus = Prometheus(
                machine, {name: [one.target for one in ones] for name, ones in relays.items()},
                self.history(machine.root, worker))

            prometheus.wait_for_alerts(*(set(alerts()) - DOWN))
            for ones in relays.values():
                for relay in ones:
                    relay.close()
            prometheus.wait_for_alerts(*DOWN)

    def history(self, root, worker):
        """Six hours in which the worker's disk has filled, as blocks."""
        now = int(time.time())
        labels = f'{{job="penstock-worker",instance="{worker}"}}'
        lines = ["# TYPE penstock_store_free_bytes gauge"]
        for minute in range(HISTORY_MINUTES, 0, -1):
            free = 3 * GIGABYTE + minute * GIGABYTE // 20
            lines.append(f"penstock_store_free_bytes{labels} {free} {now - 60 * minute}")
        path, blocks = root / "history.txt", root / "history"
        path.write_text("\n".join([*lines, "# EOF", ""]))
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", path, blocks],
                       check=True, capture_output=True, timeout=harness.DEADLINE_S)
        return blocks


if __name__ == "__main__":
    harness.main()
