"""Stories at /stories: a text for people, with saved questions that are answered when the page is made."""

from __future__ import annotations

from flask import Blueprint, Response, request

from .. import stories as saved
from ..errors import BadParameter, UnknownResource
from ..represent import HTML
from ..represent.html import Answer
from ..represent.pages.story import Answered
from ..stories import Live, Passage, Story
from .documents import html_pages, page_context, site
from .negotiation import negotiate
from .parameters import values_of
from .questions import all_questions, rows_of, run, today
from .respond import Body, respond

bp = Blueprint("stories", __name__)
# A story shows what a reader takes in; the page of the question has more.
_ROWS = 100


def all_stories() -> tuple[Story, ...]:
    """Return the stories, with their questions as they are asked of this build."""
    return saved.stories(saved.folder_of(site().settings), all_questions())


@bp.get("/stories")
def every() -> Response:
    """The list of all stories."""
    _choose()
    return _sent(html_pages().stories(page_context("/stories", offers=()), all_stories()))


@bp.get("/stories/<key>")
def one(key: str) -> Response:
    """One story, with the answers of the day."""
    found = next((each for each in all_stories() if each.key == key), None)
    if found is None:
        raise UnknownResource(f"{site().build.base.iri}stories/{key}")
    _choose()
    parts = [part if isinstance(part, Passage) else _answered(part) for part in found.parts]
    response = _sent(html_pages().story(page_context(f"/stories/{key}", offers=()), found, parts))
    if any(moving for part in found.parts if isinstance(part, Live) for moving in _moving(part)):
        request.environ["ccin.cacheable"] = False  # tomorrow the same address has another answer
    return response


def _choose() -> None:
    """Raise NotAcceptable for who wants something else than a page."""
    negotiate(request.headers.get("Accept", ""), request.args, None, (HTML,))


def _sent(page: str) -> Response:
    return respond(Body(page.encode(), HTML.content_type))


def _moving(live: Live) -> list[str]:
    return [one.moving for one in live.question.parameters if one.moving]


def _answered(live: Live) -> Answered:
    """Return a question with its answer, or with why it has none of this data: the text stays readable."""
    given: dict[str, list[str]] = {}
    for name, value in live.arguments:
        given.setdefault(name, []).append(value)
    try:
        values = values_of(live.question, given, site().build, today())
    except BadParameter as error:
        return Answered(live, error=str(error))
    _, cut, data = run(live.question, values, _ROWS, "json")
    columns, rows = rows_of(data)
    return Answered(live, Answer(variables=columns, rows=rows, cut=cut, view=live.view))
