"""The arithmetic of bench/compare."""

import math
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import figures  # noqa: E402


def figure(*values, better="less", wanted=None):
    return {"unit": "us", "better": better, "wanted": wanted, "values": list(values)}


class Noise(unittest.TestCase):
    def test_is_half_the_range_over_the_median(self):
        self.assertAlmostEqual(0.1, figures.noise([9, 10, 11]))
        self.assertEqual(0, figures.noise([5, 5]))
        self.assertEqual(0, figures.noise([0, 0]))
        self.assertEqual(math.inf, figures.noise([0, 0, 1]))
        self.assertIsNone(figures.noise([10]))


class Change(unittest.TestCase):
    def change(self, before, after):
        return figures.change("a", before, after)

    def test_compares_medians(self):
        change = self.change(figure(10, 30, 11), figure(5.5, 5, 90))
        self.assertEqual((11, 5.5, 0.5), (change.before, change.after, change.ratio))

    def test_knows_which_way_is_better(self):
        for better, slower, quicker in (("less", "worse", "better"), ("more", "better", "worse")):
            self.assertEqual(slower, self.change(figure(10, 10.1, better=better),
                                                 figure(12, 12.1, better=better)).verdict)
            self.assertEqual(quicker, self.change(figure(12, 12.1, better=better),
                                                  figure(10, 10.1, better=better)).verdict)

    def test_takes_what_lies_within_the_noise_of_both_for_the_same(self):
        self.assertEqual("same", self.change(figure(9, 10, 11), figure(10, 11, 12)).verdict)
        self.assertEqual("worse", self.change(figure(9.9, 10, 10.1), figure(11, 11, 11.1)).verdict)
        change = self.change(figure(9, 10, 11), figure(8, 10, 12))
        self.assertAlmostEqual(math.hypot(0.1, 0.2), change.noise)

    def test_believes_no_noise_below_the_machines(self):
        change = self.change(figure(10, 10), figure(10.1, 10.1))
        self.assertEqual((figures.NOISE_MIN, "same"), (change.noise, change.verdict))

    def test_says_nothing_by_one_repetition(self):
        self.assertEqual("?", self.change(figure(10), figure(20, 20)).verdict)
        self.assertEqual("same", self.change(figure(10), figure(10)).verdict)

    def test_divides_by_no_zero(self):
        self.assertEqual((None, "?"), (self.change(figure(0, 0), figure(1, 1)).ratio,
                                       self.change(figure(0, 0), figure(1, 1)).verdict))

    def test_an_answer_is_the_same_or_differs(self):
        self.assertEqual("same", self.change(figure(7, better=""), figure(7, better="")).verdict)
        self.assertEqual("differs", self.change(figure(7, better=""), figure(8, better="")).verdict)


class Results(unittest.TestCase):
    def results(self, **values):
        results = figures.Results({"commit": "abc"})
        for name, value in values.items():
            results.add(figures.Figure(name, value, "us", wanted=3))
        return results

    def test_keep_every_repetition_in_a_file(self):
        results = self.results(a=1)
        results.add(figures.Figure("a", 2, "us"))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "made" / "a.json"
            results.save(path)
            again = figures.Results.load(path)
            self.assertEqual({"commit": "abc"}, again.about)
            self.assertEqual([1, 2], again.figures["a"]["values"])
            path.write_text("{}")
            with self.assertRaises(ValueError):
                figures.Results.load(path)

    def test_of_runs_that_take_turns_become_repetitions(self):
        merged = figures.Results()
        for value in (1, 3):
            merged.merge(self.results(a=value))
        self.assertEqual({"commit": "abc"}, merged.about)
        self.assertEqual([1, 3], merged.figures["a"]["values"])
        self.assertEqual(2, merged.median("a"))

    def test_are_compared_by_what_both_have(self):
        changes, missing = figures.changes(self.results(a=1, b=2, c=4), self.results(c=2, b=2, d=1))
        self.assertEqual(["b", "c"], [change.name for change in changes])
        self.assertEqual([1, 0.5], [change.ratio for change in changes])
        self.assertEqual(["a", "d"], missing)

    def test_meet_what_is_wanted(self):
        self.assertTrue(figures.is_met(figure(1, 2, 9, wanted=2)))
        self.assertFalse(figures.is_met(figure(1, 2, 9, wanted=1.9)))
        self.assertTrue(figures.is_met(figure(1, 2, 9, better="more", wanted=2)))
        self.assertFalse(figures.is_met(figure(1, 2, 9, better="more", wanted=3)))
        self.assertIsNone(figures.is_met(figure(1)))


if __name__ == "__main__":
    unittest.main()
