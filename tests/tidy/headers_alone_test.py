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


class HeadersAlone(unittest.TestCase):
    def test_each_header_compiles_alone(self):
        headers = tree.files(["core", "console", "cli", "tests/support"], (".h",))
        self.assertGreater(len(headers), 20)

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
