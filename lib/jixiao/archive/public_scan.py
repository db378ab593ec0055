"""Looks through every file of a version before it is published: what no reader may find is told by its place, masked."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from jixiao.archive import inputs
from jixiao.archive.disclosure import reading
from jixiao.archive.disclosure.document import Document, Row
from jixiao.archive.publication import INTERNAL, PUBLIC, Publication
from jixiao.kit import private_data
from jixiao.kit.errors import DisclosureError, Fault, ParameterError, one_line
from jixiao.kit.private_data import Kind, Machine
from jixiao.kit.strict_yaml import suggestion
from jixiao.running import forks

_PUBLIC = f"{PUBLIC}/"
_INPUTS = f"{INTERNAL}/{inputs.FOLDER}"
_UNFOLDING = (".xlsx", ".docx")  # files that become many times as large when they are read
_MOST = 3  # of one kind in one file that are told one by one
_BETWEEN = "\x1e"  # stands between the texts of a file when all are looked through at once
_SCORE_HEAD = re.compile(r"得分|评分|分数|总分|\bscores?\b|_score\b", re.IGNORECASE)
_SCORE = re.compile(r"\d{1,3}(?:\.\d+)?(?:分|%)?")
_SAID = re.compile(r"[^。；;!！?？\n]{0,40}?(?<![\d.])(\d{1,3}(?:\.\d+)?)\s*分(?![之钟管类部项段局公])")
_SHORTEST_NAME = 3  # characters of a unit's name that is looked for


@dataclass(frozen=True)
class Disclosed:
    """One thing that a file discloses: its kind, the file, the place in it, and as much of it as may be shown."""

    kind: Kind
    file: str
    place: str
    shown: str

    @property
    def fault(self) -> Fault:
        """The line that tells it."""
        where = private_data.without_numbers(" ".join(filter(None, (self.file, self.place))))
        return Fault(where, f"[{self.kind}] 有{self.kind.words}：{self.shown}")


@dataclass(frozen=True)
class Scanned:
    """What was found, those that stand against publishing, and what the run record keeps of what was allowed."""

    found: tuple[Disclosed, ...]
    allowed: Mapping[str, str]

    @property
    def refused(self) -> list[Disclosed]:
        """Those of severity E for whose kind no reason was given."""
        return [one for one in self.found if one.kind.severity == "E" and one.kind not in self.allowed]

    def remarks(self) -> Iterator[str]:
        """A line for each thing found, the kinds that were allowed with their reason, and reasons given for nothing."""
        told = [one for one in self.found if one.kind not in self.allowed]
        yield from map(str, _faults(told))
        counts = Counter(one.kind for one in self.found)
        for kind, reason in self.allowed.items():
            words = Kind.of(kind).words
            count = counts[Kind.of(kind)]
            if count:
                yield one_line(f"有{words} {count} 处，已按 --allow 公开（{reason}）")
            else:
                yield f"没有{words}，--allow {kind} 没有用上"

    def as_json(self) -> list[dict[str, object]]:
        """What was published all the same: kind, reason, how many, and the files."""
        kept: list[dict[str, object]] = []
        for kind, reason in self.allowed.items():
            ones = [one for one in self.found if one.kind == kind]
            if ones:
                files = "、".join(sorted({one.file for one in ones}))
                kept.append({"kind": kind, "reason": reason, "count": len(ones), "files": files})
        return kept


def allowances(options: Sequence[str]) -> dict[str, str]:
    """Kind -> reason of each `KIND=REASON`; ParameterError for a kind that is none, no reason, or a kind twice."""
    reasons: dict[str, str] = {}
    known = tuple(kind.value for kind in Kind)
    for option in options:
        kind, _, reason = option.partition("=")
        kind, reason = one_line(kind), one_line(reason)
        if kind not in known:
            raise ParameterError(Fault("--allow", f"没有“{kind}”这一类", remedy=suggestion(kind, known)))
        if not reason:
            raise ParameterError(Fault("--allow", f"{kind} 没有写理由", f"{kind}=理由", "写明为什么可以公开"))
        if kind in reasons:
            raise ParameterError(Fault("--allow", f"{kind} 写了两次", remedy="合为一个"))
        reasons[kind] = reason
    return reasons


def checked(
    publication: Publication,
    files: Mapping[str, bytes],
    allowed: Mapping[str, str],
    named: Sequence[tuple[str, str]] = (),
) -> Scanned:
    """Look through all `files` of a version; DisclosureError lists what stands against publishing them.

    `named` are the places of texts that every public file has, each with the unit or project that it names.
    Scores of single units are looked for in the public edition; the internal one is there to hold them.
    """
    folders = _folders(files)
    units: tuple[str, ...] = ()
    if not publication.params.reconstructed:
        units = tuple(sorted({name for folder in folders for name in unit_names(files, folder)}))
    known = (publication.params.issuer,)
    here = private_data.this_machine(publication.root)
    found = [Disclosed(Kind.UNIT_NAME, PUBLIC, place, f"{name[:2]}…") for place, name in named]
    contact = publication.params.contact

    def look(name: str) -> list[Disclosed]:
        looked = units if name.startswith(_PUBLIC) else ()
        return list(of_file(name, files[name], here, known, looked, contact))

    longest_first = sorted(files, key=lambda name: (not name.endswith(_UNFOLDING), -len(files[name])))
    by_name = dict(
        zip(longest_first, forks.results([partial(look, name) for name in longest_first]), strict=True)
    )
    found += [one for name in files for one in by_name[name]]
    scanned = Scanned(tuple(dict.fromkeys(found)), allowed)
    if scanned.refused:
        kinds = "、".join(
            f"--allow {kind}=理由" for kind in dict.fromkeys(one.kind for one in scanned.refused)
        )
        named_too = "单位、项目的名称可以公开的，写进参数 public_rows；" if named else ""
        remedy = f"从数据、参数或笔记本里去掉；{named_too}确要公开的，加 {kinds}"
        told = Fault("要发布的文件", f"有 {len(scanned.refused)} 处不宜公开的内容，没有发布", remedy=remedy)
        raise DisclosureError(*_faults(scanned.refused), told)
    return scanned


def of_file(
    name: str,
    content: bytes,
    here: Machine,
    known: Sequence[str] = (),
    units: Sequence[str] = (),
    contact: str = "",
) -> Iterator[Disclosed]:
    """What one file discloses.

    `known` are names that its properties may hold, `units` those of which no score may stand in it, `contact` whom
    readers may ask, whose numbers and addresses are there to be read.
    """
    document = reading.read(name, content, known, bool(units))
    for kind, place, what in document.notes:
        yield Disclosed(kind, name, place, private_data.without_numbers(one_line(what, 40)))
    whole = private_data.plain(_BETWEEN.join(text.replace(_BETWEEN, " ") for _, text in document.texts))
    asked = private_data.plain(contact)
    hits = [
        hit
        for hit in private_data.found(whole, here)
        if hit.kind not in (Kind.PHONE, Kind.EMAIL) or whole[hit.start : hit.end] not in asked
    ]
    ends = [end.start() for end in re.finditer(_BETWEEN, whole)] if hits else []
    for hit in hits:
        place, _ = document.texts[bisect(ends, hit.start)]
        yield Disclosed(hit.kind, name, place, hit.shown)
    if units:
        yield from _unit_scores(name, document, units)


def _folders(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The folders of data that the version was made from: that of its year, and those of earlier ones."""
    named = re.compile(rf"{_INPUTS}/data/([^/]+)/units\.csv")
    return tuple(match[1] for match in map(named.fullmatch, sorted(files)) if match)


