"""Number formats of spreadsheets: what each section of a format code makes of a number (ECMA-376 part 1, 18.8.31).

Read is what changes the number that people see (percent signs, commas and points that scale), and the words around it:
units, signs of comparison, signs below zero. What a format rounds away and where it puts separators is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Format:
    """What one section makes of a number: `before`, the number times ten to the `power`, and `after`.

    A section without `digits` shows `before` alone, perhaps nothing.
    """

    condition: tuple[str, Decimal] | None = None  # for which numbers it is; None: for all that are left
    before: str = ""
    after: str = ""
    power: int = 0
    pattern: str = ""  # digits with words between them (0000年00月): a SLOT for each digit
    digits: bool = True
    zero: bool = True  # a zero has a digit: not so under # and ?
    unsigned: bool = False  # nothing tells that the number is below zero
    apart: bool = False  # the number that is shown is another one than that which is stored
    day: bool = False
    month: bool = False
    year: bool = False
    clock: bool = False
    zeros: int = 0  # in front

    @property
    def dated(self) -> bool:
        """Whether a number so formatted is a date or a time."""
        return self.day or self.month or self.year or self.clock


GENERAL = Format()
PLAIN = (GENERAL,)
_DATE = Format(day=True, month=True, year=True)
_MONTH = Format(month=True, year=True)
_CLOCK = Format(clock=True)
_BOTH = Format(day=True, month=True, year=True, clock=True)
# ECMA-376 part 1, 18.8.30: formats known by number only; 27 to 36 and 50 to 58 as Chinese Excel has them.
_BUILT_IN = (
    dict.fromkeys((9, 10), (Format(after="%", power=2),))
    | dict.fromkeys((14, 15, 16, 28, 29, 30, 31, 36, 50, 51, 53, 54, 58), (_DATE,))
    | dict.fromkeys((17, 27, 52, 57), (_MONTH,))
    | dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), (_CLOCK,))
    | {22: (_BOTH,)}
)
SLOT = "\0"  # a digit in a pattern
TEXT = "\0"  # the text of the cell in what a format makes of it
DASHES = frozenset("-−－–—―")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.?)|[_*].?|\[(?P<bracket>[^\]]*)\]?'
    r"|(?P<general>General|G/通用格式|@)|E[+-][0#?]*|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\s*(<=|>=|<>|=|<|>)\s*([+-]?[0-9.]{1,20})\s*")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_COLOUR = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|[黑蓝青绿红白黄]色?|洋红色?|(?:color|颜色)\s*\d+)",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"[0#?]\s*/\s*[0#?\d]")
_KINDS = {"0": "zero", "#": "digit", "?": "digit", ".": "point", ",": "comma", "%": "percent"}
_MONEY = re.compile(r"RMB|CNY|人民币|[¥￥$]", re.IGNORECASE)  # signs of money, which are no units
BELOW = re.compile(r"[-−－(（)）▲△]")  # what a section for numbers below zero shows in place of a minus
_POSITIVE, _NEGATIVE, _FROM_ZERO = (">", Decimal(0)), ("<", Decimal(0)), (">=", Decimal(0))


def sections(number: str | int, codes: Mapping[str | int, str]) -> tuple[Format, ...]:
    """The sections of the number format with this number; those that `codes` does not describe are built in."""
    if number in codes:
        return format_of(codes[number])
    if not str(number).isdecimal() or len(str(number)) > 5:
        return PLAIN
    return _BUILT_IN.get(int(number), PLAIN)


@lru_cache(maxsize=4096)
def format_of(code: str) -> tuple[Format, ...]:
    """The sections of a format code for numbers, each with the numbers that it is for.

    Without conditions of their own two sections are for numbers from zero on and for the rest, three for those above
    zero, those below, and zero. A last section with @ is for texts.
    """
    parts = _split(code)[:4]
    if len(parts) == 4 or (len(parts) > 1 and _is_for_texts(parts[-1])):
        parts.pop()
    if len(parts) == 1 and not parts[0]:
        return PLAIN
    found = [_section(part) for part in parts]
    given = [form.condition for form, _ in found]
    if len(found) > 1:
        given[0] = given[0] or (_POSITIVE if len(found) == 3 else _FROM_ZERO)
    if len(found) == 3:
        given[1] = given[1] or _NEGATIVE
    made = []
    for at, (form, coloured) in enumerate(found):
        condition = given[at]
        below = condition is not None and condition[0] in ("<", "<=") and condition[1] <= 0
        below |= at == 1 and condition is None and given[0] == _FROM_ZERO
        made.append(replace(_signed(form, coloured) if below else form, condition=condition))
    return PLAIN if all(replace(form, condition=None) == GENERAL for form in made) else tuple(made)


@lru_cache(maxsize=4096)
def text_format_of(code: str) -> str | None:
    """What a format code makes of a text, with TEXT in its place; None where it shows the text as it is."""
    parts = _split(code)[:4]
    if len(parts) < 4 and not _is_for_texts(parts[-1]):
        return None
    words = ""
    for one in _TOKEN.finditer(parts[-1]):
        words += TEXT if one["general"] else one["quoted"] or one["escaped"] or (one["other"] or "").strip()
    return None if words == TEXT else words


def of_number(value: Decimal, sections: tuple[Format, ...]) -> Format:
    """The section that is for this number; a plain one where none is."""
    for form in sections:
        if form.condition is None:
            return form
        sign, limit = form.condition
        order = "<" if value < limit else ">" if value > limit else "="
        if order in sign:
            return form
    return GENERAL


def filled(pattern: str, digits: str) -> str:
    """The digits of a number in the slots of a pattern, from the last on; the first slot has all that are left."""
    slots = pattern.count(SLOT)
    digits = digits.zfill(slots)
    first = len(digits) - slots + 1
    parts = pattern.split(SLOT)
    return (
        parts[0]
        + digits[:first]
        + "".join(words + digit for words, digit in zip(parts[1:], [*digits[first:], ""], strict=True))
    )


def words(text: str) -> str:
    """The words of a format, or of a number as it is shown, without blanks and signs of money."""
    return _MONEY.sub("", "".join(text.split())).strip("“”")


def _split(code: str) -> list[str]:
    """The sections between semicolons that are no words."""
    parts = [""]
    for one in _TOKEN.finditer(code):
        if one["other"] == ";":
            parts.append("")
        else:
            parts[-1] += one[0]
    return parts


def _is_for_texts(section: str) -> bool:
    return any(one["general"] == "@" for one in _TOKEN.finditer(section))


def _section(section: str) -> tuple[Format, bool]:
    """One section by itself, and whether it has a colour."""
    items, bare, condition, coloured = _items(section)
    if any(kind == "general" for kind, _ in items):
        bare = ""
    clock = bool(re.search(r"[hs]|\[m+\]", bare))
    year = "y" in bare or "e" in bare
    day = "d" in bare or "aaa" in bare
    month = "m" in bare and (year or day or not clock)
    if clock or year or day or month:
        return Format(condition, day=day, month=month, year=year, clock=clock), coloured
    if _FRACTION.search(bare) or not (items or condition or "_" in section or "*" in section or not section):
        return Format(condition), coloured  # [DBNum1] and [Red] alone show the number
    return _of_digits(items, condition), coloured


def _items(section: str) -> tuple[list[tuple[str, str]], str, tuple[str, Decimal] | None, bool]:
    """What a section consists of, kind and text; in lower case what is no word; its condition; whether it has a colour."""
    condition = None
    coloured = False
    bare = ""
    items: list[tuple[str, str]] = []
    for one in _TOKEN.finditer(section):
        if (bracket := one["bracket"]) is not None:
            condition = _condition(bracket) or condition
            coloured |= bool(_COLOUR.fullmatch(bracket))
            bare += f"[{bracket.lower()}]" if _ELAPSED.fullmatch(bracket) else ""
            if bracket.startswith("$"):
                items.append(("words", bracket[1:].partition("-")[0]))
        elif one["general"]:
            items.append(("general", ""))
        elif one["other"]:
            bare += one["other"].lower()
            items.append((_KINDS.get(one["other"], "words"), one["other"]))
        elif one["quoted"] or one["escaped"]:
            items.append(("words", one["quoted"] or one["escaped"]))
    return items, bare, condition, coloured


def _condition(bracket: str) -> tuple[str, Decimal] | None:
    found = _CONDITION.fullmatch(bracket)
    try:
        return (found[1], Decimal(found[2])) if found else None
    except InvalidOperation:
        return None


def _of_digits(items: list[tuple[str, str]], condition: tuple[str, Decimal] | None) -> Format:
    """A section of places for digits, with words around and between them."""
    kinds = [kind for kind, _ in items]
    places = [at for at, kind in enumerate(kinds) if kind in ("zero", "digit", "general")]
    percents = kinds.count("percent")
    if not places:
        return Format(condition, words("".join(text for _, text in items)), digits=False)
    first, last = places[0], places[-1]
    point = kinds.index("point") if "point" in kinds else len(items)
    before = words("".join(text for kind, text in items[:first] if kind == "words")).replace("+", "")
    after = words("".join(text for kind, text in items[last + 1 :] if kind in ("words", "percent")))
    if after.count("%") < percents:
        after = "%" * (percents - after.count("%")) + after
    whole = [at for at in places if at < point]
    ends = {
        *whole[-1:],
        last,
    }  # a comma behind the last digit before the point, or behind all, divides by a thousand
    power = 2 * percents - 3 * sum(_commas(kinds, end + 1) for end in ends)
    between = [at for at in range(first, min(point, last)) if kinds[at] == "words"]
    dots = [at for at in between if items[at][1] == "."]
    odd = [at for at in between if items[at][1].strip(",' ")]
    pattern = ""
    if dots and point == len(items):
        power -= sum(at > dots[0] for at in places)
    elif odd:
        pattern = "".join(
            SLOT if at in places else items[at][1] if at in odd else "" for at in range(first, last + 1)
        )
    if point == len(items) and not pattern and (noughts := re.match("0+", after)):
        power += len(noughts[0])  # 0"0000" writes four digits more
        after = after[len(noughts[0]) :]
    zeros = len(places) if set(kinds[first : last + 1]) == {"zero"} and len(places) > 1 else 0
    return Format(
        condition, before, after, power, pattern,
        zero=any(kinds[at] != "digit" for at in places),
        apart=power != 2 * percents or any(character.isdecimal() for character in before + after),
        zeros=zeros,
    )  # fmt: skip


def _commas(kinds: list[str], start: int) -> int:
    """How many commas follow each other from here on."""
    end = start
    while end < len(kinds) and kinds[end] == "comma":
        end += 1
    return end - start


def _signed(form: Format, coloured: bool) -> Format:
    """A section for numbers below zero, where no minus is written but that which the section has, or words for it."""
    if form.dated or not form.digits:
        return form
    marked = coloured or bool(BELOW.search(form.before + form.after))
    before, after = BELOW.sub("", form.before), BELOW.sub("", form.after)
    return replace(
        form, before=before, after=after, unsigned=not marked, apart=form.apart or not (marked or before)
    )
