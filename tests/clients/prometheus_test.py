"""The alert rules and the dashboard against a real Prometheus and the programs' real metrics."""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests" / "e2e"))

import harness  # noqa: E402
import tls_world  # noqa: E402
from prometheus_world import CONFIG, RULES, Prometheus, alerts  # noqa: E402

DASHBOARD = SOURCE / "packaging" / "grafana" / "penstock.json"
GUIDE = SOURCE / "docs" / "operations.md"

# By alert: series and values at which it fires within an hour, and what changed makes it quiet, as
# promtool writes series: "0+1x60" is 0, then 60 times 1 more, a minute apart.
INGEST = 'job="penstock-ingest",instance="i"'
WORKER = 'job="penstock-worker",instance="w"'


def events(outcome):
    return f'penstock_ingest_events_total{{{INGEST},source="events",outcome="{outcome}"}}'


def slow(name, labels, count="0+60x60"):
    """A histogram of which nothing, or with "0+60x60" all, is within ten seconds."""
    return {f'{name}_bucket{{{labels},le="0.1"}}': count,
            f'{name}_bucket{{{labels},le="10"}}': "0+60x60",
            f'{name}_bucket{{{labels},le="+Inf"}}': "0+60x60"}


CASES = {
    "PenstockIntakeDown": ({f"up{{{INGEST}}}": "0x60"}, {f"up{{{INGEST}}}": "1x60"}),
    "PenstockWorkerDown": ({f"up{{{WORKER}}}": "0x60"}, {f"up{{{WORKER}}}": "1x60"}),
    "PenstockConsoleDown": ({'up{job="penstock-console",instance="c"}': "0x60"},
                            {'up{job="penstock-console",instance="c"}': "1x60"}),
    "PenstockNotReady": ({f"penstock_ready{{{INGEST}}}": "0x60"},
                         {f"penstock_ready{{{INGEST}}}": "1x60"}),
    "PenstockRestarting": ({f"process_start_time_seconds{{{WORKER}}}": "0+60x60"},
                           {f"process_start_time_seconds{{{WORKER}}}": "1x30 99x30"}),
    "PenstockEventsRefused": ({events("refused"): "0+1x60"}, {events("refused"): "7x60"}),
    "PenstockRequestsUnavailable": (
        {f'penstock_ingest_requests_total{{{INGEST},code="503"}}': "0+120x60"},
        {f'penstock_ingest_requests_total{{{INGEST},code="503"}}': "0+30x60"}),
    "PenstockEventsRejected": (
        {events("rejected"): "0+10x60", events("queued"): "0+90x60"},
        {events("rejected"): "0+1x60", events("queued"): "0+99x60"}),
    "PenstockUnknownKeys": (
        {f'penstock_ingest_unknown_keys_total{{{INGEST},prefix="pk_old"}}': "0+5x60"},
        {f'penstock_ingest_unknown_keys_total{{{INGEST},prefix="pk_old"}}': "0+1x60"}),
    "PenstockConnectionsRefused": (
        {f"penstock_ingest_connections_refused_total{{{INGEST}}}": "0+1x60"},
        {f"penstock_ingest_connections_refused_total{{{INGEST}}}": "5x60"}),
    "PenstockAnswersSlow": (slow("penstock_ingest_request_seconds", INGEST, "0x60"),
                            slow("penstock_ingest_request_seconds", INGEST)),
    "PenstockDescriptorsLow": (
        {f"process_open_fds{{{INGEST}}}": "900x60", f"process_max_fds{{{INGEST}}}": "1000x60"},
        {f"process_open_fds{{{INGEST}}}": "90x60", f"process_max_fds{{{INGEST}}}": "1000x60"}),
    "PenstockSpoolFilling": (
        {f"penstock_spool_bytes{{{INGEST}}}": "81x60",
         f"penstock_spool_max_bytes{{{INGEST}}}": "100x60"},
        {f"penstock_spool_bytes{{{INGEST}}}": "79x60",
         f"penstock_spool_max_bytes{{{INGEST}}}": "100x60"}),
    "PenstockSpoolGrowing": (
        {f"penstock_spool_bytes{{{INGEST}}}": "10+1x60",
         f"penstock_spool_max_bytes{{{INGEST}}}": "100x60"},
        {f"penstock_spool_bytes{{{INGEST}}}": "70-1x60",
         f"penstock_spool_max_bytes{{{INGEST}}}": "100x60"}),
    "PenstockSpoolDamaged": ({f"penstock_spool_bad_segments{{{INGEST}}}": "1x60"},
                             {f"penstock_spool_bad_segments{{{INGEST}}}": "0x60"}),
    "PenstockRedisDown": (
        {f"penstock_redis_up{{{INGEST}}}": "0x60",
         f"penstock_redis_configured{{{INGEST}}}": "1x60"},
        {f"penstock_redis_up{{{INGEST}}}": "0x60",
         f"penstock_redis_configured{{{INGEST}}}": "0x60"}),
    "PenstockRedisEvicting": ({f"penstock_redis_evicting{{{INGEST}}}": "1x60"},
                              {f"penstock_redis_evicting{{{INGEST}}}": "0x60"}),
    "PenstockQueueOld": ({f"penstock_queue_oldest_seconds{{{WORKER}}}": "0+60x60"},
                         {f"penstock_queue_oldest_seconds{{{WORKER}}}": "200x60"}),
    "PenstockWorkerStalled": (
        {f'penstock_worker_events_total{{{WORKER},outcome="stored"}}': "50x60",
         f"penstock_queue_depth{{{WORKER}}}": "1+1x60"},
        {f'penstock_worker_events_total{{{WORKER},outcome="stored"}}': "50+1x60",
         f"penstock_queue_depth{{{WORKER}}}": "1+1x60"}),
    "PenstockQueueUnreachable": ({f"penstock_worker_queue_failing{{{WORKER}}}": "1x60"},
                                 {f"penstock_worker_queue_failing{{{WORKER}}}": "0x60"}),
    "PenstockStoreFailing": ({f"penstock_worker_store_failing{{{WORKER}}}": "1x60"},
                             {f"penstock_worker_store_failing{{{WORKER}}}": "0x60"}),
    "PenstockCommitsSlow": (slow("penstock_worker_commit_seconds", WORKER, "0x60"),
                            slow("penstock_worker_commit_seconds", WORKER)),
    "PenstockDeadLetters": (
        {f'penstock_worker_events_total{{{WORKER},outcome="dead"}}': "0x30 1x30"},
        {f'penstock_worker_events_total{{{WORKER},outcome="dead"}}': "1x60"}),
    "PenstockStoreDamaged": ({f"penstock_store_bad_days{{{WORKER}}}": "1x60"},
                             {f"penstock_store_bad_days{{{WORKER}}}": "0x60"}),
    "PenstockDiskLow": ({f"penstock_spool_free_bytes{{{INGEST}}}": "1000000000x60"},
                        {f"penstock_spool_free_bytes{{{INGEST}}}": "3000000000x60"}),
    "PenstockDiskFilling": (
        {f"penstock_store_free_bytes{{{WORKER}}}": "20000000000-10000000x420"},
        {f"penstock_store_free_bytes{{{WORKER}}}": "20000000000-100000x420"},
        # A Prometheus that has watched for two hours, in which something large was copied.
        {f"penstock_store_free_bytes{{{WORKER}}}": "_x300 20000000000-10000000x120"}),
    # promtool's time begins at 0.
    "PenstockCertificateExpiring": (
        {f'penstock_tls_certificate_expires_seconds{{{INGEST},name="a.test"}}': "1200000x60"},
        {f'penstock_tls_certificate_expires_seconds{{{INGEST},name="a.test"}}': "1300000x60"}),
    "PenstockCertificateFaulty": ({f"penstock_tls_files_faulty{{{INGEST}}}": "1x60"},
                                  {f"penstock_tls_files_faulty{{{INGEST}}}": "0x60"}),
}


