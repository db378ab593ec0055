"""Numbers and texts that no published file may hold, such as ID numbers: how they are known, and shown masked."""

from __future__ import annotations

import datetime as dt
import getpass
import platform
import re
import tempfile
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from jixiao.kit import strict_yaml
from jixiao.kit.codes import Code

_FILE = Path(__file__).with_name("private_data.yml")


class Kind(Code):
    """What may be found in a file; those that hurt somebody once they are read stand against publishing."""

    ID_NUMBER = "id_number", "身份证号码"
    BANK_CARD = "bank_card", "银行卡号"
    PHONE = "phone", "电话号码"
    SECRET = "secret", "密钥或口令"
    PATH = "path", "机器上的路径"
    UNIT_SCORE = "unit_score", "单个单位的得分"
    UNIT_NAME = "unit_name", "单位、项目的名称"
    EMAIL = "email", "电子邮箱"
    MACHINE = "machine", "用户名或机器名"
    HIDDEN = "hidden", "看不见的内容"
    COMMENT = "comment", "批注或修订"
    PROPERTY = "property", "文档属性"
    PICTURE = "picture", "图片附带的信息"
    FORMULA = "formula", "表格软件会当作公式的文字"
    UNREAD = "unread", "没有查的文件"

    @property
    def severity(self) -> str:
        """How grave it is: E stands against publishing, W is told."""
        return "E" if self in _AGAINST_PUBLISHING else "W"


_AGAINST_PUBLISHING = (
    Kind.ID_NUMBER,
    Kind.BANK_CARD,
    Kind.PHONE,
    Kind.SECRET,
    Kind.PATH,
    Kind.UNIT_SCORE,
    Kind.UNIT_NAME,
)


@dataclass(frozen=True)
class Hit:
    """Something found in a text: what, where it begins and ends, and as much of it as may be shown."""

    kind: Kind
    start: int
    end: int
    shown: str


_BEFORE = r"(?<![0-9A-Za-z])(?<![0-9]\.)(?<![0-9A-Za-z]-)"  # not inside a hash, a decimal, a longer code
_AFTER = (
    r"(?![0-9A-Za-z])(?!\.(?!0(?!\d))[0-9])(?!-[0-9A-Za-z])"  # 13….0 is what programs make of a whole number
)
_GAP = r"(?:[ \t-]{0,2}|[.·])"
# Numbers with a last digit that proves them are looked for from each digit on, for what comes before may be a number too.
_ID = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<=[Ii][Dd])|(?<=[Ss][Ff][Zz]))(?<![0-9]\.)(?<![0-9A-Za-z]-)"
    rf"(?=([1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]){_AFTER})",
    re.ASCII,
)
_OLD_ID = re.compile(
    _BEFORE + r"[1-9]\d{5}([ -]?)(\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))\1\d{3}" + _AFTER, re.ASCII
)
_CARD = re.compile(
    rf"{_BEFORE}(?=((?:[2-9]\d{{3}}(?:{_GAP}\d{{4}}){{3}}{_GAP}\d{{0,3}}|62\d{{4}}[ -]\d{{10,13}})){_AFTER})",
    re.ASCII,
)
_MOBILE = re.compile(
    _BEFORE + r"(?:\(?(?:\+|00)?86\)?[ -]?|0)?1[3-9]\d(?:([ .-]?)\d{4}\1\d{4}|(?:[ -]?\d{4}){2})" + _AFTER,
    re.ASCII,
)
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][.-])"
    r"(?:[(（]0(?:10|2\d|[3-9]\d\d)[)）][ -]?|(?:\+?86[ -])?0(?:10|2\d|[3-9]\d\d)[ -]|\+86[ -]?(?:10|2\d|[3-9]\d\d)[ -]?)"
    r"[2-8]\d{2,3}[ -]?\d{4}(?:-\d{1,5})?" + _AFTER,
    re.ASCII,
)
_AMOUNT = re.compile(
    r"\s*(?:元|万|亿|平方|立方|人|户|次|吨|公里|千米|米|个|件|亩|号)"
)  # behind a number of 11 digits
_OF_A_DOCUMENT = re.compile(
    r"(?:[¥￥$]|人民币|第|(?:编|文|单|案|批|字|合同|凭证)号|代码|编码)[：:\s]*$"
)  # before it
_NEAR = 8  # characters before a number that say whose it is
_OLDEST = "27"  # the year of birth of those whose numbers of 15 digits are looked for in groups
_UNSPACED = re.compile(r"(?:电话|传真|座机|[Tt][Ee][Ll])\W{0,3}(0(?:10|2\d|[3-9]\d\d)[2-8]\d{6,7})(?!\d)")
# No number that is looked for has fewer.
_TEN_DIGITS = re.compile(r"\d(?:[ \t.·()（）-]{0,2}\d){9}", re.ASCII)
_LOCAL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-")
_LONGEST_LOCAL = 64  # characters before the @ (RFC 5321)
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,9}[A-Za-z]{2,24}")
_PICTURE_NAME = re.compile(r"@\dx\.(?:png|jpg|svg|webp)\b")  # a picture for sharp screens
_COLOURS = re.compile(r"\x1b\[[0-?]*[@-~]")  # of a terminal, in what a notebook printed
_ODD = re.compile(
    "[\0\x1b０-９Ａ-Ｚａ-ｚ＠．＋－‐-—−\u2000-\u200a\u202f\u205f\u3000\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_PLAIN = {
    **{
        ord(wide): chr(ord(wide) - 0xFEE0)
        for wide in map(chr, range(0xFF01, 0xFF5F))
        if wide not in "（）：；，"
    },
    **dict.fromkeys([*range(0x2010, 0x2015), 0x2212], "-"),
    **dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    **dict.fromkeys(
        [0, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF]
    ),
}
_DIGITS = re.compile(r"\d[\d ]{5,}\d", re.ASCII)
_NAME_OF_SECRET = re.compile(r"[^:=：是为]{1,12}[:=：是为]")


