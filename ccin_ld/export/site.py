"""The export: every address that the site knows, asked of the application and written as files."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from .. import __version__
from ..build import Build
from ..config import Settings
from ..errors import BadInput
from ..represent import ALL
from ..represent.pages.language import localised
from ..web.app import App, create_app
from ..words import LANGUAGES
from . import hosts, pages
from .asking import ORIGIN, Answer, ask
from .instead import needs_server_page
from .names import NEEDS_SERVER, SERVER_ONLY, file_of, needs_server, spoken

MANIFEST, SUMS = "export.json", "SHA256SUMS"
NOT_FOUND = "404.html"
_EXTENSIONS = {
    **{one.media_type: one.extension for one in ALL},
    "application/xml": "xml",
    "application/linkset+json": "json",
}
# It goes into configuration files: nothing but what they take as it is.
_PUBLIC = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~-]+)*/?")
_HTML, _JSON = "text/html", ("application/json", "application/ld+json", "application/geo+json")


@dataclass
class Export:
    """What became of the site: files by address, moved and withdrawn addresses, links that lead nowhere."""

    build: str
    public: str
    places: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    broken: dict[str, int] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    immutable: set[str] = field(default_factory=set)
    sums: dict[str, str] = field(default_factory=dict)
    size: int = 0

    def find(self, address: str) -> str:
        """Return the name of the file that answers for a local address."""
        for _ in range(5):
            if address not in self.moved:
                break
            address = self.moved[address]
        address = _one(address)
        if address not in self.places and needs_server(address):
            return self.places[_needs_server(address)]
        return self.places.get(address, NOT_FOUND)


def export_site(
    build: Build,
    settings: Settings,
    folder: Path,
    *,
    public_url: str | None = None,
    say: Callable[[str], object] = lambda words: None,
) -> Export:
    """Write the site of *build* to *folder*, whole or not at all, and return what was written.

    *public_url* is where it will stand, with a path where the host gives one; without it, the start of the
    network's permanent links. Raises BadInput for a folder that holds anything but an earlier export or
    cannot be written, and for what is no address of a site.
    """
    check(folder)
    app = create_app(replace(settings, public_url=ORIGIN), build=build)
    try:
        return write(app, build, folder, public_url or settings.public_url, say=say)
    finally:
        app.close()


def write(
    app: App,
    build: Build,
    folder: Path,
    public_url: str | None,
    *,
    say: Callable[[str], object] = lambda words: None,
) -> Export:
    """Write what *app* answers, which names itself ORIGIN, to *folder*; as ``export_site`` does."""
    folder = folder.absolute()
    check(folder)
    export = Export(build.id, _public(public_url or build.base.iri))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as made:
            new, old = Path(made) / "new", Path(made) / "old"
            new.mkdir()
            new.chmod(0o755)
            _Writing(app, build, new, export, say).run()
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
    except OSError as error:
        raise BadInput(
            f"the export cannot be written: {error.strerror}",
            file=error.filename or folder,
            hint="give a folder on a disk with room, that you may write to",
        ) from error
    return export


def _public(address: str) -> str:
    """Return the public address without a final slash. Raises BadInput for what is no web address."""
    if not _PUBLIC.fullmatch(address):
        raise BadInput(
            f"the public address {address!r} is not one that a site can have",
            hint="give a scheme, a host and perhaps a path: https://me.github.io/repository",
        )
    return address.rstrip("/")


def check(folder: Path) -> None:
    """Raise BadInput when *folder* holds anything but an earlier export, which may be replaced."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise BadInput("the export needs a folder of its own", file=folder, hint="give another path")
    if folder.is_dir() and any(folder.iterdir()) and not _is_export(folder):
        raise BadInput(
            "the folder is not empty, and no earlier export",
            file=folder,
            hint="give a new folder or an empty one",
        )


def _is_export(folder: Path) -> bool:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and str(told.get("generator", "")).startswith("ccin-ld ")


