"""Checks of files and tables (F): project codes, projects submitted twice, and what does not belong to the year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple

import pandas as pd

from jixiao.checks import kinds
from jixiao.checks.engine import PARAMS, Check, Found, Inspection
from jixiao.forms.model import OF_ONE_SUBJECT, SELF_EVALUATIONS, FormKind
from jixiao.forms.records import ranks
from jixiao.forms.records.ranks import Rank
from jixiao.forms.records.records import FORMS, KEYS, WORK_KEYS, key_of
from jixiao.kit import private_data
from jixiao.kit.private_data import Kind
from jixiao.values import notation
from jixiao.year import tables
from jixiao.year.params import Params
from jixiao.year.schemas import OF_DISTRICTS, TABLES
from jixiao.year.table_files import texts
from jixiao.year.tables import Misfit
from jixiao.year.words import FORM_LABELS, OPINION_LABELS, Severity, SubjectKind, Tier, Work

_FIGURES = {  # the work that tables record, and what the keys of its figures begin with
    Work.RULES: "rules_issued.",
    Work.TARGET_REVIEW: "target_review.",
    Work.KEY_PROJECTS: "key_projects.",
    Work.APPLICATIONS: "results_use.linked_to",
    Work.DISCLOSURES: "results_use.disclosed_with",
}
_MOST_NAMED = 5  # other forms that a finding names
_PUNCTUATION = re.compile(r"[\s“”\"'‘’·,、。;:()〈〉《》\[\]【】_\-—]+")


class _Form(NamedTuple):
    """What a form prints in its head, "" where it is blank, and its row in the frame of forms."""

    row: int
    subject: str
    file: str
    layout: str
    kind: str
    title: str
    year: str
    code: str
    name: str
    unit: str


def _forms(inspection: Inspection) -> list[_Form]:
    columns = ["subject_id", "file", "layout", "kind", "title", "year", "code", "name", "unit"]
    rows = inspection.records[FORMS][columns].itertuples()
    return [_Form(row, *("" if text is None else str(text) for text in rest)) for row, *rest in rows]


def codes_at_fault(inspection: Inspection) -> Iterator[Found]:
    """F07: a project code that is missing or malformed, or that two projects share, or a project with two codes."""
    forms = _forms(inspection)
    yield from _missing_or_malformed(forms, inspection.settings["F07"])
    names: dict[str, _Form] = {}
    codes: dict[tuple[str, str], _Form] = {}
    for form in forms:
        code = notation.fold(form.code)
        name = plain_name(form.name)
        if not code or not name:
            continue
        first = names.setdefault(code, form)
        if plain_name(first.name) != name:
            found = f"编码 {form.code} 的项目叫“{form.name}”，{first.file} 里同一编码的叫“{first.name}”"
            yield Found(FORMS, form.row, "code", found, "一码一项目", subject=form.subject)
        first = codes.setdefault((plain_name(form.unit), name), form)
        if notation.fold(first.code) != code:
            found = f"“{form.name}”的编码是 {form.code}，{first.file} 里是 {first.code}"
            yield Found(FORMS, form.row, "code", found, "一项目一码", subject=form.subject)


def _missing_or_malformed(forms: list[_Form], settings: Mapping[str, Any]) -> Iterator[Found]:
    """Project codes that are missing where other forms of the same layout have one, or are too short or too long."""
    coded = {form.layout for form in forms if form.code}
    shortest, longest = settings["shortest"], settings["longest"]
    for form in forms:
        code = notation.fold(form.code)
        if not code and form.layout in coded and form.kind == FormKind.PROJECT:
            yield Found(FORMS, form.row, "code", "没有填项目编码", subject=form.subject)
        elif code in ("", notation.fold(form.subject)):
            continue  # a code of the year's own tables is right, whatever it looks like
        elif not (code.isascii() and code.isalnum() and shortest <= len(code) <= longest):
            expected = f"{shortest} 到 {longest} 位数字或字母"
            yield Found(FORMS, form.row, "code", f"项目编码是“{form.code}”", expected, subject=form.subject)


def submitted_twice(inspection: Inspection) -> Iterator[Found]:
    """F08: forms of one kind, year and subject of which neither marks nor dates tell which is the later one.

    A list or a reviewer's work paper may go on in a second file. What came in earlier batches is held against the
    journal by `exchange.importing.arranging`.
    """
    records = inspection.records
    marks = inspection.settings["F08"]["marks"]
    given = ranks.of_forms(records[FORMS], marks, records.further)
    seen: dict[tuple[str, ...], str] = {}
    groups: dict[tuple[str, str, str], list[tuple[_Form, Rank]]] = {}
    for form, rank in zip(_forms(inspection), given, strict=True):
        name = plain_name(form.name)
        if form.kind not in OF_ONE_SUBJECT or not name:
            continue
        year = notation.fold(form.year)
        base = records.further.get(form.subject, form.subject)
        subject = seen.setdefault((form.kind, year, plain_name(form.unit), name), base)
        groups.setdefault((form.kind, year, subject), []).append((form, rank))
    for group in groups.values():
        unclear = ranks.unclear(rank for _, rank in group) if len(group) > 1 else {}
        alike: dict[Rank, list[_Form]] = {}
        for form, rank in group:
            alike.setdefault(rank, []).append(form)
        for form, rank in group:
            others = chain.from_iterable(alike[other] for other in unclear.get(rank, ()))
            if several := list(islice((one for one in others if one is not form), _MOST_NAMED)):
                named = "、".join(str(records.place(FORMS, one.row, "name")) for one in several)
                found = f"“{form.name}”还有一张表在 {named}{_and_more(several)}，看不出哪一张在后"
                yield Found(FORMS, form.row, "name", found, "一个项目一张表", subject=form.subject)


def _and_more(several: Sequence[_Form]) -> str:
    return " 等处" if len(several) == _MOST_NAMED else ""


@lru_cache(maxsize=1 << 16)
def plain_name(name: str) -> str:
    """A name without blanks, punctuation and full-width forms, to find out whether two names are the same."""
    return _PUNCTUATION.sub("", notation.fold(name)).lower()


def files_missing(inspection: Inspection) -> Iterator[Found]:
    """F02: a table is missing or empty, though nobody says that its work was not done; or says so of one that has rows."""
    records = inspection.records
    params = inspection.params
    if params is None or not records[FORMS].empty or not records[OF_DISTRICTS].empty:
        return
    for work in _FIGURES:
        empty = records[work.value].empty
        undone = work in params.not_done
        if empty and not undone and not _declared_as(work, records["facts"]):
            what = "没有这个文件" if work.value in records.absent else "只有表头"
            found = f"{what}，正文不写{work.words}"
            remedy = f"补上这张表；确实没有开展的，把 {work.value} 写进参数 not_done"
            yield Found(work.value, None, "", found, remedy=remedy, severity=Severity.WARNING)
        elif undone and not empty:
            found = f"参数 not_done 说没有开展{work.words}，表里却有 {len(records[work.value])} 行"
            yield Found(work.value, None, "", found, remedy="核对哪一个对", severity=Severity.WARNING)
    if records["subjects"].empty:
        found = "没有一个评价对象，报告只有申报的事实"
        yield Found(
            "subjects", None, "", found, remedy="有自评的，填入评价对象或收表", severity=Severity.WARNING
        )
    yield from _reviews_missing(inspection, params)


def _declared_as(work: Work, facts: pd.DataFrame) -> bool:
    """Whether declared facts say what the table of the work would have said."""
    return any(str(key).startswith(_FIGURES[work]) for key in facts["key"])


def _reviews_missing(inspection: Inspection, params: Params) -> Iterator[Found]:
    """No score that a tier gave, though the report counts them in bands and nobody says that it did nothing; or the reverse."""
    totals = inspection.totals
    for kind in SubjectKind:
        rows = totals[totals["kind"] == kind] if len(totals) else totals
        for tier in params.tiers.values():
            if tier.is_self:
                continue
            work = f"{kind.key}.{tier.id}"
            scored = int(rows[tier.total].notna().sum()) if len(rows) else 0
            undone = work in params.not_done
            at = ("indicators", Tier.REVIEW.points) if tier.by_indicators else ("scores", "score")
            counted = tier.by_indicators or kind.key in tier.bands
            if len(rows) and counted and not scored and not undone:
                found = f"{kind.words}没有一个{tier.name}得分，正文不写{kind.words}{tier.name}"
                remedy = f"补上得分；确实没有开展的，把 {work} 写进参数 not_done"
                yield Found(at[0], None, at[1], found, remedy=remedy, severity=Severity.WARNING)
            elif undone and scored:
                found = f"参数 not_done 说没有开展{kind.words}{tier.name}，却有 {scored} 个总分"
                yield Found(at[0], None, at[1], found, remedy="核对哪一个对", severity=Severity.WARNING)


def years_differ(inspection: Inspection) -> Iterator[Found]:
    """F10: years of the parameter file that do not fit each other, or a form of another year than the evaluated one."""
    params = inspection.params
    if params is None:
        return
    for row, subject, printed in inspection.records[FORMS][["subject_id", "year"]].itertuples():
        if printed and printed != str(params.evaluated_year):
            expected = f"被评价年度 {params.evaluated_year}"
            yield Found(FORMS, row, "year", f"这张表是 {printed} 年度的", expected, "换成本年度的表", subject)
    year = params.report_year
    if params.evaluated_year != year - 1:
        found = f"工作年度 {year} 的被评价年度是 {params.evaluated_year}"
        yield _parameter("evaluated_year", found, f"一般为 {year - 1}")
    if params.data_folder != str(year):
        found = f"工作年度 {year} 用的是 data/{params.data_folder} 的数据"
        yield _parameter("data_folder", found, f"一般为 data/{year}")
    if params.published_on.year <= year:
        found = f"工作年度 {year} 的发布日期是 {params.published_on}"
        yield _parameter("published_on", found, f"{year} 年以后的日期")


def _parameter(name: str, found: str, expected: str) -> Found:
    return Found(PARAMS, None, name, found, expected, f"核对 {name}", severity=Severity.WARNING)


def unfit_for_tables(inspection: Inspection) -> Iterator[Found]:
    """F13: what the tables of the year need and a form lacks; a column that is blank altogether is one finding."""
    if inspection.records[FORMS].empty:
        return
    asked = _asked_for(inspection.records[FORMS], tables_wait=bool(inspection.records.known))
    for name in _FILLED:
        frame = inspection.indicators if name == "indicators" else inspection.records[name]
        misfits = [one for one in tables.held_against(texts(frame), name)[1] if one.column in _HEADINGS]
        misfits += [
            Misfit(row, column, "没有填")
            for column in _MAY_LACK & set(frame.columns)
            for row in frame.index[frame[column].isna()]
        ]
        misfits = [one for one in misfits if not (one.column == "target" and _by_standard(frame, one.row))]
        misfits = [
            one for one in misfits if one.column in asked.get(str(frame.at[one.row, "subject_id"]), _HEADINGS)
        ]
        blank = frame.drop(columns="subject_id").isna().groupby(frame["subject_id"]).all()
        reported = set()
        undivided = _undivided(frame) if name == "indicators" else frozenset()
        for one in misfits:
            subject = str(frame.at[one.row, "subject_id"])
            whole = bool(blank.at[subject, one.column])
            if whole and (subject, one.column) in reported:
                continue
            reported.add((subject, one.column))
            found = f"“{_HEADINGS[one.column]}”{one.found}"
            light = one.column == "level2" and one.row in undivided
            severity = Severity.WARNING if light else None
            yield Found(
                name, one.row, one.column, found, one.expected, "", subject, severity, of_subject=whole
            )
    for row, subject, level1 in inspection.records["indicators"][["subject_id", "level1"]].itertuples():
        if level1 and not kinds.group(level1):  # only the points are left: （50分）
            found = f"“一级指标”只写了“{level1}”，没有名称"
            yield Found("indicators", row, "level1", found, subject=subject, of_subject=True)
    yield from _unfit_other_work(inspection)
    yield from _not_filled_in(inspection)
    yield from _not_reviewed(inspection)
    yield from _nameless(inspection)


def _nameless(inspection: Inspection) -> Iterator[Found]:
    """Forms that are to go into tables and name neither their subject nor its code."""
    if not inspection.records.known:
        return
    forms = inspection.records[FORMS]
    for row, subject, kind, name, code in forms[["subject_id", "kind", "name", "code"]].itertuples():
        if kind in OF_ONE_SUBJECT and not name and not code:
            yield Found(FORMS, row, "name", f"“{_HEADINGS['name']}”没有填", subject=subject)


def _undivided(indicators: pd.DataFrame) -> frozenset[int]:
    """The rows of first levels without any second level, beside others that have them: a form may divide only some."""
    rows = list(indicators[["subject_id", "level1", "level2"]].itertuples())
    divided = {(subject, level1) for _, subject, level1, level2 in rows if level2}
    subjects = {subject for subject, _ in divided}
    return frozenset(
        row
        for row, subject, level1, _ in rows
        if level1 and subject in subjects and (subject, level1) not in divided
    )


def _unfit_other_work(inspection: Inspection) -> Iterator[Found]:
    """What forms that are no evaluations say and their tables cannot hold."""
    for name in WORK_KEYS:
        frame = inspection.records[name]
        for one in tables.held_against(texts(frame), name)[1]:
            subject = str(frame.at[one.row, "subject_id"] or "")
            words = OPINION_LABELS if name == "target_reviews" else FORM_LABELS
            title = words.get(one.column) or TABLES[name]["columns"][one.column]["title"]
            yield Found(name, one.row, one.column, f"“{title}”{one.found}", one.expected, one.remedy, subject)


def _by_standard(indicators: pd.DataFrame, row: int) -> bool:
    """Whether the indicator in a row is judged by a standard (see `kinds.by_standard`)."""
    level1, target = indicators["level1"], indicators["target"]
    return kinds.by_standard(level1[row], target[row])


def _asked_for(forms: pd.DataFrame, tables_wait: bool) -> dict[str, frozenset[str]]:
    """The columns of the tables that the forms of each subject ask for; what a form has no place for it cannot lack.

    Of a unit the tables of a year must know (`tables_wait`), whether the form has a place for it or not.
    """
    found: dict[str, frozenset[str]] = {}
    wanted = ["subject_id", "kind", "columns", "unread"]
    for subject, kind, columns, unread in forms[wanted].itertuples(index=False):
        had = frozenset(columns.split()) & set(_HEADINGS) if columns else frozenset(_HEADINGS)
        had -= frozenset(unread.split() if unread else ())  # a column of that name may be another table's
        always = frozenset({"name"}) if kind in OF_ONE_SUBJECT else frozenset()
        named = not columns or _UNITS & set(columns.split())
        if kind in OF_ONE_SUBJECT and (named or tables_wait):
            always |= {"unit_id"}
        found[str(subject)] = found.get(str(subject), frozenset()) | had | always
    return found


def _not_filled_in(inspection: Inspection) -> Iterator[Found]:
    """Self-evaluations without any score, and indicators without actual value; no actual value at all is one finding."""
    forms = inspection.records[FORMS]
    rows = inspection.indicators
    filled = forms.loc[forms["kind"].isin(SELF_EVALUATIONS), "subject_id"]
    asked = rows[rows["weight"].map(lambda weight: weight is not None and weight > 0).astype(bool)]
    for key, group in asked[asked["subject_id"].isin(filled)].groupby("subject_id", sort=False):
        subject = str(key)
        lacking = inspection.lacking.get(subject, frozenset())
        if group["self_score"].isna().all() and "self_score" not in lacking:
            yield Found(
                "indicators",
                group.index[0],
                "self_score",
                "一项得分也没有填",
                subject=subject,
                of_subject=True,
            )
        if "actual" in lacking:
            continue
        blank = group.index[group["actual"].isna()]
        if len(blank) == len(group):
            yield Found(
                "indicators", blank[0], "actual", "一项实际完成值也没有填", subject=subject, of_subject=True
            )
            continue
        for row in blank:
            if _by_standard(rows, row):
                continue
            yield Found("indicators", row, "actual", "“实际完成值”没有填", subject=subject)


def _not_reviewed(inspection: Inspection) -> Iterator[Found]:
    """Work papers that ask for points and came back without any."""
    forms = inspection.records[FORMS]
    rows = inspection.indicators
    papers = forms.loc[
        (forms["kind"] == FormKind.REVIEW) & forms["columns"].notna(), ["subject_id", "columns"]
    ]
    for paper, columns in papers.drop_duplicates().itertuples(index=False):
        own = rows[rows["subject_id"] == paper]
        if "review_score" in columns.split() and len(own) and own["review_score"].isna().all():
            found = "一项复核得分也没有填"
            yield Found("indicators", own.index[0], "review_score", found, subject=paper, of_subject=True)


def kept_nowhere(inspection: Inspection) -> Iterator[Found]:
    """F15: a file in sources.csv of which the journal knows no digest; the files are held against it by `importing.kept`."""
    known = set(inspection.records["received"]["file"])
    for row, file in inspection.records["sources"][["file"]].drop_duplicates().itertuples():
        if file not in known:
            found = f"收表日志 received.csv 里没有“{file}”"
            yield Found("sources", row, "file", found, severity=Severity.WARNING)


def read_from_nowhere(inspection: Inspection) -> Iterator[Found]:
    """F16: a row of sources.csv whose row of a table is not there; its values are held by `importing.kept`."""
    records = inspection.records
    keys = {name: set(key_of(name, records[name])) for name in (*KEYS, *WORK_KEYS)}
    for row, name, key in records["sources"][["table", "key"]].itertuples():
        if key not in keys.get(name, ()):
            found = f"{name}.csv 里没有“{key}”这一行"
            yield Found("sources", row, "key", found, severity=Severity.WARNING)


def numbers_of_persons(inspection: Inspection) -> Iterator[Found]:
    """F23: an ID number, a bank card or a phone in a cell; with one of the first two a form goes back.

    In a table it is to be explained: what is published is held against them once more (`archive.public_scan`).
    """
    arriving = not inspection.records[FORMS].empty
    for table, frame in inspection.records.frames.items():
        for column in frame.columns.difference(list(_CODES), sort=False):
            for row, value in zip(map(int, frame.index), frame[column], strict=True):
                if value is None or isinstance(value, bool | dt.date):
                    continue
                for hit in private_data.of_persons(str(value)):
                    grave = arriving and hit.kind != Kind.PHONE
                    subject = str(frame.at[row, "subject_id"] or "") if "subject_id" in frame else ""
                    found = f"写有{hit.kind.words} {hit.shown}"
                    severity = Severity.ERROR if grave else Severity.WARNING
                    yield Found(table, row, column, found, subject=subject, severity=severity)


_CODES = ("subject_id", "unit_id", "indicator_id", "department_id", "code", "digest", "key", "file")
_FILLED = ("subjects", "indicators")
_ASKED_FOR = (  # S01 and R18 hold points against weights
    "unit_id", "initial_budget", "adjusted_budget", "executed", "name", "level1", "level2", "level3", "target", "weight",
)  # fmt: skip
_UNITS = {"unit", "department"}  # fields of a form
_MAY_LACK = {"initial_budget", "weight"}  # blank in a table where the form has no such column
_HEADINGS = {name: FORM_LABELS[name] for name in _ASKED_FOR}


CHECKS: dict[str, Check] = {
    "F02": files_missing,
    "F07": codes_at_fault,
    "F08": submitted_twice,
    "F10": years_differ,
    "F13": unfit_for_tables,
    "F15": kept_nowhere,
    "F16": read_from_nowhere,
    "F23": numbers_of_persons,
}

# These rules are checked while forms are read: they have a card and no function here.
READING: tuple[str, ...] = (
    "F01",
    "F03",
    "F04",
    "F05",
    "F06",
    "F11",
    "F12",
    "F24",
    "F25",
    "F26",
    "F31",
    "F32",
    "F33",
    "F34",
)
