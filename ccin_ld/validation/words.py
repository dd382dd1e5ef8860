"""The words of a message: one table of sentences by constraint component, filled in from shape and value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..namespaces import RDF, SH, XSD


@dataclass(frozen=True)
class Found:
    """What a sentence can speak of: the property's name, the value or values found, and the limit."""

    name: str
    value: str
    limit: str
    values: str
    count: int


Words = Callable[[Found], tuple[str, str]]


def _missing(found: Found) -> tuple[str, str]:
    if found.limit not in ("", "1"):
        return (
            f"has too little under “{found.name}”: {found.count}, and {found.limit} are needed",
            "Add what is missing.",
        )
    return f"“{found.name}” is missing", "Add it."


def _too_many(found: Found) -> tuple[str, str]:
    return (
        f"“{found.name}” is given {_times(str(found.count))} ({found.values}), "
        f"and it may be given {_times(found.limit)}",
        "Keep the right one and take the others out.",
    )


def _times(limit: str) -> str:
    return {"1": "once", "2": "twice"}.get(limit, f"{limit} times")


def _wrong_kind_of_value(found: Found) -> tuple[str, str]:
    return f"“{found.name}” is {found.value}, which is not {found.limit}", f"Write it as {found.limit}."


def _not_of_class(found: Found) -> tuple[str, str]:
    return (
        f"“{found.name}” is {found.value}, of which nothing says that it is of the kind “{found.limit}”",
        "Look for a slip in the identifier, or add what is known about that thing.",
    )


def _not_a_link(found: Found) -> tuple[str, str]:
    return f"“{found.name}” is {found.value}, which is not {found.limit}", f"Give {found.limit} in its place."


def _wrong_form(found: Found) -> tuple[str, str]:
    return (
        f"“{found.name}” is {found.value}, which is not written in the right form",
        "Write it in the right form.",
    )


def _not_listed(found: Found) -> tuple[str, str]:
    return f"“{found.name}” is {found.value}, and it can only be one of: {found.limit}", "Take one of these."


def _twice_in_a_language(found: Found) -> tuple[str, str]:
    return (
        f"“{found.name}” is given more than once in one language ({found.values})",
        "Keep one in each language.",
    )


def _not_before(found: Found) -> tuple[str, str]:
    return (
        f"“{found.name}” is {found.value}, which is later than “{found.limit}”",
        "Put the two in the right order.",
    )


def _too_small(found: Found) -> tuple[str, str]:
    return f"“{found.name}” is {found.value}; the least it can be is {found.limit}", "Correct the number."


def _too_large(found: Found) -> tuple[str, str]:
    return f"“{found.name}” is {found.value}; the most it can be is {found.limit}", "Correct the number."


def taken_back(found: Found) -> tuple[str, str]:
    """Return the sentence for a thing of which only the tombstone is left."""
    return (
        f"“{found.name}” is {found.value}, which was taken back",
        "Take back what says so too, or correct it where it is said.",
    )


def other(found: Found) -> tuple[str, str]:
    """Return the sentence for a constraint that has none of its own."""
    what = f" ({found.value})" if found.value else ""
    return f"“{found.name}”{what} does not keep the rule for it", "Compare it with its description."


# One entry a constraint component: what was found, and what to do. The thing's name is put in front, the
# property's description behind. Another language would be another table.
SENTENCES: dict[str, Words] = {
    SH + "MinCountConstraintComponent": _missing,
    SH + "MaxCountConstraintComponent": _too_many,
    SH + "DatatypeConstraintComponent": _wrong_kind_of_value,
    SH + "ClassConstraintComponent": _not_of_class,
    SH + "NodeKindConstraintComponent": _not_a_link,
    SH + "PatternConstraintComponent": _wrong_form,
    SH + "InConstraintComponent": _not_listed,
    SH + "UniqueLangConstraintComponent": _twice_in_a_language,
    SH + "LessThanOrEqualsConstraintComponent": _not_before,
    SH + "MinInclusiveConstraintComponent": _too_small,
    SH + "MaxInclusiveConstraintComponent": _too_large,
}

# The property of a shape that holds the limit of each component.
LIMITS: dict[str, str] = {
    SH + "MinCountConstraintComponent": SH + "minCount",
    SH + "MaxCountConstraintComponent": SH + "maxCount",
    SH + "DatatypeConstraintComponent": SH + "datatype",
    SH + "ClassConstraintComponent": SH + "class",
    SH + "NodeKindConstraintComponent": SH + "nodeKind",
    SH + "InConstraintComponent": SH + "in",
    SH + "LessThanOrEqualsConstraintComponent": SH + "lessThanOrEquals",
    SH + "MinInclusiveConstraintComponent": SH + "minInclusive",
    SH + "MaxInclusiveConstraintComponent": SH + "maxInclusive",
}

# What the limits of datatype and node kind are called.
KINDS_OF_VALUE: dict[str, str] = {
    RDF + "langString": 'words with their language, such as "Anytown"@en',
    XSD + "string": "plain text without a language",
    XSD + "date": "a day, such as 2020-07-31",
    XSD + "gYear": "a year, such as 2020",
    XSD + "integer": "a whole number, such as 7",
    XSD + "decimal": "a number, such as 53.55",
    XSD + "boolean": "true or false",
    SH + "IRI": "a web address or permanent link",
    SH + "Literal": "words or a number",
}
