"""Which C++ files are compiled together. Usage: groups.py LIST, which has a line a target:
"NAME;FILE;FILE". Prints "FILE;GROUP" for each file.

In a group no file declares a name for itself, in an unnamed namespace or as a macro, that a file or
a header behind it has a use for: it would be declared twice, or hide what the other means.
"""

import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = [ROOT / "core", ROOT, ROOT / "tests"]  # Where what is included is looked for.
GROUP_MAX = 12  # Files. More would leave one processor with all the work.

COMMENT = re.compile(r"//[^\n]*")
# What is declared in a line that begins in the first column, as all of a namespace does in our
# format: the name before its parameters, its value or its members.
DECLARATION = re.compile(
    r"^(?:template <[^\n]*>\s)?(?:(?:class|struct|union|enum class|enum|concept|using)\s+(\w+)"
    r"|#define\s+(\w+)"
    r"|(?!namespace\b|using\b|return\b|TEST|INSTANTIATE)"
    r"[\w\[][\w:<>,&*\[\] ]*?[ &*](\w+) *[(=\[{;])",
    re.M)
TEST = re.compile(r"^(?:TEST|TEST_F|TEST_P|TYPED_TEST)\((\w+),\s*(\w+)\)", re.M)
# Not the member of something.
USE = re.compile(r"(?<![\w.:])(?<!->)\w+")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


@functools.lru_cache(maxsize=None)
def text_of(path):
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=None)
def uses_of(path):
    return frozenset(USE.findall(text_of(path)))


@functools.lru_cache(maxsize=None)
def headers_of(path):
    """All that it includes of ours, itself or by another."""
    found = set()
    for name in INCLUDE.findall(text_of(path)):
        header = next((folder / name for folder in FOLDERS if (folder / name).exists()), None)
        if header:  # What is made by the build is not looked at.
            found |= {header} | headers_of(header)
    return frozenset(found)


def declared_by(path):
    text = text_of(path)
    names = {name for found in DECLARATION.findall(text) for name in found if name}
    return names | {f"{suite}_{test}" for suite, test in TEST.findall(text)}


class Group:
    def __init__(self):
        self.files = 0
        self.declared, self.used, self.headers = set(), set(), set()

    def takes(self, path):
        behind = uses_of(path).union(*map(uses_of, headers_of(path) - self.headers))
        if self.files == GROUP_MAX or self.declared & (behind | declared_by(path)):
            return False
        return not self.used & declared_by(path)

    def add(self, path):
        self.files += 1
        self.declared |= declared_by(path)
        self.used |= uses_of(path)
        self.headers |= headers_of(path)


def main(targets):
    lines = pathlib.Path(targets).read_text(encoding="utf-8").splitlines()
    for target, *paths in (line.split(";") for line in lines):
        groups = []
        for path in map(pathlib.Path, paths):
            number = next((at for at, group in enumerate(groups) if group.takes(path)), len(groups))
            if number == len(groups):
                groups.append(Group())
            groups[number].add(path)
            print(f"{path};{target}_{number}")


main(sys.argv[1])
