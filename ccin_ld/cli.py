"""The command line: the verbs of the pipeline, in its order.

Every command ends with 0 when it did what it says, 1 when the data is at fault, 2 when it could not run.
"""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from . import __version__
from .config import Settings, convert, documented
from .errors import BadInput, BadStatement, LinkedDataError, QueryError, ShapesViolated

_LARGE = 4 << 20  # bytes of files that are not read in the process that serves
_DATA_AT_FAULT = (ShapesViolated, BadStatement, QueryError)


def _ends_well(command: Callable[..., None]) -> Callable[..., None]:
    """Turn an error of ours into one clear message and the exit status of its kind."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except LinkedDataError as error:
            line, column = getattr(error, "line", None), getattr(error, "column", None)
            place = f"line {line}, column {column}: " if line and isinstance(error, QueryError) else ""
            click.echo(f"ccin-ld: {place}{error}", err=True)
            hint = getattr(error, "hint", None)
            if hint and hint not in str(error):
                click.echo(f"  What to do: {hint}", err=True)
            sys.exit(1 if isinstance(error, _DATA_AT_FAULT) else 2)
        except BrokenPipeError:
            sys.stderr.close()  # the reader has gone: that is no fault of ours
            sys.exit(0)

    return run


class _Setting(click.ParamType[Any]):
    """A setting's value on the command line, read as it is from the environment."""

    name = "value"

    def __init__(self, attribute: str) -> None:
        self.attribute = attribute

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return convert(self.attribute, value) if isinstance(value, str) else value
        except BadInput as error:
            self.fail(f"{value!r}: {error.hint}", param, ctx)


