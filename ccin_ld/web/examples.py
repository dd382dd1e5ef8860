"""The example queries of the query page: the questions without parameters."""

from __future__ import annotations

from pathlib import Path

from ..questions import Question, questions


def examples(folder: Path) -> tuple[Question, ...]:
    """Return the examples of a folder in their order; none when there is no such folder.

    Raises BadInput for a file that cannot be asked.
    """
    return tuple(one for one in questions(folder) if not one.parameters)
