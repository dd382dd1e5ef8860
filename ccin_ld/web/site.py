"""A Site: one open build with all that answers from it, swapped for the next without a seam (design, 1.4)."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..build import Build, current
from ..config import Settings
from ..errors import BuildFailed
from ..represent.html import Html
from ..store.workers import Limits, Pool

STATIC = Path(__file__).parent / "static"
_LOOK_EVERY = 1.0  # seconds between looks at `current`


def _hashed(folder: Path) -> dict[str, str]:
    """Return the hashed name of each static file: ``style.css`` -> ``style.1a2b3c4d.css``."""
    names = {}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            digest = hashlib.blake2b(path.read_bytes(), digest_size=4).hexdigest()
            names[path.name] = f"{path.stem}.{digest}{path.suffix}"
    return names


class Site:
    """One build, its pages, its query workers. It counts who uses it, and closes when the last has done."""

    def __init__(self, build: Build, settings: Settings) -> None:
        self.build, self.settings = build, settings
        self.assets = _hashed(STATIC)
        self.html = Html(build)
        # No worker starts before the first query comes.
        self.pool = Pool(build.folder / "store", Limits.of(settings))
        self._lock = threading.Lock()
        self._users = 0
        self._retired = False

    def asset(self, name: str) -> str:
        """Return the address of a static file; it holds a digest, so it may be kept for ever."""
        return f"/static/{self.assets[name]}"

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

    def get(self) -> Site:
        """Return the Site to answer from. Raises BuildFailed when there has never been a build."""
        now = self._clock()
        if self._site is None or now - self._looked >= _LOOK_EVERY:
            with self._lock:
                self._look(now)
        if self._site is None:
            raise BuildFailed("there is no build yet; run: ccin-ld build")
        return self._site

    def _look(self, now: float) -> None:
        if self._site is not None and now - self._looked < _LOOK_EVERY:
            return  # another thread has just looked
        self._looked = now
        folder = current(self.settings)
        if folder is None or (self._site and folder == self._site.build.folder):
            return
        try:
            fresh = Site(Build(folder), self.settings)
        except BuildFailed:
            if self._site is None:
                raise
            return  # a folder that vanished or is no build: go on with the one that works
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
