"""What a cell shows as text, from its raw value and number format: the text that the forms are read from.

A text says what the cell holds, exactly, and not what its format rounds away: 0.79274 formatted 0.00% is 79.274%,
where the screen has 79.27%. Like the screen, no number has more than 15 significant digits or an exponent.
Dates come as 2022-12-30; where the format leaves the day out, as 2022年12月, since the day held was never meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, InvalidOperation
from functools import lru_cache

# What is too large even for the exponent becomes infinite, and stays the text that it is, as all that is no number.
_FIFTEEN = Context(prec=15, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[InvalidOperation])
_SHORT = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_PLAIN_NUMBER = re.compile(r"['’‘]?([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LAST_DAY = 2_958_465  # 9999-12-31
_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Format:
    """What a number format means for reading: percent sign, part of a date, or zeros in front."""

    percent: bool = False
    sign: bool = False  # a percent sign that is mere decoration: 95.8 shown as 95.8%
    day: bool = False
    month: bool = False
    year: bool = False
    clock: bool = False
    zeros: int = 0

    @property
    def dated(self) -> bool:
        """Whether a number so formatted is a date or a time."""
        return self.day or self.month or self.year or self.clock


GENERAL = Format()
_DATE = Format(day=True, month=True, year=True)
_MONTH = Format(month=True, year=True)
_CLOCK = Format(clock=True)
_BOTH = Format(day=True, month=True, year=True, clock=True)
# ECMA-376 part 1, 18.8.30: formats known by number only; 27 to 36 and 50 to 58 as Chinese Excel has them.
BUILT_IN = (
    dict.fromkeys((9, 10), Format(percent=True))
    | dict.fromkeys((14, 15, 16, 28, 29, 30, 31, 36, 50, 51, 53, 54, 58), _DATE)
    | dict.fromkeys((17, 27, 52, 57), _MONTH)
    | dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), _CLOCK)
    | {22: _BOTH}
)


@lru_cache(maxsize=4096)
def format_of(code: str) -> tuple[Format, ...]:
    """The sections of a format code (positive; negative; zero), each as what it means."""
    return tuple(_section(section) for section in _split(code)[:3])


def sections(number: str | int, codes: Mapping[str | int, str]) -> tuple[Format, ...]:
    """The sections of the number format with this number; those that `codes` does not describe are built in."""
    if number in codes:
        return format_of(codes[number])
    if not str(number).isdecimal() or len(str(number)) > 5:
        return (GENERAL,)
    return (BUILT_IN.get(int(number), GENERAL),)


def _split(code: str) -> list[str]:
    """Sections between semicolons that are not inside quotes."""
    parts = re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+|(?<=;)(?=;|$)', code)
    return parts or [code]


def _section(section: str) -> Format:
    literals = "".join(match[1] or match[2] or "" for match in _LITERAL.finditer(section))
    bare = _LITERAL.sub("", section).lower()
    if "general" in bare or bare == "@":
        return GENERAL
    if "%" in bare:
        return Format(percent=True)
    clock = bool(re.search(r"[hs]|\[m+\]", bare))
    year = "y" in bare or "e" in bare.replace("e+", "").replace("e-", "")
    day = "d" in bare
    return Format(
        sign="%" in literals,
        day=day,
        month="m" in bare and (year or day or not clock),
        year=year,
        clock=clock,
        zeros=len(bare) if re.fullmatch("0{2,}", bare) else 0,
    )


def number(raw: str, sections: tuple[Format, ...] = (GENERAL,), since_1904: bool = False) -> str:
    """The text of a number stored as `raw` under a format; `raw` itself where it is no number."""
    if sections == (GENERAL,) and _SHORT.fullmatch(raw):
        return raw
    try:
        value = _FIFTEEN.create_decimal(raw)
    except InvalidOperation:
        return raw
    if not value.is_finite() or (value and not -330 < value.adjusted() < 310):
        return raw
    section = 1 if value < 0 else 2 if value == 0 else 0
    form = sections[section] if section < len(sections) else sections[0]
    if form.percent or form.sign:
        return _digits(value.scaleb(2) if form.percent else value) + "%"
    if form.dated and 0 <= value < _LAST_DAY + 1:
        return _moment(value, form, since_1904)
    text = _digits(value)
    return text.zfill(form.zeros) if form.zeros and text.isdecimal() else text


def _digits(value: Decimal) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _moment(serial: Decimal, form: Format, since_1904: bool) -> str:
    seconds = int((serial * _SECONDS).to_integral_value())
    days, clock = divmod(seconds, _SECONDS)
    if not (form.day or form.month or form.year):
        return _clock(seconds)  # an elapsed time may pass 24 hours
    # 1900 was no leap year, but the serial numbers count a 29 February 1900: before it they are one day ahead
    day = (date(1904, 1, 1) if since_1904 else date(1899, 12, 30 if days > 59 else 31)) + timedelta(
        days=min(days, _LAST_DAY - 1462 if since_1904 else _LAST_DAY)
    )
    if not form.day:
        return f"{day.year}年{day.month}月" if form.month else f"{day.year}年"
    return f"{day.isoformat()} {_clock(clock)}" if form.clock and clock else day.isoformat()


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{second:02}" if second else "")


def text(raw: str) -> str:
    """A stored text without what cannot be seen: blanks around it, control and format characters, odd line ends."""
    if not raw.isprintable():
        raw = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\t", " ")
        raw = "".join(map(_seen, raw))
    return raw.strip()


def _seen(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    return " " if unicodedata.category(character) in ("Zs", "Zl", "Zp") else ""


def unescaped(raw: str) -> str:
    """A text of a package with its _x000D_ escapes resolved (ECMA-376 part 1, 22.9.2.19)."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), raw) if "_x" in raw else raw


def number_in(text: str) -> str | None:
    """The text without a leading apostrophe where it is a plain number, full-width digits too; None otherwise."""
    if not text[-1:].isdecimal():
        return None
    found = _PLAIN_NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace("−", "-"))
    return text.lstrip("'’‘＇") if found else None


def day(raw: str) -> str:
    """A moment stored as ISO text, as a date where it has no time of day."""
    return raw.removesuffix("Z").replace("T", " ").removesuffix(" 00:00:00").removesuffix(".000")
