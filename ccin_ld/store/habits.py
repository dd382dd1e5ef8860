"""Mistakes that people bring along from elsewhere: SQL, Turtle, programming languages, word processors.

Each function looks at the words of a refused query and the index of the one that the engine stumbles over,
and returns that word (or the one that is to blame for it), what is wrong and what to do; else None.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from .syntax import FUNCTIONS, Token

Found = tuple[Token, str, str]

_SIGNS = {"AND": "&&", "OR": "||"}
_EQUALS = ("==", "===", "!==")
# The parts behind the pattern, in the order of the grammar (SPARQL 1.1 Query, 19.8, rule 18).
_RANKS = {"GROUP": 1, "HAVING": 2, "ORDER": 3, "LIMIT": 4, "OFFSET": 4, "VALUES": 5}
_CALLERS = ("FILTER", "HAVING")
_NAMED = "Write BIND(... AS ?name), and (... AS ?name) in SELECT."


def find(words: Sequence[Token], index: int) -> Found | None:
    """Return the first habit that explains the mistake at *index* of *words*, or None."""
    return next((found for look in _LOOKS if (found := look(words, index))), None)


def _word(words: Sequence[Token], index: int) -> Token:
    return words[index] if 0 <= index < len(words) else Token("end", "", 0)


def typed_by_a_word_processor(words: Sequence[Token], index: int) -> Found | None:
    """Curly quotation marks, and blanks that are none of SPARQL's four."""
    word = _word(words, index)
    if word.kind != "sign" or word.text.isascii():
        return None
    name = unicodedata.name(word.text, f"U+{ord(word.text):04X}").lower()
    message = f"{word.text} ({name}) cannot stand here"
    if word.text in "“”„«»":
        return word, message, 'Put straight quotation marks around a text: "..."'
    if word.text in "‘’‚":
        return word, message, "Put straight quotation marks around a text: '...'"
    if word.text.isspace() or unicodedata.category(word.text) in ("Zs", "Cf"):
        return word, f"there is a {name} here", "Put an ordinary blank in its place, or nothing."
    return None


def turtle_prefix(words: Sequence[Token], index: int) -> Found | None:
    """``@prefix ex: <...> .``, or ``PREFIX ex: <...> .``."""
    word = _word(words, index)
    if word.kind == "language" and word.text.lower() in ("@prefix", "@base"):
        right = word.text[1:].upper()
        return (
            word,
            f"{word.text} is Turtle, not SPARQL",
            f"Write {right} without @, and no full stop after it.",
        )
    before = [_word(words, index - back).upper for back in (3, 2)]
    if word.text == "." and ("PREFIX" in before[:1] or "BASE" in before[1:]):
        return (
            word,
            "there is a full stop after this line",
            "Take it out: lines of PREFIX and BASE end without.",
        )
    return None


def double_equals(words: Sequence[Token], index: int) -> Found | None:
    """``?a == ?b``: the engine takes the first sign and stumbles over the second."""
    for start in (index - 2, index - 1, index):
        first, second = _word(words, start), _word(words, start + 1)
        if first.text in ("=", "!=") and second.text == "=" and second.start == first.start + len(first.text):
            return second, f"{first.text}= is not an operator of SPARQL", f"Write {first.text} once."
    return None


def operator_in_words(words: Sequence[Token], index: int) -> Found | None:
    """``AND``, ``OR``, ``LIKE``, ``<>``."""
    for word in (_word(words, index), _word(words, index - 1)):
        if word.kind == "word" and word.upper in _SIGNS:
            return (
                word,
                f"{word.text} is not an operator of SPARQL",
                f"Write {_SIGNS[word.upper]} in its place.",
            )
        if word.kind == "word" and word.upper in ("LIKE", "ILIKE"):
            hint = 'Write CONTAINS(LCASE(STR(?x)), "part") or REGEX(STR(?x), "pattern", "i").'
            return word, f"{word.text} is not an operator of SPARQL", hint
        if word.text == "<>" and any(one.upper in _CALLERS for one in words[: index + 1]):
            return word, "<> is not an operator of SPARQL", "For not equal, write !="
    return None