def settings_options(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options of the named settings, each with the sentence that documents it."""
    rows = {
        option[2:].replace("-", "_"): (option, default, text) for _, option, default, text in documented()
    }

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for name in reversed(names):
            option, default, text = rows[name]
            command = click.option(option, name, type=_Setting(name), help=f"{text} (default: {default}).")(
                command
            )
        return command

    return add


_RECORD = ("data_dir", "ontology_dir", "base_iri", "quotations")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ccin-ld")
def main() -> None:
    """Publish what a network of councils knows about itself as linked open data.

    Every command ends with 0 when it did what it says, 1 when the data is at fault, and 2 when it could not
    run. Settings can be given as options or as CCIN_LD_* in the environment; see: ccin-ld settings.
    """


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--url", help="The page's web address; a sheet has none.")
@click.option("--title", help="The page's title, where the file has none.")
@click.option(
    "--as",
    "kind",
    help="What the page tells of, where its address does not say: project, case-study, page. "
    "Of a sheet, what its rows are: members, projects, principles, and the others that can be exported.",
)
@click.option("--also", multiple=True, help="Another address of the same page; may be given again.")
@click.option("--key", help="The page's key, where its address gives none of its own.")
@click.option(
    "--accept",
    multiple=True,
    help="A printed name and its body, as Name=council/anytown; may be given again.",
)
@click.option("--captured", help="The day on which the text was stored: 2026-11-23.")
@click.option(
    "--captured-before", help="The latest day on which it can have been stored, when the day is not known."
)
@click.option("--yes", is_flag=True, help="Write what the preview says.")
@click.option("--preview", "shown", type=click.Path(path_type=Path), help="Write the preview as a web page.")
@settings_options("data_dir", "ontology_dir")
@_ends_well
def ingest(
    file: Path,
    url: str | None,
    title: str | None,
    kind: str | None,
    also: tuple[str, ...],
    key: str | None,
    accept: tuple[str, ...],
    captured: str | None,
    captured_before: str | None,
    yes: bool,
    shown: Path | None,
    **given: Any,
) -> None:
    """Read a FILE and say what it changes; with --yes, write that to the record.

    A page, stored text or HTML, is given with --url. A sheet, CSV or XLSX, is given with --as and no --url.
    """
    from .ingest import apply, run

    settings = Settings.from_env(**given)
    # An import makes much and throws little away: looking for garbage took a quarter of its time.
    gc.disable()
    click.get_current_context().call_on_close(gc.enable)
    if url is None:
        for option, value in (("--title", title), ("--also", also), ("--key", key), ("--captured", captured)):
            if value:
                raise BadInput(
                    f"{option} is for pages", hint="give the page's address with --url; a sheet has none"
                )
        day = _day("--captured-before", captured_before)
        _ingest_sheet(file, kind, day, accept, settings, yes=yes, shown=shown)
        return
    preview = run(
        file,
        url=url,
        title=title,
        kind=kind,
        also=also,
        key=key,
        accept=accept,
        data_dir=settings.data_dir,
        captured=_day("--captured", captured),
        captured_before=_day("--captured-before", captured_before),
    )
    _finish(preview, lambda: apply(preview), yes=yes, shown=shown)


def _ingest_sheet(
    file: Path,
    kind: str | None,
    captured_before: date | None,
    accept: tuple[str, ...],
    settings: Settings,
    *,
    yes: bool,
    shown: Path | None,
) -> None:
    from .ingest.sheet import apply_sheet, run_sheet

    if kind is None:
        hint = "give --url and the address of a page, or --as and the kind of a sheet, such as --as members"
        raise BadInput("it is not said what this file is", file=file, hint=hint)
    preview = run_sheet(
        file,
        kind=kind,
        data_dir=settings.data_dir,
        ontology_dir=settings.ontology_dir,
        captured_before=captured_before,
        accept=accept,
    )
    _finish(preview, lambda: apply_sheet(preview), yes=yes, shown=shown)


def _finish(preview: Any, write: Callable[[], list[Path]], *, yes: bool, shown: Path | None) -> None:
    """Show a preview, and write what it says when that is asked for and nothing is in the way."""
    click.echo(preview.to_text())
    if shown:
        _write_file(shown, preview.to_html().encode())
    if preview.problems:
        click.echo("ccin-ld: nothing is written until these problems are settled", err=True)
        sys.exit(1)
    if preview.changed and not yes:
        click.echo("Nothing is written yet. Run the same command with --yes to write it.")
    elif preview.changed:
        for path in write():
            click.echo(f"Wrote {path}")


def _write_file(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        hint = "name a file in a folder that is there and may be written"
        raise BadInput(f"cannot be written: {error.strerror}", file=path, hint=hint) from error


@main.command("export")
@click.argument("kind", required=False)
@click.option("--to", "form", type=click.Choice(["csv", "xlsx"]), help="Format of the sheet (default: csv).")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write the sheet to.")
@click.option(
    "--site",
    "folder",
    type=click.Path(path_type=Path),
    help="Write the whole site of the current build as plain files to this folder.",
)
@settings_options("public_url", *_RECORD, "queries_dir", "var_dir")
@_ends_well
def export_command(
    kind: str | None, form: str | None, out: Path | None, folder: Path | None, **given: Any
) -> None:
    """Write a KIND of thing as a sheet to be edited and given back: members, projects, principles, …

    Or, with --site and no KIND, the whole site as plain files for any web server, with --public-url where it
    will stand.
    """
    settings = Settings.from_env(**given)
    if folder is not None:
        for option, value in (("KIND", kind), ("--to", form), ("--out", out)):
            if value:
                raise BadInput(f"{option} is for sheets", hint="leave it out, or leave out --site")
        _export_site(settings, folder)
        return
    if kind is None or out is None:
        raise BadInput(
            "it is not said what to write",
            hint="give a KIND and --out FILE for a sheet, or --site FOLDER for the whole site",
        )
    from .ingest.export import export, write_export

    sheet = export(kind, data_dir=settings.data_dir, ontology_dir=settings.ontology_dir)
    _write_file(out, write_export(sheet, form or "csv"))
    click.echo(f"Wrote {out}: {len(sheet.rows):,} rows")


def _export_site(settings: Settings, folder: Path) -> None:
    from .build import current, open_build
    from .export import check, export_site

    check(folder)
    _current_build(settings)
    found = current(settings)
    assert found is not None
    made = export_site(open_build(found), settings, folder, say=click.echo)
    for address, status in made.broken.items():
        click.echo(f"A page leads to {address}, which answers {status}.", err=True)
    click.echo(f"Wrote {folder}: {len(made.sums) + 1:,} files, {made.size / 1e6:,.0f} MB, for {made.public}")
    click.echo(f"For nginx: {folder}/hosting/nginx.conf; for Apache: {folder}/.htaccess")


@main.command("alias")
@click.argument("name")
@click.argument("body")
@click.option(
    "--why", default="accepted by hand", help="Where the name is printed, or how it is known whom it means."
)
@settings_options("data_dir")
@_ends_well
def alias_command(name: str, body: str, why: str, **given: Any) -> None:
    """Accept the printed NAME for a BODY, such as council/anytown, and write it to the record."""
    from .ingest.aliases import add_alias

    paths = add_alias(Settings.from_env(**given).data_dir, name, body, why)
    for path in paths:
        click.echo(f"Wrote {path}")
    if not paths:
        click.echo("no changes: the name is accepted already")


@main.command("link")
@click.argument("file", metavar="CANDIDATES", type=click.Path(path_type=Path))
@click.option("--accept", multiple=True, help="A link to accept, as IRI=council/anytown; may be given again.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the proposals as CSV, to be looked through."
)
@click.option("--source", help="The key of the links' source (default: links- and the name of the file).")
@click.option("--rights", help="What the list asks to be shown with its links: an attribution.")
@click.option(
    "--at-least", "least", type=click.IntRange(0, 100), help="The least score to propose (default: 50)."
)
@click.option("--yes", is_flag=True, help="Write the links that are accepted.")
@settings_options("data_dir", "ontology_dir")
@_ends_well
def link_command(
    file: Path,
    accept: tuple[str, ...],
    out: Path | None,
    source: str | None,
    rights: str | None,
    least: int | None,
    yes: bool,
    **given: Any,
) -> None:
    """Say which things the records in CANDIDATES may be, with evidence; with --yes, write what is accepted.

    CANDIDATES is CSV or XLSX with the columns iri, name, code, relation, thing, accept. A link is accepted by
    yes in the column accept, or by --accept. Nothing else is written.
    """
    from .dataset import ONTOLOGY_FILES, shipped_ontology
    from .ingest.link import apply, preview
    from .record import read

    settings = Settings.from_env(**given)
    concepts = read((settings.ontology_dir or shipped_ontology()) / ONTOLOGY_FILES[1])
    found = preview(
        file, settings.data_dir, accept=accept, source=source, rights=rights, least=least, concepts=concepts
    )
    if out:
        _write_file(out, found.to_csv())
    _finish(found, lambda: apply(found), yes=yes, shown=None)


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise BadInput(
            f"{option}: {text!r} is not a day", hint="write it as year-month-day: 2026-11-23"
        ) from error


@main.command("validate")
@click.option(
    "--engine", type=click.Choice(["auto", "shacl", "pyshacl"]), default="auto", help="The SHACL engine."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@settings_options(*_RECORD)
@_ends_well
def validate_command(engine: str, as_json: bool, **given: Any) -> None:
    """Check the record against the shapes: which thing, where, what was found, what to do."""
    import json

    from .build import prepare, read

    report = prepare(read(Settings.from_env(**given)), engine=engine).report
    click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=1) if as_json else report.to_text())
    if not report.conforms:
        sys.exit(1)


@main.command("format")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; end with 1 when a file is not in the layout.")
@settings_options("data_dir")
@_ends_well
def format_command(files: tuple[Path, ...], check: bool, **given: Any) -> None:
    """Write the record's files (or FILES) in their one layout."""
    from . import record

    folder = Settings.from_env(**given).data_dir
    paths = list(files) or [*sorted(folder.glob("*.ttl")), *sorted((folder / "graphs").glob("*.ttl"))]
    wanted = {path: record.write(record.read(path)) for path in paths}
    off = [path for path, data in wanted.items() if path.read_bytes() != data]
    if check:
        for path in off:
            click.echo(f"{path}: is not in the record's layout. What to do: run ccin-ld format")
        sys.exit(1 if off else 0)
    for path in record.save(wanted):
        click.echo(f"Wrote {path}")


@main.command("build")
@click.option(
    "--engine", type=click.Choice(["auto", "shacl", "pyshacl"]), default="auto", help="The SHACL engine."
)
@settings_options(*_RECORD, "var_dir", "keep_builds")
@click.option("--without-quotations", is_flag=True, help="Leave out quoted texts that have no licence.")
@_ends_well
def build_command(engine: str, without_quotations: bool, **given: Any) -> None:
    """Check the record and make a build of it: files, indexes, report. It becomes the current one."""
    if without_quotations:
        given["quotations"] = False
    _build(Settings.from_env(**given), engine)


def _build(settings: Settings, engine: str = "auto") -> None:
    from .build import build

    made = build(settings, engine=engine)
    counts = made.manifest["counts"]
    warnings = made.manifest["findings"].get("warning", 0)
    click.echo(
        f"Build {made.id}: {counts['triples']:,} triples, {len(counts['graphs'])} graphs, {warnings} warnings"
    )
    click.echo(f"In {made.folder}")


@main.command("release")
@click.option("--date", "day", required=True, help="The day of the Release: 2026-11-23. No clock is read.")
@click.option(
    "--engine", type=click.Choice(["auto", "shacl", "pyshacl"]), default="auto", help="The SHACL engine."
)
@click.option("--notify", "tell", is_flag=True, help="Tell those whom CCIN_LD_WEBHOOK names, at once.")
@settings_options("data_dir", "ontology_dir")
@_ends_well
def release_command(day: str, engine: str, tell: bool, **given: Any) -> None:
    """Add a Release of the record to the ledger, data/releases/; nothing when it is the newest one's data."""
    from .notify import notify
    from .release import release

    asked = _day("--date", day)
    assert asked is not None
    made = release(Settings.from_env(**given), asked, engine=engine)
    if not made.is_new:
        click.echo(f"No change: the newest Release, {made.release.name}, is of the same data.")
        return
    assert made.diff is not None
    click.echo(f"Release {made.release.name}: {made.release.triples:,} triples. {made.diff.summary}")
    click.echo("Commit data/releases/, and run ccin-ld build to serve it.")
    if tell:
        notify(Settings.from_env(**given), made.release.name, say=click.echo)


@main.command("notify")
@click.argument("release", default="latest")
@settings_options(
    "webhook", "webhook_secret_file", "webhook_timeout", "public_url", "data_dir", "ontology_dir"
)
@_ends_well
def notify_command(release: str, **given: Any) -> None:
    """Tell the addresses of CCIN_LD_WEBHOOK of RELEASE (or: latest), in a signed message.

    Best once the Release is served: who is told may come to read it. Telling again does no harm.
    """
    from .notify import notify

    notify(Settings.from_env(**given), release, say=click.echo)


@main.command("rollback")
@click.argument("release")
@settings_options("data_dir", "ontology_dir", "var_dir", "keep_builds")
@_ends_well
def rollback_command(release: str, **given: Any) -> None:
    """Serve what RELEASE (or: latest) published, from the ledger; the record and the ledger stay."""
    from .release import rollback

    made = rollback(Settings.from_env(**given), release)
    click.echo(
        f"Now served: Release {made.manifest['release']}, {made.manifest['counts']['triples']:,} triples"
    )
    click.echo("The record is as it was: the next ccin-ld build serves that again.")


@main.command("push")
@click.argument("what", metavar="RELEASE")
@click.option("--to", "endpoint", help="The engine's address for queries (default: CCIN_LD_ENDPOINT).")
@click.option("--update", "endpoint_update", help="Its address for SPARQL Update.")
@click.option("--graphs", "endpoint_graphs", help="Its address for the Graph Store Protocol, if it has one.")
@settings_options(
    "endpoint_user", "endpoint_auth", "endpoint_password_file", "endpoint_token_file", "data_dir", "var_dir"
)
@_ends_well
def push_command(what: str, **given: Any) -> None:
    """Load RELEASE (or: latest, current, the id of a build) into a remote SPARQL engine.

    Nothing is switched over before all is there; what the engine holds already is not sent again.
    """
    from .release import version_and_quads
    from .store.engine import Engine
    from .store.push import push

    settings = Settings.from_env(**given)
    engine = Engine.of(settings)
    if engine is None:
        raise BadInput("it is not said which engine", hint="give its address with --to")
    base, version, quads = version_and_quads(settings, what)
    done = push(engine, base, version, quads, say=click.echo)
    click.echo(
        f"The engine holds the version {done.version}: {done.sent} graphs sent with {done.triples:,} triples,"
        f" {done.kept} already there, {done.dropped} taken out"
    )


@main.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write the difference as a web page.")
@click.option(
    "--rdf",
    "prefix",
    type=click.Path(path_type=Path),
    help="Write the statements to PREFIX-added.nq and PREFIX-removed.nq.",
)
@settings_options("data_dir", "ontology_dir", "var_dir")
@_ends_well
def diff_command(old: str, new: str, page: Path | None, prefix: Path | None, **given: Any) -> None:
    """Say what differs between OLD and NEW, thing by thing.

    Each is a Release (or: latest), a build (or: current), the record as it stands (record), a folder or
    an RDF file.
    """
    from .release import differ
    from .represent.pages.changes import page as as_page

    found = differ(Settings.from_env(**given), old, new)
    written: dict[Path, bytes] = {}
    if page:
        written[page] = as_page(found.to_dict(), old, new).encode()
    if prefix:
        added, removed = found.n_quads()
        written[prefix.with_name(f"{prefix.name}-added.nq")] = added
        written[prefix.with_name(f"{prefix.name}-removed.nq")] = removed
    click.echo(found.to_text())
    _save(written)


def _save(files: dict[Path, bytes]) -> None:
    from . import record

    try:
        for path in record.save(files):
            click.echo(f"Wrote {path}")
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror}", file=error.filename, hint="give another path"
        ) from error


