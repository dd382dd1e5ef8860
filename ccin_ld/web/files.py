"""The published files: those of the build that is served, and those of each Release, which never change."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_from_directory

from .. import release_files
from ..errors import EndpointBusy, UnknownResource
from .documents import site
from .respond import FOREVER, NO_CACHE, Link, common_headers
from .slots import KEY as SLOTS
from .slots import Held

bp = Blueprint("files", __name__)


@bp.get("/data/<dataset>/latest/<name>")
def latest(dataset: str, name: str) -> Response:
    """A published file of the build."""
    build, address = site().build, _address(dataset)
    found = next((one for one in build.files if one.name == name), None)
    if found is None:
        raise UnknownResource(f"{address}/latest/{name}")
    path = build.folder / "files" / name
    return _sent(path, found.media_type, address, build.manifest["modified"], etag=found.sha256[:24])


@bp.get("/data/<dataset>/<release>/<name>")
def released(dataset: str, release: str, name: str) -> Response:
    """A file of a Release: it never changes."""
    build, address = site().build, _address(dataset)
    found = build.ledger.find(release)
    path = release_files.path_of(build, found, name, site().settings.var_dir) if found else None
    if found is None or path is None:
        raise UnknownResource(f"{address}/{release}/{name}")
    media_type = release_files.names(found)[name]
    return _sent(path, media_type, f"{address}/{release}", found.date, etag=True, cache_control=FOREVER)


def _address(dataset: str) -> str:
    """Return the IRI of the dataset. Raises UnknownResource when it is not the one that is published."""
    build = site().build
    address = f"{build.base.iri}data/{dataset}"
    if address != build.model.site.dataset:
        raise UnknownResource(address)
    return address


def _sent(
    path: Path,
    media_type: str,
    collection: str,
    day: str | None,
    *,
    etag: str | bool,
    cache_control: str = NO_CACHE,
) -> Response:
    """Return a file piece by piece, whole or in ranges (RFC 9110, 14)."""
    response = send_from_directory(
        path.parent.resolve(),
        path.name,
        mimetype=media_type,
        conditional=True,
        etag=etag,
        last_modified=datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None,
    )
    _hold_a_place(response)
    response.headers.extend(common_headers())
    response.headers["Cache-Control"] = cache_control
    response.headers["Link"] = str(Link(collection, "collection"))
    return response


def _hold_a_place(response: Response) -> None:
    """Let a file that is sent piece by piece take a place of the slow ones. Raises EndpointBusy."""
    if not response.direct_passthrough:
        return
    pieces: Any = response.response
    try:
        give_back = request.environ[SLOTS].take()
    except EndpointBusy:
        response.close()
        raise
    # The server closes what it sends, and nothing else: it would never call what call_on_close is given.
    response.response = Held(pieces, pieces.close, give_back)
