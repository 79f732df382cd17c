"""The build's compiler, asked about a piece of text."""

import os
import subprocess

import tree

FLAGS = ["-std=c++20", "-fsyntax-only", "-D_GNU_SOURCE", "-D_GLIBCXX_ASSERTIONS",
         "-DLLHTTP_STRICT_MODE=1", "-DFMT_SHARED", "-DSPDLOG_COMPILED_LIB", "-DSPDLOG_FMT_EXTERNAL",
         "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wold-style-cast",
         "-Woverloaded-virtual", "-Wnon-virtual-dtor", "-Werror"]


def compile_text(text, *flags):
    """The compiler's result for a translation unit of that text."""
    command = [os.environ["PENSTOCK_CXX"], *FLAGS, *flags, f"-I{tree.SOURCE}/core",
               f"-I{tree.SOURCE}", f"-I{tree.SOURCE}/tests"]
    for folder in filter(None, os.environ.get("PENSTOCK_INCLUDES", "").split(":")):
        command += ["-isystem", folder]
    return subprocess.run([*command, "-x", "c++", "-"], input=text, capture_output=True, text=True,
                          check=False)
