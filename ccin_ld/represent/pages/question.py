"""The pages of saved questions: a form for what a question leaves open, and the answer under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...questions import Question
from .context import Alternate, Answer
from .query import TableView, picture, summary, table, view_links
from .shared import Maker
from .snippets import Snippet
from .views import View

# A choice among more than these is typed, with the names as suggestions.
_SELECT = 200


@dataclass(frozen=True)
class Field:
    """One parameter as a form shows it."""

    name: str
    label: str
    description: str
    kind: str  # "thing", "value", "date", "year", "text" or "integer"
    value: str
    choices: tuple[tuple[str, str], ...] = ()  # what is sent, and its words
    optional: bool = False
    error: str = ""

    @property
    def control(self) -> str:
        """What a form asks with: "select", "list" (typed, with suggestions), "date", "number" or "text"."""
        if self.kind in ("thing", "value"):
            return "select" if len(self.choices) <= _SELECT else "list"
        return {"date": "date", "integer": "number"}.get(self.kind, "text")


@dataclass(frozen=True)
class Asked:
    """A question as it was asked: its form, the query it came to, the answer, and other ways to have it."""

    question: Question
    fields: tuple[Field, ...]
    query: str = ""
    answer: Answer | None = None
    address: str = ""  # of this very question on this server
    downloads: tuple[Alternate, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    views: tuple[tuple[str, str], ...] = ()  # the name of each view, and its address


@dataclass(frozen=True)
class QuestionView:
    """What the page of a question shows of an answer."""

    summary: str
    cut: bool
    table: TableView
    picture: View | None
    views: tuple[tuple[str, str, bool], ...]


def view(asked: Asked, maker: Maker) -> QuestionView | None:
    """Return the answer as a table with columns in words, or None where nothing was asked."""
    if asked.answer is None:
        return None
    made = table(asked.answer, maker)
    return QuestionView(
        summary(asked.answer, maker.words),
        asked.answer.cut,
        replace(made, variables=headings(made.variables)),
        picture(asked.answer, maker),
        view_links(asked.views, asked.answer.view, maker.words),
    )


def headings(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns in words: ``firstAttested`` is First attested."""
    words = (re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", one).lower() for one in columns)
    return tuple(one[:1].upper() + one[1:] for one in words)
