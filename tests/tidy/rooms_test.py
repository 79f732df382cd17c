"""Every room tells what lives there: each layer has a short README.md, and something names it.

A layer is what CMakeLists.txt declares by penstock_layer(); the build writes layers.txt from it.
"""

import pathlib
import re
import unittest

import tree

LINES_MIN = 3
LINES_MAX = 20


def folder_of(layer):
    core = pathlib.PurePath("core") / layer
    return core if (tree.SOURCE / core).is_dir() else pathlib.PurePath(layer)


def is_named(word, text):
    return re.search(rf"(?<![\w/-]){re.escape(word)}(?![\w-])", text) is not None


def offences(layer, readme, architecture, above):
    """Sentences about one room. `readme` and `above`, its neighbour above, are None for none."""
    if readme is None:
        return [f"{layer}: no README.md; say what lives there, what it may use, how to add to it"]
    found = []
    lines = len(readme.strip().splitlines())
    if not LINES_MIN <= lines <= LINES_MAX:
        found.append(f"{layer}: its README.md has {lines} lines ({LINES_MIN} to {LINES_MAX})")
    named_above = above is not None and is_named(layer.rpartition("/")[2], above)
    if not named_above and not is_named(layer, architecture):
        found.append(f"{layer}: named neither in docs/ARCHITECTURE.md nor in the README.md above")
    return found


def read_if_there(path):
    file = tree.SOURCE / path
    return file.read_text(encoding="utf-8") if file.exists() else None


class Rooms(unittest.TestCase):
    def test_each_has_a_readme_and_is_named(self):
        layers = [line.partition(":")[0] for line in
                  (tree.BUILD / "layers.txt").read_text().splitlines()]
        self.assertGreater(len(layers), 30)
        architecture = read_if_there("docs/ARCHITECTURE.md")
        found = []
        for layer in layers:
            folder = folder_of(layer)
            above = read_if_there(folder.parent / "README.md") if "/" in layer else None
            found += offences(layer, read_if_there(folder / "README.md"), architecture, above)
        if found:
            self.fail("\n" + "\n".join(found))


class ThisTestItself(unittest.TestCase):
    README = "# core/x/y\n\nWhat lives there.\n"

    def test_finds_planted_offences(self):
        self.assertEqual(1, len(offences("x/y", None, "x/y", "`y`")))
        self.assertEqual(1, len(offences("x/y", self.README + "more\n" * 20, "x/y", None)))
        self.assertEqual(1, len(offences("x/y", "short\n", "x/y", None)))
        self.assertEqual(1, len(offences("x/y", self.README, "x/yes and core/x/y", "`yes` w/y")))

    def test_accepts_rooms_that_are_named(self):
        self.assertEqual([], offences("x/y", self.README, "x ◀ x/y", None))
        self.assertEqual([], offences("x/y", self.README, "", "`y/` is a room"))
        self.assertEqual([], offences("x/y", self.README, "", "- `y`, `z`: rooms"))


if __name__ == "__main__":
    unittest.main()
