"""Every include follows the layers: those that CMakeLists.txt names, and no library but one's own.

All layers share one include root, so a header could be reached without a link edge. This test reads
the build's layers.txt, which penstock_layer() writes, and names file and line of each offence.
"""

import pathlib
import re
import unittest

import tree

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
TEST = re.compile(r"(_test|_fuzz)\.cc$|(^|/)(test_\w+|\w+_testing|\w+_test|fuzz_\w+)\.(h|cc)$")
PROGRAM = re.compile(r"penstock_program\(\S+\s+(\S+)\s+LAYERS\s+([^)]*)\)")

# The layers that may include a library's headers, by the header's name.
# queue waits for hiredis's socket with uv's poll; the console's and the tools' command lines are
# their own.
OWNERS = {
    "tl/": {"base"},
    "fmt/": {"base"},
    "spdlog/": {"base"},
    "xxhash.h": {"base"},
    "sodium.h": {"crypto"},
    "simdjson.h": {"json"},
    "llhttp.h": {"http"},
    "csv.h": {"import/split"},
    "cctz/": {"console/api/request"},
    "zlib.h": {"http"},
    "zstd.h": {"http", "store/columns"},  # Bodies; the texts of dictionaries.
    "zstd_errors.h": {"http"},
    "uv.h": {"io", "queue/redis", "tls"},
    "openssl/hmac.h": {"crypto"},  # SHA-1, which libsodium has not.
    "openssl/evp.h": {"crypto", "tls"},  # SHA-256 by the processor's instructions.
    "openssl/": {"tls"},
    "sqlite3.h": {"sqlite"},
    "hiredis.h": {"queue/redis", "queue/sidekiq", "queue/letters"},
    "hiredis/": {"queue/redis", "queue/sidekiq", "queue/letters"},
    "re2/": {"enrich"},
    "yaml-cpp/": {"enrich"},
    "maxminddb.h": {"enrich"},
    "mpack.h": {"adapter/drain"},
    "pb_decode.h": {"adapter/otlp"},
    "pb_encode.h": {"adapter/otlp"},
    "toml++/": {"app/config"},
    "CLI/": {"app", "cli/shared", "cli/verb", "cli/up", "cli/send", "cli/status",
             "cli/import", "cli/setup", "cli/doctor"},
    "gtest/": {"tests"},
    "gmock/": {"tests"},
    "benchmark/": set(),
}
# POSIX and Linux, for everybody.
SYSTEM = re.compile(r"^(sys|netinet|arpa|linux|net)/\w+\.h$|^(unistd|fcntl|poll|netdb|dirent|"
                    r"signal|pthread|sched|termios|pwd|grp|dlfcn|spawn|syslog|malloc|getopt|"
                    r"ifaddrs|time|glob|fnmatch|strings|endian)\.h$")
STANDARD = re.compile(r"^[a-z_]+$")


def read_layers(text):
    layers = {}
    for line in text.splitlines():
        name, _, deps = line.partition(":")
        layers[name] = set(deps.split())
    return layers


def closure(names, layers):
    found = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(layers.get(name, ()))
    return found


def read_programs(text, layers):
    """What each program's main may use: the layers it names, and what those use."""
    return {main: closure(names.split(), layers) for main, names in PROGRAM.findall(text)}


def layer_of(path, layers):
    """The layer that a file of the tree, or a path in an include, belongs to."""
    text = str(path)
    text = text[len("core/"):] if text.startswith("core/") else text
    parts = pathlib.PurePath(text).parts
    for length in (3, 2, 1):
        name = "/".join(parts[:length])
        if len(parts) > length and name in layers:
            return name
    return None


def owner_of(header):
    for prefix, owners in OWNERS.items():
        if header == prefix or (prefix.endswith("/") and header.startswith(prefix)):
            return owners
    return None