@main.command("check-links")
@click.option("--on", "day", required=True, help="The day of the check: 2026-11-23. No clock is read.")
@click.option(
    "--limit", type=click.IntRange(min=1), help="How many addresses, those not checked for longest first."
)
@click.option("--timeout", type=float, default=20.0, help="Seconds to wait for one answer (default: 20).")
@click.option(
    "--pause", type=float, default=1.0, help="Seconds between two questions to one host (default: 1)."
)
@settings_options("data_dir", "ontology_dir")
@_ends_well
def check_links_command(day: str, limit: int | None, timeout: float, pause: float, **given: Any) -> None:
    """Ask every address of other sites that the data links to, and keep what it answers in data/links.csv.

    One host is asked one thing at a time. Pages and the quality report show the answers after the next build.
    """
    from .build import prepare, read
    from .links import NAME, asking, check, due, outgoing, read_links, write_links

    asked = _day("--on", day)
    assert asked is not None
    dataset = read(Settings.from_env(**given))
    addresses = {one.address for one in outgoing(prepare(dataset).default, dataset.base)}
    known = {address: one for address, one in read_links(dataset.folder).items() if address in addresses}
    found = check(due(addresses, known, limit), asking(asked, timeout=timeout, agent=_agent()), pause=pause)
    known |= {one.address: one for one in found}
    _save({dataset.folder / NAME: write_links(known.values())})
    for one in found:
        if one.status != "ok":
            click.echo(f"{one.status}: {one.address} ({one.answer})")
    broken = sum(one.status == "broken" for one in found)
    click.echo(f"{len(found)} of {len(addresses)} addresses asked, {broken} broken.")


