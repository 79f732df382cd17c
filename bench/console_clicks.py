"""How long a person waits for a filter that is clicked, in a real browser (console_clicks.mjs).

By itself, of a store that `store_bench write` has made; Chromium's driver is that of the tests, a
target of either build (penstock_test_packages):
python3 bench/console_clicks.py FOLDER [CLICKS]
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import console_questions  # Sets up the paths of what follows.
import console_api_test
import harness
from console_questions import ROOT, ROWS, ROWS_QUICK, end_of
from figures import Figure
from whole_programs import cpu_seconds

DAYS = (1, 7, 30, 90)
CLICKS, CLICKS_QUICK = 12, 3
TABS = 9  # Of the same user, hidden behind the one that is clicked.
WAITS = (("put", "tilesMs", "a filter put, until the tiles say it"),
         ("put", "allMs", "a filter put, until all do"),
         ("off", "tilesMs", "and taken off, until the tiles say it"),
         ("off", "allMs", "and taken off, until all do"))
WANTED_MS, PAINT_WANTED_MS = 200, 300


def rest(process):
    """The console has looked through what is new to it."""
    spent = -1.0
    while cpu_seconds(process.pid) - spent > 0.05:
        spent = cpu_seconds(process.pid)
        time.sleep(1)


def browser_folder():
    for name in ("release", "quick"):
        folder = ROOT / "build" / name / "tests" / "browser"
        if (folder / "node_modules" / "playwright-core").is_dir():
            return folder
    raise RuntimeError("build the target penstock_test_packages first")


def figures_of(machine, folder, clicks):
    shutil.rmtree(machine.state / "events", ignore_errors=True)
    (machine.state / "events").symlink_to(pathlib.Path(folder).resolve())
    process = machine.start("penstock-console")
    console_api_test.signed_in(machine)
    rest(process)
    script = browser_folder() / "console_clicks.mjs"  # Beside node_modules.
    shutil.copy(ROOT / "bench" / script.name, script)
    task = {"console": "http://{}:{}".format(*machine.address("penstock-console")),
            "pid": process.pid, "password": console_api_test.PASSWORD, "to": end_of(folder),
            "days": DAYS, "clicks": clicks, "tabs": TABS}
    told = json.loads(subprocess.run(["node", script, json.dumps(task)], capture_output=True,
                                     text=True, check=True).stdout)
    paints = told["paintsMs"]
    yield Figure("clicks: first paint, nothing cached, p50", statistics.median(paints), "ms",
                 wanted=PAINT_WANTED_MS)
    yield Figure("clicks: first paint, nothing cached, most", max(paints), "ms")
    for pages, beside in (("alone", ""), ("besideTabs", f", {TABS} tabs more")):
        for days, waits in told[pages].items():
            for act, until, name in WAITS:
                taken = [wait[act][until] for wait in waits]
                title = f"clicks, {days} d{beside}: {name}"
                yield Figure(f"{title}, p50", statistics.median(taken), "ms",
                             wanted=WANTED_MS if act == "put" else None)
                yield Figure(f"{title}, most", max(taken), "ms")
    yield Figure("clicks: the console's processor time a click, on and off",
                 told["aloneTicks"] * 1000 / os.sysconf("SC_CLK_TCK") / (len(DAYS) * clicks), "ms")


def clicks(build, quick):
    """Filters clicked in Chromium, over 10 million rows of 60 days."""
    with tempfile.TemporaryDirectory() as folder, harness.Machine() as machine:
        subprocess.run([build / "bench" / "store_bench", "write", folder,
                        str(ROWS_QUICK if quick else ROWS)], check=True, capture_output=True)
        yield from figures_of(machine, folder, CLICKS_QUICK if quick else CLICKS)


if __name__ == "__main__":
    console_questions.main(__doc__, figures_of, CLICKS)
