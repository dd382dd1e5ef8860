"""What people write in a cell: lists, days, years and whole numbers, read strictly and never guessed."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

SEPARATORS = ("\n", ";", "|")
# Words for what nobody has seen: a cell that holds one says nothing.
_NOTHING = frozenset(("?", "n/a", "unknown", "not known", "not seen", "not recorded", "not said yet"))
_MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_DASH = r"\s*[-–—]\s*"
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?:[T ]00:00(?::00)?(?:\.0+)?)?")
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_MONTH_SLASHED = re.compile(r"(\d{1,2})/(\d{4})")
_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
_WORDED = re.compile(rf"(?:{_NTH}(?:[\s-]+|\s+of\s+))?([A-Za-z]{{3,9}})\.?,?[\s-]+(\d{{4}})")
# As in America: the month in words cannot be taken for the day.
_MONTH_FIRST = re.compile(rf"([A-Za-z]{{3,9}})\.?\s+{_NTH},?\s+(\d{{4}})")
_WEEKDAY = re.compile(
    r"(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:r|rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+", re.IGNORECASE
)
_YEAR = re.compile(r"(\d{4})(?:\.0+)?")
_YEARS = re.compile(rf"(\d{{4}})(?:{_DASH}|/)(\d{{2}}|\d{{4}})")
# A year of two digits, and a time of the day: what the hint then speaks of.
_SHORT_YEAR = re.compile(r"(?:\d{1,2}[-/. ])?(?:\d{1,2}|[A-Za-z]{3,9})[-/. ]'?\d{2}")
_WITH_TIME = re.compile(r"(.*\d)[T ]\d{1,2}:\d{2}.*")
_NUMBER = re.compile(r"([+-]?\d{1,15})(?:\.0+)?")


class NotRead(ValueError):
    """A text that is not what its column holds; says what is wrong and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True)
class Period:
    """The first and the last day that a text can mean; equal for one day."""

    first: date
    last: date


def is_nothing(text: str) -> bool:
    """Say whether a cell says nothing: it is empty, or holds a word for what nobody knows."""
    return " ".join(text.split()).casefold() in _NOTHING or not text.strip()


def listed(text: str) -> list[str]:
    """Return the values in a cell: by lines if it has any, else by semicolons, else by upright bars."""
    separator = next((one for one in SEPARATORS if one in text), None)
    parts = text.split(separator) if separator else [text]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def joined(values: list[str]) -> str:
    """Return values as one cell that `listed` takes apart again."""
    if any(sign in value for value in values for sign in (";", "|")):
        return "\n".join(values) if len(values) > 1 else f"{values[0]}\n"
    return "; ".join(values)


def period(text: str) -> Period:
    """Return the days that a text can mean: a day, a month, a year, or a range of years.

    The day comes before the month, as people in Britain write. Raises NotRead.
    """
    plain = " ".join(text.split())
    plain = _WEEKDAY.sub("", plain, count=1) if _WEEKDAY.match(plain) else plain
    if (match := _ISO.fullmatch(plain)) and not _is_range(match):
        return _days(plain, int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    if match := _SLASHED.fullmatch(plain):
        return _days(plain, int(match[3]), int(match[2]), int(match[1]))
    if match := _MONTH_SLASHED.fullmatch(plain):
        return _days(plain, int(match[2]), int(match[1]), None)
    if (match := _WORDED.fullmatch(plain)) and (month := _MONTHS.get(match[2].casefold())):
        return _days(plain, int(match[3]), month, int(match[1]) if match[1] else None)
    if (match := _MONTH_FIRST.fullmatch(plain)) and (month := _MONTHS.get(match[1].casefold())):
        return _days(plain, int(match[3]), month, int(match[2]))
    if match := _YEAR.fullmatch(plain):
        return Period(*_year(plain, int(match[1])))
    if match := _YEARS.fullmatch(plain):
        first, last = int(match[1]), _full(match[1], match[2])
        if first < last:
            return Period(_year(plain, first)[0], _year(plain, last)[1])
    raise _no_day(plain)


def _is_range(match: re.Match[str]) -> bool:
    """Say whether what looks like year and month is two years: 2019-20, and 2025/26, but not 2020-12."""
    return match[3] is None and len(match[2]) == 2 and int(match[2]) == int(match[1][2:]) + 1 > 12


def _no_day(text: str) -> NotRead:
    hint = "write it as 2020-01-31, 31/01/2020 or 31 January 2020"
    if re.fullmatch(r"[1-9]\d{4}(?:\.\d+)?", text):
        # Days counted from 1900, as a spreadsheet program keeps them. Two ways of counting are in use.
        hint = f"it may be a day that is shown as a number: format the cell as a date, or {hint}"
    elif re.fullmatch(r"#{2,}", text):
        hint = "the column was too narrow when the sheet was saved: make it wider, and save the sheet again"
    elif found := _WITH_TIME.fullmatch(text):
        hint = f"leave the time out: {found[1]}"
    elif _SHORT_YEAR.fullmatch(text):
        hint = f"write the year with four digits: {hint.removeprefix('write it as ')}"
    return NotRead(f"“{short(text)}” is no day", hint)


def _days(text: str, year: int, month: int, day: int | None) -> Period:
    if month > 12:
        hint = "put the day before the month, as in 31/01/2020, or write 2020-01-31"
        raise NotRead(f"“{short(text)}” is no day: there is no month {month}", hint)
    try:
        if day is not None:
            return Period(date(year, month, day), date(year, month, day))
        first = date(year, month, 1)
    except ValueError as error:
        raise _no_day(text) from error
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _year(text: str, year: int) -> tuple[date, date]:
    if not 1000 <= year <= 2999:
        raise _no_day(text)
    return date(year, 1, 1), date(year, 12, 31)


def _full(first: str, last: str) -> int:
    return int(last if len(last) == 4 else first[:2] + last)


def one_day(text: str) -> date:
    """Return the one day that a text means. Raises NotRead, also when it means more days than one."""
    found = period(text)
    if found.first != found.last:
        raise NotRead(
            f"“{short(text)}” is more than one day", "write one day, with year, month and day: 2020-01-31"
        )
    return found.first


def year(text: str) -> str:
    """Return a year of four digits; the year of a day will do. Raises NotRead."""
    plain = " ".join(text.split())
    if match := _YEAR.fullmatch(plain):
        return match[1]
    try:
        found = period(plain)
    except NotRead:
        found = None
    if found and found.first.year == found.last.year:
        return f"{found.first.year:04d}"
    hint = "write one year of four digits, such as 2020; a range has its own columns for first and last year"
    raise NotRead(f"“{short(text)}” is no year", hint)


def whole_number(text: str) -> str:
    """Return a whole number as digits. Raises NotRead."""
    if match := _NUMBER.fullmatch(text.strip().replace(",", "")):
        return str(int(match[1]))
    raise NotRead(f"“{short(text)}” is no whole number", "write digits only, such as 7")


def yes_or_no(text: str) -> str:
    """Return ``true`` or ``false``. Raises NotRead."""
    plain = text.strip().casefold()
    if plain in ("yes", "true", "y", "1", "x"):
        return "true"
    if plain in ("no", "false", "n", "0"):
        return "false"
    raise NotRead(f"“{short(text)}” is neither yes nor no", "write yes or no, or leave the cell empty")


def short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else plain[:59] + "…"
