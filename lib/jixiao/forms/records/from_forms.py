"""Turns forms into records: the tables of a year as the forms fill them, each value with its cell.

What a form does not say is None; a form asks neither whether a project is finished nor whether it is new, so an
unknown subject counts as finished and not new until the tables say otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from jixiao.forms.model import SELF_EVALUATIONS, Form, FormKind, Remark
from jixiao.forms.reading import number_cells
from jixiao.forms.records import identity, indicator_rows, other_work
from jixiao.forms.records.identity import Owner, Register
from jixiao.forms.records.indicator_rows import REVIEW, Cells, Found, Known, Names, Taking
from jixiao.forms.records.other_work import Filed
from jixiao.forms.records.records import FORM_COLUMNS, FORMS, PART_COLUMNS, PARTS, Records
from jixiao.kit import numbers
from jixiao.kit.errors import Place, one_line
from jixiao.year import table_files
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables
from jixiao.year.words import AMOUNTS, FORM_LABELS, TOTAL_ITEMS, Amount, Severity, Tier

_WITH_LEVELS = ("indicators", PARTS)
_OWN = ("level3", "item", "name")  # what a row of a frame is called by on a form
_MONEY = (*AMOUNTS, "weight", "score")
_HEAD = {"name": "name", "unit": "unit_id", "code": "subject_id"}  # field → column of subjects
_FIELDS = FORM_COLUMNS[FORM_COLUMNS.index("title") : FORM_COLUMNS.index("columns")]
_NUMBERS = ("total_weight", "total_score", "header_score", "indicator_points")
_TARGETS = (FormKind.TARGETS,)
_PLANNED = ("nature", "operator", "target", "measure_unit", "weight")  # what a target form sets
_DONE = ("actual", "self_score", "deviation_reason")  # what a self-evaluation says
_NAMED = 3  # indicators that a remark names
_NAME = 20  # characters of each name
_YES_NO = {"true": True, "是": True, "false": False, "否": False}
_TIERS = {**dict.fromkeys(SELF_EVALUATIONS, Tier.SELF.value), FormKind.REVIEW: Tier.REVIEW.value}


@dataclass
class _Book:
    """The rows of each frame, and for each row the forms and cells that it was read from, the latest first."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sources: dict[tuple[str, int], list[tuple[Form, Cells]]] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)  # subject → its row
    indicators: dict[str, list[int]] = field(default_factory=dict)  # subject → rows of its indicators
    printed: set[str] = field(default_factory=set)  # ids of indicators that lists print
    remarks: list[Remark] = field(default_factory=list)
    documents: dict[str, set[FormKind]] = field(default_factory=dict)  # subject → kinds of its forms
    _names: dict[tuple[str, str], Names] = field(default_factory=dict)

    def two_documents(self, subject: str) -> bool:
        """Whether both the targets and the self-evaluation of a subject are among the forms."""
        return self.kinds_of(subject, _TARGETS) > 0 and self.kinds_of(subject, SELF_EVALUATIONS) > 0

    def kinds_of(self, subject: str, kinds: Sequence[FormKind]) -> int:
        """How many forms of some kinds a subject has so far."""
        return len(self.documents.get(subject, set()) & set(kinds))

    def planned_funds(self) -> Iterator[int]:
        """The rows of money that target forms print of subjects whose self-evaluations print it too."""
        for number, rows in enumerate(self.rows.get("funds", ()), 1):
            form = self.sources["funds", number][-1][0]
            if form.kind == FormKind.TARGETS and self.two_documents(rows["subject_id"]):
                yield number

    def names_here(self, subject: str) -> Names:
        """The indicators of a subject that were read so far, by name."""
        names = self._names.setdefault(("here", subject), Names())
        known = self.indicators[subject][len(names.rows) :]
        names.add(self.rows["indicators"][number - 1] for number in known)
        return names

    def names_before(self, subject: str, rows: Sequence[Mapping[str, Any]]) -> Names:
        """The indicators that the tables of the year have of a subject, by name."""
        key = "before", subject
        if key not in self._names:
            self._names[key] = Names(rows)
        return self._names[key]

    def add(self, frame: str, row: dict[str, Any], form: Form, cells: Cells) -> int:
        """Add a row and give its number; rows count from 1."""
        rows = self.rows.setdefault(frame, [])
        rows.append(row)
        self.sources[frame, len(rows)] = [(form, cells)]
        return len(rows)

    def change(self, frame: str, number: int, row: dict[str, Any], form: Form, cells: Cells) -> None:
        """Put the values of another form into a row."""
        self.rows[frame][number - 1] |= row
        self.sources[frame, number].insert(0, (form, cells))


