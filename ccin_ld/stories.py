"""Stories: a text in Markdown that asks saved questions, whose answers are looked up when it is read.

A file ``key.md``, or ``3-key.md`` to give it a place, begins with its title and a paragraph that says what it
is about. An image that stands alone, and whose address is a saved question, is shown as the answer of the
day, under its own words; ``view`` is table, chart, map or network::

    # Who works with whom

    Projects join councils that are far apart.

    ![Projects by how many took part](/questions/projects-by-size?least=2&view=chart)

Any editor of Markdown (CommonMark) shows such a file. HTML in it is shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .config import Settings
from .errors import BadInput
from .iris import is_key
from .questions import Question, place_of

VIEWS = ("table", "chart", "map", "network")
_START = "/questions/"
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})


@dataclass(frozen=True)
class Passage:
    """A part of the text, as HTML in which only what Markdown makes is markup."""

    html: str


@dataclass(frozen=True)
class Live:
    """A question in a text: the words above its answer, what is asked, and how the answer is shown."""

    caption: str
    question: Question
    arguments: tuple[tuple[str, str], ...] = ()
    view: str = VIEWS[0]


@dataclass(frozen=True)
class Story:
    """One story: its title, what it is about, and its parts in their order."""

    key: str
    title: str
    description: str
    parts: tuple[Passage | Live, ...]


def folder_of(settings: Settings) -> Path:
    """Return the folder of the stories: they ask the questions of the folder beside it."""
    return settings.stories_dir or settings.queries_dir.parent / "stories"


@lru_cache(maxsize=8)
def stories(folder: Path, questions: tuple[Question, ...]) -> tuple[Story, ...]:
    """Return the stories of a folder in the order of the names of their files; none without a folder.

    Raises BadInput for a file that tells no story, or asks what is no question.
    """
    return tuple(_read(path, questions) for path in sorted(folder.glob("*.md"), key=place_of))


def _read(path: Path, questions: Sequence[Question]) -> Story:
    """Return the story in a file. Raises BadInput with file and line."""
    key = re.sub(r"^[0-9]+-", "", path.stem)
    if not is_key(key):
        raise BadInput(f"{path.stem!r} is no name for a story", file=path, hint="use a-z, 0-9 and hyphens")
    blocks = list(_blocks(_MARKDOWN.parse(path.read_text(encoding="utf-8"))))
    kinds = [(block[0].type, block[0].tag) for block in blocks[:2]]
    if kinds != [("heading_open", "h1"), ("paragraph_open", "p")]:
        raise BadInput(
            "a story begins with its title and a paragraph",
            file=path,
            line=1,
            hint="write “# Title”, an empty line, and what it is about",
        )
    known = {one.key: one for one in questions}
    return Story(key, _text(blocks[0]), _text(blocks[1]), tuple(_parts(path, blocks[2:], known)))


def _blocks(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Return the tokens of each block of the highest level."""
    block: list[Token] = []
    for token in tokens:
        block.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield block
            block = []


def _text(block: Sequence[Token]) -> str:
    """Return the words of a block without what marks them."""
    inner = [child for token in block for child in token.children or ()]
    return " ".join("".join(one.content or " " * (one.type == "softbreak") for one in inner).split())


def _parts(path: Path, blocks: Sequence[list[Token]], known: dict[str, Question]) -> Iterator[Passage | Live]:
    text: list[Token] = []
    for block in blocks:
        image = _only_image(path, block)
        if image is None:
            text += block
            continue
        if text:
            yield _passage(text)
            text = []
        yield _live(path, image, _line(block), known)
    if text:
        yield _passage(text)


def _passage(tokens: list[Token]) -> Passage:
    return Passage(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _line(block: Sequence[Token]) -> int | None:
    return block[0].map[0] + 1 if block[0].map else None


def _only_image(path: Path, block: Sequence[Token]) -> Token | None:
    """Return the image that stands alone in a block, or None.

    Raises BadInput for an image among words, and for a second title.
    """
    if any(one.tag == "h1" for one in block):
        raise BadInput("a story has one title", file=path, line=_line(block), hint="write “## ” before it")
    inner = [child for token in block for child in token.children or ()]
    images = [one for one in inner if one.type == "image"]
    if images and len(inner) > 1:
        raise BadInput(
            "an answer stands among words", file=path, line=_line(block), hint="put empty lines around it"
        )
    return images[0] if images else None


def _live(path: Path, image: Token, line: int | None, known: dict[str, Question]) -> Live:
    address = urlsplit(str(image.attrs["src"]))
    question = known.get(address.path.removeprefix(_START))
    if address.netloc or not address.path.startswith(_START) or question is None:
        raise BadInput(
            f"{image.attrs['src']!r} is no saved question",
            file=path,
            line=line,
            hint="write /questions/ and the key of one; a story shows no other pictures",
        )
    pairs = parse_qsl(address.query)
    view = dict(pairs).get("view", VIEWS[0])
    arguments = tuple((name, value) for name, value in pairs if name != "view")
    wrong = {name for name, _ in arguments} - {one.name for one in question.parameters}
    if wrong or view not in VIEWS:
        what = f"the view {view!r}" if view not in VIEWS else f"the parameter {min(wrong)!r}"
        raise BadInput(f"the question {question.key} does not have {what}", file=path, line=line)
    caption = _text([image])
    if not caption:
        raise BadInput("an answer has no words above it", file=path, line=line, hint="write ![its words](…)")
    return Live(caption, question, arguments, view)