def _agent() -> str:
    return f"ccin-ld/{__version__} (check of links)"


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@settings_options(
    "host", "port", "public_url", "trusted_proxies", "threads", *_RECORD, "queries_dir", "stories_dir",
    "var_dir", "cache_bytes", "query_timeout", "query_memory", "query_rows", "query_bytes", "query_length",
    "query_nesting", "query_workers", "query_slow_workers", "query_queue", "query_client_places",
    "query_client_seconds", "query_log_after",
)  # fmt: skip
@_ends_well
def serve(files: tuple[Path, ...], **given: Any) -> None:
    """Serve the current build, made first when there is none; or serve RDF FILES as they are."""
    from .web.server import serve as run

    settings = Settings.from_env(**given)
    if files:
        with tempfile.TemporaryDirectory(prefix="ccin-ld-") as folder:
            run(_files_build(files, Path(folder), settings, given), say=click.echo)
        return
    _current_build(settings)
    run(settings, say=click.echo)


def _current_build(settings: Settings) -> None:
    from .build import current, fits, is_current

    found = current(settings)
    if found is None or not fits(found):
        click.echo(
            "The build was made by another version: making one."
            if found
            else "There is no build yet: making one."
        )
        _build(settings)
    elif settings.data_dir.is_dir():
        try:
            changed = not is_current(settings)
        except LinkedDataError as error:
            click.echo(f"The record cannot be read, so the build made before is served.\n{error}", err=True)
            return
        if changed:
            click.echo("The record has changed since the current build; ccin-ld build publishes the change.")


