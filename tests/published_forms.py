"""The transcribed real forms, each drawn in its own layout, read and judged: what is right, told, silently wrong or a false alarm.

tests/data/layouts/published.yml        the layout of each
tests/data/published_judgements.csv     what the checks rightly find in a line of a form: listed (an anomaly that was
                                        noticed), true (a fault that nobody listed), cut (the transcript stops there)
tests/data/published_anomalies.csv      the anomalies that a rule covers, with the rules and the lines that tell them
tests/data/published_readings.csv       written by this program: the verdict on each line of each form
tests/data/published_findings.csv       written by this program: each finding of severity E or W with its verdict

python tests/published_forms.py          prints the sums
python tests/published_forms.py --write  writes the two tables anew
python tests/published_forms.py --draw FOLDER
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import drawn_forms
import form_sheets
import reading_quality
from drawn_forms import Drawn, Ways
from form_contents import Content, Shown, plain
from jixiao.checks.engine import Finding
from jixiao.forms.layouts import layouts
from jixiao.forms.layouts.layouts import Layouts
from reading_quality import RIGHT, SILENT, TOLD, Verdict

DATA = Path(__file__).parent / "data"
FOLDERS = (DATA / "forms", DATA / "more_forms")
HOW = Ways("merged", 2, False, False, False, True, False)
FALSE = "false"
_PART = re.compile(r"\(([^()]*)\)(.+)")
_PERCENT = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?%")
_ROUND = re.compile(r"\d{1,12}\.(\d*0)")  # a number with closing zeros, which its format adds
_SIGNED = re.compile(r"(>=|<=|[≥≤=]|定性|)\s*([\d.]+|.+?)(%|人/天|)")
_SHARE = re.compile(r"权重占比([\d.]+),折算得分([\d.]+)")
_MONEY = {"full_year_budget": "adjusted_budget", "budget": "adjusted_budget", "total": "adjusted_budget", "amount": "initial_budget",
          "actual": "executed", "row": "item"}  # fmt: skip
_INDICATORS = {"score": "self_score", "deviation": "deviation_reason"}


@dataclass(frozen=True)
class Judged:
    """A form with what was read of it and what is found in it, each finding with the line where it stands."""

    verdict: Verdict
    findings: tuple[tuple[Finding, str], ...]
    clean: int  # lines that no anomaly concerns


@cache
def facts() -> dict[str, dict[str, Any]]:
    """The facts of every form by its number; a transcript of two forms gives two: 023-1 and 023-2."""
    found = {}
    for path in sorted(path for folder in FOLDERS for path in folder.glob("*.json")):
        known = json.loads(path.read_text(encoding="utf-8"))
        parts = dict.fromkeys(
            match[1]
            for row in known["indicators"]
            if (match := _PART.fullmatch(row["level1"] or "")) and path.stem == "023"
        )
        for number, part in enumerate(parts or [""], 1):
            found[path.stem + (f"-{number}" if parts else "")] = _of_part(known, part)
    return dict(sorted(found.items()))


def _of_part(known: Mapping[str, Any], part: str) -> dict[str, Any]:
    """The rows of one of two forms in a transcript; the rows of money go with their first one."""
    if not part:
        return dict(known)
    rows = [row for row in known["indicators"] if (row["level1"] or "").startswith(f"({part})")]
    rows = [{**row, "level1": row["level1"].removeprefix(f"({part})")} for row in rows]
    money = known["funds"] if known["funds"][0]["row"].startswith(f"({part})") else []
    money = [{**row, "row": row["row"].removeprefix(f"({part})")} for row in money]
    total = known["total"] or ""
    kept = total.removeprefix(f"({part})") if total.startswith(f"({part})") else None
    return {**known, "indicators": rows, "funds": money, "total": kept}


def shape(number: str) -> dict[str, Any]:
    """The layout of a form."""
    known = drawn_forms.layouts("published").values()
    return next(layout for layout in known if number.partition("-")[0] in layout["forms"])


def typed(text: str | None) -> Shown:
    """A value as it is stored: numbers and percentages as numbers where nothing of their text is lost."""
    text = text or ""
    if found := _PERCENT.fullmatch(text):
        places = len(found[2] or "")
        return Shown(text, float(text[:-1]) / 100, "0." + "0" * places + "%" if places else "0%")
    if found := _ROUND.fullmatch(text):
        return Shown(text, float(text), "0." + "0" * len(found[1]))
    return plain(text)


def drawn(number: str) -> Drawn:
    """The form in its own layout."""
    known = facts()[number]
    layout = dict(shape(number))
    if any(word in known["title"] for word in ("自评", "绩效")):
        layout["title"] = known["title"]
    weight, score, header = form_sheets.total_of(known)
    score = score.removesuffix("优").strip()
    if not score:
        layout.pop("total", None)
    year = re.search(r"表头印(\d{4})", known["year"]) or re.search(r"(\d{4})", known["year"])
    name = known["title"].rpartition(")")[2].strip() or known["title"].rpartition(" ")[2]
    fields = {"name": name, "department": "主管部门甲", "unit": "实施单位乙", "header_score": header}
    fields |= {"goal": "按计划完成本年任务。", "achieved": "已经完成。"}
    said = Content(name, int(year[1]), fields, random.Random(0), quiet=True)
    money = [row for row in known["funds"] if row["row"] not in ("(无)", "(截断)")]
    said.funds = [{_MONEY.get(key, key): typed(text) for key, text in row.items()} for row in money]
    said.amounts = [row["initial_budget"] for row in said.funds if "initial_budget" in row]
    said.indicators = [_indicator(row, number) for row in known["indicators"]]
    said.total = {"weight": typed(weight), "self_score": typed(score)}
    if not money:
        layout.pop("funds", None)
    elif "funds" in layout:
        layout["funds"] = {**layout["funds"], "rows": [row["row"] for row in money]}
    return drawn_forms.drawing(number, layout, said, HOW, random.Random(0)).drawn()


def _indicator(row: Mapping[str, Any], number: str) -> dict[str, Shown]:
    meant = drawn_forms.meanings(shape(number))
    texts = {_INDICATORS.get(key, key): text for key, text in row.items()}
    if "operator" in meant and texts["target"]:
        sign, target, unit = _SIGNED.fullmatch(texts["target"]).groups()
        texts |= {"operator": sign, "target": target, "measure_unit": unit}
    if share := _SHARE.fullmatch(texts.get("deviation_reason") or ""):
        texts |= {"share": share[1], "converted": share[2], "deviation_reason": None}
    if "grade" in meant:  # the points stand one column further to the right in the transcript
        texts |= {
            "weight": texts["actual"],
            "self_score": texts["weight"].strip("()"),
            "grade": texts["self_score"],
        }
    return {key: typed(text) for key, text in texts.items()}


def line(made: Drawn, cell: str) -> str:
    """The line of a form in which a cell stands: 指标 3, 资金 1, 总分 or 表."""
    digits = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    row = int(digits) - 1 if digits else -1
    for word, lines in (("指标", made.indicators), ("资金", made.funds)):
        for number, one in enumerate(lines, 1):
            if one.row == row:
                return f"{word} {number}"
    return "总分" if row == made.total_row >= 0 else "表"


def judged(number: str, known: Layouts, folder: Path) -> Judged:
    """One form drawn, read, checked and judged."""
    made = drawn(number)
    place = shape(number)["place"]
    received = reading_quality.read(made, known, folder)
    found = reading_quality.findings(received, place)
    verdict = reading_quality.judged(made, received, found, known, folder)
    concerned = {each for row in anomalies() if row["form"] == number for each in row["lines"].split("、")}
    names = [f"指标 {n + 1}" for n in range(len(made.indicators))] + [
        f"资金 {n + 1}" for n in range(len(made.funds))
    ]
    clean = [name for name in names if name not in concerned]
    return Judged(verdict, tuple((one, line(made, one.place.cell)) for one in found), len(clean))


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of judgements."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def anomalies() -> list[dict[str, str]]:
    """The anomalies that a rule covers."""
    return table("published_anomalies.csv")


def all_judged() -> dict[str, Judged]:
    """Every form, judged."""
    known = layouts.read(reading_quality.ROOT)
    with TemporaryDirectory() as folder:
        return {number: judged(number, known, Path(folder)) for number in facts()}


def readings(forms: Mapping[str, Judged]) -> str:
    """The table of verdicts on lines, as text."""
    words = {"rows": "指标", "funds": "资金"}
    rows = [
        (number, f"{words[of]} {at}", mark, what)
        for number, one in forms.items()
        for of, at, mark, what in one.verdict.lines
    ]
    return _csv(("form", "line", "verdict", "wrong"), rows)


def verdicts(forms: Mapping[str, Judged]) -> Iterator[tuple[str, str, str, str, str]]:
    """Each error and warning: the form, the line, the rule, its severity and the verdict."""
    known = {
        (row["form"], row["line"], row["rule"]): row["verdict"] for row in table("published_judgements.csv")
    }
    for number, one in forms.items():
        for finding, where in one.findings:
            if finding.severity in ("E", "W"):
                verdict = known.get((number, where, finding.rule), FALSE)
                yield number, where, finding.rule, str(finding.severity), verdict


def _csv(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return text.getvalue()


def findings(forms: Mapping[str, Judged]) -> str:
    """The table of verdicts on findings, as text; findings that are the same come once, with their number."""
    counted = Counter(verdicts(forms))
    rows = [(*key, str(count)) for key, count in counted.items()]
    return _csv(("form", "line", "rule", "severity", "verdict", "times"), rows)


def missed(forms: Mapping[str, Judged]) -> list[dict[str, str]]:
    """The anomalies of which no rule tells in any of their lines."""
    there = {
        (number, finding.rule, where) for number, one in forms.items() for finding, where in one.findings
    }
    return [
        row
        for row in anomalies()
        if not any(
            (row["form"], rule, where) in there
            for rule in row["rules"].split()
            for where in row["lines"].split("、")
        )
    ]


def sums(forms: Mapping[str, Judged]) -> Iterator[str]:
    """What it comes to."""
    whole = Verdict()
    for one in forms.values():
        whole.add(one.verdict)
    for word, counts in (("指标行", whole.rows), ("资金行", whole.funds), ("表头等", whole.fields)):
        yield f"{word}：读对 {counts[RIGHT]}，告知 {counts[TOLD]}，暗错 {counts[SILENT]}"
    clean = sum(one.clean for one in forms.values())
    false = [row for row in verdicts(forms) if row[4] == FALSE]
    errors = [row for row in false if row[3] == "E"]
    lost = missed(forms)
    each = f"每行 {len(false) / clean:.2f}（E {len(errors) / clean:.2f}）"
    yield f"误报：{len(false)} 条（其中 E {len(errors)} 条），无异常的行 {clean} 行，{each}"
    names = "、".join(f"{row['form']}#{row['number']}" for row in lost)
    yield f"规则管的异常 {len(anomalies())} 条，没有找到 {len(lost)} 条：{names}"
    yield "误报最多：" + "、".join(
        f"{rule}×{n}" for rule, n in Counter(row[2] for row in false).most_common(12)
    )


def main() -> None:
    """Print the sums, or write the tables or the workbooks."""
    if "--draw" in sys.argv:
        for number in facts():
            drawn(number).book.save(Path(sys.argv[-1]) / f"{number}.xlsx")
        return
    forms = all_judged()
    if "--write" in sys.argv:
        for name, text in (("readings", readings(forms)), ("findings", findings(forms))):
            (DATA / f"published_{name}.csv").write_text(text, encoding="utf-8")
    for each in sums(forms):
        print(each)


if __name__ == "__main__":
    main()
