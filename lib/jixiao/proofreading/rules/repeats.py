"""The same number twice: P13 one name and two values in a section, P14 a number of the text and the one of a table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from jixiao.proofreading.drafts.model import Passage, Table
from jixiao.proofreading.reading import names, table_numbers
from jixiao.proofreading.reading.quantities import Nature, Quantity
from jixiao.proofreading.reading.reading import Reading
from jixiao.proofreading.reading.sentences import YEAR, Sentences
from jixiao.proofreading.rules import times, verdict
from jixiao.proofreading.rules.verdict import Sure, Verdict

SAME = "P13"
TABLE = "P14"
_NOUN = re.compile(r"(?:资金|支出|收入|投资|预算|金额|经费|余额|债务|总额|专项|补贴|预算数|执行数|决算数)$")
_OTHER_TIME = re.compile(
    r"上年|去年|年初|调整|增加|减少|新增|追加|结余|结转|还需|尚|未|扣|超|差|比|较|平均|每|另|第[一二三四]|季度|月|分别|累计"
)
_LITTLE = Decimal("0.02")  # by which a number of the text and its cell differ where one was changed alone
_LEAST = 3  # signs of a name
_TELLING = ("项目", "财政", "配套", "补助")  # words that names leave out, and by which two rows may differ
_MOST_VALUES = 2  # more values of one name are those of several things

_Named = list[tuple[Table, Mapping[str, list[tuple[Passage, Quantity]]]]]


def judge(reading: Reading) -> Iterator[Verdict]:
    """Verdicts on numbers that are printed twice."""
    yield from _same_name(reading)
    yield from _in_tables(reading)


def _same_name(reading: Reading) -> Iterator[Verdict]:
    found: dict[tuple[int, str], list[tuple[Sentences, Quantity]]] = defaultdict(list)
    for at, sentences in enumerate(reading.passages):
        for place, sign in enumerate(sentences.signs):
            quantity = sign.of
            if (
                not isinstance(quantity, Quantity)
                or quantity.nature is not Nature.AMOUNT
                or not quantity.exact
            ):
                continue
            clause = names.clause_of(sentences, place)
            name = names.of_number(sentences, place)
            if len(name) >= _LEAST and _NOUN.search(name) and not _OTHER_TIME.search(clause):
                found[reading.sections[at], name].append((sentences, quantity))
    for (_section, name), said in found.items():
        yield from _values(name, said)


def _values(name: str, said: list[tuple[Sentences, Quantity]]) -> Iterator[Verdict]:
    """One name with two values, one of which is said at least twice or both in one passage."""
    values = {one.value for _, one in said}
    if len(said) < 2 or len(values) > _MOST_VALUES:
        return
    first = said[0][1]
    others = tuple((sentences.passage, one) for sentences, one in said)
    if all(abs(one.value - first.value) <= one.slack + first.slack for _, one in said):
        sentences, last = said[-1]
        yield verdict.of(SAME, sentences.passage, (last,), last, f"“{name}”都是{first.text}", None, others)
        return
    counts = {value: sum(one.value == value for _, one in said) for value in values}
    if max(counts.values()) < 2 or len({sentences.passage.where for sentences, _ in said}) > 1:
        return
    odd = next((sentences, one) for sentences, one in said if counts[one.value] == min(counts.values()))
    usual = next(one for _, one in said if one.value != odd[1].value)
    follows = f"“{name}”别处是{usual.text}，这里是{odd[1].text}"
    yield verdict.of(SAME, odd[0].passage, (odd[1],), odd[1], follows, Sure.LOOK, others)


def _in_tables(reading: Reading) -> Iterator[Verdict]:
    """A number of the text whose name is that of a row or column of a table."""
    named = [(table, table_numbers.named(table)) for table in reading.draft.tables]
    year = times.year_of(reading) if named else None
    for sentences in reading.passages:
        for place, sign in enumerate(sentences.signs):
            quantity = sign.of
            if (
                isinstance(quantity, Quantity)
                and quantity.exact
                and quantity.nature in (Nature.AMOUNT, Nature.COUNT)
            ):
                name = names.of_number(sentences, place)
                if len(name) >= 2:
                    judged = list(_in_table(sentences, quantity, name, named))
                    yield from (
                        one for one in judged if one.holds or _is_meant(sentences, place, year, one, named)
                    )


def _is_meant(sentences: Sentences, place: int, year: int | None, judged: Verdict, named: _Named) -> bool:
    """Whether the number at a sign is of the time of the draft, and its words are those of the row that a verdict names."""
    if _is_of_another_time(sentences, place, year):
        return False
    cell = judged.quantities[-1][0].where
    clause = names.clause_of(sentences, place)
    table = next(one for one, _ in named if one.number == cell.table)
    label = table_numbers.NumberTable(table).labels.get(cell.row, "")
    return all((word in label) is (word in clause) for word in _TELLING)


def _is_of_another_time(sentences: Sentences, place: int, year: int | None) -> bool:
    """Whether the words before the number at a sign name another year than that of the draft, or another stage of it."""
    clause = names.clause_of(sentences, place)
    signs = sentences.signs[place - len(clause) : place]
    years = [sentences.text[one.start : one.start + 4] for one in signs if one.sign == YEAR]
    return _OTHER_TIME.search(clause) is not None or any(one != str(year) for one in years)


def _in_table(
    sentences: Sentences,
    quantity: Quantity,
    name: str,
    named: _Named,
) -> Iterator[Verdict]:
    called = [
        one for _table, cells in named for one in cells.get(name, ()) if one[1].nature is quantity.nature
    ]
    for passage, number in called:
        if abs(number.value - quantity.value) <= number.slack + quantity.slack:
            follows = f"{passage.where}是{number.text}"
            tied = [(passage, number)]
            yield verdict.of(TABLE, sentences.passage, (quantity,), quantity, follows, None, tied)
            return
    if len(called) == 1 and verdict.near(called[0][1].value, quantity.value, _LITTLE):
        passage, number = called[0]
        follows = f"“{name}”在{passage.where}是{number.text}，这里印的是{quantity.text}"
        yield verdict.of(TABLE, sentences.passage, (quantity,), quantity, follows, Sure.LIKELY, called)