def records(forms: Iterable[Form], known: Tables | None = None) -> Records:
    """The records of `forms`, in their order.

    Ids, and what forms do not ask for, come from the tables of the year where they are `known`.
    """
    register = identity.register(known)
    return of_owned(((form, identity.owner(form, register), True) for form in forms), register, known)


def of_owned(
    forms: Iterable[tuple[Form, Owner, bool]], register: Register, known: Tables | None = None
) -> Records:
    """The records of forms whose owners are in the `register`, each with whether it may count for its subject.

    The first form of a subject that may stands under the subject's id, each other one under an id of its own.
    """
    further = identity.Further(register.listed)
    book = _Book()
    earlier = indicator_rows.known(known)
    scores = table_files.rows(known["scores"]) if known is not None else []
    given = {(row["subject_id"], row["tier"]): row for row in scores}
    for form, owner, counts in forms:
        subject = further.id_of(owner.subject, form.kind, counts)
        _form(book, form, subject)
        book.remarks += [replace(remark, subject=subject) for remark in form.remarks]
        if form.kind == FormKind.SCORES:
            continue  # points by a standard of its own, for which the tables have no place
        before = len(book.remarks)
        _subject(book, form, register.subjects[owner.subject] | {"subject_id": subject})
        _funds(book, form, subject)
        if form.kind == FormKind.REVIEW:
            _reviews(book, form, subject, earlier)
        elif book.two_documents(subject):
            _joined(book, form, subject)
        else:
            _indicators(book, form, subject, earlier)
        _score(book, form, subject, given)
        book.remarks[before:] = [replace(remark, subject=subject) for remark in book.remarks[before:]]
    units = {row.get("unit_id") for row in book.rows.get("subjects", [])}
    units |= {register.units[unit]["department_id"] for unit in units if unit in register.units}
    book.rows["units"] = [row for unit, row in register.units.items() if unit in units]
    frames = {name: _frame(name, book.rows.get(name, [])) for name in (*SCHEMAS, FORMS, PARTS)}
    frames["funds"] = frames["funds"].drop(index=sorted(book.planned_funds()))
    ledger = known.frames if known is not None else {}
    places = _places(book.sources)
    cells = _cells(book.sources)
    return Records(
        frames,
        places,
        tuple(book.remarks),
        known=ledger,
        cells=cells,
        further=further.subjects,
    )


def of_other_work(
    filed: Iterable[Filed], known: Tables | None = None, remarks: Iterable[Remark] = ()
) -> Records:
    """The records of forms that are no evaluations: the rows of the tables that they fill, and the forms themselves.

    `remarks` are those that belong to no single form.
    """
    book = _Book()
    for one in filed:
        _form(book, one.form, one.filling.owner)
        book.remarks += other_work.remarks(one)
        for part in one.filling.parts:
            for row, cells in part.rows:
                book.add(part.table, row, one.form, cells)
    frames = {name: _frame(name, book.rows.get(name, [])) for name in (*SCHEMAS, FORMS, PARTS)}
    ledger = known.frames if known is not None else {}
    book.remarks += remarks
    return Records(
        frames, _places(book.sources), tuple(book.remarks), known=ledger, cells=_cells(book.sources)
    )


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {FORMS: FORM_COLUMNS, PARTS: PART_COLUMNS}.get(name) or tuple(SCHEMAS[name].columns)
    values = [[row.get(column) for column in columns] for row in rows]
    return pd.DataFrame(values, range(1, len(rows) + 1), list(columns), dtype=object)


