"""The files of Releases, each made once from the ledger and kept below ``var/``: they never change.

What a Release published is known by the digests in the ledger. A file that comes out with other bytes, since
the program that writes it is another one by now, is not given out as the old one: it is left out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from .build import Build, data_files
from .errors import BuildFailed
from .iris import Base
from .ledger import ADDED, CHANGES, REMOVED, Ledger, Release
from .model import Model
from .published import media_type
from .represent.jsonld import Context

FOLDER = "releases"
_MAKING = threading.Lock()


def names(release: Release) -> dict[str, str]:
    """Return the files of a Release that have an address of their own, by name, with their media types."""
    lasting = {one.name: one.media_type for one in release.lasting}
    return {**lasting, **{name: media_type(name) for name in (ADDED, REMOVED, CHANGES)}}


def path_of(build: Build, release: Release, name: str, var_dir: Path) -> Path | None:
    """Return the path of a file of a Release, made now when it is not there yet; None when it has none.

    Raises BadRecord when the ledger is broken, BuildFailed when the file cannot be written.
    """
    if name not in names(release) or not build.ledger.has_changes(release):
        return None
    if name in (ADDED, REMOVED, CHANGES):
        return build.ledger.path(release, name)
    folder = var_dir / FOLDER / release.name
    with _MAKING:  # many may ask for the first time at once; another process may too, and the rename decides
        if not folder.is_dir():
            _make(folder, build, release)
    path = folder / name
    return path if path.is_file() else None


def _make(folder: Path, build: Build, release: Release) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    except OSError as error:
        raise BuildFailed(f"the files of {release.name} cannot be written: {error.strerror}") from error
    try:
        for name, data in _kept(release, build.ledger, build.context).items():
            (new / name).write_bytes(data)
        os.rename(new, folder)
    except OSError as error:
        if not folder.is_dir():
            raise BuildFailed(f"the files of {release.name} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _kept(release: Release, ledger: Ledger, context: Context) -> Mapping[str, bytes]:
    """Return the files of a Release that have the bytes which the ledger knows."""
    quads = ledger.quads_of(release)
    named = [quad for quad in quads if isinstance(quad.graph_name, ox.NamedNode)]
    default = [quad.triple for quad in quads if not isinstance(quad.graph_name, ox.NamedNode)]
    model = Model(default, Base(release.base))
    made = data_files(named, default, model, context, overruled=release.overruled)
    known = {one.name: one.sha256 for one in release.lasting}
    return {name: data for name, data in made.items() if hashlib.sha256(data).hexdigest() == known.get(name)}