class _Writing:
    """One export on its way: first every answer as it is, then the links, when each address has its file."""

    def __init__(
        self, app: App, build: Build, folder: Path, export: Export, say: Callable[[str], object]
    ) -> None:
        self.app, self.build, self.folder, self.export, self.say = app, build, folder, export, say
        self.base = build.base.iri
        self._waiting: list[str] = []
        self._seen: set[str] = set()

    def run(self) -> None:
        """Write all of it."""
        for address in _known(self.app, self.build):
            self._add(address)
        probes = len(self._waiting)
        for number, address in enumerate(self._waiting):
            self._visit(address, is_probe=number < probes)
            if number and number % 2000 == 0:
                self.say(f"{number:,} of {len(self._waiting):,} addresses")
        self._instead()
        self._links()
        self._moved()
        for name, text in hosts.files(self.export, self.build.model.site.dataset).items():
            self._put(name, text.encode())
        self._sums()

    def _add(self, address: str) -> None:
        address = _one(address)
        if address not in self._seen and not needs_server(address):
            self._seen.add(address)
            self._waiting.append(address)

    def _visit(self, address: str, *, is_probe: bool) -> None:
        answer = ask(self.app, address)
        if answer.status in (301, 302, 303, 307, 308):
            target = answer.headers["location"].removeprefix(ORIGIN)
            self.export.moved[address] = target
            self._add(target.partition("#")[0])
        elif answer.status in (200, 410):
            if answer.status == 410:
                self.export.gone.add(address)
            self._keep(address, answer)
        elif not is_probe:
            self.export.broken[address] = answer.status

    def _keep(self, address: str, answer: Answer) -> None:
        name = file_of(address, _extension(address, answer), self.base)
        self.export.places[address] = name
        self.export.types[name] = answer.headers["content-type"]
        if "immutable" in answer.headers.get("cache-control", ""):
            self.export.immutable.add(name)
        self._put(name, answer.data)
        found: Iterator[str] = iter(())
        if answer.media_type == _HTML:
            found = pages.links(answer.data.decode())
        elif answer.media_type in _JSON and address.startswith(("/doc", "/id")):
            found = pages.states(answer.data.decode())
        for link in found:
            self._add(link)

    def _put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def _instead(self) -> None:
        """Write the pages that say what is not there: what needs a server, and what is not found."""
        self._put(NOT_FOUND, ask(self.app, "/404").data)
        self.export.types[NOT_FOUND] = "text/html; charset=utf-8"
        for code in LANGUAGES:
            about = ask(self.app, localised("/about", code)).data.decode()
            text = needs_server_page(about, code, self.build)
            for path in (NEEDS_SERVER, *SERVER_ONLY):
                address = localised(path, code)
                name = self.export.places[address] = f"{address[1:]}.html"
                self.export.types[name] = "text/html; charset=utf-8"
                self._put(name, text.encode())

    def _links(self) -> None:
        """Lead the links of every text to files, and name the public address."""
        export = self.export
        for name, content_type in export.types.items():
            kind = content_type.partition(";")[0]
            # Pages, JSON and what names the site's address; dumps and Releases are as they are.
            if kind != _HTML and name.startswith(("data/", "static/")) and name.count("/") > 2:
                continue
            path = self.folder / name
            data = path.read_bytes()
            if kind == _HTML:
                folder = None if name == NOT_FOUND else name.rpartition("/")[0]
                code = spoken("/" + name.removesuffix(".html"))[0]
                text = pages.page(data.decode(), folder, export.find, export.public, code)
            elif kind in _JSON and b"?" in data:
                text = pages.json(data.decode(), export.find, export.public)
            elif ORIGIN.encode() in data:
                text = pages.absolute(data.decode(), export.find, export.public)
            else:
                continue
            path.write_bytes(text.encode())

    def _moved(self) -> None:
        """Write a page for each moved address: hosts that only have files cannot redirect."""
        for address in self.export.moved:
            target, name = self.export.find(address), file_of(address, "html", self.base)
            if "?" in address or name in self.export.types or not target.endswith(".html"):
                continue
            canonical = f"{self.export.public}{_end(address, self.export.moved)}"
            where = pages.relative(target, name.rpartition("/")[0])
            self._put(name, pages.moved(where, canonical).encode())

    def _sums(self) -> None:
        """Write the checksums of all files, and what the export is."""
        export = self.export
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                export.sums[path.relative_to(self.folder).as_posix()] = hashlib.sha256(data).hexdigest()
                export.size += len(data)
        told = {
            "generator": f"ccin-ld {__version__}",
            "build": export.build,
            "modified": self.build.manifest["modified"],
            "publicUrl": export.public,
            "files": len(export.sums),
            "bytes": export.size,
            "moved": len(export.moved),
            "withdrawn": sorted(export.gone),
        }
        data = (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()
        self._put(MANIFEST, data)
        export.sums[MANIFEST] = hashlib.sha256(data).hexdigest()
        lines = [f"{digest}  {name}\n" for name, digest in sorted(export.sums.items())]
        self._put(SUMS, "".join(lines).encode())


def _known(app: App, build: Build) -> Iterator[str]:
    """Yield the addresses that the site knows: its routes, and every IRI of the network's own in the data."""
    yield from ("/", *(f"/{code}" for code in LANGUAGES))
    for rule in app.flask.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        if rule.arguments <= set(rule.defaults or ()):
            yield rule.rule
        elif rule.arguments == {"extension"}:
            yield from (rule.rule.replace("<extension>", one.extension) for one in ALL)
    yield from (f"/{name}" for name in sorted(build.model.lists))
    iris = set()
    for quad in ox.parse(path=str(build.folder / "files" / "dataset.nq")):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(build.base.iri):
                iris.add(term.value.partition("#")[0])
    yield from filter(None, map(build.base.path, sorted(iris)))


def _extension(address: str, answer: Answer) -> str | None:
    """Return the ending of the file, where the address does not end in one that fits its type."""
    path = address.partition("?")[0]
    known = _EXTENSIONS.get(answer.media_type)
    if answer.media_type == _HTML:
        return known
    last = path.rpartition("/")[2]
    return None if "." in last or known is None else known


def _one(address: str) -> str:
    """Return an address in its one form: a page has no ending, and only the home page a slash."""
    path, mark, query = address.partition("?")
    path = path.removesuffix(".html").rstrip("/") or "/"
    return path + mark + query if query else path


def _end(address: str, moved: dict[str, str]) -> str:
    for _ in range(5):
        if address not in moved:
            break
        address = moved[address]
    return address


def _needs_server(address: str) -> str:
    return localised(NEEDS_SERVER, spoken(address.partition("?")[0])[0])
