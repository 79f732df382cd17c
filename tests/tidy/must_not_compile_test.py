"""What the house forbids does not build. Each has a twin that builds, so that it fails for its own
reason and no other."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import compiler
import tree

DROPPED = """
#include "base/error.h"
penstock::Result<int> work();
void caller() { %s; }
"""

FUNCTION = """
#include "base/function_ref.h"
void call(penstock::FunctionRef<void(int)> callable);
void caller() { call(%s); }
"""

MISSING_CASE = """
#include "base/error.h"
int value(penstock::ErrorCode code) {
  switch (code) {
    case penstock::ErrorCode::kRejected:
      return 1;
    %s
  }
  return 0;
}
"""

ALL_CASES = """
    case penstock::ErrorCode::kOverloaded:
    case penstock::ErrorCode::kDisconnected:
    case penstock::ErrorCode::kCorrupt:
    case penstock::ErrorCode::kExhausted:
    case penstock::ErrorCode::kConfiguration:
      return 2;
"""

LAYERS = """
cmake_minimum_required(VERSION 3.25)
project(layers LANGUAGES NONE)
set(PENSTOCK_UNIT_TESTS OFF)
include(%s/cmake/layer.cmake)
foreach(name low high)
  file(MAKE_DIRECTORY ${PROJECT_SOURCE_DIR}/core/${name})
endforeach()
add_library(penstock_low INTERFACE)
penstock_layer(middle DEPS %s)
"""


class MustNotCompile(unittest.TestCase):
    def expect(self, template, good, bad, message, *flags):
        result = compiler.compile_text(template % good, *flags)
        self.assertEqual(0, result.returncode, result.stderr)
        result = compiler.compile_text(template % bad, *flags)
        self.assertNotEqual(0, result.returncode, bad)
        self.assertRegex(result.stderr, message)

    def test_a_dropped_result(self):
        self.expect(DROPPED, "if (!work()) return", "work()", "nodiscard|unused-result")

    def test_a_callable_of_another_shape(self):
        self.expect(FUNCTION, "[](int) {}", "[](const char*) {}",
                    "no match|no known|could not convert")

    def test_an_error_code_that_a_switch_forgets(self):
        self.expect(MISSING_CASE, ALL_CASES, "default: break;", "switch-enum", "-Wswitch-enum")


class UpwardEdge(unittest.TestCase):
    def configure(self, deps):
        with tempfile.TemporaryDirectory() as folder:
            text = LAYERS % (tree.SOURCE, deps)
            (pathlib.Path(folder) / "CMakeLists.txt").write_text(text)
            (pathlib.Path(folder) / "core" / "middle").mkdir(parents=True)
            command = [os.environ["PENSTOCK_CMAKE"], "-G", "Ninja", "-S", folder,
                       "-B", folder + "/b"]
            return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    def test_is_refused(self):
        self.assertIn("layer middle may not use high", " ".join(self.configure("high").split()))

    def test_is_refused_for_its_own_reason(self):
        self.assertNotIn("may not use", " ".join(self.configure("low").split()))


if __name__ == "__main__":
    unittest.main()
