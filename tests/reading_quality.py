"""How well forms of any place are read: of each layout the rows that are right, told as not understood, or silently wrong.

python tests/reading_quality.py                 2,000 drawn forms, a line for each layout
python tests/reading_quality.py --forms 200 H012 H013    some layouts only
python tests/reading_quality.py --why           what fails most, by kind of failure, with the labels
python tests/reading_quality.py --leave-out     each place without its own files in params/forms
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import drawn_forms
from drawn_forms import Drawn, Line
from jixiao.checks import catalogue, settings
from jixiao.checks.engine import Finding
from jixiao.forms.files import opening
from jixiao.forms.layouts import labels, layouts
from jixiao.forms.layouts.layouts import Layouts
from jixiao.forms.model import OF_OTHER_WORK, Value
from jixiao.forms.reading import batch, explaining
from jixiao.forms.reading.batch import Received
from jixiao.forms.reading.explaining import Certainty
from jixiao.forms.records import from_forms
from jixiao.rules import policy
from jixiao.rules.policy import Policy
from jixiao.year.words import AMOUNTS, FORM_LABELS

ROOT = Path(__file__).resolve().parents[1]
FORMS = 2000
EACH = 20  # forms of a layout for leaving out
SEED = 20221
DAY = dt.date(2023, 12, 31)
USUAL = "mof-2020-10"
POLICIES = {"湖北省": "hubei-2020", "四川省": "sichuan"}
OF_A_YEAR = ("C", "K")  # rules that a single form does not decide
RIGHT, TOLD, SILENT = "right", "told", "silent"
UNREAD = "(未读)"
MONEY_TABLE = "资金表"
# meanings of columns with content that the kit keeps nothing of
ASIDE = (
    "other",
    "group",
    "group2",
    "standard",
    "last",
    "part",
    "weight_before",
    "serial",
    "received",
    "share",
    "converted",
    "grade",
)
PLACES = {"chongqing": "重庆市", "hebei": "河北省", "hubei": "湖北省", "hunan": "湖南省", "sichuan": "四川省",
          "yinchuan": "宁夏回族自治区", "yunnan": "云南省"}  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """What was not read as drawn: the table, the meaning, the label it stood under, and what was read instead."""

    table: str
    meaning: str
    label: str
    expected: str
    found: str
    verdict: str


@dataclass
class Verdict:
    """What became of one form or of many."""

    rows: Counter[str] = field(default_factory=Counter)
    funds: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)  # with content that nothing is kept of
    forms: int = 0
    failures: list[Failure] = field(default_factory=list)
    lines: list[tuple[str, int, str, str]] = field(
        default_factory=list
    )  # table, number, verdict, what is wrong
    errors: list[Finding] = field(default_factory=list)  # findings of severity E on a form that is right

    def add(self, other: Verdict) -> None:
        """Put another verdict to this one."""
        for name in ("rows", "funds", "fields", "columns"):
            getattr(self, name).update(getattr(other, name))
        self.forms += other.forms
        self.failures += other.failures
        self.errors += other.errors


@cache
def rules(place: str) -> Policy:
    """The policy in force at a place."""
    return policy.on_date(ROOT, POLICIES.get(place, USUAL), DAY)


def findings(received: Received, place: str) -> tuple[Finding, ...]:
    """What the checks say of the forms of a file, each by itself; those of other work are held against no rows."""
    others = [form for form in received.forms if form.kind in OF_OTHER_WORK]
    found = from_forms.records([form for form in received.forms if form not in others])
    said = tuple(remark for form in others for remark in form.remarks)
    found = replace(found, remarks=found.remarks + received.remarks + said)
    known = rules(place)
    return tuple(
        one
        for one in catalogue.find(found, known, settings.in_force(ROOT, known))
        if not one.rule.startswith(OF_A_YEAR)
    )


def read(made: Drawn, known: Layouts, folder: Path) -> Received:
    """The drawn workbook saved and read."""
    path = folder / f"{made.layout}.xlsx"
    made.book.save(path)
    return next(batch.read([path], known, jobs=1))


def judged(
    made: Drawn, received: Received, found: Sequence[Finding], known: Layouts, folder: Path
) -> Verdict:
    """What was read, held against what was drawn."""
    told = Told(made.sheet, received, found)
    verdict = Verdict(forms=1)
    verdict.errors += [one for one in found if one.severity == "E"]
    if not made.forms:
        verdict.rows[RIGHT if told.all else SILENT] += 1
        verdict.errors = [one for one in verdict.errors if one.rule != "F01"]
        return verdict
    _table("rows", made.indicators, made, received, told, verdict)
    _table("funds", made.funds, made, received, told, verdict)
    _fields(made, received, told, verdict)
    _columns(made, received, told, verdict, known, folder)
    return verdict


def _table(
    name: str, lines: Sequence[Line], made: Drawn, received: Received, told: Told, verdict: Verdict
) -> None:
    """Judge the rows of one of the two tables, and count those that were read where none was drawn."""
    prefix = "" if name == "rows" else "fund "
    labelled = {label.meaning: label for label in reversed(made.labels)}
    forms = [form for form in received.forms if form.sheet == made.sheet]
    rows = [row for form in forms for row in (form.indicators if name == "rows" else form.funds)]
    for number, line in enumerate(lines, 1):
        near = [row for row in rows if at(row) == line.row]
        unread = [(meaning, text, None) for meaning, text in line.values.items() if text]
        wrong = min((list(differences(line, row)) for row in near), key=len, default=unread)
        said = not near and told.of("", line.values.get("item", ""), (), name)
        marks = [RIGHT]
        for meaning, expected, got in wrong:
            label = labelled.get(prefix + meaning)
            cells = (address(line.row, line.columns.get(meaning, 0)), labels_cell(label) if label else "")
            known = said or told.of(meaning, label.text if label else "", cells, name)
            marks.append(TOLD if known else SILENT)
            shown = label.text if label else line.values.get("item", "")
            verdict.failures.append(Failure(name, meaning, shown, expected, got or UNREAD, marks[-1]))
        worst = max(marks, key=(RIGHT, TOLD, SILENT).index)
        getattr(verdict, name)[worst] += 1
        what = "；".join(f"{meaning}应为“{text}”，读成“{got or ''}”" for meaning, text, got in wrong)
        verdict.lines.append((name, number, worst, what))
    known_rows = {line.row for line in made.indicators + made.funds} | made.aside
    for row in rows:
        text = " | ".join(value.text for value in row.values() if value.text)
        if at(row) not in known_rows and text:
            getattr(verdict, name)[SILENT] += 1
            verdict.failures.append(Failure(name, "行", "(没有这一行)", "", text[:60], SILENT))


def _columns(
    made: Drawn, received: Received, told: Told, verdict: Verdict, known: Layouts, folder: Path
) -> None:
    """Judge the columns with content that the kit keeps nothing of.

    They are told, kept in some way, or known as such: `--explain-reading` says of them that they are not kept.
    """
    aside = [label for label in made.labels if label.meaning.removeprefix("fund ") in ASIDE]
    rows = [row for form in received.forms for row in (*form.indicators, *form.funds)]
    kept = {value.column for row in rows for value in row.values()}
    left = unkept(made, known, folder) if aside else set()
    for label in aside:
        said = told.of("", label.text, (labels_cell(label),), "")
        right = label.column in kept or (not said and (label.column, labels.key(label.text)) in left)
        verdict.columns[RIGHT if right else TOLD if said else SILENT] += 1


def unkept(made: Drawn, known: Layouts, folder: Path) -> set[tuple[int, str]]:
    """Column and word of the labels of which `--explain-reading` says that they are known and not kept."""
    path = folder / f"{made.layout}.xlsx"
    opened = opening.open_workbook(path, path.name)
    return {
        (one.column, labels.key(one.text))
        for form in explaining.forms(opened, known)
        if form.sheet.name == made.sheet
        for one in form.readings
        if one.certainty is Certainty.NOT_KEPT
    }


def labels_cell(label: drawn_forms.Label) -> str:
    """The name of the cell of a label."""
    return address(label.row, label.column)


def address(row: int, column: int) -> str:
    """The name of a cell."""
    return Value("", row, column).cell


def at(row: Mapping[str, Value]) -> int:
    """The row of the sheet that a row of a table was read from; cells of levels go on over several."""
    for name in ("level3", "item"):
        if name in row and row[name].text:
            return row[name].row
    return max((value.row for value in row.values()), default=-1)


def differences(line: Line, row: Mapping[str, Value]) -> Iterator[tuple[str, str, str | None]]:
    """What a row that was read says otherwise than drawn: the meaning, the text drawn, the text read."""
    for meaning, text in line.values.items():
        got = row[meaning].text if meaning in row else None
        if meaning == "operator" and not same(text, got or "") and "nature" in row:
            got = row["nature"].text
        if meaning == "initial_budget" and not same(text, got or "") and len(line.values) == 2:
            got = next((row[n].text for n in ("adjusted_budget",) if n in row), got)
        if not same(text, got or "") and not (meaning in AMOUNTS and same_money(text, got or "")):
            yield meaning, text, got


def same_money(drawn: str, got: str) -> bool:
    """Whether two amounts are the same; what a form asks for in 元 may have been converted."""
    one, two = drawn_forms.amount(labels.compact(drawn)), drawn_forms.amount(labels.compact(got))
    return one is not None and two is not None and one in (two, two * 10000)


def same(drawn: str, got: str) -> bool:
    """Whether two texts say the same: blanks, width and closing zeros aside, and points behind the name of a level."""
    if bare(drawn) == bare(got):
        return True
    one, two = drawn_forms.amount(labels.compact(drawn)), drawn_forms.amount(labels.compact(got))
    return one is not None and one == two and drawn.endswith("%") == got.endswith("%")


def bare(text: str) -> str:
    """Without blanks, points in brackets and the marks of a label; ═ is =, ≧ is ≥."""
    text = labels.compact(text).translate(str.maketrans("═≧≦", "=≥≤"))
    head, bracket, tail = text.rpartition("(")
    if bracket and tail.endswith("分)") and tail[:-2].replace(".", "").isdecimal():
        text = head
    return text.rstrip(":")


def _fields(made: Drawn, received: Received, told: Told, verdict: Verdict) -> None:
    """Judge the head and the totals of the first form, and whether there are as many forms as were drawn."""
    forms = [form for form in received.forms if form.sheet == made.sheet]
    fields = forms[0].fields if forms else {}
    if len(forms) != made.forms:
        mark = TOLD if told.all else SILENT
        verdict.fields[mark] += 1
        counts = str(made.forms), str(len(forms))
        verdict.failures.append(Failure("fields", "几张表", "几张表", *counts, mark))
    for name, text in {**made.fields, **made.total}.items():
        got = fields[name].text if name in fields else None
        right = same(text, got or "") or (
            name in ("department", "unit", "year") and got and labels.compact(got) in labels.compact(text)
        )
        if name == "header_score" and not right and "total_score" in fields:
            right = same(text, fields["total_score"].text)
        if name in ("year", "month") and not right and got:
            right = text in got
        if right:
            verdict.fields[RIGHT] += 1
            continue
        cell = address(*made.cells[name]) if name in made.cells else ""
        mark = TOLD if told.of(name, "", (cell,), "") else SILENT
        verdict.fields[mark] += 1
        verdict.failures.append(Failure("fields", name, name, text, got or UNREAD, mark))


class Told:
    """What was said about the reading of a file."""

    def __init__(self, sheet: str, received: Received, found: Sequence[Finding]) -> None:
        remarks = (*received.remarks, *(remark for form in received.forms for remark in form.remarks))
        said = [(one.place, f"{one.found} {one.expected} {one.remedy}") for one in remarks]
        # that a cell is blank (F13) is no word about the reading, and wrong where it is not
        rules = [one for one in found if one.rule.startswith("F") and one.rule != "F13"]
        said += [(one.place, f"{one.found} {one.expected}") for one in rules]
        self.all = received.fault is not None or (not received.forms and bool(remarks))
        self.cells = {place.cell for place, _ in said if place.cell and place.sheet in (sheet, "")}
        self.texts = [labels.compact(text) for place, text in said if place.sheet in (sheet, "")]

    def of(self, meaning: str, label: str, cells: Iterable[str], table: str) -> bool:
        """Whether something names the column by its label or meaning, or one of the cells, or the whole table or file."""
        if self.all or any(cell in self.cells for cell in cells if cell):
            return True
        words = [
            labels.compact(word) for word in (FORM_LABELS.get(meaning, ""), label, labels.key(label)) if word
        ]
        if table == "funds":
            words.append(MONEY_TABLE)
        return any(f"“{word}”" in text or (len(word) >= 4 and word in text) or (word == MONEY_TABLE and word in text)
                   for word in words if word for text in self.texts)  # fmt: skip


def measured(numbers: Sequence[str], forms: int, known: Layouts) -> dict[str, Verdict]:
    """The verdict on each layout, of so many forms drawn in turn."""
    verdicts = {number: Verdict() for number in numbers}
    with TemporaryDirectory() as folder:
        for count in range(forms):
            number = numbers[count % len(numbers)]
            verdicts[number].add(one(number, SEED + count // len(numbers), known, Path(folder)))
    return verdicts


def one(number: str, seed: int, known: Layouts, folder: Path) -> Verdict:
    """One form drawn, read, checked and judged."""
    made = drawn_forms.drawn(number, seed)
    received = read(made, known, folder)
    found = findings(received, drawn_forms.layouts()[number]["place"])
    return judged(made, received, found, known, folder)


def without(files: Iterable[str]) -> Layouts:
    """The layouts of params/forms without those of these files, and without those that extend them."""
    gone = set(files)
    with TemporaryDirectory() as folder:
        target = Path(folder) / "params/forms"
        shutil.copytree(ROOT / "params/forms", target)
        for name in gone:
            (target / f"{name}.yml").unlink()
        return layouts.read(Path(folder))


def table(verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    """A line for each layout and the sum."""
    facts = drawn_forms.layouts()
    yield "编号  类  省  份数 | 指标行 对/告知/暗错 | 资金行 对/告知/暗错 | 表头等 对/告知/暗错 | 未收的列 告知/未告知 | E 每份"
    whole = Verdict()
    for number, verdict in verdicts.items():
        whole.add(verdict)
        yield _line(f"{number} {facts[number]['kind']:<10} {facts[number]['place'][:3]}", verdict)
    yield _line("合计", whole)


def _line(name: str, verdict: Verdict) -> str:
    def three(counts: Counter[str]) -> str:
        return "/".join(str(counts[mark]) for mark in (RIGHT, TOLD, SILENT))

    columns = f"{verdict.columns[RIGHT] + verdict.columns[TOLD]}/{verdict.columns[SILENT]}"
    errors = f"{len(verdict.errors) / max(verdict.forms, 1):.2f}"
    return f"{name} {verdict.forms} | {three(verdict.rows)} | {three(verdict.funds)} | {three(verdict.fields)} | {columns} | {errors}"


def why(verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    """Kinds of failure, the most frequent first, each with labels and layouts."""
    groups: dict[tuple[str, ...], list[tuple[str, Failure]]] = {}
    for number, verdict in verdicts.items():
        for failure in verdict.failures:
            kind = "未读" if failure.found == UNREAD else "读错"
            groups.setdefault((failure.table, failure.meaning, kind, failure.verdict), []).append(
                (number, failure)
            )
    for key, failures in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        names = Counter(f"{failure.label}({number})" for number, failure in failures)
        shown = "、".join(name for name, _ in names.most_common(8))
        example = failures[0][1]
        yield f"{len(failures):6} {' '.join(key)}：{shown}；例：应读“{example.expected}”，读成“{example.found}”"
    errors = Counter((one.rule, number) for number, verdict in verdicts.items() for one in verdict.errors)
    texts = {one.rule: one.found for verdict in verdicts.values() for one in verdict.errors}
    for rule in sorted(texts, key=lambda rule: -sum(n for (r, _), n in errors.items() if r == rule)):
        of = Counter({number: n for (r, number), n in errors.items() if r == rule})
        numbers = "、".join(f"{number}×{n}" for number, n in of.most_common(8))
        yield f"{sum(of.values()):6} 正确的表报 {rule} E：{numbers}；例：{texts[rule]}"


def left_out() -> Iterator[str]:
    """Each place without its own layouts: the share of the rows of its forms, drawn and transcribed, that are read."""
    import published_forms  # it needs this module

    for files, place in PLACES.items():
        names = [path.stem for path in sorted((ROOT / "params/forms").glob(f"{files}*.yml"))]
        numbers = [number for number, facts in drawn_forms.layouts().items()
                   if facts["place"] == place and facts["kind"] != "none"]  # fmt: skip
        known = without(names)
        whole = Verdict()
        for verdict in measured(numbers, EACH * len(numbers), known).values():
            whole.add(verdict)
        real = [
            number for number in published_forms.facts() if published_forms.shape(number)["place"] == place
        ]
        with TemporaryDirectory() as folder:
            for number in real:
                whole.add(published_forms.judged(number, known, Path(folder)).verdict)
        rows = whole.rows
        total = sum(rows.values())
        counts = f"{len(numbers)} 种表样 {EACH * len(numbers)} 份、真实表 {len(real)} 份共 {total} 行"
        share = f"读对 {100 * rows[RIGHT] / max(total, 1):.1f} %，告知 {rows[TOLD]}，暗错 {rows[SILENT]}"
        yield f"{place} 不用 {'、'.join(names)}：{counts}，{share}"


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("layouts", nargs="*")
    parser.add_argument("--forms", type=int, default=FORMS)
    parser.add_argument("--why", action="store_true")
    parser.add_argument("--leave-out", action="store_true")
    asked = parser.parse_args()
    if asked.leave_out:
        lines: Iterable[str] = left_out()
    else:
        verdicts = measured(asked.layouts or list(drawn_forms.layouts()), asked.forms, layouts.read(ROOT))
        lines = [*table(verdicts), *(why(verdicts) if asked.why else ())]
    for line in lines:
        print(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