def dashboard_queries():
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def rule_queries():
    """What stands behind each "expr:", blocks included."""
    return re.findall(r"expr: (\|\n(?: {10}.*\n)+|.*\n)", RULES.read_text())


def names_of(query):
    without_strings = re.sub(r'"[^"]*"', "", query)
    return set(re.findall(r"\b(?:up|(?:penstock|process)_\w+)\b", without_strings))


def promtool(*args):
    result = subprocess.run(["promtool", *map(str, args)], capture_output=True, text=True,
                            timeout=harness.DEADLINE_S, check=False)
    return result.returncode, result.stdout + result.stderr


class Rules(unittest.TestCase):
    def test_promtool_takes_rules_and_configuration(self):
        for args in (("check", "rules", RULES), ("check", "config", CONFIG)):
            code, text = promtool(*args)
            self.assertEqual(0, code, text)

    def test_each_alert_fires_and_keeps_quiet(self):
        self.assertEqual(sorted(alerts()), sorted(CASES))
        tests = []
        for alert, states in CASES.items():
            for count, series in zip((1, 0, 0), states):
                tests.append({
                    "name": f"{alert} {'fires' if count else 'keeps quiet'}",
                    "interval": "1m",
                    "input_series": [{"series": name, "values": values}
                                     for name, values in series.items()],
                    "promql_expr_test": [{
                        "expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}})',
                        "eval_time": "7h" if alert == "PenstockDiskFilling" else "58m",
                        "exp_samples": [{"labels": "{}", "value": 1}] * count}]})
        with harness.Machine() as machine:
            path = machine.root / "cases.yml"  # YAML takes all JSON.
            path.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "1m",
                                        "tests": tests}))
            code, text = promtool("test", "rules", path)
        self.assertEqual(0, code, text)

    def test_each_alert_is_explained(self):
        headings = {line.lstrip("# ").strip() for line in GUIDE.read_text().splitlines()
                    if line.startswith("#")}
        self.assertEqual(set(), set(alerts()) - headings)
        runbooks = re.findall(r'runbook: "operations.md#(\w+)"', RULES.read_text())
        self.assertEqual([alert.lower() for alert in alerts()], runbooks)


