"""Figures of a benchmark run: what is kept of them, and how two runs are compared.

A result file is JSON: what was measured where (commit, machine, date), and for each figure its
unit, which way is better, what is wanted of it, and a value for each repetition.
"""

from __future__ import annotations

import dataclasses
import json
import math
import statistics

FORMAT = 1
# Two equal programs differ by so much on an idle machine, however well repetitions agree.
NOISE_MIN = 0.02


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    # "less" or "more"; "" for what only has to be the same, such as an answer.
    better: str = "less"
    # As the speed table has it: a bound in the better direction.
    wanted: float | None = None


class Results:
    """Figures of one or more repetitions, in the order in which they came."""

    def __init__(self, about=None):
        self.about = about or {}
        self.figures = {}

    def add(self, figure):
        kept = self.figures.setdefault(figure.name, {
            "unit": figure.unit, "better": figure.better, "wanted": figure.wanted, "values": []})
        kept["values"].append(figure.value)

    def merge(self, other):
        """Takes the values of another run of the same as further repetitions."""
        self.about = self.about or dict(other.about)
        for name, figure in other.figures.items():
            kept = self.figures.setdefault(name, {**figure, "values": []})
            kept["values"] += figure["values"]

    def median(self, name):
        return statistics.median(self.figures[name]["values"])

    def save(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"format": FORMAT, **self.about, "figures": self.figures},
                                   indent=1) + "\n")

    @classmethod
    def load(cls, path):
        kept = json.loads(path.read_text())
        if kept.pop("format", None) != FORMAT:
            raise ValueError(f"{path} is no result file of this bench/run")
        results = cls()
        results.figures = kept.pop("figures")
        results.about = kept
        return results


def is_met(figure):
    """Whether the median is within what is wanted; None where nothing is."""
    if figure["wanted"] is None:
        return None
    median = statistics.median(figure["values"])
    return median >= figure["wanted"] if figure["better"] == "more" else median <= figure["wanted"]


def noise(values):
    """How far repetitions lie apart: half their range, as a share of their median. None of one."""
    if len(values) < 2:
        return None
    median = statistics.median(values)
    if median == 0:
        return 0.0 if max(values) == min(values) else math.inf
    return (max(values) - min(values)) / 2 / abs(median)


@dataclasses.dataclass(frozen=True)
class Change:
    name: str
    unit: str
    before: float
    after: float
    ratio: float | None   # after / before; None where before is 0.
    noise: float | None   # Of the ratio; None where there was one repetition.
    verdict: str          # "better", "worse", "same", or "?" where one repetition says nothing.


def change(name, before, after):
    """Compares a figure of two results."""
    old, new = statistics.median(before["values"]), statistics.median(after["values"])
    ratio = new / old if old != 0 else None
    parts = [noise(before["values"]), noise(after["values"])]
    spread = None if None in parts else max(math.hypot(*parts), NOISE_MIN)
    return Change(name, after["unit"], old, new, ratio, spread,
                  verdict(old, new, ratio, spread, after["better"]))


def verdict(old, new, ratio, spread, better):
    if old == new:
        return "same"
    if not better:
        return "differs"
    if ratio is None or spread is None:
        return "?"
    if abs(ratio - 1) <= spread:
        return "same"
    return "better" if (ratio < 1) == (better == "less") else "worse"


def changes(before, after):
    """Of all figures that both results have, and the names of those that one of them lacks."""
    both = [name for name in before.figures if name in after.figures]
    missing = [name for name in [*before.figures, *after.figures] if name not in both]
    return [change(name, before.figures[name], after.figures[name]) for name in both], missing
