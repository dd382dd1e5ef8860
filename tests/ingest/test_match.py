"""Names to bodies: exact, or reported with suggestions; never guessed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from ccin_ld.errors import BadInput
from ccin_ld.ingest.match import ALIASES, BODIES, REGISTER, Directory, Match, NoMatch, open_directory

from .conftest import DATA


@pytest.fixture(scope="module")
def directory() -> Directory:
    """The committed reference tables."""
    return open_directory(DATA / "reference")


def test_the_bodies_of_the_first_page(directory: Directory, shared: Path) -> None:
    with (shared / "reference" / "seed-members-match.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 22
    for row in rows:
        found = directory.find(row["seed_name"])
        assert isinstance(found, Match)
        assert found.body.row.get("local_authority_code", "") == row["local_authority_code"]
        if row["match"] != "matched":
            assert found.body.row["related_local_authority_code"] == row["related_local_authority_code"]


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        pytest.param("Telford & Wrekin Council", "telford-and-wrekin", id="the sign"),
        pytest.param("Telford and Wrekin Council", "telford-and-wrekin", id="the word"),
        pytest.param("cheshire  west & chester COUNCIL", "cheshire-west-and-chester", id="case and blanks"),
        pytest.param("Milton Keynes Council", "milton-keynes", id="an earlier name"),
        pytest.param("Rochdale", "rochdale", id="a short name"),
        pytest.param("Edinburgh City Council", "edinburgh", id="type words elsewhere"),
        pytest.param("York City Council", "york", id="type words that the register lacks"),
        pytest.param("Brent Council", "brent", id="London Borough of"),
        pytest.param("Newcastle City Council", "newcastle-upon-tyne", id="the full name of one of two"),
        pytest.param("Newcastle under Lyme", "newcastle-under-lyme", id="without hyphens"),
        pytest.param("King’s Lynn and West Norfolk", "kings-lynn-and-west-norfolk", id="a curly quote"),
        pytest.param("Newcastle on Tyne", "newcastle-upon-tyne", id="a name that a person has accepted"),
        pytest.param("Development.coop", "the-development-co-operative", id="a body kept by hand"),
    ],
)
def test_found(directory: Directory, printed: str, key: str) -> None:
    found = directory.find(printed)
    assert isinstance(found, Match)
    assert found.body.key == key


@pytest.mark.parametrize(
    ("printed", "several", "suggested"),
    [
        pytest.param("Newcastle", 2, "Newcastle City Council", id="two councils"),
        pytest.param("Newcastle Council", 2, "Newcastle-under-Lyme Borough Council", id="two, with a type"),
        pytest.param("Dorset", 2, "Dorset Council", id="a council and the one it replaced"),
        pytest.param("Oldam Council", 0, "Oldham Metropolitan Borough Council", id="misspelt"),
        pytest.param("North Herts District Council", 0, "North Hertfordshire District Council", id="short"),
        pytest.param("Lichfield County Council", 0, "Lichfield District Council", id="another type"),
        pytest.param("Wrekin", 0, "Telford & Wrekin Council", id="half a name"),
    ],
)
def test_never_guessed(directory: Directory, printed: str, several: int, suggested: str) -> None:
    found = directory.find(printed)
    assert isinstance(found, NoMatch)
    assert len(found.several) == several
    assert suggested in [name for name, _ in found.suggestions]
    assert all(75 <= score <= 100 for _, score in found.suggestions)
    assert f"“{suggested}”" in (found.message if several else found.hint)


@pytest.mark.parametrize("printed", ["", "   ", "…", "Council", "Borough of", "E9M", "x" * 5000, "the"])
def test_names_of_nothing(directory: Directory, printed: str) -> None:
    assert isinstance(directory.find(printed), NoMatch)


def test_parish_and_town_are_no_type_words(directory: Directory) -> None:
    assert isinstance(directory.find("Oldham Town Council"), NoMatch)


def test_keys_are_given_once(directory: Directory) -> None:
    keys = [one.key for one in directory.bodies]
    assert len(keys) == len(set(keys)) == 493
    somerset = directory.council("SOM")
    assert somerset is not None
    assert somerset.key == "somerset-until-2023"


def test_no_tables_no_bodies(tmp_path: Path) -> None:
    assert open_directory(tmp_path).bodies == ()


HEAD = "key,name,other_names,kind,related_as,related_local_authority_code,gss_code,area_name,homepage\n"


def in_bodies(row: str) -> Callable[[Path], None]:
    """Return an act that makes the table of bodies hold one row."""

    def spoil(folder: Path) -> None:
        (folder / BODIES).write_text(HEAD + row, encoding="utf-8")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "file", "line"),
    [
        pytest.param(in_bodies("Not A Key,X,,group,,,,,\n"), BODIES, 2, id="no key"),
        pytest.param(in_bodies("x,,,group,,,,,\n"), BODIES, 2, id="no name"),
        pytest.param(in_bodies("x,X,,club,,,,,\n"), BODIES, 2, id="an unknown kind"),
        pytest.param(in_bodies("x,X,,group,group on,ZZZ,,,\n"), BODIES, 2, id="an unknown code"),
        pytest.param(in_bodies("x,X,,group,group on,,,,\n"), BODIES, 2, id="a group on nothing"),
        pytest.param(in_bodies("x,X\n"), BODIES, 2, id="too few cells"),
        pytest.param(in_bodies("x,X,,group,,,,,,,\n"), BODIES, 2, id="too many cells"),
        pytest.param(in_bodies("x,X,,group,,,,,\nx,Y,,group,,,,,\n"), BODIES, None, id="a key twice"),
        pytest.param(
            lambda folder: (folder / ALIASES).write_text("name,body,why\nX,council/none,\n"),
            ALIASES,
            2,
            id="an alias of nobody",
        ),
        pytest.param(
            lambda folder: (folder / REGISTER).write_bytes(b"\xff\xfe\0"), REGISTER, None, id="no text"
        ),
        pytest.param(
            lambda folder: (folder / REGISTER).write_text("a,b\n1,2\n"), REGISTER, 1, id="no columns"
        ),
    ],
)
def test_tables_that_cannot_be_used(
    tmp_path: Path, spoil: Callable[[Path], object], file: str, line: int | None
) -> None:
    spoil(tmp_path)
    with pytest.raises(BadInput) as raised:
        open_directory(tmp_path)
    assert raised.value.file == tmp_path / file
    assert raised.value.line == line
    assert raised.value.hint