def unit_names(files: Mapping[str, bytes], folder: str) -> tuple[str, ...]:
    """The names of the units in the table that the version was made from."""
    content = files.get(f"{_INPUTS}/data/{folder}/units.csv", b"")
    rows = csv.DictReader(io.StringIO(reading.decoded(content)))
    names = {" ".join((row.get("name") or "").split()) for row in rows}
    return tuple(sorted(name for name in names if len(name) >= _SHORTEST_NAME))


def _unit_scores(file: str, document: Document, units: Sequence[str]) -> Iterator[Disclosed]:
    """A unit's name in a row with a score, or in a sentence with one."""
    names = re.compile("|".join(map(re.escape, sorted(units, key=len, reverse=True))))
    for table in document.tables:
        heads: Row = ()
        for row in table:
            if any(_SCORE_HEAD.search(text) for _, text in row):
                heads = row
            unit = next((found for _, text in row if (found := names.search(text))), None)
            if unit:
                yield from (Disclosed(Kind.UNIT_SCORE, file, at, _short(unit)) for at in _scores(heads, row))
    for place, text in (*document.texts, *document.running):
        for unit in names.finditer(text) if "分" in text else ():
            if _SAID.match(text, unit.end()):
                yield Disclosed(Kind.UNIT_SCORE, file, place, _short(unit))


def _scores(heads: Row, row: Row) -> Iterator[str]:
    """The places of scores in a row: below a head that says so, or written with 分."""
    if not heads or heads is row:
        aligned = [""] * len(row)
    elif len(heads) == len(row):
        aligned = [text for _, text in heads]
    else:  # merged cells: the columns are not known
        aligned = [text for _, text in heads if _SCORE_HEAD.search(text)][:1] * len(row)
    for head, (place, text) in zip(aligned, row, strict=True):
        if _SCORE.fullmatch(text.strip()) and (text.strip().endswith("分") or _SCORE_HEAD.search(head)):
            yield place


def _short(name: re.Match[str]) -> str:
    return f"{name[0][:2]}…"


def _faults(found: Sequence[Disclosed]) -> Iterator[Fault]:
    """The first few of each kind in each file one by one, then how many more there are."""
    seen: Counter[tuple[Kind, str]] = Counter()
    for one in found:
        seen[one.kind, one.file] += 1
        if seen[one.kind, one.file] <= _MOST:
            yield one.fault
    for (kind, file), count in seen.items():
        if count > _MOST:
            yield Fault(file, f"[{kind}] {kind.words}另有 {count - _MOST} 处")
