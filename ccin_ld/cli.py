"""The command line: the verbs of the pipeline, in its order.

Every command ends with 0 when it did what it says, 1 when the data is at fault, 2 when it could not run.
"""

from __future__ import annotations

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
@click.argument("page", type=click.Path(path_type=Path))
@click.option("--url", required=True, help="The page's web address.")
@click.option("--title", required=True, help="The page's title.")
@click.option("--captured", help="The day on which the text was stored: 2026-11-23.")
@click.option(
    "--captured-before", help="The latest day on which it can have been stored, when the day is not known."
)
@click.option("--yes", is_flag=True, help="Write what the preview says.")
@settings_options("data_dir")
@_ends_well
def ingest(
    page: Path,
    url: str,
    title: str,
    captured: str | None,
    captured_before: str | None,
    yes: bool,
    **given: Any,
) -> None:
    """Read the stored text of a PAGE and say what it adds; with --yes, write it to the record."""
    from .ingest import apply, run

    settings = Settings.from_env(**given)
    preview = run(
        page,
        url=url,
        title=title,
        data_dir=settings.data_dir,
        captured=_day("--captured", captured),
        captured_before=_day("--captured-before", captured_before),
    )
    click.echo(preview.to_text())
    if preview.problems:
        click.echo("ccin-ld: nothing is written until these problems are settled", err=True)
        sys.exit(1)
    if preview.changed and not yes:
        click.echo("Nothing is written yet. Run the same command with --yes to write it.")
    elif preview.changed:
        for path in apply(preview):
            click.echo(f"Wrote {path}")


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


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@settings_options(
    "host", "port", "public_url", "trusted_proxies", "threads", *_RECORD, "queries_dir", "var_dir",
    "cache_bytes", "query_timeout", "query_memory", "query_rows", "query_bytes", "query_length",
    "query_nesting", "query_workers", "query_slow_workers", "query_queue",
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
    from .build import current, identity, read

    found = current(settings)
    if found is None:
        click.echo("There is no build yet: making one.")
        _build(settings)
    elif settings.data_dir.is_dir():
        try:
            changed = identity(read(settings), settings) != found.name
        except LinkedDataError as error:
            click.echo(f"The record cannot be read, so the build made before is served.\n{error}", err=True)
            return
        if changed:
            click.echo("The record has changed since the current build; ccin-ld build publishes the change.")


def _files_build(
    files: tuple[Path, ...], folder: Path, settings: Settings, given: dict[str, Any]
) -> Settings:
    from dataclasses import replace

    from .build import CURRENT, build_files

    build_files(files, folder / "builds" / "files", base_iri=settings.base_iri)
    (folder / CURRENT).symlink_to("builds/files")
    # Unvalidated data of anybody's is for this machine alone.
    return replace(settings, var_dir=folder, host=given.get("host") or "127.0.0.1")


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


@main.command("settings")
@_ends_well
def settings_command() -> None:
    """Show every setting, its value here, and what it means."""
    settings = Settings.from_env()
    for name, option, default, text in documented():
        value = getattr(settings, option[2:].replace("-", "_"))
        click.echo(f"{name} = {value}\n    {text} (option {option}, default {default})")


if __name__ == "__main__":
    main()