def ended_as_in_sql(words: Sequence[Token], index: int) -> Found | None:
    """A semicolon, or a full stop, behind the whole query."""
    word = _word(words, index)
    if word.text not in (";", ".") or index + 1 < len(words) or _depth(words, index):
        return None
    return word, f"there is a {word.text} after the query", "Take it out: a query ends without."


def parts_out_of_order(words: Sequence[Token], index: int) -> Found | None:
    """``LIMIT 5 ORDER BY ?x``."""
    word = _word(words, index)
    rank = _RANKS.get(word.upper) if word.kind == "word" else None
    if rank is None:
        return None
    depth = _depth(words, index)
    earlier = [
        other.upper
        for place, other in enumerate(words[:index])
        if other.kind == "word" and _RANKS.get(other.upper, 0) > rank and _depth(words, place) == depth
    ]
    if not earlier:
        return None
    hint = "The order is GROUP BY, HAVING, ORDER BY, LIMIT and OFFSET, VALUES."
    return word, f"{word.upper} stands behind {earlier[-1]}", hint


def pattern_without_braces(words: Sequence[Token], index: int) -> Found | None:
    """``OPTIONAL ?a ?b ?c``."""
    word, before = _word(words, index), _word(words, index - 1)
    if before.upper not in ("WHERE", "OPTIONAL", "UNION", "MINUS", "EXISTS") or word.text in ("{", ""):
        return None
    return word, f"{before.upper} needs braces around its pattern", f"Write: {before.upper} {{ ?s ?p ?o }}"


def name_without_as(words: Sequence[Token], index: int) -> Found | None:
    """``BIND(?x)``, ``(COUNT(?x) ?n)``."""
    word = _word(words, index)
    opening = _opening(words, index)
    if opening is None or any(one.upper == "AS" for one in words[opening:index]):
        return None
    is_bind = _word(words, opening - 1).upper == "BIND"
    if is_bind and word.text == ")":
        return word, "BIND gives no name to its value", _NAMED
    in_select = not _depth(words, opening) and any(one.upper == "SELECT" for one in words[:opening])
    if word.kind == "variable" and _word(words, index - 1).text == ")" and (is_bind or in_select):
        return word, f"there is no AS before {word.text}", _NAMED
    return None


def condition_without_brackets(words: Sequence[Token], index: int) -> Found | None:
    """``FILTER STRLEN(?x) > 3``: a call may stand alone, a comparison may not."""
    for closing in (index - 1, index - 2):
        if _word(words, closing).text != ")" or closing + 1 >= len(words):
            continue
        opening = _opening(words, closing)
        if opening is None or _word(words, opening - 1).upper not in FUNCTIONS:
            continue
        caller = _word(words, opening - 2)
        if caller.upper in _CALLERS:
            call = _word(words, opening - 1).text
            message = f"{caller.upper} needs brackets around all that it says"
            return _word(words, closing + 1), message, f"Write: {caller.upper}({call}(...) ...)"
    return None


def distinct_in_brackets(words: Sequence[Token], index: int) -> Found | None:
    """``SELECT (DISTINCT ?x)``."""
    word = _word(words, index)
    if word.upper != "DISTINCT" or _word(words, index - 2).upper != "SELECT":
        return None
    return word, "DISTINCT cannot stand in brackets here", "Write: SELECT DISTINCT ?x"


def _depth(words: Sequence[Token], index: int) -> int:
    """Return how many braces are open before *index*."""
    texts = [word.text for word in words[:index]]
    return texts.count("{") - texts.count("}")


def _opening(words: Sequence[Token], index: int) -> int | None:
    """Return the index of the parenthesis that is open at *index*, or that the one there closes."""
    closed = 0
    for place in range(index - 1, -1, -1):
        if words[place].text in ("{", "}"):
            return None
        closed += {")": 1, "(": -1}.get(words[place].text, 0)
        if closed < 0:
            return place
    return None


_LOOKS = (
    typed_by_a_word_processor, turtle_prefix, double_equals, operator_in_words, parts_out_of_order,
    pattern_without_braces, distinct_in_brackets, name_without_as, condition_without_brackets,
    ended_as_in_sql,
)  # fmt: skip
