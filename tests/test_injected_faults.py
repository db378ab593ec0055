"""A hundred faults put into forms at random places: each is found where it is, and nothing else is."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

import faults
import review_faults
from filled_form import Form
from jixiao.checks import catalogue, settings
from jixiao.exchange.issuing import issue
from jixiao.forms.files import opening
from jixiao.forms.reading import reading
from jixiao.forms.reading.reading import Found
from jixiao.forms.records import from_forms
from jixiao.rules import policy
from jixiao.year import params, tables
from text_sheets import LAYOUTS

ROOT = Path(__file__).resolve().parents[1]
ROUNDS, EACH = 5, 20
PAPERS = 35  # of the forms that nothing else is done to
OF_A_YEAR = ("C", "K")  # rules that a batch of forms does not decide, as in receiving
CHANGED = ("F14", "G19")  # every fault in a budget or a goal also changes what was approved
RULES = (*faults.FAULTS, *review_faults.FAULTS)

KNOWN = tables.read(ROOT, "2022")
PARAMS = params.checked(params.read(ROOT, 2022), lambda *_: "")
POLICY = policy.in_force(ROOT, PARAMS.policy, PARAMS.evaluated_year)

At = tuple[str, str, str]  # rule, file, cell


@dataclass(frozen=True)
class Batch:
    """Files by name: their contents, and what is found in them as they are."""

    contents: Mapping[str, bytes]
    found: Mapping[str, Found]
    folder: Path

    def read(self, name: str, content: bytes) -> Found:
        """What is in one file."""
        path = self.folder / name
        path.write_bytes(content)
        return reading.forms_of(opening.open_workbook(path, name), LAYOUTS)

    def findings(self, changed: Mapping[str, Found]) -> Counter[At]:
        """What the checks find in all files together, some of them changed; forms first, then papers."""
        files = [changed.get(name, found) for name, found in self.found.items()]
        records = from_forms.records([form for each in files for form in each.forms], KNOWN)
        remarks = tuple(remark for each in files for remark in each.remarks)
        records = replace(records, remarks=records.remarks + remarks)
        told = catalogue.find(records, POLICY, settings.in_force(ROOT, POLICY), PARAMS)
        return Counter(
            (one.rule, one.place.file, one.place.cell)
            for one in told
            if one.place.file in self.found and not one.rule.startswith((*OF_A_YEAR, *CHANGED))
        )


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """The 115 filled forms of 2022, and papers of a review for the last of them."""
    forms = dict(issue.forms(KNOWN, PARAMS, filled=True))
    papers = {f"复核 {name}": paper(content) for name, content in list(forms.items())[-PAPERS:]}
    empty = Batch(forms | papers, {}, tmp_path_factory.mktemp("batch"))
    return replace(empty, found={name: empty.read(name, content) for name, content in empty.contents.items()})


def paper(form: bytes) -> bytes:
    """The paper of a review of a form."""
    sheet = load_workbook(io.BytesIO(form), data_only=True).active
    return saved(review_faults.paper_of(Form(sheet)))


def saved(book: Workbook) -> bytes:
    """A workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rounds(chance: random.Random) -> Iterator[list[int]]:
    """Five times twenty faults (by their numbers in RULES), every one of them at least twice."""
    numbers = [n for _ in range(3) for n in chance.sample(range(len(RULES)), len(RULES))]
    for start in range(0, ROUNDS * EACH, EACH):
        yield numbers[start : start + EACH]


def injected(batch: Batch, number: int, free: list[str], chance: random.Random) -> tuple[str, bytes, At]:
    """A file (taken from `free`) with a fault in it, and where the fault is to be found."""
    rule, fault = RULES[number]
    kind = Form if number < len(faults.FAULTS) else review_faults.Paper
    for name in chance.sample(free, len(free)):
        book = load_workbook(io.BytesIO(batch.contents[name]), data_only=True)
        sheet = kind(book.active)
        for line in chance.sample(sheet.lines, len(sheet.lines)):
            if (cell := fault(sheet, line)) is not None:
                free.remove(name)
                return name, saved(book), (rule, name, cell)
    raise AssertionError(f"no form suits {fault.__name__}")


def test_faults_are_all_found_and_nothing_else(batch: Batch, chance: random.Random) -> None:
    """5 × 20 faults, each in a form of its own: the new findings are exactly these; other forms lose none of theirs."""
    clean = batch.findings({})
    for numbers in rounds(chance):
        names = list(batch.contents)
        forms, papers = names[: -2 * PAPERS], names[-PAPERS:]
        changed, expected = {}, Counter()
        for number in numbers:
            free = forms if number < len(faults.FAULTS) else papers
            name, content, at = injected(batch, number, free, chance)
            changed[name] = batch.read(name, content)
            expected[at] += 1
        found = batch.findings(changed)
        assert sorted((found - clean) - expected) == []
        assert sorted(expected - (found - clean)) == []
        assert sorted(at for at in clean - found if at[1] not in changed) == []
        assert len(changed) == EACH


def test_every_fault_is_injected(chance: random.Random) -> None:
    """Each of the faults is at least twice among the hundred."""
    numbers = [n for each in rounds(chance) for n in each]
    assert len(numbers) == ROUNDS * EACH
    assert min(Counter(numbers)[n] for n in range(len(RULES))) >= 2
