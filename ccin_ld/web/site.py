"""A Site: one open build with all that answers from it, swapped for the next without a seam (design, 1.4)."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..build import Build, current
from ..config import Settings
from ..errors import BuildFailed, EndpointBusy, EngineFailed, LinkedDataError
from ..reconcile.matcher import Matcher
from ..represent.html import Html
from ..store.workers import Limits, Pool
from ..words import DEFAULT, words
from .slow import slow_queries

if TYPE_CHECKING:
    from ..store.engine import Engine

log = logging.getLogger("ccin_ld")
STATIC = Path(__file__).parent / "static"
STATIC_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
# Bundled when the package is built; an installation without Node lacks it, and shows the plain form.
EDITOR = "vendor/sparql-editor.js"
_LOOK_EVERY = 1.0  # seconds between looks at `current`


def _hashed(folder: Path) -> dict[str, str]:
    """Return the hashed name of each static file by its path: ``style.css`` -> ``style.1a2b3c4d.css``."""
    names = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in STATIC_TYPES:
            digest = hashlib.blake2b(path.read_bytes(), digest_size=4).hexdigest()
            names[path.relative_to(folder).as_posix()] = f"{path.stem}.{digest}{path.suffix}"
    return names


def has_editor() -> bool:
    """Say whether this installation has the query editor."""
    return (STATIC / EDITOR).is_file()


def engine_of(settings: Settings) -> Engine | None:
    """Return the remote engine that holds the triples, or None when the build's own index does."""
    if settings.endpoint is None:
        return None
    from ..store.engine import Engine  # brings SPARQLWrapper and rdflib with it

    return Engine.of(settings)


def _remote(build: Build) -> dict[str, Any] | None:
    """Return what the query workers need to ask the engine that holds the build's triples, or None."""
    engine = getattr(build.store, "engine", None)
    if engine is None:
        return None
    from ..store.remote import for_workers

    return for_workers(engine, build.manifest)


class Site:
    """One build, its pages, its query workers. It counts who uses it, and closes when the last has done."""

    def __init__(self, build: Build, settings: Settings) -> None:
        self.build, self.settings = build, settings
        self.assets = _hashed(STATIC)
        self._html = {DEFAULT: Html(build)}
        # No worker starts before the first query comes.
        self.pool = Pool(
            build.folder / "store",
            Limits.of(settings),
            remote=_remote(build),
            watch=slow_queries(settings.query_log_after),
        )
        self._lock = threading.Lock()
        self._users = 0
        self._retired = False

    def html_in(self, code: str) -> Html:
        """Return the pages of the build in a language of the interface; what they read is shared."""
        found = self._html.get(code)
        if found is None:
            found = self._html.setdefault(code, self._html[DEFAULT].in_words(words(code)))
        return found

    @cached_property
    def facet_names(self) -> frozenset[str]:
        """The names that facets of lists have in addresses."""
        lists = self.build.model.lists.values()
        return frozenset(one.name for shape in lists for one in shape.facets)

    @cached_property
    def matcher(self) -> Matcher:
        """What matches names of others to the things of the build."""
        build = self.build
        return Matcher(build.index, build.store, build.model, build.base)

    def asset(self, name: str) -> str:
        """Return the address of a static file; it holds a digest, so it may be kept for ever."""
        return f"/static/{self.assets[name]}"

    def asset_if_any(self, name: str) -> str | None:
        """Return the address of a static file that this installation may lack, or None."""
        return self.asset(name) if name in self.assets else None

    @contextmanager
    def in_use(self) -> Iterator[Site]:
        """Keep the site open until the block ends."""
        with self._lock:
            self._users += 1
        try:
            yield self
        finally:
            with self._lock:
                self._users -= 1
                last = self._retired and self._users == 0
            if last:
                self._close()

    def retire(self) -> None:
        """Close the site as soon as nobody uses it."""
        with self._lock:
            self._retired = True
            idle = self._users == 0
        if idle:
            self._close()

    def _close(self) -> None:
        self.pool.close()


class CurrentSite:
    """The Site of the current build; looks for a newer one at most once a second."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._site: Site | None = None
        self._looked = float("-inf")
        self._failure: LinkedDataError | None = None

    def get(self) -> Site:
        """Return the Site to answer from. Raises BuildFailed when there has never been a build."""
        now = self._clock()
        # Who has a Site to answer from does not wait while another thread opens the next one.
        due = self._site is None or now - self._looked >= _LOOK_EVERY
        if due and self._lock.acquire(blocking=self._site is None):
            try:
                self._look(now)
            finally:
                self._lock.release()
        if self._site is None:
            raise BuildFailed("there is no build yet; run: ccin-ld build")
        return self._site

    def _look(self, now: float) -> None:
        if now - self._looked < _LOOK_EVERY:
            if self._site is None and self._failure:
                raise self._failure  # and another has just failed
            if self._site is not None:
                return  # another thread has just looked
        self._looked, self._failure = now, None
        folder = current(self.settings)
        if folder is None or (self._site and folder == self._site.build.folder):
            return
        try:
            fresh = Site(Build(folder, engine_of(self.settings)), self.settings)
        except (BuildFailed, EngineFailed, EndpointBusy) as error:
            if self._site is None:
                self._looked, self._failure = self._clock(), error
                raise
            # A folder that vanished or is no build, an engine without this one: go on with what works.
            log.warning("the newer build in %s cannot be served yet: %s", folder.name, error)
            return
        old, self._site = self._site, fresh
        if old:
            old.retire()

    def close(self) -> None:
        """Stop the workers."""
        if self._site:
            self._site.retire()


class FixedSite:
    """The Site of one build that never changes: ``ccin-ld serve FILE...`` and tests."""

    def __init__(self, build: Build, settings: Settings) -> None:
        self.settings = settings
        self._site = Site(build, settings)

    def get(self) -> Site:
        """Return the Site."""
        return self._site

    def close(self) -> None:
        """Stop the workers."""
        self._site.retire()


Sites = CurrentSite | FixedSite
