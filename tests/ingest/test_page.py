"""The stored text of a page, with every irregularity seen on real pages of form A."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.errors import BadInput
from ccin_ld.ingest.labels import Labels
from ccin_ld.ingest.page import MAX_LINE, PageFacts, parse_page

from .conftest import PAGE

CO_PRODUCTION = "We will develop systems that enable citizens to be equal partners in filler."
INNOVATION = "We will embrace innovation in how we work with filler every day."
WALKING = "As a membership organisation, we will make this filler operational by:"
Reading = Callable[[str], PageFacts]


@pytest.fixture
def read(labels: Labels) -> Reading:
    """Read a text as a page."""
    return lambda text: parse_page(text.encode(), "page.txt", labels)


def titles(facts: PageFacts, labels: Labels) -> list[str]:
    """Return the short titles of the principles met, in the order of the page."""
    names = {one.iri: one.title for one in labels.principles}
    return [names[one.principle] for one in facts.met]


def said(facts: PageFacts) -> str:
    """Return all notices as one text."""
    return "\n".join(f"{one.line}: {one.message}" for one in facts.notices)


def test_the_first_page(labels: Labels) -> None:
    facts = parse_page(PAGE.read_bytes(), PAGE, labels)
    assert [one.text for one in facts.leads] == ["Co-operative Councils Innovation Network CCIN"]
    assert len(facts.participants) == 22
    assert facts.participants[0].text == "Bassetlaw District Council"
    assert facts.participants[-1].text == "Telford and Wrekin Council"
    assert facts.years is not None
    assert (facts.years.printed, facts.years.first, facts.years.last) == ("2020", "2020", "2020")
    assert facts.kind is not None
    assert facts.kind.text == "Policy Labs"
    assert facts.form == "a"
    assert titles(facts, labels) == [
        "Co-production",
        "Community leadership and a new role for councillors",
        "Enterprise and social economy",
        "Innovation",
        "Learning",
        "New models of meeting priority needs",
        "Walking the talk",
    ]
    assert [len(one.split()) for one in facts.paragraphs] == [52, 22, 81]
    assert not facts.problems
    assert [one.line for one in facts.notices] == [13]


def test_statements_of_the_first_page(labels: Labels) -> None:
    statements = [one.statement or "" for one in parse_page(PAGE.read_bytes(), PAGE, labels).met]
    assert statements[5].endswith("voice to staff and users.")  # less the tail copied from Co-production
    assert statements[0].endswith("in determining the use of public resources.")
    assert statements[6].count("\n• ") == 6
    assert "\n• Membership-based: The network" in statements[6]  # no blank after this sign on the page
    assert "‘expand’" in statements[4]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("  • ", "• ", id="bullets at column 0"),
        pytest.param("• ", "    - ", id="dash bullets, indented"),
        pytest.param("• ", "•", id="no blank after the sign"),
        pytest.param("• ", "– ", id="en dashes as bullets"),
        pytest.param("• ", "", id="no bullets at all"),
        pytest.param(" ", "\u00a0", id="no-break blanks"),
        pytest.param(" ", "  ", id="double blanks"),
        pytest.param("’", "'", id="straight quotes"),
        pytest.param("‘expand’", '"expand"', id="double quotes in the matching key"),
        pytest.param("‘expand’", "“expand”", id="curly double quotes in the matching key"),
        pytest.param("\n", "\r\n", id="Windows line ends"),
        pytest.param("\n", "\r", id="old Macintosh line ends"),
        pytest.param("Lead Member ", "Lead Member: ", id="a colon"),
        pytest.param("Principles met", "PRINCIPLES MET", id="a heading in capitals"),
        pytest.param("Status", "Type", id="the other label of the kind"),
    ],
)
def test_same_facts_however_printed(
    read: Reading, text: str, before: str, after: str, labels: Labels
) -> None:
    # Walking the talk holds bullets of its own within a line, and these stay as they are.
    header, _, rest = text.partition("  • As a membership")
    changed = header.replace(before, after) + "  • As a membership" + rest
    if before in ("’", "\n", " ", "‘expand’"):
        changed = text.replace(before, after)
    assert changed != text
    facts, usual = read(changed), read(text)
    assert [one.text for one in facts.leads] == [one.text for one in usual.leads]
    assert [one.text for one in facts.participants] == [one.text for one in usual.participants]
    assert titles(facts, labels) == titles(usual, labels)
    assert facts.years == usual.years
    assert facts.kind == usual.kind
    assert len(facts.paragraphs) == 3
    assert not facts.problems


def test_byte_order_mark(labels: Labels) -> None:
    assert len(parse_page(b"\xef\xbb\xbf" + PAGE.read_bytes(), PAGE, labels).leads) == 1


def test_inner_bullets_on_their_own_lines_are_one_principle(read: Reading, text: str, labels: Labels) -> None:
    own_lines = text.replace(" • Co-operation among", "\n    • Co-operation among")
    for word in ("Openness", "Co-production of", "Action-focused"):
        own_lines = own_lines.replace(f" • {word}", f"\n    • {word}")
    for word in ("Membership-based", "Non-party"):
        own_lines = own_lines.replace(f" •{word}", f"\n    •{word}")
    assert own_lines.count("\n") == text.count("\n") + 6
    facts = read(own_lines)
    assert len(facts.met) == 7
    assert facts.met[-1].statement == read(text).met[-1].statement
    assert not facts.problems


def test_inner_lines_without_signs(read: Reading) -> None:
    page = f"Principles met\n\n• {WALKING}\nOpenness: Filler is open.\nAction: Filler acts.\n\nOne filler: prose."
    facts = read(page)
    assert facts.met[0].statement is not None
    assert facts.met[0].statement.count("\n• ") == 2
    assert facts.paragraphs == ("One filler: prose.",)


def test_header_missing(read: Reading, text: str) -> None:
    facts = read(text[text.index("Principles met") :])
    assert (facts.leads, facts.participants, facts.years, facts.kind) == ((), (), None, None)
    assert len(facts.met) == 7
    for label in ("Lead Member", "Participating Members", "Year", "Status"):
        assert f"“{label}” is not on this page: it is not known" in said(facts)


def test_header_only(read: Reading, text: str) -> None:
    facts = read(text[: text.index("Principles met")])
    assert len(facts.participants) == 22
    assert (facts.met, facts.form, facts.lists_principles, facts.paragraphs) == ((), None, False, ())
    assert "“Principles met” is not on this page: no principle is known" in said(facts)


def test_no_heading_before_the_prose(read: Reading, text: str) -> None:
    facts = read(text.replace("About the project\n", ""))
    assert len(facts.paragraphs) == 3
    assert "17: no heading before the text about the project" in said(facts)


def test_empty_field_is_not_known(read: Reading, text: str) -> None:
    facts = read(text.replace("• Year 2020", "• Year"))
    assert facts.years is None
    assert "“Year” has no value" in said(facts)


def test_unknown_field_is_reported_by_line(read: Reading, text: str) -> None:
    facts = read(text.replace("  • Year", "  • Funding Filler\n  • Year"))
    assert "3: this line is in no known field" in said(facts)
    assert "Filler" not in said(facts)


def test_foreign_text_is_left_out(read: Reading, text: str) -> None:
    cookies = "This filler site uses biscuits.\n\n"
    tail = "\n\nRead more\n\nFiller wins a prize for fillers March 2023\n\n12 May 2021\n"
    facts = read(cookies + text + tail)
    assert len(facts.paragraphs) == 3
    assert [one.line for one in facts.notices if one.line] == [1, 15, 26, 28, 30]


@pytest.mark.parametrize(
    ("glued", "kept"),
    [
        pytest.param(" Read more", True, id="a few words after the last sentence"),
        pytest.param(" and then this filler sentence was cut", False, id="a sentence that is cut off"),
    ],
)
def test_words_glued_to_a_principle(read: Reading, text: str, glued: str, kept: bool) -> None:
    facts = read(text.replace("positive change.", f"positive change.{glued}"))
    assert len(facts.met) == 7
    assert (facts.met[3].statement == read(text).met[3].statement) is kept
    assert glued.strip() not in said(facts)


@pytest.mark.parametrize(
    "line",
    [
        "Write to filler@example.org for more.",
        "Write to [email\u00a0protected] for more.",
        "Ring 01234 567 890 for more.",
        "Ring +44 20 7946 0000 for more.",
        "Contact the filler team.",
        "Policy Officer Jane Filler wrote this.",
        "Jane Filler, Head of Fillers, wrote this.",
        "More from Jane ( ).",
    ],
)
def test_personal_data_is_dropped_and_never_repeated(read: Reading, text: str, line: str) -> None:
    facts = read(f"{text}\n\n{line}\n")
    assert len(facts.paragraphs) == 3
    assert "24: this line is left out" in said(facts)
    assert "Jane" not in said(facts)
    assert "01234" not in said(facts)


def test_one_principle_twice_counts_once(read: Reading) -> None:
    facts = read(f"Principles met\n\n• {INNOVATION}\n• {INNOVATION}\n")
    assert len(facts.met) == 1
    assert "listed twice" in said(facts)


def test_unknown_principle_is_a_problem_with_a_suggestion(read: Reading) -> None:
    facts = read(f"Principles met\n\n• {INNOVATION}\n• We will embrace novelty in how we work.\n")
    assert [one.line for one in facts.problems] == [4]
    assert "“Innovation”" in facts.problems[0].hint
    assert len(facts.met) == 1


@pytest.mark.parametrize(
    ("items", "form"),
    [
        pytest.param([CO_PRODUCTION, INNOVATION], "a", id="sentences only"),
        pytest.param([f"Co-production – {CO_PRODUCTION}", f"Innovation - {INNOVATION}"], "b", id="both"),
        pytest.param(["Co-production", "Innovation"], "c", id="short titles only"),
        pytest.param([f"Co-production – {CO_PRODUCTION}", INNOVATION], "a", id="mixed: what shows the least"),
    ],
)
def test_form(read: Reading, labels: Labels, items: list[str], form: str) -> None:
    facts = read(
        "Principles met\n\n" + "".join(f"• {one}\n" for one in items) + "\nAbout the project\n\nFiller."
    )
    assert titles(facts, labels) == ["Co-production", "Innovation"]
    assert facts.form == form
    assert facts.met[0].statement == (None if form == "c" else CO_PRODUCTION)


def test_tail_in_small_letters_is_left_out(read: Reading) -> None:
    facts = read(f"Principles met\n\n• {INNOVATION} with copied filler words.\n• {CO_PRODUCTION}\n\nFiller.")
    assert facts.met[0].statement == INNOVATION
    assert "no sentence of its own" in said(facts)


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [("2019-2020", "2019", "2020"), ("2019–20", "2019", "2020"), ("2018 to 2020", "2018", "2020")],
)
def test_years(read: Reading, printed: str, first: str, last: str) -> None:
    facts = read(f"Year {printed}\n")
    assert facts.years is not None
    assert (facts.years.printed, facts.years.first, facts.years.last) == (printed, first, last)


@pytest.mark.parametrize("printed", ["soon", "20", "2020-2019", "31 March 2020", "٢٠٢٠"])
def test_bad_years(read: Reading, printed: str) -> None:
    facts = read(f"Year {printed}\n")
    assert facts.years is None
    assert [one.line for one in facts.problems] == [1]


def test_field_twice_is_a_problem(read: Reading, text: str) -> None:
    assert "fills what line 1 has filled" in read("• Lead Member Filler\n" + text).problems[0].message


def test_every_cut_is_noticed(read: Reading, text: str) -> None:
    for place in range(0, len(text), 97):
        part = text[:place]
        try:
            facts = read(part)
        except BadInput:
            continue
        assert facts.problems or len(facts.notices) > 1 or part.rstrip().endswith((".", ".”"))


def test_a_list_cut_off_says_nothing_of_what_would_come_later(read: Reading, text: str) -> None:
    facts = read(text[: text.index("to drive positive change")])
    assert facts.cut
    assert "those that would come later are not known" in said(facts)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b" \n\t\r\n", "empty", id="blanks only"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "not UTF-8", id="a picture"),
        pytest.param(b"PK\x03\x04 Lead Member", "not plain text", id="a zip file"),
        pytest.param(b"Lead Member A\0B", "not plain text", id="NUL"),
        pytest.param("Lead Member Zoë".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param("Lead Member Zoë".encode("utf-16-le"), "not", id="UTF-16 without mark"),
        pytest.param("Lead Member Zoë".encode("latin-1"), "not UTF-8", id="Latin-1"),
        pytest.param(b"Lead Member " + b"x" * MAX_LINE, "too long", id="a huge line"),
        pytest.param(b"Some quite other text.", "nothing in this file", id="another text"),
        pytest.param(b"<html><body>404</body></html>", "nothing in this file", id="an error page"),
    ],
)
def test_what_is_no_page(labels: Labels, data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words) as raised:
        parse_page(data, "page.txt", labels)
    assert raised.value.file == "page.txt"
    assert raised.value.hint


def test_place_of_a_wrong_byte(labels: Labels) -> None:
    with pytest.raises(BadInput) as raised:
        parse_page("Lead Member A\nYéar Zoë".encode("latin-1"), "page.txt", labels)
    assert (raised.value.line, raised.value.column) == (2, 2)


LINES = st.one_of(
    st.sampled_from(PAGE.read_text(encoding="utf-8").split("\n")),
    st.sampled_from(
        ["Principles met", "About the project", "• ", "Year", "Innovation", "Learning – ", WALKING]
    ),
    st.text(max_size=60),
)


def facts_or_error(data: bytes, labels: Labels) -> PageFacts | BadInput:
    """Return what a page says, or the one error that reading it may raise."""
    try:
        return parse_page(data, "page.txt", labels)
    except BadInput as error:
        return error


@given(st.lists(st.tuples(LINES, LINES).map("".join), max_size=30).map("\n".join))
def test_any_text_gives_facts_or_bad_input(labels: Labels, text: str) -> None:
    read = facts_or_error(text.encode("utf-8", "surrogatepass"), labels)
    if isinstance(read, PageFacts):
        assert len(read.met) <= 10
        assert len({one.principle for one in read.met}) == len(read.met)
    else:
        assert read.hint


@given(st.binary(max_size=400))
def test_any_bytes_give_facts_or_bad_input(labels: Labels, data: bytes) -> None:
    read = facts_or_error(data, labels)
    assert isinstance(read, PageFacts) or read.hint


def test_time_grows_with_the_page_and_no_faster(labels: Labels) -> None:
    # Each of these once stood for a pattern that could be made to look back again and again.
    for part in ("Head of A ", "Jane Filler, ", "0 ", "• A: ", ". a ", "Director of "):
        line = (part * MAX_LINE)[: MAX_LINE - 20]
        facts = parse_page(f"Year 2020\n{line}\nAbout the project\n{line}".encode(), "page.txt", labels)
        assert len(facts.met) == 0


def test_letters_of_another_encoding_are_named_and_stay(labels: Labels) -> None:
    text = (
        "Lead Member Oldham Council\nYear 2020\n\nAbout the project\n\nThe peopleâ€™s filler is a sentence.\n"
    )
    facts = parse_page(text.encode(), "page.txt", labels)
    assert [one.line for one in facts.notices if "those of another encoding" in one.message] == [6]
    assert facts.paragraphs == ("The peopleâ€™s filler is a sentence.",)
