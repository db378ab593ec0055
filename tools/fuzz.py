"""Change inputs at random and see whether every one is read, or refused in a line: `make fuzz`.

The inputs are the kit's own: issued forms as .xlsx, the same form as .xls, CSV, ods, web page, MHTML, XML of 2003 and
encrypted, the tables of a year, parameters, scoring rules, layouts, settings of checks, published figures, a theme, and a
manifest. Each is changed in one to a few places (bytes, words, cells, lines, parts of a package), then goes the way that a
command would take it. Told are errors that are not the kit's own, lines that are none, more than SLOW seconds and more
than LARGE megabytes; each such input is kept in build/fuzz/ with the words that read it again. The same seed gives the
same inputs.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from jixiao.archive import manifest, verify
from jixiao.checks import catalogue, settings
from jixiao.exchange.importing import receive
from jixiao.exchange.issuing import issue
from jixiao.exchange.returning import return_files, return_sheet
from jixiao.figures import compare, evaluate
from jixiao.forms.files import opening
from jixiao.forms.layouts import layouts
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.kit.errors import JixiaoError
from jixiao.press.paper import themes
from jixiao.rules import explain, policy
from jixiao.year import params, table_files, tables
from raw_compounds import book as xls_book
from raw_encrypted import encrypted, encrypted_xls
from text_sheets import FORM, PAPER

SLOW = 10  # seconds of the processor
LARGE = 1_000  # megabytes
STUCK = 6 * SLOW  # seconds after which a process is killed that not even its own alarm stops
KEPT = ROOT / "build" / "fuzz"
SUBJECTS = 6  # of the year, so that an evaluation takes a fraction of a second
TABLES = (
    "units", "subjects", "indicators", "scores", "key_projects", "target_reviews", "target_conclusions", "rules_issued", "monitoring",
    "applications", "disclosures",
)  # fmt: skip
DAY = dt.date(2022, 3, 1)
# What people, programs and attackers write where something else is expected
HOSTILE = (
    "", " ", "0", "-1", "-0", "1e999", "1E400", "1e-400", "NaN", "inf", "-Infinity", "9" * 15, "9" * 16, "9" * 30, "9" * 48,
    "9" * 500, "9" * 5000, "0." + "0" * 30 + "1", "0." + "3" * 60, "1" * 15 + "." + "7" * 20, "1_000", "1,000", "0x1F", "0123",
    "12.5.6", "１２．５", "½", "²", "٣", "十二", "百分之五", "95%以上", "≥", "≥≤5", "<=" * 40, "3-5", "5~3", "100%完成", "±2%",
    "2022-13-45", "0000-00-00", "9999-12-31", "2022年2月30日", "1900-02-29", "45000", "99999999", "2958466", "TRUE", "null",
    "true", "~", "[]", "{}", "[[[[[[", "{a: [b, {c: d}]}", "- x", "a: b", "? x", "&a x", "*a", "!!python/object:os.system x",
    "'", '"', "\\", "|", ">", "#", "%", "\t", "\n", "\r", "\x00", "\ufeff", "\u200b", "\u202e", "\u2066", "\x1b[31m", "\x85",
    "\ud800", '"\\ud800"', '"\\0"', '"\\Uffffffff"', "_xD800_", "_x0000_", "&#0;", "&#xD800;", "&x;", "]]>", "<a", "=1+1",
    "=cmd|'/c calc'!A0", "@SUM(A1)", "../../etc/passwd", "C:\\x", "con", "字" * 300, "长" * 33_000, "x" * 140_000, "(" * 400,
    "〔" * 200, "、" * 300, "A1:XFD1048576", "XFE1", "A0", "1048577", "-2147483649", "4294967296", "s", "str", "d", "e",
    "一级指标", "三级指标", "年度指标值", "分值", "项目名称", "单位：", "总分", "小计", "注：", "2020-10", "mof-2020-10",
    "other-policy", "P001", "D001", "U001",
)  # fmt: skip
WORDS = re.compile(r"[\w.\-≥≤=%]+|\"[^\"\n]*\"")
NUMBERS = (0, 1, 2, 7, 8, 9, 10, 31, 32, 63, 127, 128, 255)


@dataclass(frozen=True)
class Case:
    """A kind of input: its name, genuine ones, how they are changed, and what reads them."""

    name: str
    genuine: tuple[bytes, ...]
    change: Callable[[random.Random, bytes], bytes]
    read: Callable[[bytes], object]


def flipped(draw: random.Random, content: bytes) -> bytes:
    """Bytes replaced, taken out, doubled, cut off, or written over with other bytes of the same input."""
    made = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8))):
        if not made:
            return bytes(made)
        at = draw.randrange(len(made))
        how = draw.random()
        if how < 0.4:
            made[at] = draw.choice(NUMBERS) if draw.random() < 0.5 else draw.randrange(256)
        elif how < 0.55:
            made[at : at + draw.choice((2, 4, 8))] = draw.choice(
                (b"\xff" * 4, b"\xff\xff\xff\x7f", bytes(4), b"\0\0\xf0\x7f", b"\xff" * 8)
            )
        elif how < 0.7:
            del made[at : at + draw.randrange(1, 1 + draw.choice((2, 40, 2000)))]
        elif how < 0.85:
            made[at:at] = made[max(0, at - draw.choice((4, 40, 400))) : at] * draw.choice((1, 1, 2, 50))
        elif how < 0.95:
            start = draw.randrange(len(made))
            piece = made[start : start + draw.randrange(1, 64)]
            made[at : at + len(piece)] = piece
        else:
            del made[at:]
    return bytes(made)


def encoded(text: str) -> bytes:
    """A text as a file may have it, halves of pairs too, which a damaged file has."""
    return text.encode("utf-8", "surrogatepass")


def reworded(draw: random.Random, content: bytes) -> bytes:
    """Words replaced by hostile ones or by each other, lines taken out, doubled, moved or indented; sometimes bytes."""
    if draw.random() < 0.15:
        return flipped(draw, content)
    text = content.decode("utf-8", "replace")
    for _ in range(draw.choice((1, 1, 2, 3))):
        lines = text.split("\n")
        words = list(WORDS.finditer(text))
        at = draw.randrange(len(lines))
        how = draw.random()
        if how < 0.6 and words:
            word = draw.choice(words)
            other = draw.choice(words)[0] if draw.random() < 0.25 else draw.choice(HOSTILE)
            text = text[: word.start()] + other + text[word.end() :]
        elif how < 0.7:
            text = "\n".join(lines[:at] + lines[at + draw.randrange(1, 4) :])
        elif how < 0.8:
            text = "\n".join(lines[:at] + [lines[at]] * draw.choice((2, 2, 3, 200)) + lines[at + 1 :])
        elif how < 0.87:
            lines[at] = "  " * draw.randrange(3) + lines[at].strip()
            text = "\n".join(lines)
        elif how < 0.93:
            other_at = draw.randrange(len(lines))
            lines[at], lines[other_at] = lines[other_at], lines[at]
            text = "\n".join(lines)
        else:
            place = draw.randrange(len(text) + 1)
            text = text[:place] + draw.choice(HOSTILE) + text[place:]
    return encoded(text)


def recelled(draw: random.Random, content: bytes) -> bytes:
    """Cells of a CSV file replaced, rows and columns taken out or doubled, or anything that happens to texts."""
    if draw.random() < 0.3:
        return reworded(draw, content)
    rows = list(csv.reader(io.StringIO(content.decode())))
    for _ in range(draw.choice((1, 1, 2, 4))):
        recut(draw, rows)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", escapechar="\\").writerows(rows)
    made = encoded(out.getvalue())
    return made.decode().encode("gb18030") if draw.random() < 0.05 and b"\xed" not in made else made


def recut(draw: random.Random, rows: list[list[str]]) -> None:
    """Replace a cell, or take out or double a row or a column, in place."""
    at = draw.randrange(len(rows))
    column = draw.randrange(len(rows[at])) if rows[at] else 0
    how = draw.random()
    if how < 0.7 and rows[at]:
        rows[at][column] = (
            draw.choice(HOSTILE) if draw.random() < 0.8 else draw.choice(draw.choice(rows) or [""])
        )
    elif how < 0.8:
        rows.insert(at, list(draw.choice(rows)))
    elif how < 0.86 and len(rows) > 1:
        del rows[at]
    elif how < 0.92:
        for row in rows:
            del row[column : column + 1]
    else:
        for row in rows:
            row.insert(column, draw.choice(HOSTILE) if draw.random() < 0.02 else "")


def repacked(draw: random.Random, content: bytes) -> bytes:
    """A part of a package changed as a text, taken out, named otherwise or swapped; or the bytes of the whole package."""
    if draw.random() < 0.25:
        return flipped(draw, content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    for _ in range(draw.choice((1, 1, 2))):
        likely = [
            n for n, (name, _) in enumerate(parts) if "sheet" in name or "trings" in name or "styles" in name
        ]
        at = draw.choice(likely or [0]) if draw.random() < 0.7 else draw.randrange(len(parts))
        name, body = parts[at]
        how = draw.random()
        if how < 0.85:
            parts[at] = name, retagged(draw, body)
        elif how < 0.9 and len(parts) > 1:
            del parts[at]
        elif how < 0.95:
            parts[at] = re.sub("[\\x00\ud800]", "x", draw.choice(HOSTILE)[:200]) or "x", body
        else:
            parts[at] = name, draw.choice(parts)[1]
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # two parts of one name
        for name, body in parts:
            archive.writestr(name, body)
    return made.getvalue()


_VALUE = re.compile(rb'(?<==")[^"]*(?=")|(?<=>)[^<]+(?=<)')
_TAG = re.compile(rb"<[^>]*>")


def retagged(draw: random.Random, xml: bytes) -> bytes:
    """XML with values of attributes and texts replaced, elements taken out or doubled; sometimes bytes."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        how = draw.random()
        found = list((_VALUE if how < 0.7 else _TAG).finditer(xml))
        if how >= 0.9 or not found:
            xml = flipped(draw, xml)
            continue
        one = draw.choice(found)
        if how < 0.7:
            text = (
                draw.choice(HOSTILE)
                if draw.random() < 0.7
                else draw.choice(found)[0].decode("utf-8", "replace")
            )
            raw = encoded(text)
            if draw.random() < 0.9:
                raw = raw.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b'"', b"&quot;")
            xml = xml[: one.start()] + raw + xml[one.end() :]
        elif how < 0.8:
            xml = xml[: one.start()] + xml[one.end() :]
        else:
            piece = xml[one.start() : one.start() + draw.choice((len(one[0]), 100, 1000))]
            xml = xml[: one.start()] + piece * draw.choice((2, 2, 3, 300)) + xml[one.start() :]
    return xml