def _files_build(
    files: tuple[Path, ...], folder: Path, settings: Settings, given: dict[str, Any]
) -> Settings:
    from dataclasses import replace

    from .build import CURRENT

    _apart(_make_files_build, files, folder / "builds" / "files", settings.base_iri)
    (folder / CURRENT).symlink_to("builds/files")
    # Unvalidated data of anybody's is for this machine alone.
    return replace(settings, var_dir=folder, host=given.get("host") or "127.0.0.1")


def _make_files_build(files: tuple[Path, ...], folder: Path, base_iri: str | None) -> None:
    from .build import build_files

    build_files(files, folder, base_iri=base_iri)


def _apart(work: Callable[..., None], files: tuple[Path, ...], *more: Any) -> None:
    """Run work(files, *more); for large files in a process that gives its memory back when it ends."""
    if sum(path.stat().st_size for path in files if path.is_file()) < _LARGE:
        work(files, *more)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        process.submit(work, files, *more).result()


@main.command()
@click.argument("text", required=False)
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    help="Read the query from a file; - for standard input.",
)
@click.option(
    "--to", "form", default="tsv", help="Format: tsv, csv, json, xml; turtle, ntriples, jsonld, rdfxml."
)
@settings_options("var_dir", "query_timeout", "query_rows")
@_ends_well
def query(text: str | None, path: Path | None, form: str, **given: Any) -> None:
    """Ask the current build a SPARQL query: TEXT, or the content of --file."""
    from .build import current
    from .errors import BuildFailed
    from .store.workers import Limits, Pool

    settings = Settings.from_env(**given)
    asked = _query_text(text, path)
    results, graph = _forms(form)
    folder = current(settings)
    if folder is None:
        raise BuildFailed("there is no build yet; run: ccin-ld build")
    with Pool(folder / "store", Limits.of(settings)) as pool:
        answer = pool.run(asked, results=results, graph=graph)
        with answer.body as body:
            shutil.copyfileobj(body, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    if answer.cut:
        click.echo(f"ccin-ld: the answer was cut after {answer.rows:,} rows", err=True)


def _forms(name: str) -> tuple[str, str]:
    """Return the formats for tables and for graphs: the named one, and our own choice of the other."""
    from .represent.results import by_name

    table, graph = by_name(name, "select"), by_name(name, "graph")
    if table is None and graph is None:
        raise BadInput(
            f"--to {name} is not a format", hint="one of: tsv csv json xml turtle nt jsonld rdfxml"
        )
    return table.form if table else "tsv", graph.form if graph else "ttl"


def _query_text(text: str | None, path: Path | None) -> str:
    if (text is None) == (path is None):
        raise BadInput(
            "give the query as an argument or with --file", hint="for example: ccin-ld query 'ASK {}'"
        )
    if path is None:
        assert text is not None
        return text
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadInput(
            f"the query cannot be read: {error}", file=path, hint="give a UTF-8 text file"
        ) from error


@main.command("withdraw")
@click.argument("iri")
@click.option("--reason", required=True, help="Why, in a sentence; everybody can read it.")
@click.option("--on", "day", required=True, help="The day of the withdrawal: 2026-11-23. No clock is read.")
@click.option("--merge-into", "other", help="The permanent link of the entry that stays, for a doubled one.")
@settings_options("data_dir", "ontology_dir")
@_ends_well
def withdraw_command(iri: str, reason: str, day: str, other: str | None, **given: Any) -> None:
    """Take back the thing IRI, published in error or twice: it leaves a tombstone in the record."""
    from . import record
    from .dataset import open_dataset
    from .tombstones import Tombstone, withdraw

    settings = Settings.from_env(**given)
    asked = _day("--on", day)
    assert asked is not None
    dataset = open_dataset(settings.data_dir, settings.ontology_dir)
    tombstone = Tombstone(iri, asked, reason, other)
    path, data = withdraw(settings.data_dir, dataset.base, dataset.triples, tombstone)
    for written in record.save({path: data}):
        click.echo(f"Wrote {written}")
    click.echo("Run ccin-ld validate: it names what still leads to the thing; then ccin-ld build.")


@main.command("members")
@click.option("--as-of", "day", required=True, help="The day that is asked for: 2020-07-01.")
@settings_options("var_dir")
@_ends_well
def members_command(day: str, **given: Any) -> None:
    """List who was a member on a day, or was when last known, as tab-separated values."""
    from .build import current, open_build
    from .errors import BuildFailed
    from .represent import standings, table

    asked = _day("--as-of", day)
    assert asked is not None
    folder = current(Settings.from_env(**given))
    if folder is None:
        raise BuildFailed("there is no build yet; run: ccin-ld build")
    build = open_build(folder)
    found = standings.rows(build.members_on(asked), build.base, build.name)
    click.echo(table.tsv([standings.HEADER, *found]), nl=False)


@main.command("reports")
@click.option("--json", "as_json", is_flag=True, help="As JSON lines, the way they are kept.")
@settings_options("reports")
@_ends_well
def reports_command(as_json: bool, **given: Any) -> None:
    """List the problems that visitors reported, the oldest first."""
    from .errors import BadSettings
    from .reports import read_reports

    folder = Settings.from_env(**given).reports
    if folder is None:
        raise BadSettings("no folder for reports is set", hint="give --reports, or set CCIN_LD_REPORTS")
    for one in read_reports(folder):
        click.echo(one.to_line().decode() if as_json else one.to_text(), nl=not as_json)


@main.command("settings")
@_ends_well
def settings_command() -> None:
    """Show every setting, its value here, and what it means; and whether the query editor is there."""
    settings = Settings.from_env()
    for name, option, default, text in documented():
        value = getattr(settings, option[2:].replace("-", "_"))
        click.echo(f"{name} = {value}\n    {text} (option {option}, default {default})")
    from .web.site import has_editor

    found = "there" if has_editor() else "not there: install again where npm or its registry can be reached"
    click.echo(f"The editor of the query page is {found}.")


if __name__ == "__main__":
    main()
