"""Each header compiles by itself: it includes all that it needs."""

import concurrent.futures
import os
import unittest

import compiler
import tree


def include_path(path):
    text = str(path)
    for root in ("core/", "tests/"):
        if text.startswith(root):
            return text[len(root):]
    return text


def is_proven(path):
    """Whether the build has shown it: the header is the first include of its own source."""
    source = path.with_suffix(".cc")
    if not (tree.SOURCE / source).exists():
        return False
    includes = [line for line in tree.lines(source) if line.startswith("#include")]
    return bool(includes) and includes[0] == f'#include "{include_path(path)}"'


class HeadersAlone(unittest.TestCase):
    def test_each_header_compiles_alone(self):
        headers = tree.files(["core", "console", "cli", "tests/support"], (".h",))
        self.assertGreater(len(headers), 50)
        headers = [path for path in headers if not is_proven(path)]

        def check(path):
            text = f'#include "{include_path(path)}"\n' * 2  # Twice: it is guarded.
            result = compiler.compile_text(text, "-fno-rtti")
            return "" if result.returncode == 0 else f"{path}:\n{result.stderr[:2000]}"

        with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            found = [text for text in pool.map(check, headers) if text]
        if found:
            self.fail("\n" + "\n".join(found))


if __name__ == "__main__":
    unittest.main()
