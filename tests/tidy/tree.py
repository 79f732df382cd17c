"""The source tree as the tidy tests see it."""

import os
import pathlib

SOURCE = pathlib.Path(os.environ["PENSTOCK_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["PENSTOCK_BUILD_DIR"])

# Built, fetched or private to a developer; never part of the product's sources.
SKIPPED_FOLDERS = {"build", "node_modules", "dist", ".git", "__pycache__"}


def files(folders, suffixes):
    """Files below the folders, as paths from the root, in a fixed order."""
    found = []
    for folder in folders:
        for base, names, file_names in os.walk(SOURCE / folder):
            names[:] = sorted(n for n in names if n not in SKIPPED_FOLDERS)
            for name in sorted(file_names):
                if name.endswith(suffixes):
                    found.append((pathlib.Path(base) / name).relative_to(SOURCE))
    return found


def lines(path):
    return (SOURCE / path).read_text(encoding="utf-8").splitlines()
