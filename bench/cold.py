"""Cold pages: what the first answer about each thing of a build costs, in processor time, without a cache."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from werkzeug.test import create_environ

from ccin_ld.build import open_build
from ccin_ld.config import Settings
from ccin_ld.represent import Representation
from ccin_ld.web.app import App, create_app

from .cases import FORMATS, page_path, things
from .load import WrongAnswer


@dataclass(frozen=True)
class Cold:
    """What the pages of one format cost: milliseconds of processor time."""

    format: str
    pages: int
    median: float
    p95: float
    largest: float


def cold(folder: Path, settings: Settings) -> Iterator[Cold]:
    """Yield what each format costs over all things. Raises WrongAnswer.

    Each format begins with a build just opened: what one format has looked up does not help the next.
    """
    for form in FORMATS:
        build = open_build(folder)
        app = create_app(replace(settings, cache_bytes=0), build=build)
        paths = [page_path(build, item.iri) for item in things(build)]
        cost(app, paths[0], form)  # templates, model and index are opened once in a server's life
        costs = [cost(app, path, form) for path in paths]
        app.close()
        yield Cold(form.label, len(costs), median(costs), quantiles(costs, n=20)[-1], max(costs))


def cost(app: App, path: str, form: Representation) -> float:
    """Return the milliseconds of processor time that one answer takes. Raises WrongAnswer."""
    environ = create_environ(path, headers={"Accept": form.media_type})
    begun: list[Any] = []
    before = time.process_time_ns()
    body = b"".join(app(environ, lambda *head: begun.extend(head[:2])))
    took = time.process_time_ns() - before
    sent = dict(begun[1]).get("Content-Type", "").partition(";")[0]
    if not begun[0].startswith("200 ") or sent != form.media_type or not body:
        raise WrongAnswer(f"{path}: {begun[0]}, {sent}, {len(body)} bytes; not a page in {form.media_type}")
    return took / 1e6