def _places(
    sources: Mapping[tuple[str, int], list[tuple[Form, Cells]]],
) -> Callable[[str, int | None, str], Place]:
    """A function that gives the place of a value; without a cell of its own it is that of the row's name, or the title."""

    def place(name: str, row: int | None, column: str) -> Place:
        found = sources.get((name, row or 0))
        if not found:
            return Place(f"{name}.csv", "", f"第 {row} 行 {column} 列" if row else column, row or 0)
        for form, values in found:
            if column in values:
                return form.place(values[column])
        form, values = found[-1]
        # Not the first cell of an indicator: that of a first level may be merged with those of the rows above.
        own = next((values[each] for each in _OWN if each in values), None) if name in _WITH_LEVELS else None
        first = own or min(values.values(), key=lambda v: (v.row, v.column), default=form.fields.get("title"))
        return form.place(first) if first else Place(form.file, form.sheet)

    return place


def _cells(
    sources: Mapping[tuple[str, int], list[tuple[Form, Cells]]],
) -> Callable[[str, int], dict[str, Place]]:
    """A function that gives the cells of a row by column; of two forms with the same column the later counts."""

    def cells(name: str, row: int) -> dict[str, Place]:
        given = reversed(sources.get((name, row), ()))
        return {column: form.place(value) for form, values in given for column, value in values.items()}

    return cells


def _subject(book: _Book, form: Form, known: Mapping[str, Any]) -> None:
    """Add the row of the subject, or put the money of a further form into it: that of the total of its money table."""
    listed = form.indicators[0] if form.kind == FormKind.LIST and form.indicators else {}
    totals = [row for row in form.funds if any(word in row["item"].text for word in TOTAL_ITEMS)]
    total = next(iter([*totals, *form.funds]), listed)
    money = {name: total[name] for name in AMOUNTS if name in total}
    amounts = {name: number_cells.amount(value.text, form.unit) for name, value in money.items()}
    cells = {_HEAD[name]: form.fields[name] for name in _HEAD if name in form.fields} | money
    subject = known["subject_id"]
    if subject not in book.subjects:
        words = {name: identity.listed(form, name).lower() for name in ("finished", "is_new")}
        states = {name: _YES_NO[word] for name, word in words.items() if word in _YES_NO}
        row = {"finished": True, "is_new": False, **known, **states, **amounts}
        book.subjects[subject] = book.add("subjects", row, form, cells)
    elif amounts:
        if book.two_documents(subject):
            _budgets_told_apart(book, form, subject, amounts, money)
        book.change("subjects", book.subjects[subject], amounts, form, cells)


def _budgets_told_apart(
    book: _Book, form: Form, subject: str, amounts: Mapping[str, Any], cells: Cells
) -> None:
    """Say so where targets and self-evaluation print another budget for the beginning of the year."""
    name = Amount.INITIAL.value
    ours, theirs = amounts.get(name), book.rows["subjects"][book.subjects[subject] - 1].get(name)
    if ours is None or theirs is None or ours == theirs:
        return
    own, other = ("目标表", "自评表") if form.kind == FormKind.TARGETS else ("自评表", "目标表")
    said = (
        f"{FORM_LABELS[name]}在{own}是 {numbers.plain(ours)} 万元，在{other}是 {numbers.plain(theirs)} 万元"
    )
    book.remarks.append(Remark("F25", form.place(cells[name]), said, "两张表相同", "核对后改成一致"))


def _funds(book: _Book, form: Form, subject: str) -> None:
    """Add the rows of the money table; an item that comes again gets a number, so that each has a name of its own."""
    seen: dict[str, int] = {}
    for cells in form.funds:
        item = "".join(cells["item"].text.split())
        seen[item] = seen.get(item, 0) + 1
        row: dict[str, Any] = {
            name: number_cells.amount(cells[name].text, form.unit)
            if name in AMOUNTS
            else number_cells.read(cells[name].text)[0]
            for name in _MONEY
            if name in cells
        }
        rate = cells["rate"].text if "rate" in cells else ""
        row |= {"subject_id": subject, "rate": rate or None}
        row["item"] = item if seen[item] == 1 else f"{item}（{seen[item]}）"
        book.add("funds", row, form, cells)


