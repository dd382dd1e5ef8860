"""Says in our words what is wrong with a query that the engine refused, and what to do about it."""

from __future__ import annotations

import re
from bisect import bisect_right
from difflib import get_close_matches

from ccin_ld.errors import BadQuery
from ccin_ld.namespaces import PREFIXES

from . import habits
from .syntax import FUNCTIONS, KEYWORDS, PLACE, Token, place, tokens

_BROKEN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:(?=[^<>\n]*+>)[^<>\n\s\"{}|^`]*+[ \t\"{}|^`][^<>\n]*+>")
_TERMS = ("iri", "string", "long", "variable", "label", "name", "number")
_CLOSES = {")": "(", "]": "[", "}": "{"}
_EXPRESSION_HINT = "An expression in SELECT needs brackets and a name: (COUNT(*) AS ?count)."


def explain(query: str, offset: int, message: str) -> BadQuery:
    """Return the error that tells the author of *query* what is wrong at *offset*, in our words."""
    words = tokens(query)
    index = bisect_right([word.start for word in words], offset) - 1 if offset < len(query) else len(words)
    return _Mistake(query, words, index, message).error()


def unknown_function(query: str, message: str) -> BadQuery:
    """Return the error for a function named by an IRI that the engine does not have."""
    found = re.search(r"<([^>]*)>", message)
    name = f"<{found[1]}>" if found else "a function"
    at = query.find(name)
    line, column = place(query, at) if at >= 0 else (None, None)
    hint = "Only the functions of SPARQL 1.1 and the xsd: casts, such as xsd:integer(?x), are known here."
    return BadQuery(f"the function {name} is not known here", line=line, column=column, token=name, hint=hint)


