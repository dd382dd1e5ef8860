"""The command: ``python -m bench``."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click

from ccin_ld.errors import LinkedDataError

from .load import WrongAnswer
from .measure import Results, measure
from .report import as_json, markdown
from .servers import NotStarted


@click.command()
@click.option("--rounds", default=7, show_default=True, type=click.IntRange(1), help="Turns of each server.")
@click.option("--seconds", default=0.4, show_default=True, type=float, help="Length of a turn.")
@click.option("--json", "plain", is_flag=True, help="Print JSON in place of Markdown.")
@click.option("--check", is_flag=True, help="One short round: say only whether every answer is right.")
def main(rounds: int, seconds: float, plain: bool, check: bool) -> None:
    """Measure the site beside a bare Flask in the same run.

    Ends with 0 when every answer was right, however slow, with 1 when one was wrong, and with 2 when the
    site could not be built or served.
    """
    if check:
        rounds, seconds = 1, 0.05
    try:
        with tempfile.TemporaryDirectory(prefix="ccin-ld-bench-") as folder:
            results = measure(Path(folder), rounds=rounds, seconds=seconds)
    except WrongAnswer as error:
        click.echo(f"bench: {error}", err=True)
        sys.exit(1)
    except (NotStarted, LinkedDataError) as error:
        click.echo(f"bench: {error}", err=True)
        sys.exit(2)
    click.echo(_said(results, plain=plain, check=check))


def _said(results: Results, *, plain: bool, check: bool) -> str:
    if check:
        answers = sum(row.ours.answers for row in results.rows)
        pages = sum(one.pages for one in results.cold)
        return f"Right: {answers} warm answers of {len(results.rows)} sorts, {pages} cold pages"
    if plain:
        return json.dumps(as_json(results), ensure_ascii=False, indent=1)
    return markdown(results)


if __name__ == "__main__":
    main()