def _indicators(book: _Book, form: Form, subject: str, earlier: Known) -> None:
    """Add the indicators of a form; without a printed id each keeps that of the tables (`earlier`), by its name."""
    rows = book.indicators.setdefault(subject, [])
    known = earlier.get(subject, [])
    named = Taking(book.names_before(subject, known))
    ids = {row["indicator_id"] for row in known}
    found_here = list(indicator_rows.of(form))
    book.remarks += _bare_parts(form, [found for found in found_here if found.bare])
    at_names = [None if found.part or _printed(found) else named.take(found.row) for found in found_here]
    for found, at in zip(found_here, at_names, strict=True):
        if found.part:
            above = book.rows["indicators"][rows[-1] - 1]["indicator_id"]
            book.add(PARTS, {"of": above, "subject_id": subject, **found.row}, form, found.cells)
            continue
        printed = _printed(found)
        if printed in book.printed:
            place = form.place(found.cells["indicator_id"])
            said = f"指标编号“{printed}”已经用过"
            book.remarks.append(Remark("F07", place, said, "每项指标一个编号", "改成不重复的编号"))
            printed = ""
            at = named.take(found.row)
        if printed:
            book.printed.add(printed)
        elif at is None and form.kind != FormKind.LIST and len(rows) < len(known):
            at = named.take_at(len(rows))  # an indicator that was renamed stays in its place
        number = printed or (known[at]["indicator_id"] if at is not None else "")
        count = len(known) + len(rows) - len(named.taken) if known else len(rows)
        while not number or (at is None and not printed and number in ids):
            count += 1
            number = f"{subject}-{count:02d}"
        ids.add(number)
        row = {"subject_id": subject, "indicator_id": number, **found.row}
        rows.append(book.add("indicators", row, form, found.cells))


def _bare_parts(form: Form, parts: Sequence[Found]) -> list[Remark]:
    """F04, once a form: rows without points that were taken for parts of the indicators above them."""
    if not parts:
        return []
    names = "、".join(f"“{one_line(part.row.get('level3') or '', _NAME)}”" for part in parts[:_NAMED])
    several = f"等 {len(parts)} 行" if len(parts) > _NAMED else ""
    said = f"{names}{several}没有分值和得分，当作上面一项指标的一部分"
    place = form.place(parts[0].cells["level3"])
    remedy = "是单独一项的，填写分值；是一部分的，可以不管"
    return [Remark("F04", place, said, "每项指标有分值", remedy, Severity.NOTE)]


def _printed(found: Found) -> str:
    """The id of an indicator as a form prints it, or nothing."""
    return found.cells["indicator_id"].text if "indicator_id" in found.cells else ""


def _joined(book: _Book, form: Form, subject: str) -> None:
    """Join the targets of a project with its self-evaluation: targets from the one, results from the other.

    Where the two differ in a target or in points a remark says so, and so it does of an indicator that only one has.
    """
    rows = book.indicators.setdefault(subject, [])
    before = len(rows)
    named = Taking(book.names_here(subject))
    planning = form.kind == FormKind.TARGETS
    own, other = ("目标表", "自评表") if planning else ("自评表", "目标表")
    for found in indicator_rows.of(form):
        if found.part:
            continue
        at = named.take(found.row)
        value = found.cells.get("level3") or next(iter(found.cells.values()))
        if at is None:
            if not planning:
                number = f"{subject}-{len(rows) + 1:02d}"
                row = {"subject_id": subject, "indicator_id": number, **found.row}
                rows.append(book.add("indicators", row, form, found.cells))
            said = f"{own}的指标“{value.text}”在{other}里没有"
            book.remarks.append(Remark("F25", form.place(value), said, "两张表指标相同", "核对两张表"))
            continue
        _told_apart(book, form, rows[at], found, (own, other))
        taken = _PLANNED if planning else _DONE
        values = {name: found.row[name] for name in taken if name in found.row}
        whole = (
            planning and found.row.get("target") is not None
        )  # sign, number and unit say one thing together
        kept = _PLANNED[:-1] if whole else ()
        values = {
            name: new for name, new in values.items() if new is not None or not planning or name in kept
        }
        cells = {name: found.cells[name] for name in values if name in found.cells}
        book.change("indicators", rows[at], values, form, cells)
    for at in set(range(before)) - named.taken:
        source, known = book.sources["indicators", rows[at]][-1]
        value = known.get("level3") or next(iter(known.values()))
        said = f"{other}的指标“{value.text}”在{own}里没有"
        book.remarks.append(Remark("F25", source.place(value), said, "两张表指标相同", "核对两张表"))


