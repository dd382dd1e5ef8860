"""A finished SQLite file of a build, opened for reading: one connection a thread."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path


class Database:
    """Opens one file when it is first asked, in each thread anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    @property
    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            # immutable: nothing writes to a finished build, so no locks are needed.
            db = sqlite3.connect(f"file:{self._path}?immutable=1", uri=True, check_same_thread=False)
            self._local.db = db
        return db

    def _count(self, sql: str, *values: object) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])