def offences(path, text, layers, programs):
    """Sentences about one file's includes."""
    own = layer_of(path, layers)
    is_test = TEST.search(str(path)) is not None
    allowed = programs.get(str(path), {own} | layers.get(own, set()))
    if is_test:  # A test links all that its layer does.
        allowed = closure(allowed, layers)
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, header = match.groups()
        where = f"{path}:{number}"
        if quote == '"':
            if is_test and header.startswith("support/"):
                continue
            layer = layer_of(header, layers)
            if layer is None:
                if header.startswith("console/web/"):
                    continue  # The page's files, built into one table.
                found.append(f"{where}: {header} belongs to no layer")
            elif layer not in allowed:
                found.append(f"{where}: {own} may not include {layer} ({header})")
        else:
            owners = owner_of(header)
            if owners is not None:
                may = {own} | (allowed | {"tests"} if is_test else set())
                if may.isdisjoint(owners):
                    found.append(f"{where}: <{header}> is for {', '.join(sorted(owners))} alone")
            elif not STANDARD.match(header) and not SYSTEM.match(header):
                found.append(f"{where}: <{header}> has no owner; name one in layers_test.py")
    return found


class Layers(unittest.TestCase):
    def setUp(self):
        self.layers = read_layers((tree.BUILD / "layers.txt").read_text())
        cmake = (tree.SOURCE / "CMakeLists.txt").read_text()
        self.programs = read_programs(cmake, self.layers)

    def test_includes_follow_the_layers(self):
        found = []
        paths = tree.files(["core", "console", "cli"], (".h", ".cc"))
        self.assertGreater(len(paths), 50)
        for path in paths:
            text = (tree.SOURCE / path).read_text(encoding="utf-8")
            if layer_of(path, self.layers) is None and str(path) not in self.programs:
                if not str(path).startswith("console/web/"):
                    found.append(f"{path}: stands in no layer")
                continue
            found += offences(path, text, self.layers, self.programs)
        if found:
            self.fail("\n" + "\n".join(found))

    def test_each_layer_names_only_layers_declared_before(self):
        declared = set()
        for name, deps in self.layers.items():
            self.assertLessEqual(deps, declared, name)
            declared.add(name)

    def test_the_intake_cannot_reach_the_store(self):
        mains = {main: names for main, names in self.programs.items() if "ingest" in main}
        self.assertEqual(1, len(mains))
        for names in mains.values():
            self.assertTrue({"store", "worker", "enrich", "console/api"}.isdisjoint(names), names)


class ThisTestItself(unittest.TestCase):
    LAYERS = {"base": set(), "http": {"base"}, "store": {"base"}, "server": {"base", "http"},
              "console/api": {"base"}}

    def check(self, path, text):
        return offences(pathlib.PurePath(path), text, self.LAYERS, {})

    def test_finds_an_include_of_a_layer_that_is_not_named(self):
        self.assertEqual(["core/server/x.cc:2: server may not include store (store/event_store.h)"],
                         self.check("core/server/x.cc",
                                    '#include "http/m.h"\n#include "store/event_store.h"\n'))

    def test_finds_an_upward_include(self):
        self.assertEqual(1, len(self.check("core/base/x.h", '#include "http/message.h"')))
        self.assertEqual(1, len(self.check("core/http/x.h", '#include "console/api/call.h"')))

    def test_finds_a_library_of_another_layer(self):
        self.assertEqual(["core/http/x.cc:1: <sqlite3.h> is for sqlite alone"],
                         self.check("core/http/x.cc", "#include <sqlite3.h>"))
        self.assertEqual(1, len(self.check("core/http/x.cc", "#include <gtest/gtest.h>")))
        self.assertEqual(1, len(self.check("core/http/x.cc", "#include <boost/asio.hpp>")))

    def test_accepts_what_is_allowed(self):
        self.assertEqual([], self.check("core/http/x_test.cc",
                                        '#include "support/temp_dir.h"\n#include <gtest/gtest.h>\n'
                                        '#include "base/text.h"\n#include <vector>\n'
                                        '#include <sys/stat.h>\n#include <llhttp.h>\n'))


if __name__ == "__main__":
    unittest.main()