def _told_apart(
    book: _Book, form: Form, number: int, found: indicator_rows.Found, words: tuple[str, str]
) -> None:
    """Say in which of target and points a row of one document differs from that of the other."""
    known = book.rows["indicators"][number - 1]
    for names in (("operator", "target", "measure_unit"), ("weight",)):
        ours = ["" if found.row.get(name) is None else str(found.row[name]) for name in names]
        theirs = ["" if known.get(name) is None else str(known[name]) for name in names]
        same = found.row.get("weight") == known.get("weight") if names == ("weight",) else ours == theirs
        if same or not any(ours) or not any(theirs):
            continue
        value = found.cells.get(names[0]) or found.cells.get("target") or next(iter(found.cells.values()))
        what = FORM_LABELS["weight" if names == ("weight",) else "target"]
        said = f"“{known.get('level3')}”的{what}在{words[0]}是“{''.join(ours)}”，在{words[1]}是“{''.join(theirs)}”"
        book.remarks.append(
            Remark("F25", form.place(value), said, "两张表相同", "核对后改成一致，以目标表为准")
        )


def _reviews(book: _Book, form: Form, subject: str, earlier: Known) -> None:
    """Put the rows of a reviewers' work paper into the indicators of the same names, of the batch or of the tables."""
    here = book.indicators.setdefault(subject, [])
    names = book.names_here(subject) if here else book.names_before(subject, earlier.get(subject, []))
    candidates, own = names.rows, bool(here)
    named = Taking(names)
    for found in indicator_rows.of(form):
        at = named.take(found.row)
        review = {name: found.row.get(name) for name in REVIEW}
        if at is not None and own:
            cells = {name: found.cells[name] for name in REVIEW if name in found.cells}
            book.change("indicators", here[at], review, form, cells)
            continue
        if at is None and candidates:
            value = found.cells.get("level3") or next(iter(found.cells.values()))
            said = f"复核底稿的指标“{value.text}”在这个项目的自评指标里没有"
            remark = Remark("F07", form.place(value), said, "自评表上的三级指标", "按自评表改正指标名称")
            book.remarks.append(remark)
        known = candidates[at] if at is not None else {}
        number = known.get("indicator_id") or f"{subject}-R{len(here) + 1:02d}"
        row = {**known, "indicator_id": number, "subject_id": subject, **found.row, **review}
        here.append(book.add("indicators", row, form, found.cells))


def _score(book: _Book, form: Form, subject: str, given: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
    """Add the printed total; who gave it and when is on no form, and stays as the tables have it (`given`)."""
    tier = _TIERS.get(form.kind)
    for name in ("total_score", "header_score"):
        value = form.fields.get(name)
        score = number_cells.read(value.text)[0] if value else None
        if tier and value and score is not None:
            row = {**given.get((subject, tier), {}), "subject_id": subject, "tier": tier, "score": score}
            book.add("scores", row, form, {"score": value})
            return


def _form(book: _Book, form: Form, subject: str) -> None:
    """Add the row of the form itself."""
    book.documents.setdefault(subject, set()).add(form.kind)
    row: dict[str, Any] = {"subject_id": subject, "file": form.file, "sheet": form.sheet}
    row |= {"layout": form.layout, "kind": form.kind}
    for name in _FIELDS:
        text = identity.text(form, name)
        row[name] = number_cells.read(text)[0] if name in _NUMBERS else text or None
    row["columns"] = " ".join(sorted(form.columns))
    row["unread"] = " ".join(sorted(form.unread)) or None
    row["fingerprint"] = form.fingerprint or None
    book.add(FORMS, row, form, form.fields)