def small_year(root: Path) -> Path:
    """A kit with the first subjects of 2022 of each kind and all that belongs to them."""
    for part in ("params", "notebooks"):
        shutil.copytree(ROOT / part, root / part)
    folder = root / "data" / "2022"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "data/2022/published.yml", folder)
    theme = (ROOT / "lib/jixiao/press/paper/themes/gongwen.yml").read_text("utf-8")
    stated = [line for line in theme.splitlines() if "null" not in line]
    (root / "params/theme.yml").write_text("\n".join(["based_on: gongwen", *stated]), "utf-8")

    def rows(name: str) -> list[dict[str, str]]:
        with (ROOT / f"data/2022/{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    subjects = rows("subjects")
    kept = {s["subject_id"] for s in [*subjects[: SUBJECTS // 2], *subjects[-SUBJECTS // 2 :]]}
    units = {s["unit_id"] for s in subjects if s["subject_id"] in kept}
    units |= {unit["department_id"] for unit in rows("units") if unit["unit_id"] in units}
    for name in TABLES:
        whole = rows(name)
        fine = [
            r
            for r in whole
            if r.get("subject_id", "") in {*kept, ""} and r.get("unit_id", "") in {*units, ""}
        ]
        fine = [r for r in fine if r.get("department_id", "") in {*units, ""}][:60]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(whole[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(fine)
    return root


@cache
def year() -> Path:
    """The small year, made once in each process."""
    return small_year(Path(tempfile.mkdtemp(prefix="jixiao-fuzz-")))


class Linked:
    """The small year with one file in another state; what was read of other states is not remembered for it."""

    def __init__(self, name: str, content: bytes) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="jixiao-fuzz-"))
        for path in year().rglob("*"):
            there = self.root / path.relative_to(year())
            if path.is_dir():
                there.mkdir(exist_ok=True)
            elif there != self.root / name:
                os.link(path, there)
        (self.root / name).write_bytes(content)

    def __enter__(self) -> Path:
        return self.root

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.root)


@cache
def surroundings() -> tuple[Any, Any, Any]:
    """Layouts, scoring rules and settings of checks as they are."""
    rules = policy.on_date(ROOT, "mof-2020-10", DAY)
    return layouts.read(ROOT), rules, settings.in_force(ROOT, rules)


def in_turn(content: bytes, among: int) -> bool:
    """Whether this input is one of each so many that go the whole way, which takes longest."""
    return zlib.crc32(content) % among == 0


def read_form(content: bytes) -> object:
    """A received file up to its records; one in six up to its return sheet, one in six up to what `import` would write."""
    known, rules, limits = surroundings()
    workbook = opening.workbook(content, "表.xlsx")
    found = reading.forms_of(workbook, known)
    records = from_forms.records(found.forms)
    if not in_turn(content, 3):
        return [str(one.place) + one.found for one in records.remarks]
    if in_turn(content, 2):
        return imported(content)
    findings = catalogue.find(records, rules, limits, None)
    lines = [str(one) for one in findings]
    head = return_sheet.Head("单位", "财政局", DAY)
    return_sheet.workbook(workbook.sheets, findings, head)
    return lines


def imported(content: bytes) -> list[str]:
    """What `import` would say and write of a received file, up to its commit."""
    values = params.of_year(year(), 2022)
    with tempfile.TemporaryDirectory(prefix="jixiao-fuzz-") as folder:
        path = Path(folder) / "表.xlsx"
        path.write_bytes(content)
        asked = receive.Asked(year(), (path,), values, values.policy)
        delivery = receive.prepared(asked, DAY, lambda *_: None)
        sheets = [name for name, _ in return_files.of_delivery(delivery, Path(folder), values, DAY, DAY)]
        texts = [table_files.csv_text(frame) for frame in delivery.tables.values()]
        return [*map(str, delivery.reading.findings), *sheets, *texts]


def read_year(name: str) -> Callable[[bytes], object]:
    """What reads a file of the kit called `name`; one in three goes on to all that a report computes and checks find."""

    def read(content: bytes) -> object:
        with Linked(name, content) as root:
            values = params.of_year(root, 2022)
            tables.read(root, values.data_folder)
            compare.published(root, values)
            settings.in_force(root, policy.in_force(root, values.policy, values.evaluated_year))
            if not in_turn(content, 3):
                return []
            found = evaluate.evaluate(root, values)
            lines = [*map(str, found.findings), *map(str, found.differences)]
            return lines + [str(figure) for figure in found.figures.values()]

    return read


def read_policy(content: bytes) -> object:
    """Scoring rules in force, what they say of a few questions, and a year scored by them."""
    from decimal import Decimal

    name = "params/policies/mof-2020-10.yml"
    with Linked(name, content) as root:
        rules = policy.on_date(root, "mof-2020-10", DAY)
        for target, actual in (("≥90%", "85"), ("=100%", "100%"), ("≤5", "6"), ("优", "优"), ("≥5天", "无")):
            explain.indicator(rules, Decimal(8), target, actual, satisfaction=target == "≥90%")
        explain.total(rules, Decimal("87.5"), Decimal("0.93"))
        explain.grade(rules, Decimal("89.995"))
        explain.execution_rate(rules, Decimal(100), Decimal(85), None)
        if not in_turn(content, 4):
            return []
        found = evaluate.evaluate(root, params.of_year(root, 2022))
        return [str(one) for one in found.findings]


def read_theme(content: bytes) -> object:
    """The look of printed documents, as the Typst template reads it."""
    with Linked("params/theme.yml", content) as root:
        theme = themes.of(root)
        return [theme.as_json(theme.families()), str(theme.em("body"))]


def read_layouts(content: bytes) -> object:
    """Layouts, and a form read by them."""
    with Linked("params/forms/mof-2020-10.yml", content) as root:
        return reading.forms_of(opening.workbook(form_csv(FORM), "表.csv"), layouts.read(root))


def read_manifest(content: bytes) -> object:
    """A folder that somebody sent, with its manifest."""
    with tempfile.TemporaryDirectory(prefix="jixiao-fuzz-") as folder:
        (Path(folder) / "a.txt").write_bytes(b"a")
        try:
            told = json.loads(content)
            content = manifest.sealed(told)  # one who changes it can seal it again
        except (ValueError, AttributeError, RecursionError, TypeError):
            pass
        (Path(folder) / manifest.NAME).write_bytes(content)
        return verify.of_folder(Path(folder)).as_json()


def form_csv(lines: str) -> bytes:
    """A form drawn as text as a CSV file."""
    cells = [
        ["" if c.strip() in "<^" else c.strip() for c in line.split("|")]
        for line in lines.strip().splitlines()
    ]
    out = io.StringIO()
    csv.writer(out).writerows(cells)
    return out.getvalue().encode()


def form_xls(lines: str) -> bytes:
    """The same as an .xls file."""
    from struct import pack

    records = []
    for row, line in enumerate(lines.strip().splitlines()):
        for column, cell in enumerate(line.split("|")):
            text = cell.strip().strip("<^")
            if re.fullmatch(r"\d+(\.\d+)?", text):
                records.append((0x203, pack("<HHHd", row, column, 0, float(text))))
            elif text:
                body = text.encode("utf-16-le")
                records.append((0x204, pack("<HHHHB", row, column, 0, len(body) // 2, 1) + body))
    records.append((0xE5, pack("<H4H", 1, 0, 0, 0, 8)))
    return xls_book(cells=tuple(records))


def form_page(lines: str) -> bytes:
    """The same as a web page."""
    rows = (
        "".join(
            f"<td colspan=1 rowspan='1'>{escape(cell.strip().strip('<^'))}</td>" for cell in line.split("|")
        )
        for line in lines.strip().splitlines()
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<html><meta charset='utf-8'><body><p>表</p><table border=1>{body}</table></body></html>".encode()


def form_mhtml(lines: str) -> bytes:
    """The same as a web page in one file."""
    import base64

    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="--=_x"\n\n----=_x\nContent-Location: sheet001.htm'
    kind = 'Content-Transfer-Encoding: base64\nContent-Type: text/html; charset="utf-8"'
    return f"{head}\n{kind}\n\n".encode() + base64.encodebytes(form_page(lines)) + b"\n----=_x--\n"


def form_flat(lines: str) -> bytes:
    """The same as a workbook in one XML file."""
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    body = ""
    for row, line in enumerate(lines.strip().splitlines(), 1):
        body += f'<Row ss:Index="{row}">'
        for cell in line.split("|"):
            kind = "Number" if re.fullmatch(r"\d+(\.\d+)?", cell.strip()) else "String"
            data = escape(cell.strip().strip("<^"))
            body += f'<Cell ss:MergeAcross="0" ss:StyleID="a"><Data ss:Type="{kind}">{data}</Data></Cell>'
        body += "</Row>"
    style = '<Styles><Style ss:ID="a"><NumberFormat ss:Format="0.00"/></Style></Styles>'
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">{style}<Worksheet ss:Name="表"><Table>{body}</Table>'
        "</Worksheet></Workbook>"
    ).encode()


def form_ods(lines: str) -> bytes:
    """The same as an ods file."""
    body = ""
    for line in lines.strip().splitlines():
        body += '<table:table-row table:number-rows-repeated="1">'
        for cell in line.split("|"):
            text = escape(cell.strip().strip("<^"))
            typed = f'float" office:value="{text}' if re.fullmatch(r"\d+(\.\d+)?", text) else "string"
            body += f'<table:table-cell table:number-columns-spanned="1" office:value-type="{typed}"><text:p>{text}</text:p>'
            body += "</table:table-cell>"
        body += "</table:table-row>"
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "table", "text"))
    xml = f'<office:document-content {spaces}><table:table table:name="表">{body}</table:table></office:document-content>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", xml)
    return made.getvalue()


def cases() -> tuple[Case, ...]:
    """All kinds of inputs."""
    values = params.of_year(year(), 2022)
    known = tables.read(year(), "2022")
    rules = policy.in_force(year(), values.policy, 2021)
    issued = tuple(made for _, made in issue.forms(known, values, policy=rules, filled=True))
    own = manifest.sealed(
        {
            "report_year": 2022,
            "publication": "annual_report",
            "files": [{"name": "a.txt", "bytes": 1, "sha256": "0" * 64}],
            "inputs": [],
            "code": {"version": "1", "sha256": "0" * 64},
            "environment": {"system": "", "python": "", "fonts": [], "packages": {}},
        }
    )

    def file(name: str) -> tuple[bytes, ...]:
        return ((year() / name).read_bytes(),)

    csvs = tuple(form_csv(each) for each in (FORM, PAPER, FORM + PAPER))
    xlss = tuple(form_xls(each) for each in (FORM, PAPER))
    yamls = ("params/2022.yml", "params/checks.yml", "data/2022/published.yml")
    return (
        Case("xlsx", issued, repacked, read_form),
        Case("xls", xlss, flipped, read_form),
        Case("csv", csvs, recelled, read_form),
        Case("page", tuple(map(form_page, (FORM, PAPER))), retagged, read_form),
        Case("mhtml", tuple(map(form_mhtml, (FORM, PAPER))), reworded, read_form),
        Case("flat", tuple(map(form_flat, (FORM, PAPER))), retagged, read_form),
        Case("ods", tuple(map(form_ods, (FORM, PAPER))), repacked, read_form),
        Case(
            "encrypted", (encrypted("VelvetSweatshop"), encrypted_xls("VelvetSweatshop")), flipped, read_form
        ),
        *(
            Case(name, file(f"data/2022/{name}.csv"), recelled, read_year(f"data/2022/{name}.csv"))
            for name in TABLES
        ),
        *(Case(Path(name).stem, file(name), reworded, read_year(name)) for name in yamls),
        Case("theme", file("params/theme.yml"), reworded, read_theme),
        Case("policy", file("params/policies/mof-2020-10.yml"), reworded, read_policy),
        Case("layout", file("params/forms/mof-2020-10.yml"), reworded, read_layouts),
        Case("manifest", (own,), reworded, read_manifest),
    )


# How many of a hundred inputs are of a kind; the tables and the other kinds share the rest
SHARES = {
    "xlsx": 28, "xls": 9, "csv": 14, "page": 4, "mhtml": 2, "flat": 4, "ods": 5, "encrypted": 2,
    "policy": 8, "layout": 5, "manifest": 2,
}  # fmt: skip


def input_of(seed: int, number: int, known: tuple[Case, ...]) -> tuple[Case, bytes]:
    """The input with this number under a seed."""
    draw = random.Random(f"{seed}:{number}")
    rest = (100 - sum(SHARES.values())) / (len(known) - len(SHARES))
    case = draw.choices(known, [SHARES.get(one.name, rest) for one in known])[0]
    return case, case.change(draw, draw.choice(case.genuine))


class Slow(BaseException):
    """Raised in a process that has taken SLOW seconds for an input."""


def alarm(*_: object) -> None:
    """Stop what takes too long."""
    raise Slow


def outcome(case: Case, content: bytes) -> tuple[str, str]:
    """What became of an input, in a word, and for what should not be the last lines of the traceback."""
    signal.signal(signal.SIGPROF, alarm)
    signal.setitimer(signal.ITIMER_PROF, SLOW)  # of its own: other programs take their share
    try:
        lines = case.read(content)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for line in lines if isinstance(lines, list) else []:
            line.encode()  # halves of pairs would end the command that prints it
        return "read", ""
    except JixiaoError as error:
        signal.setitimer(signal.ITIMER_PROF, 0)
        lines = [str(fault) for fault in error.faults]
        bad = [line for line in lines if "\n" in line or len(line) > 600 or not line.isprintable()]
        return ("no line", repr(bad or lines)[:600]) if bad or not lines else ("refused", "")
    except Slow:
        return "slow", "".join(traceback.format_exc().splitlines(keepends=True)[-12:])
    except Exception:
        signal.setitimer(signal.ITIMER_PROF, 0)
        return "crash", "".join(traceback.format_exc().splitlines(keepends=True)[-12:])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def work(pipe: Connection, seed: int, numbers: range) -> None:
    """Read the inputs with these numbers one after the other, and say what became of each."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))
    known = cases()
    for number in numbers:
        try:
            case, content = input_of(seed, number, known)
        except Exception:
            pipe.send((number, "fuzz", "crash", traceback.format_exc(), b""))
            continue
        pipe.send((number, case.name, "begun", "", content))
        word, told = outcome(case, content)
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 > LARGE:
            pipe.send((number, case.name, "large", told, content))
            break  # the most memory of a process never falls: what follows is read by a new one
        pipe.send((number, case.name, word, told, content))
    shutil.rmtree(year())
    pipe.close()


@dataclass
class Runner:
    """A process that reads every so many-th input, from one number on."""

    seed: int
    next: int
    step: int
    most: int

    def __post_init__(self) -> None:
        self.pipe, other = multiprocessing.Pipe(duplex=False)
        numbers = range(self.next, self.most, self.step)
        self.process = multiprocessing.Process(target=work, args=(other, self.seed, numbers), daemon=True)
        self.process.start()
        other.close()
        self.begun: tuple[int, str, bytes] | None = None
        self.heard = time.monotonic()


def told(runner: Runner) -> Iterator[tuple[int, str, str, str, bytes]]:
    """What a process has said since last time; that it is stuck or was killed counts as the outcome of its input."""
    try:
        while runner.pipe.poll(0.05):
            number, name, word, lines, content = runner.pipe.recv()
            runner.heard = time.monotonic()
            if word == "begun":
                runner.begun = number, name, content
            else:
                runner.begun = None
                runner.next = number + runner.step
                yield number, name, word, lines, content
    except EOFError:
        runner.process.join(5)
    if runner.begun and (not runner.process.is_alive() or time.monotonic() - runner.heard > STUCK):
        number, name, content = runner.begun
        word = "slow" if runner.process.is_alive() else "killed"
        runner.process.kill()
        runner.process.join()
        runner.next = number + runner.step
        runner.begun = None
        yield number, name, word, "", content


def run(seed: int, seconds: float, most: int, jobs: int) -> int:
    """Read inputs until the time is up; print what became of them, and give the number that should not be."""
    print(f"种子 {seed}；同一种子得到同样的输入", flush=True)
    end = time.monotonic() + seconds
    runners = [Runner(seed, job, jobs, most) for job in range(jobs)]
    counts: Counter[tuple[str, str]] = Counter()
    wrong = 0
    seen: set[str] = set()
    while time.monotonic() < end and any(runner.next < most for runner in runners):
        for at, runner in enumerate(runners):
            for number, name, word, lines, content in told(runner):
                counts[name, word] += 1
                if word not in ("read", "refused"):
                    wrong += 1
                    _keep(seed, number, name, word, lines, content, seen)
            if not runner.process.is_alive() and runner.next < most:
                runners[at] = Runner(seed, runner.next, jobs, most)
    for runner in runners:
        runner.process.kill()
        runner.process.join()
    _summary(counts)
    return wrong


def _keep(seed: int, number: int, name: str, word: str, lines: str, content: bytes, seen: set[str]) -> None:
    """Keep an input that should not be, and print how to read it again; of equal errors the first."""
    places = re.findall(r'File ".*?([\w-]+/[\w-]+\.py)", line (\d+)', lines)
    key = f"{word} {places[-3:]} {lines.splitlines()[-1][:40] if lines else name}"
    if key in seen:
        return
    seen.add(key)
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{name}-{seed}-{number}"
    path.write_bytes(content)
    print(
        f"{word}：{path.relative_to(ROOT)}（重现：python tools/fuzz.py --kind {name} --case {path.relative_to(ROOT)}）"
    )
    print(lines, flush=True)


def _summary(counts: Counter[tuple[str, str]]) -> None:
    words = ("read", "refused", "crash", "no line", "slow", "large", "killed")
    names = sorted({name for name, _ in counts})
    print(f"{'':16}" + "".join(f"{word:>9}" for word in words))
    for name in names:
        print(f"{name:16}" + "".join(f"{counts[name, word]:9}" for word in words))
    print(f"{'':16}" + "".join(f"{sum(counts[name, word] for name in names):9}" for word in words))
    print(f"共 {sum(counts.values())} 个输入", flush=True)


def main() -> None:
    """Read the words of the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=10**9, help="inputs at most")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--case", type=Path, help="read one kept input")
    parser.add_argument("--kind", help="the kind of the kept input")
    asked = parser.parse_args()
    if asked.case:
        (case,) = (one for one in cases() if one.name == asked.kind)
        start = time.monotonic()
        word, lines = outcome(case, asked.case.read_bytes())
        print(f"{word}，{time.monotonic() - start:.1f} 秒\n{lines}")
        sys.exit(word not in ("read", "refused"))
    sys.exit(bool(run(asked.seed, asked.seconds, asked.most, asked.jobs)))


if __name__ == "__main__":
    main()
