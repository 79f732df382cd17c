"""What the console costs those who look at it: the questions of its pages, of many days.

By itself, of a store that `store_bench write` has made:
python3 bench/console_questions.py FOLDER [REPEATS]
"""

import calendar
import http.client
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("PENSTOCK_SOURCE_DIR", str(ROOT))
os.environ.setdefault("PENSTOCK_BUILD_DIR", str(ROOT / "build" / "release"))
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "bench")]

import console_api_test  # noqa: E402
import harness  # noqa: E402
from figures import Figure  # noqa: E402
from whole_programs import MIB, cpu_seconds, rss_bytes  # noqa: E402

ROWS, ROWS_QUICK = 10_000_000, 200_000
REPEATS, REPEATS_QUICK = 20, 5
DAY_S = 86_400
RANGES = {"24 h": 1, "7 d": 7, "30 d": 30, "60 d": 60}
# As the page puts it: events of bots are left out unless somebody wants them.
FILTERS = {"no filter": "bots=0", "one filter": "bots=0&filter=name%3Dpageview",
           "two filters": "bots=0&filter=name%3Dpageview&filter=browser%3DFirefox"}
LISTS = ("path", "referrer", "browser")


def days_of(folder):
    return sorted(path.stem for path in pathlib.Path(folder).glob("????-??-??.db"))


def end_of(folder):
    """The end of a store's last day, Unix seconds: what its questions take for now."""
    return calendar.timegm(time.strptime(days_of(folder)[-1], "%Y-%m-%d")) + DAY_S


def questions(end_s, days, conditions):
    """Those of the overview, by their names."""
    def span(first, last):
        return f"from={first}&to={last}&{conditions}"
    now = span(end_s - days * DAY_S, end_s)
    before = span(end_s - 2 * days * DAY_S, end_s - days * DAY_S)
    step = "hour" if days <= 7 else "day"
    return {
        "overview": f"/stats/overview?{now}&step={step}",
        "overview before": f"/stats/overview?{before}&step={step}",
        **{f"top {name}": f"/stats/top?{now}&dimension={name}&limit=9" for name in LISTS},
        "newest events": f"/events?{now}&limit=12",
        "queue": "/queue", "system": "/system", "programs": "/system/programs",
    }


class Reader:
    """A browser's tab: one connection, kept open, and the tags of the answers that it has."""

    def __init__(self, machine, cookie):
        self.connection = http.client.HTTPConnection(*machine.address("penstock-console"),
                                                     timeout=120)
        self.cookie = cookie
        self.tags = {}

    def ask(self, path):
        headers = {"Cookie": self.cookie}
        if path in self.tags:
            headers["If-None-Match"] = self.tags[path]
        self.connection.request("GET", "/api/v1" + path, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status not in (200, 304):
            raise RuntimeError(f"{path}: {answer.status} {body[:200]}")
        if answer.headers["ETag"]:
            self.tags[path] = answer.headers["ETag"]
        return answer.status


def asked(process, reader, paths, repeats, is_known):
    """Milliseconds of each time that all are asked, ascending, and of processor time on average."""
    walls = []
    for path in paths:
        reader.ask(path)
    begun = cpu_seconds(process.pid)
    for _ in range(repeats):
        if not is_known:
            reader.tags.clear()
        start = time.perf_counter()
        for path in paths:
            reader.ask(path)
        walls.append((time.perf_counter() - start) * 1000)
    return sorted(walls), (cpu_seconds(process.pid) - begun) * 1000 / repeats


def figures_of(machine, folder, repeats):
    shutil.rmtree(machine.state / "events", ignore_errors=True)
    (machine.state / "events").symlink_to(pathlib.Path(folder).resolve())
    process = machine.start("penstock-console")
    client = console_api_test.signed_in(machine)
    reader = Reader(machine, client.cookie)
    end_s = end_of(folder)
    for range_name, days in RANGES.items():
        for filter_name, conditions in FILTERS.items():
            all_of = questions(end_s, days, conditions)
            what = f"console, {range_name}, {filter_name}"
            for name, path in all_of.items():
                if "before" in name or name in ("queue", "system", "programs"):
                    continue
                walls, cpu = asked(process, reader, [path], repeats, False)
                yield Figure(f"{what}: {name}, p50", statistics.median(walls), "ms")
                yield Figure(f"{what}: {name}, p99", walls[int(len(walls) * 0.99)], "ms")
                yield Figure(f"{what}: {name}, processor", cpu, "ms")
            walls, cpu = asked(process, reader, list(all_of.values()), repeats, False)
            yield Figure(f"{what}: all of the overview, processor", cpu, "ms")
            walls, cpu = asked(process, reader, list(all_of.values()), repeats, True)
            yield Figure(f"{what}: a poll where nothing changed, processor", cpu, "ms",
                         wanted=30 if days == 7 else None)
    yield Figure("console: memory after all", rss_bytes(process.pid) / MIB, "MiB", wanted=96)


def console(build, quick):
    """The questions of the console's pages, of 10 million rows over 60 days."""
    with tempfile.TemporaryDirectory() as folder, harness.Machine() as machine:
        subprocess.run([build / "bench" / "store_bench", "write", folder,
                        str(ROWS_QUICK if quick else ROWS)], check=True, capture_output=True)
        yield from figures_of(machine, folder, REPEATS_QUICK if quick else REPEATS)


def main(doc, figures_of, count):
    """Of the store that the command line names, as a JSON object a line."""
    if len(sys.argv) not in (2, 3) or not days_of(sys.argv[1]):
        sys.exit(doc)
    if len(sys.argv) == 3:
        count = int(sys.argv[2])
    with harness.Machine() as machine:
        for figure in figures_of(machine, sys.argv[1], count):
            print(json.dumps({"name": figure.name, "value": round(figure.value, 2),
                              "unit": figure.unit}), flush=True)


if __name__ == "__main__":
    main(__doc__, figures_of, REPEATS)