def plain(text: str) -> str:
    """`text` with digits and letters of single width, and without characters that do not show."""
    return _COLOURS.sub("", text).translate(_PLAIN) if _ODD.search(text) else text


def found(text: str, here: Machine) -> Iterator[Hit]:
    """Everything in a `plain` text, on the machine `here`; a number is told once, as the first that it can be."""
    return _told(_spans(text, here), text)


def of_persons(text: str) -> Iterator[Hit]:
    """The numbers of persons in a text, such as a cell: ID numbers, bank cards and phones."""
    text = plain(text)
    return _told(_numbers(text), text)


def hidden(text: str) -> str:
    """`text` with each number of a person masked, as a message may say it; a text without one is as it was."""
    shown = plain(text)
    parts = []
    end = 0
    for hit in sorted(of_persons(text), key=attrgetter("start")):
        parts += [shown[end : hit.start], hit.shown]
        end = hit.end
    return "".join([*parts, shown[end:]]) if parts else text


def _told(spans: Iterable[tuple[Kind, int, int]], text: str) -> Iterator[Hit]:
    """What lies at `spans` of the text, of those that lie over one another the first that is given."""
    told: list[tuple[int, int]] = []  # in order, none over another
    for kind, start, end in spans:
        at = bisect(told, (start, end))
        before = told[at - 1][1] if at else 0
        after = told[at][0] if at < len(told) else len(text)
        if before <= start and end <= after:
            told.insert(at, (start, end))
            yield Hit(kind, start, end, masked(kind, text[start:end]))


def _spans(text: str, here: Machine) -> Iterator[tuple[Kind, int, int]]:
    yield from _numbers(text)
    for kind, patterns in _patterns().items():
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield kind, *match.span()
    yield from _addresses(text)
    for kind, pattern in here.patterns:
        for match in pattern.finditer(text):
            yield kind, *match.span()


def _numbers(text: str) -> Iterator[tuple[Kind, int, int]]:
    for kind, pattern, group, holds in _NUMBERS if _TEN_DIGITS.search(text) else ():
        for match in pattern.finditer(text):
            if holds(match):
                yield kind, *match.span(group)


def _addresses(text: str) -> Iterator[tuple[Kind, int, int]]:
    at = text.find("@")
    while at >= 0:
        begin = at
        while begin and text[begin - 1] in _LOCAL and at - begin < _LONGEST_LOCAL:
            begin -= 1
        if begin == at and at and text[at - 1].isalnum():  # 张三@…
            begin = at - 1
        domain = _DOMAIN.match(text, at + 1) if begin < at else None
        if domain and not _PICTURE_NAME.match(text, at):
            yield Kind.EMAIL, begin, domain.end()
        at = text.find("@", at + 1)


def _is_id(match: re.Match[str]) -> bool:
    """Whether the place is a province, the day one of the calendar, and the last character the right one (ISO 7064).

    Where it is written in groups, none but the last has fewer than three digits: in a row of a table others stand side by side.
    """
    number = _without_gaps(match[1])
    groups = re.split(r"[ \t.·-]+", match[1])[:-1]
    grouped = all(len(group) > 2 for group in groups)
    if not grouped or number[:2] not in _known()["provinces"] or not _is_day(number[6:14]):
        return False
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def _is_old_id(match: re.Match[str]) -> bool:
    """Whether the place is a province, and the day one of the calendar of the 20th century.

    In groups, 450202-220315-001, the number of a document looks the same as that of somebody born in 1922.
    """
    recent = not match[1] or match[2] > _OLDEST
    return match[0][:2] in _known()["provinces"] and recent and _is_day(f"19{match[2]}")


def _is_day(text: str) -> bool:
    try:
        return dt.date(1900, 1, 1) <= dt.datetime.strptime(text, "%Y%m%d").date() <= dt.date.today()
    except ValueError:
        return False


