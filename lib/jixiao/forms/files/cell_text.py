"""What a cell shows as text, from its raw value and number format: the text that the forms are read from.

A text says what the cell holds, exactly, and not what its format rounds away: 0.79274 formatted 0.00% is 79.274%,
where the screen has 79.27%. Like the screen, no number has more than 15 significant digits or an exponent. What the
format adds (units, ≥) and by what it multiplies or divides counts: 1000000 formatted 0!.0000 is 100.
Dates come as 2022-12-30; where the format leaves the day out, as 2022年12月, since the day held was never meant.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, InvalidOperation
from typing import NamedTuple

from jixiao.forms.files import number_formats
from jixiao.forms.files.number_formats import DASHES, PLAIN, Format

# What is too large even for the exponent becomes infinite, and stays the text that it is, as all that is no number.
_FIFTEEN = Context(prec=15, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[InvalidOperation])
SHORT = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_PLAIN_NUMBER = re.compile(r"['’‘]?([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+(\d{2,3})")
LONGEST = 15  # digits that a number of a spreadsheet has
_SHORTENED = 11  # a program that writes texts shows a number of more digits as 1.23457E+11
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_EXPONENT = re.compile(r"-?\d(?:\.\d*)?E[+-]\d{1,3}")
_POWERS = (-3, -4, -6, -8)  # 千, 万, 百万, 亿
_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|名称\?)"
    r"|Err:5\d\d"
)
_LAST_DAY = 2_958_465  # 9999-12-31
_SECONDS = 86_400
_FIRST_DAY = datetime(1899, 12, 30)


class Shown(NamedTuple):
    """What a cell shows; the number stored in it, where it is written otherwise; whether these are two numbers."""

    text: str
    stored: str | None = None
    apart: bool = False


def shown(raw: str, sections: tuple[Format, ...] = PLAIN, since_1904: bool = False) -> Shown:
    """What a cell shows of a number stored as `raw` under a format; `raw` itself where it is no number."""
    try:
        value = _FIFTEEN.create_decimal(raw)
    except InvalidOperation:
        return Shown(raw)
    if not value.is_finite() or (value and not -330 < value.adjusted() < 310):
        return Shown(raw)
    stored = _digits(value)
    if sections is PLAIN:
        return Shown(stored)
    form = number_formats.of_number(value, sections)
    if form.dated:
        dated = 0 <= value < _LAST_DAY + 1
        return Shown(_moment(value, form, since_1904), stored) if dated else Shown(stored)
    if value and not form.digits:
        return Shown(form.before, stored, True)
    text = _written(value, form)
    return Shown(text) if text == stored else Shown(text, stored, form.apart and bool(value))


def _written(value: Decimal, form: Format) -> str:
    """A number as its format writes it; a zero that it shows as a dash or not at all is a zero all the same."""
    if not value and not (form.zero and form.digits):
        alone = form.before + form.after
        if not form.digits and alone.strip("".join(DASHES)):
            return alone
        return "0" + ("" if DASHES.issuperset(form.before) else form.before) + form.after
    digits = _digits(abs(value).scaleb(form.power))
    if digits.isdecimal() and form.pattern:
        digits = number_formats.filled(form.pattern, digits)
    elif digits.isdecimal() and form.zeros:
        digits = digits.zfill(form.zeros)
    minus = "-" if value < 0 and not form.unsigned else ""
    return f"{form.before}{minus}{digits}{form.after}"


def refined(text: str, stored: str) -> Shown:
    """What a cell shows where the text that a program made of its number is known, and the number itself.

    The digits are those of the number, which the text may round; where the text is not the number, nor its percentage,
    it is read as it stands.
    """
    plain = shown(stored).text
    seen = number_formats.words(text)
    if not _PLAIN_NUMBER.fullmatch(plain) or seen in ("TRUE", "FALSE"):
        return Shown(text)
    value = Decimal(plain)
    if _EXPONENT.fullmatch(seen):
        return Shown(plain)
    if not value and DASHES.issuperset(seen):
        return Shown("0")
    found = list(_NUMBER.finditer(seen))
    if len(found) == 1:
        return _refined(value, plain, seen, found[0])
    return Shown(seen, plain, apart=not found)


def _refined(value: Decimal, plain: str, seen: str, found: re.Match[str]) -> Shown:
    """What is seen of a number, with its own digits in the place of those that were found."""
    before, after = seen[: found.start()], seen[found.end() :]
    written = found[0].replace(",", "")
    percent = 2 * after.count("%")
    powers = (power for power in dict.fromkeys((percent, 0, *_POWERS)) if _rounds_to(value, power, written))
    power = next(powers, None)
    digits = written if power is None else _digits(abs(value).scaleb(power))
    if digits.isdecimal() and written.isdecimal():
        digits = digits.zfill(len(written))
    unsigned = False
    if value < 0 and number_formats.BELOW.search(before + after):
        before, after = (number_formats.BELOW.sub("", part) for part in (before, after))
        before += "-"
    elif value < 0:
        unsigned = not before
    text = f"{before}{digits}{after}"
    return Shown(text) if text == plain else Shown(text, plain, power not in (percent, 0) or unsigned)


def _rounds_to(value: Decimal, power: int, written: str) -> bool:
    """Whether a number times ten to a power is, rounded, the number that is written."""
    places = len(written.partition(".")[2])
    return abs(abs(value).scaleb(power) - Decimal(written)) * 2 <= Decimal(1).scaleb(-places)


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


def is_cut_off(text: str) -> bool:
    """Whether a number has more digits than a spreadsheet keeps, or is written as 4.502E+19: a code that is not whole."""
    if len(text) > LONGEST and text[: LONGEST + 1].isdecimal() and text.isascii():
        return True
    found = _SCIENTIFIC.fullmatch(text) if "E+" in text else None
    return found is not None and int(found[1]) >= _SHORTENED


def error_in(text: str) -> str:
    """The error value, picture or row of # that a text is, in words; "" for any other text."""
    if text.startswith("=DISPIMG(") or text.startswith("=_xlfn.DISPIMG("):
        return "图片（DISPIMG），没有文字"
    if len(text) > 2 and not text.strip("#＃"):
        return f"“{text[:3]}”，列太窄没有显示出数"
    return f"错误值 {text}" if _ERROR.fullmatch(text) else ""


def serial(raw: str) -> str | None:
    """The number by which spreadsheets count a moment that is stored as ISO text; None where it is no such text."""
    try:
        moment = datetime.fromisoformat(raw.strip().removesuffix("Z"))
    except ValueError:
        return None
    if moment.tzinfo is not None or moment < _FIRST_DAY:
        return None
    seconds = (moment - _FIRST_DAY) // timedelta(seconds=1)
    return str(Decimal(seconds) / _SECONDS) if seconds > 60 * _SECONDS else None


def day(raw: str) -> str:
    """A moment stored as ISO text, as a date where it has no time of day."""
    return raw.removesuffix("Z").replace("T", " ").removesuffix(" 00:00:00").removesuffix(".000")
