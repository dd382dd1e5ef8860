"""The bodies of the register and those kept by hand, as the index of a build keeps their names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ..iris import Base
from ..namings import Registered
from .match import ALIASES, BODIES, REGISTER, Body, Directory, open_directory

# What the names come from: a change of one of these files makes another build.
FILES = (REGISTER, BODIES, ALIASES)


def registered(folder: Path, base: Base) -> list[Registered]:
    """Return the bodies that the files of ``data/reference`` name; none where there are no files.

    Raises BadInput with file and line for a row that cannot be used.
    """
    directory = open_directory(folder)
    return [_registered(one, directory, base) for one in directory.bodies]


def _registered(body: Body, directory: Directory, base: Base) -> Registered:
    return Registered(
        iri=base.thing(body.kind, body.key),
        label=body.name,
        names=tuple(dict.fromkeys([*body.other_names, *body.accepted, *_in_welsh(body)])),
        kind=body.row.get("type_name", ""),
        is_current=body.row.get("status", "current") == "current",
        successors=tuple(base.thing(one.kind, one.key) for one in _successors(body, directory)),
    )


def _in_welsh(body: Body) -> list[str]:
    name = body.row.get("official_name_cy", "")
    return [name] if name else []


def _successors(body: Body, directory: Directory) -> Iterator[Body]:
    for code in body.row.get("replaced_by", "").split("|"):
        found = directory.council(code) if code else None
        if found:
            yield found


def digest(folder: Path) -> str:
    """Return a digest of the files, the empty string where there are none."""
    paths = [folder / name for name in FILES if (folder / name).is_file()]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest() if paths else ""