def _is_card(match: re.Match[str]) -> bool:
    """Whether the length and the beginning are those of an issuer, and the last digit is right (Luhn).

    A place and a year, as project codes begin (450202 2022 …), are no card: one card in some two hundred is missed.
    """
    number = _without_gaps(match[1])
    issued = any(
        re.fullmatch(one["digits"], str(len(number))) and re.match(one["starts"], number)
        for one in _known()["bank_cards"]
    )
    if not issued or (re.match("20[0-4]", number[6:]) and _is_place(number)):
        return False
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_place(number: str) -> bool:
    """Whether it begins as the code of a place does; of 62, most numbers are those of cards."""
    return number[:2] in _known()["provinces"] and not re.match("62(?!0[1-9]|1[0-2]|29|30)", number)


def _without_gaps(text: str) -> str:
    return re.sub(r"[ \t.·-]", "", text)


def _is_mobile(match: re.Match[str]) -> bool:
    """Whether it is no amount, and not the number of a document."""
    before = match.string[max(match.start() - _NEAR, 0) : match.start()]
    return not (_AMOUNT.match(match.string, match.end()) or _OF_A_DOCUMENT.search(before))


def _always(match: re.Match[str]) -> bool:
    return True


# kind, pattern, the group that is the number, what must hold of it
_NUMBERS: Sequence[tuple[Kind, re.Pattern[str], int, Callable[[re.Match[str]], bool]]] = (
    (Kind.ID_NUMBER, _ID, 1, _is_id),
    (Kind.ID_NUMBER, _OLD_ID, 0, _is_old_id),
    (Kind.BANK_CARD, _CARD, 1, _is_card),
    (Kind.PHONE, _MOBILE, 0, _is_mobile),
    (Kind.PHONE, _LANDLINE, 0, _always),
    (Kind.PHONE, _UNSPACED, 1, _always),
)


def masked(kind: Kind, value: str) -> str:
    """As much of `value` as tells where to look, and no more."""
    if kind in (Kind.ID_NUMBER, Kind.BANK_CARD, Kind.PHONE):
        return _middle_out(value)
    if kind == Kind.EMAIL:
        name, _, domain = value.rpartition("@")
        return f"{name[:1]}***@{domain}"
    if kind == Kind.PATH:
        parts = re.split(r"(?<=[\\/])", value.replace("file://", ""))
        return "".join(parts[: 3 if value.startswith("\\\\") else 2]).rstrip("\\/")[:12] + "/…"
    if kind == Kind.SECRET and (named := _NAME_OF_SECRET.match(value)):
        return f"{named[0]}***"
    return f"{value[: 2 if kind == Kind.MACHINE else 4]}***"


def without_numbers(text: str) -> str:
    """`text`, such as the name of a sheet, with each long number masked."""
    return _DIGITS.sub(lambda match: _middle_out(match[0]), plain(text))


def _middle_out(number: str) -> str:
    return f"{number[:3]}{'*' * max(len(number) - 5, 3)}{number[-2:]}"


@dataclass(frozen=True)
class Machine:
    """What tells the machine on which a version is made: the names of user and host, and folders."""

    names: Sequence[str]
    folders: Sequence[str]

    @cached_property
    def patterns(self) -> Sequence[tuple[Kind, re.Pattern[str]]]:
        """How each of them is found in a text; names that many machines share are not looked for."""
        common = _known()["common_names"]
        names = [one for one in self.names if len(one) > 3 and one.lower() not in common]
        folders = [one for one in self.folders if len(Path(one).parts) > 2]
        words = (r"(?<![0-9A-Za-z_])(?:{})(?![0-9A-Za-z_])", r"(?:{})(?![0-9A-Za-z_])")
        return [
            (kind, re.compile(form.format("|".join(map(re.escape, sorted(set(listed))))), re.IGNORECASE))
            for kind, form, listed in ((Kind.PATH, words[1], folders), (Kind.MACHINE, words[0], names))
            if listed
        ]


def this_machine(root: Path) -> Machine:
    """The machine that runs this, whose kit lies in `root`."""
    names = {platform.node(), platform.node().partition(".")[0], Path.home().name}
    with suppress(OSError, KeyError, ImportError):  # a user without a name
        names.add(getpass.getuser())
    folders = {str(Path.home()), str(root), str(root.resolve()), tempfile.gettempdir()}
    return Machine(sorted(names - {""}), sorted(folders))


@cache
def _known() -> Mapping[str, Any]:
    return strict_yaml.read(_FILE, _FILE.name).value


@cache
def _patterns() -> Mapping[Kind, Sequence[re.Pattern[str]]]:
    """Those that stand in the file, compiled."""
    token = rf"\b(?:{'|'.join(_known()['tokens'])})"
    listed = {Kind.SECRET: [token, *_known()["secrets"]], Kind.PATH: _known()["paths"]}
    return {kind: [re.compile(one, re.ASCII) for one in patterns] for kind, patterns in listed.items()}
