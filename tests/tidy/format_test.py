"""Sources are as clang-format writes them."""

import shutil
import subprocess
import sys
import unittest

import tree


class Format(unittest.TestCase):
    def test_sources_are_formatted(self):
        paths = tree.files(["core", "console", "cli", "bench", "tests"], (".h", ".cc"))
        result = subprocess.run(["clang-format", "--dry-run", "-Werror", *map(str, paths)],
                                cwd=tree.SOURCE, capture_output=True, text=True, check=False)
        self.assertEqual(0, result.returncode, "\n" + result.stderr[-4000:])


if __name__ == "__main__":
    if shutil.which("clang-format") is None:
        print("clang-format is not installed")
        sys.exit(77)
    unittest.main()