class RealPrograms(unittest.TestCase):
    def test_metrics_exist_and_faults_are_told(self):
        settings = {"spool": {"max_bytes": 4_194_304, "segment_bytes": 1_048_576}}
        with harness.Machine(redis=True, settings=settings) as machine:
            pair = tls_world.Authority(machine.root / "tls").sign("events.test")
            machine.settings["ingest"].update(
                tls_listen=["127.0.0.1:0"], tls_certificate=[str(pair[0])], tls_key=[str(pair[1])])
            machine.write_config()
            machine.start()
            self.assertEqual(202, machine.post_events([{"name": "a"}]).status)
            unknown = {"Authorization": "Bearer pk_nobody_knows"}
            machine.post_events([{"name": "a"}], headers=unknown)
            machine.wait_for_rows(1)
            prometheus = Prometheus(machine)

            used = {name for query in rule_queries() + dashboard_queries()
                    for name in names_of(query)}
            self.assertLess(20, len(used))
            # A name is known before its scrape has ended, the others of that scrape maybe not yet.
            harness.wait_for(lambda: f"metrics, of which {sorted(used - prometheus.names())} are "
                             "missing", lambda: used <= prometheus.names())
            # A machine that is well is quiet, but for the disk of whoever runs this.
            self.assertEqual(set(), prometheus.firing() - {"PenstockDiskLow",
                                                           "PenstockDiskFilling"})

            machine.redis.command("LPUSH", "penstock:events", "no batch at all")
            machine.post_events([{"name": "a"}] * 200, headers=unknown)
            for _ in range(50):
                self.assertEqual(422, machine.post_events([5]).status)
            prometheus.wait_for_alerts("PenstockDeadLetters", "PenstockUnknownKeys",
                                       "PenstockEventsRejected")

            machine.redis.command("CONFIG", "SET", "maxmemory", "100mb")
            machine.redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
            prometheus.wait_for_alerts("PenstockRedisEvicting")

            tls_world.Authority(machine.root / "tls").sign("events.test", days=3)
            prometheus.wait_for_alerts("PenstockCertificateExpiring")
            pair[1].write_text("nothing")
            prometheus.wait_for_alerts("PenstockCertificateFaulty")

            machine.redis.kill()
            prometheus.wait_for_alerts("PenstockRedisDown", "PenstockQueueUnreachable")

            self.fill_the_spool(machine)
            prometheus.wait_for_alerts("PenstockSpoolFilling", "PenstockEventsRefused",
                                       "PenstockNotReady")

            for process in machine.processes[:3]:
                process.kill()
            prometheus.wait_for_alerts("PenstockIntakeDown", "PenstockWorkerDown",
                                       "PenstockConsoleDown")

    def fill_the_spool(self, machine):
        big = [{"name": "a", "properties": {"text": "x" * 50_000}}] * 10

        def is_refused():
            return machine.post_events(big).status == 503

        harness.wait_for("a full spool", is_refused)


if __name__ == "__main__":
    harness.main()
