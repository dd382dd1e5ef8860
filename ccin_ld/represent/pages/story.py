"""The pages of stories: the text, and each answer as a picture or a table under its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import urlencode

from ...stories import Live, Passage
from .context import Answer
from .query import TableView, picture, summary, table
from .question import headings
from .shared import Maker
from .views import View


@dataclass(frozen=True)
class Answered:
    """A question of a story with what it gave, or with why it could not be asked of this data."""

    live: Live
    answer: Answer | None = None
    error: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a story: words as HTML, or an answer with its table, its picture and where it is found."""

    html: str = ""
    number: int = 0
    caption: str = ""
    view: str = ""
    error: str = ""
    summary: str = ""
    cut: bool = False
    table: TableView | None = None
    picture: View | None = None
    page: str = ""
    csv: str = ""


def parts(found: Sequence[Passage | Answered], maker: Maker) -> list[Part]:
    """Return the parts of a story as its page shows them."""
    numbers = count(1)
    return [
        Part(html=one.html) if isinstance(one, Passage) else _answer(one, maker, next(numbers))
        for one in found
    ]


def _answer(one: Answered, maker: Maker, number: int) -> Part:
    live = one.live
    path, asked = f"/questions/{live.question.key}", urlencode(live.arguments)
    query = f"?{asked}" if asked else ""
    view = [] if live.view == "table" else [("view", live.view)]
    whole = urlencode([*live.arguments, *view])
    part = Part(
        number=number,
        caption=live.caption,
        view=live.view,
        error=one.error,
        page=f"{path}?{whole}" if whole else path,
        csv=f"{path}.csv{query}",
    )
    if one.answer is None:
        return part
    made = table(one.answer, maker)
    return replace(
        part,
        summary=summary(one.answer, maker.words),
        cut=one.answer.cut,
        table=replace(made, variables=headings(made.variables)),
        picture=picture(one.answer, maker, f"answer-{number}") if made.rows else None,
    )
