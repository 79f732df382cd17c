"""A real Prometheus with the example's configuration and rules, in a hurry."""

import json
import os
import pathlib
import re
import sys
import urllib.request

SOURCE = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests" / "e2e"))

import harness  # noqa: E402

CONFIG = SOURCE / "packaging" / "prometheus" / "prometheus.yml"
RULES = SOURCE / "packaging" / "prometheus" / "penstock.rules.yml"


def alerts():
    return re.findall(r"- alert: (\w+)", RULES.read_text())


class Prometheus:
    """Scrapes the machine's programs, or by job the addresses of `targets` in their place. What
    `history` holds, as a folder of blocks, it has scraped before."""

    def __init__(self, machine, targets=None, history=None):
        self.folder = machine.root / "prometheus"
        self.folder.mkdir()
        if history is not None:
            history.rename(self.folder / "data")
        config = CONFIG.read_text().replace("15s", "200ms")
        for program, port in zip(harness.PROGRAMS, (9101, 9102, 9103)):
            own = (targets[program] if targets else
                   ["{}:{}".format(*machine.address(program, admin=True))])
            assert f'["127.0.0.1:{port}"]' in config
            config = config.replace(f'["127.0.0.1:{port}"]', json.dumps(own))
        (self.folder / "prometheus.yml").write_text(config)
        rules = re.sub(r"\n( +)for: .*", r"\n\1for: 1s", RULES.read_text())
        (self.folder / RULES.name).write_text(rules)
        for attempt in range(5):
            self.port = harness.free_port()
            process = harness.Process(
                ["prometheus", f"--config.file={self.folder}/prometheus.yml",
                 f"--storage.tsdb.path={self.folder}/data",
                 f"--web.listen-address=127.0.0.1:{self.port}"],
                machine.root / f"prometheus{attempt}.log")
            machine.processes.append(process)
            if harness.wait_for("Prometheus", lambda: self.state(process)) == "ready":
                return
        raise AssertionError(process.text())

    def state(self, process):
        """"ended" where somebody was faster at the port."""
        if not process.is_running():
            return "ended"
        try:
            return "ready" if self.get("/-/ready") else None
        except OSError:
            return None

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}",
                                    timeout=harness.DEADLINE_S) as answer:
            return answer.read()

    def names(self):
        return set(json.loads(self.get("/api/v1/label/__name__/values"))["data"])

    def firing(self):
        found = json.loads(self.get("/api/v1/alerts"))["data"]["alerts"]
        return {alert["labels"]["alertname"] for alert in found if alert["state"] == "firing"}

    def wait_for_alerts(self, *wanted):
        try:
            harness.wait_for(f"alerts {wanted}", lambda: set(wanted) <= self.firing())
        except AssertionError as error:
            raise AssertionError(f"{error}; firing are {sorted(self.firing())}") from None
