"""What differs between two deployments, as one frozen value. Only this module reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from .errors import BadSettings

PREFIX = "CCIN_LD_"


class Secret(str):
    """A text that is never shown: not in a message, a log, or ``ccin-ld settings``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(hidden)"

    def __str__(self) -> str:
        return "(hidden)"

    def __format__(self, spec: str) -> str:
        return format("(hidden)", spec)

    def reveal(self) -> str:
        """Return the text itself."""
        return "".join(self)


def setting(default: Any, help: str) -> Any:
    """Declare a setting with its default and the sentence that documents it."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between two deployments; each may be set as ``CCIN_LD_NAME`` or ``--name``."""

    data_dir: Path = setting(Path("data"), "Folder of the record: catalog.ttl, sources.ttl, graphs/")
    ontology_dir: Path | None = setting(None, "Folder of the ontology; none means the one that is shipped")
    queries_dir: Path = setting(Path("examples/queries"), "Folder of the example queries (*.rq)")
    stories_dir: Path | None = setting(
        None, "Folder of the stories (*.md); none means “stories” beside the folder of queries"
    )
    var_dir: Path = setting(Path("var"), "Folder for builds; it may be deleted at any time")
    base_iri: str | None = setting(
        None, "Start of every IRI; none means the one in data/catalog.ttl (void:uriSpace)"
    )
    public_url: str | None = setting(
        None, "Address under which clients reach this server; none means the request's host"
    )
    trusted_proxies: int = setting(0, "How many proxies in front may name the client's host and address")
    host: str = setting("127.0.0.1", "Address to listen on")
    port: int = setting(8000, "Port to listen on; 0 takes a free one")
    threads: int = setting(24, "Threads that answer requests")
    quotations: bool = setting(True, "Whether quoted texts without a licence are published")
    reports: Path | None = setting(
        None, "Folder where reports of problems are kept; none means that they are sent by mail, if at all"
    )
    keep_builds: int = setting(5, "How many builds are kept")
    cache_bytes: int = setting(64 * 1024 * 1024, "Bytes of the cache of finished representations")
    query_timeout: float = setting(10.0, "Seconds before a SPARQL query is stopped")
    query_memory: int = setting(1536 * 1024 * 1024, "Bytes of memory that one query may use")
    query_rows: int = setting(
        100_000, "Rows, or triples, of one SPARQL answer; a longer one is cut and says so"
    )
    query_bytes: int = setting(
        64 * 1024 * 1024, "Bytes of one SPARQL answer; a longer one is cut and says so"
    )
    query_length: int = setting(64 * 1024, "Bytes of one SPARQL query; a longer one is refused")
    query_nesting: int = setting(100, "Brackets within brackets of one SPARQL query")
    query_workers: int = setting(2, "Worker processes for SPARQL queries, slow ones not counted")
    query_slow_workers: int | None = setting(
        None, "Slow SPARQL queries at one time; none means the cores less one, or 4 with an engine"
    )
    query_queue: int = setting(16, "SPARQL queries that may wait for a worker")
    query_client_places: int = setting(
        16, "SPARQL queries that one client may have running and waiting; 0 is no limit"
    )
    query_client_seconds: float = setting(
        30.0, "Seconds of SPARQL query time that one client may use in a minute; 0 is no limit"
    )
    query_log_after: float = setting(
        1.0, "Seconds after which a SPARQL query is logged: its length, digest, time and status"
    )
    endpoint: str | None = setting(
        None, "Address of the SPARQL engine that holds the triples; none means the index of the build"
    )
    endpoint_update: str | None = setting(None, "Address where that engine takes SPARQL Update; only to push")
    endpoint_graphs: str | None = setting(
        None, "Address of that engine's Graph Store Protocol; only to push, none means SPARQL Update"
    )
    endpoint_timeout: float = setting(5.0, "Seconds that a page waits for that engine")
    endpoint_auth: str = setting("basic", "How the name and password are given to it: basic or digest")
    endpoint_user: str | None = setting(None, "The name that we have there")
    endpoint_password: Secret | None = setting(None, "The password that we have there")
    endpoint_password_file: Path | None = setting(None, "File that holds the password instead")
    endpoint_token: Secret | None = setting(None, "The bearer token that we have there")
    endpoint_token_file: Path | None = setting(None, "File that holds the token instead")
    webhook: str | None = setting(
        None, "Addresses that are told of a new Release, with blanks between; none means that nobody is"
    )
    webhook_secret: Secret | None = setting(None, "The secret that signs what they are told")
    webhook_secret_file: Path | None = setting(None, "File that holds the secret instead")
    webhook_timeout: float = setting(10.0, "Seconds that each of them has to answer")

    def __post_init__(self) -> None:
        for name in ("threads", "keep_builds", "query_workers", "query_rows", "query_bytes", "query_length"):
            if getattr(self, name) < 1:
                raise _unusable(name, getattr(self, name), "a number above 0")
        if not 0 <= self.port <= 65535:
            raise _unusable("port", self.port, "a number from 0 to 65535")
        if not 0 < self.query_timeout <= 3600:
            raise _unusable("query_timeout", self.query_timeout, "seconds above 0 and at most 3600")
        if not 0 < self.endpoint_timeout <= 3600:
            raise _unusable("endpoint_timeout", self.endpoint_timeout, "seconds above 0 and at most 3600")
        if not 0 < self.webhook_timeout <= 300:
            raise _unusable("webhook_timeout", self.webhook_timeout, "seconds above 0 and at most 300")
        if self.endpoint_auth not in ("basic", "digest"):
            raise _unusable("endpoint_auth", self.endpoint_auth, "basic or digest")
        for name in ("endpoint", "endpoint_update", "endpoint_graphs"):
            _check_address(name, getattr(self, name))
        for address in (self.webhook or "").split():
            _check_address("webhook", address)

    def secret(self, name: str) -> Secret | None:
        """Return the secret of that name, from the file that holds it where it is not given itself.

        Raises BadSettings when the file cannot be read.
        """
        given, path = getattr(self, name), getattr(self, f"{name}_file")
        if given or path is None:
            return given or None
        try:
            return Secret(path.read_text(encoding="utf-8").strip("\r\n"))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8"
            raise BadSettings(f"{PREFIX}{name.upper()}_FILE cannot be read: {reason}", file=path) from error

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
        """Return settings read from *environ* (default: the process's); *given* ones that are not None win.

        Raises BadSettings for a value that means nothing and for an unknown ``CCIN_LD_*`` name.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for name, text in environ.items():
            if name.startswith(PREFIX) and name not in _NOT_SETTINGS:
                values.update([_read(name, text)])
        values.update({name: value for name, value in given.items() if value is not None})
        return cls(**values)


# Read by tests and by the package build, never by the product.
_NOT_SETTINGS = {"CCIN_LD_REQUIRE", "CCIN_LD_FRONTEND", "CCIN_LD_SHARED", "CCIN_LD_SCREENSHOTS"}


def _check_address(attribute: str, address: str | None) -> None:
    """Raise BadSettings for what is no web address, without saying it: there may be a password in it."""
    if address is None:
        return
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    name = PREFIX + attribute.upper()
    if not good or address != address.strip() or not address.isascii():
        hint = "give it a whole address, such as http://localhost:7878/query"
        raise BadSettings(f"{name} is not a web address", hint=hint)
    if parts.username is not None or parts.password is not None:
        hint = (
            "what is sent there is signed: take them out"
            if attribute == "webhook"
            else "give them in CCIN_LD_ENDPOINT_USER and CCIN_LD_ENDPOINT_PASSWORD_FILE"
        )
        raise BadSettings(f"{name} holds a name or a password", hint=hint)


def documented() -> list[tuple[str, str, str, str]]:
    """Return a row for each setting: environment name, command-line option, default as text, help."""
    return [
        (PREFIX + item.name.upper(), "--" + item.name.replace("_", "-"), _shown(item), item.metadata["help"])
        for item in fields(Settings)
    ]


def _shown(item: Field[Any]) -> str:
    return "none" if item.default is None or item.default is MISSING else str(item.default)


def _read(name: str, text: str) -> tuple[str, Any]:
    known = {item.name: item for item in fields(Settings)}
    attribute = name[len(PREFIX) :].lower()
    if attribute not in known:
        raise BadSettings(f"{name} is not a setting", hint="see docs/settings.md, or run: ccin-ld settings")
    return attribute, convert(attribute, text)


def convert(attribute: str, text: str) -> Any:
    """Return *text* as a value of the setting *attribute*. Raises BadSettings when it cannot be one."""
    hint = str(get_type_hints(Settings)[attribute])
    try:
        if "bool" in hint:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[
                text.lower()
            ]
        if "Path" in hint:
            return Path(text)
        if "Secret" in hint:
            return Secret(text)
        if "int" in hint:
            return int(text)
        return float(text) if "float" in hint else text
    except (KeyError, ValueError) as error:
        raise _unusable(attribute, text, "true or false" if "bool" in hint else "a number") from error


def _unusable(attribute: str, value: object, wanted: str) -> BadSettings:
    name = PREFIX + attribute.upper()
    return BadSettings(f"{name} cannot be {value!r}", hint=f"give it {wanted}")