class _Mistake:
    """One refused query; each method knows one mistake and returns its error, or None."""

    def __init__(self, query: str, words: list[Token], index: int, message: str) -> None:
        self.query, self.words, self.index, self.message = query, words, index, message
        self.end = Token("end", "", len(query.rstrip()))
        found = PLACE.match(message)
        self.expected = found[3] if found else ""

    def error(self) -> BadQuery:
        """Return the error of the first mistake that fits, else a plain one with what was expected."""
        known = (
            self.empty, self.open_string, self.prefix_line, self.undeclared_prefix, self.habit, self.comma,
            self.bare_expression, self.not_grouped, self.named_twice, self.star_grouped, self.bad_iri,
            self.not_a_number, self.unknown_function, self.misspelt, self.bound_before, self.brackets,
            self.filter_without_brackets, self.missing_dot, self.half_statement, self.label_used_twice,
        )  # fmt: skip
        return next((error for find in known if (error := find())), None) or self.unexpected()

    def word(self, index: int) -> Token:
        """Return the word at *index*; past either end, an empty one."""
        return self.words[index] if 0 <= index < len(self.words) else self.end

    def at(self, word: Token, message: str, hint: str | None) -> BadQuery:
        """Return an error about *word*."""
        line, column = place(self.query, word.start)
        return BadQuery(message, line=line, column=column, token=word.text or None, hint=hint)

    def empty(self) -> BadQuery | None:
        """Nothing, or comments only."""
        if self.words:
            return None
        return self.at(self.end, "the query is empty", "Try: SELECT * WHERE { ?thing a ?class } LIMIT 10")

    def open_string(self) -> BadQuery | None:
        """A quotation mark without its partner, or a backslash before the wrong letter."""
        word = self.word(self.index)
        if word.kind == "string" and (escape := re.search(r"\\[^tbnrfuU\"'\\]", word.text)):
            return self.at(word, f"{escape.group()} means nothing in a string", "For a backslash, write two.")
        word = next((word for word in self.words if word.kind.startswith("open")), self.end)
        if word.kind == "end":
            return None
        several = "" if len(word.text) == 3 else f" on the same line; for several lines, use {word.text * 3}"
        hint = f"Close it with {word.text}{several}."
        return self.at(word, "a string begins here and never ends", hint)

    def undeclared_prefix(self) -> BadQuery | None:
        """A prefixed name without its PREFIX line."""
        word = self.word(self.index)
        prefix = word.text.partition(":")[0]
        if word.kind != "name" or self.word(self.index - 1).upper == "PREFIX" or prefix in self._declared():
            return None
        iri = PREFIXES.get(prefix)
        line = f"PREFIX {prefix}: <{iri or '...'}>"
        close = "" if iri else _suggest(prefix, PREFIXES)
        return self.at(
            word, f"the prefix {prefix}: is not declared", f"Add this line at the top: {line}{close}"
        )

    def habit(self) -> BadQuery | None:
        """What is right in another language."""
        found = habits.find(self.words, self.index)
        return self.at(*found) if found else None

    def _declared(self) -> set[str]:
        pairs = zip(self.words, self.words[1:], strict=False)
        return {name.text.partition(":")[0] for word, name in pairs if word.upper == "PREFIX"}

    def _projection(self) -> range:
        """Return the words between the SELECT at or before the mistake and its pattern."""
        selects = [i for i, word in enumerate(self.words[: self.index + 1]) if word.upper == "SELECT"]
        if not selects:
            return range(0)
        start = end = selects[-1] + 1
        while end < len(self.words) and self.words[end].upper not in ("WHERE", "{", "FROM"):
            end += 1
        return range(start, end)

    def prefix_line(self) -> BadQuery | None:
        """PREFIX foaf <...>, or an address without its angle brackets."""
        for back in (1, 2):
            if self.word(self.index - back).upper != "PREFIX":
                continue
            word = self.word(self.index)
            if word.kind != ("name" if back == 1 else "iri"):
                hint = "Write it like this: PREFIX foaf: <http://xmlns.com/foaf/0.1/>"
                return self.at(word, "a PREFIX line is a name, a colon and an IRI in < >", hint)
        return None

    def comma(self) -> BadQuery | None:
        """SELECT ?a, ?b."""
        depth = 0
        for index in self._projection():
            word = self.words[index]
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            if word.text == "," and depth == 0:
                return self.at(
                    word, "there is a comma between the variables of SELECT", "Leave it out: blanks do."
                )
        return None

    def bare_expression(self) -> BadQuery | None:
        """SELECT COUNT(*) or SELECT (COUNT(*))."""
        depth = 0
        for index in self._projection():
            word = self.words[index]
            if depth == 0 and word.upper in FUNCTIONS and self.word(index + 1).text == "(":
                return self.at(
                    word, f"{word.text} stands in SELECT without brackets around it", _EXPRESSION_HINT
                )
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            if word.text == ")" and depth == 0 and index == self.index and self.word(index - 2).upper != "AS":
                return self.at(word, "this expression in SELECT has no name", _EXPRESSION_HINT)
        return None

    def not_grouped(self) -> BadQuery | None:
        """A variable in SELECT that is neither grouped nor aggregated."""
        if "variable that is unbound" not in self.message:
            return None
        grouped = self._grouped()
        depth = 0
        for index in self._projection():
            word = self.words[index]
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            if word.kind == "variable" and depth == 0 and word.text[1:] not in grouped:
                hint = f"Add {word.text} to GROUP BY, or take one value of it: (SAMPLE({word.text}) AS ?one)."
                return self.at(word, f"{word.text} is in SELECT but the answers are not grouped by it", hint)
        hint = "Each variable in SELECT has to stand in GROUP BY or inside COUNT, SUM, SAMPLE and the like."
        return self.at(
            self.word(self.index), "SELECT has a variable that the answers are not grouped by", hint
        )

    def _grouped(self) -> set[str]:
        names: set[str] = set()
        for index, word in enumerate(self.words):
            if word.upper == "GROUP" and self.word(index + 1).upper == "BY":
                while self.word(index + 2).kind == "variable":
                    names.add(self.word(index + 2).text[1:])
                    index += 1
        return names

    def named_twice(self) -> BadQuery | None:
        """(... AS ?x) where ?x is taken."""
        if "Duplicated variable" not in self.message and "overrides an existing variable" not in self.message:
            return None
        message = "SELECT gives a name that another variable of the query has already"
        seen = {word.text[1:] for word in self.words[self._projection().stop :] if word.kind == "variable"}
        for index in self._projection():
            word = self.words[index]
            taken = self.word(index - 1).upper == "AS" or "Duplicated" in self.message
            if word.kind == "variable" and taken and word.text[1:] in seen:
                return self.at(word, message, f"Choose another name than {word.text}.")
            if word.kind == "variable" and "Duplicated" in self.message:
                seen.add(word.text[1:])
        return self.at(self.word(self.index), message, "Choose another name after AS.")

    def star_grouped(self) -> BadQuery | None:
        """SELECT * with GROUP BY."""
        if "not authorized with GROUP BY" not in self.message:
            return None
        hint = (
            "Name the variables after SELECT: those of GROUP BY, and aggregates such as (COUNT(*) AS ?count)."
        )
        star = next((word for word in self.words if word.text == "*"), self.word(self.index))
        return self.at(star, "SELECT * cannot be used with GROUP BY", hint)

    def bad_iri(self) -> BadQuery | None:
        """An IRI with blanks, or one that needs a BASE."""
        for broken in _BROKEN_IRI.finditer(self.query):
            if broken.start() <= self.word(self.index).start <= broken.end():
                hint = 'An IRI holds no blanks and none of " { } | ^ `; write %20 for a blank.'
                whole = Token("iri", broken.group(), broken.start())
                return self.at(whole, f"{whole.text} is not an IRI", hint)
        for word in (self.word(self.index), self.word(self.index - 1)):
            if word.kind == "iri" and not re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", word.text):
                if not any(other.upper == "BASE" for other in self.words):
                    hint = (
                        "Write the whole address, such as <https://w3id.org/ccin/id/...>, or declare a BASE."
                    )
                    return self.at(word, f"{word.text} is not a whole IRI", hint)
            elif word.kind == "iri" and "IRI parsing failed" in self.message:
                return self.at(
                    word, f"{word.text} is not an IRI", "Look for a letter that no address may hold."
                )
        return None

    def not_a_number(self) -> BadQuery | None:
        """LIMIT ten."""
        before, word = self.word(self.index - 1), self.word(self.index)
        if word.upper in ("LIMIT", "OFFSET"):
            before, word = word, self.word(self.index + 1)
        if before.upper not in ("LIMIT", "OFFSET") or (word.text.isdecimal() and len(word.text) < 19):
            return None
        message = f"{before.upper} takes a whole number, not {word.text or 'nothing'}"
        return self.at(word, message, f"For example: {before.upper} 10")

    def unknown_function(self) -> BadQuery | None:
        """FOO(?x)."""
        for index in (self.index, self.index - 1):
            word = self.word(index)
            if word.kind == "word" and self.word(index + 1).text == "(":
                if word.upper in FUNCTIONS | KEYWORDS or get_close_matches(word.upper, KEYWORDS, 1, 0.75):
                    continue
                close = _suggest(word.upper, FUNCTIONS)
                hint = f"Look at the functions of SPARQL 1.1, section 17.4.{close}"
                return self.at(word, f"{word.text} is not a function of SPARQL", hint)
        return None

    def misspelt(self) -> BadQuery | None:
        """SELCT, or a bare word where there can be none."""
        for index in (self.index, self.index - 1):
            word = self.word(index)
            if word.kind == "word" and word.upper not in KEYWORDS | FUNCTIONS:
                close = _suggest(word.upper, KEYWORDS | FUNCTIONS)
                hint = (
                    close.strip()
                    or "Variables begin with ?, texts stand in quotation marks, names have a prefix."
                )
                return self.at(word, f"{word.text} is not a word of SPARQL", hint)
        return None

    def bound_before(self) -> BadQuery | None:
        """BIND(... AS ?x) where ?x is in use."""
        for index, word in enumerate(self.words[: self.index + 2]):
            if word.kind != "variable" or self.word(index - 1).upper != "AS" or index < self.index - 3:
                continue
            used = any(
                other.text[1:] == word.text[1:] for other in self.words[:index] if other.kind == "variable"
            )
            bind = any(other.upper == "BIND" for other in self.words[:index])
            if used and bind:
                hint = "Choose a new name after AS, or compare with FILTER."
                return self.at(word, f"BIND gives a value to {word.text}, which is in use already", hint)
        return None

    def brackets(self) -> BadQuery | None:
        """A bracket too many, too few, or of the wrong kind."""
        opened: list[Token] = []
        for index, word in enumerate(self.words):
            if word.kind != "sign" or index > self.index + 1:
                continue
            if word.text in _CLOSES.values():
                opened.append(word)
            elif word.text in _CLOSES and not opened:
                return self.at(
                    word, f"this {word.text} closes nothing", "Take it out, or look for one missing before."
                )
            elif word.text in _CLOSES and (open_one := opened.pop()).text != _CLOSES[word.text]:
                return self.at(word, *self._not_closed(open_one, f"before this {word.text}"))
        if not opened or self.index < len(self.words):
            return None
        return self.at(self.end, *self._not_closed(opened[-1], "at the end of the query"))

    def _not_closed(self, opening: Token, by: str) -> tuple[str, str]:
        line, column = place(self.query, opening.start)
        closing = next(close for close, one in _CLOSES.items() if one == opening.text)
        message = f"the {opening.text} at line {line}, column {column} is not closed {by}"
        return message, f"Add {closing} where its part of the query ends."

    def filter_without_brackets(self) -> BadQuery | None:
        """FILTER ?x > 1."""
        for index in range(max(0, self.index - 3), self.index + 1):
            word, after = self.word(index), self.word(index + 1)
            if (
                word.upper in ("FILTER", "BIND", "HAVING")
                and after.kind in _TERMS
                and after.kind not in ("iri", "name")
            ):
                return self.at(
                    after, f"{word.upper} needs brackets around what it says", "Write: FILTER(?x > 1)"
                )
        return None

    def missing_dot(self) -> BadQuery | None:
        """A fourth term in a statement of three."""
        word, before = self.word(self.index), self.word(self.index - 1)
        if word.kind not in _TERMS or before.kind not in (*_TERMS, "language"):
            return None
        message = f"the statement before {word.text} is not ended"
        return self.at(word, message, 'End a statement with "."; with ";" the next one has the same subject.')

    def half_statement(self) -> BadQuery | None:
        """{ ?s ?p }."""
        word, before = self.word(self.index), self.word(self.index - 1)
        if word.text not in ("}", ".", ";") or (before.kind not in _TERMS and before.text != ","):
            return None
        hint = "A statement has three parts: subject, property, value."
        return self.at(word, f"the statement before this {word.text} is not complete", hint)

    def label_used_twice(self) -> BadQuery | None:
        """_:a inside and outside of a group."""
        word = self.word(self.index)
        if word.kind != "label":
            return None
        hint = "A blank node belongs to one group only; use a variable instead."
        return self.at(word, f"{word.text} is used in two groups", hint)

    def unexpected(self) -> BadQuery:
        """Whatever else: the word, and what could stand there."""
        word = self.word(self.index)
        hint = _possible(self.expected)
        if not word.text:
            return self.at(word, "the query ends too early", hint)
        return self.at(word, f"{word.text} cannot stand here", hint)


def _suggest(text: str, words: frozenset[str] | dict[str, str]) -> str:
    close = get_close_matches(text, sorted(words), 1, 0.6)
    return f" Did you mean {close[0]}?" if close else ""


def _possible(expected: str) -> str:
    """Return a sentence made from what the engine *expected*, letter classes left out."""
    items = re.findall(r'"(?:\\.|[^"\\])*"|[A-Za-z_]{2,}', re.sub(r"\[[^\]]*\]", "", expected))
    items = [item for item in dict.fromkeys(items) if item not in ("one", "of", "unreported")]
    if items and FUNCTIONS.issuperset(items):  # where a value may stand, the engine tells of one function
        return "A value is expected here: a variable, a text, a number, a name or a function."
    if not items or len(items) > 12 or items == ["NOT"]:
        return "Compare with the examples on the query page."
    return (
        "Possible here, among others: "
        + ", ".join(item.strip('"').replace('\\"', '"') for item in items)
        + "."
    )
