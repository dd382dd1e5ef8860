"""Exports of the invented choirs and of the committed record, and hosts that serve them."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.export import Export, export_site, write
from ccin_ld.web.app import App

from ..conftest import missing
from ..crawler import Fetched

# As a host names it that gives each repository a path.
CHOIR_URL = "https://choirs.github.example/songs"


@dataclass
class Host:
    """A web server on this machine; one connection is kept for all questions."""

    port: int
    base: str = ""
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return the status, the headers by their names in small letters, and the bytes."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            self._connection.request("GET", path, headers=headers)
            answer = self._connection.getresponse()
            data = answer.read()
        except (http.client.HTTPException, OSError):
            self.close()
            raise
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, data

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def fetch(self, path: str) -> Fetched:
        """Return what a browser would see."""
        status, headers, data = self.get(path, Accept="text/html, */*;q=0.5")
        kind = headers.get("content-type", "").partition(";")[0]
        return Fetched(
            status, kind, data.decode() if kind == "text/html" else "", headers.get("location", "")
        )


@contextmanager
def open_folder() -> Iterator[Path]:
    """Give a folder that web servers can read: as root they go on as somebody else."""
    with tempfile.TemporaryDirectory(prefix="ccin-ld-export-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def choir_root() -> Iterator[Path]:
    """The root of a host on which the choirs have a path of their own."""
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def choir_export(choir: Build, choir_settings: Settings, choir_root: Path) -> Export:
    """The choirs' site as files, under a path."""
    return export_site(choir, choir_settings, choir_root / "songs", public_url=CHOIR_URL)


@pytest.fixture(scope="session")
def root() -> Iterator[Path]:
    """Where the export of the committed record is written to."""
    with open_folder() as folder:
        yield folder / "export"


@pytest.fixture(scope="session")
def export(whole: App, built: Build, root: Path) -> Export:
    """The site of the committed record as files."""
    return write(whole, built, root, "https://linked.example")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int, base: str = "") -> Iterator[Host]:
    """Run a web server until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until, host = time.monotonic() + 20, Host(port, base)
    try:
        while True:
            assert process.poll() is None, command
            try:
                host.get("/")
                break
            except OSError:
                assert time.monotonic() < until, command
                time.sleep(0.05)
        yield host
    finally:
        host.close()
        process.terminate()
        process.wait(20)


def found(name: str, package: str) -> str:
    """Return the path of a web server. Skips, or fails in CI, where it is missing."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if path is None:
        missing(f"{name} is not installed (apt-get install {package})")
    return path


@contextmanager
def nginx(root: Path, site: Path, folder: Path, base: str = "") -> Iterator[Host]:
    """Serve *root* with the configuration that the export *site* brings, port and root changed as it says."""
    program, port = found("nginx", "nginx-light"), free_port()
    text = (site / "hosting" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (("listen 8080;", f"listen 127.0.0.1:{port};"), ("root /srv/www;", f"root {root};")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [program, "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off;"]
    with running(command, port, base) as host:
        yield host


@contextmanager
def plain(root: Path, base: str = "") -> Iterator[Host]:
    """Serve *root* as a host does that has files and nothing else."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "http.server",
        "--bind",
        "127.0.0.1",
        "--directory",
        str(root),
        str(port),
    ]
    with running(command, port, base) as host:
        yield host


@pytest.fixture(scope="session")
def served(export: Export, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The committed record's export behind nginx."""
    with nginx(root, root, tmp_path_factory.mktemp("nginx")) as host:
        yield host


@pytest.fixture(scope="session")
def singing(
    choir_export: Export, choir_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    """The choirs' export behind nginx, under its path."""
    with nginx(choir_root, choir_root / "songs", tmp_path_factory.mktemp("nginx"), "/songs") as host:
        yield host


_HTTPD = """ServerRoot {folder}
PidFile {folder}/httpd.pid
ErrorLog {folder}/error.log
ServerName 127.0.0.1
User nobody
Group nogroup
TypesConfig /dev/null
Listen 127.0.0.1:{port}
{modules}
DocumentRoot {root}
<Directory {root}>
    AllowOverride All
    Require all granted
</Directory>
"""
_MODULES = ("mpm_event", "authz_core", "dir", "mime", "headers", "rewrite")


@contextmanager
def apache(root: Path, folder: Path, base: str = "") -> Iterator[Host]:
    """Serve *root* with Apache, which reads the configuration from the export itself."""
    program, port = found("apache2", "apache2-bin"), free_port()
    modules = Path(program).parents[1] / "lib" / "apache2" / "modules"
    lines = "\n".join(f"LoadModule {one}_module {modules}/mod_{one}.so" for one in _MODULES)
    text = _HTTPD.format(folder=folder, port=port, modules=lines, root=root)
    (folder / "httpd.conf").write_text(text, encoding="utf-8")
    with running([program, "-DFOREGROUND", "-f", str(folder / "httpd.conf")], port, base) as host:
        yield host
