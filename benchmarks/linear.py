"""What one hostile or very large input costs: seconds and memory, with each size twice the one before.

A ratio near 2 means that the cost grows as the input does; one near 4 that it grows with the square. Each size is a process
of its own. "refused" is the line that a user sees where a limit (lib/jixiao/kit/limits.py) is passed.
    .venv/bin/python benchmarks/linear.py [SERIES …] [--steps 4]
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from jixiao.checks import catalogue, settings
from jixiao.exchange.returning import return_sheet
from jixiao.forms.files import opening
from jixiao.forms.model import address
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.kit import strict_yaml
from jixiao.kit.errors import JixiaoError
from jixiao.rules import policy
from jixiao.year import tables
from raw_compounds import book
from raw_workbooks import package, parts
from text_sheets import FORM, LAYOUTS

LINES = FORM.strip("\n").splitlines()
HEAD, ROW, TOTAL = LINES[10], LINES[11].replace("^", "绩效指标"), LINES[16]
RULES = policy.on_date(ROOT, "mof-2020-10", dt.date(2022, 3, 1))
PAPER = (
    "2022年项目支出绩效自评复核工作底稿\n"
    "预算单位,项目名称,一级,二级,三级,年度指标值,实际完成值,分值,自评得分,复核完成值,复核得分,扣分,复核意见\n"
)


def csv(lines: list[str]) -> bytes:
    """Lines of cells split by | as a CSV file; signs of merged areas become blanks."""
    cells = [[c.strip() for c in line.split("|")] for line in lines]
    return "\n".join(",".join("" if c in "<^" else c for c in row) for row in cells).encode()


def xlsx(rows: list[list[str]], after: str = "") -> bytes:
    """A workbook of one sheet with these texts."""
    xml = "".join(
        "<row>" + "".join(f'<c t="str"><v>{text}</v></c>' for text in row) + "</row>" for row in rows
    )
    return package(parts(xml, around=("", after)))


def form(rows: int) -> list[str]:
    """A form with so many indicators; each has points without a result, so that each is found at fault."""
    faulty = [ROW.replace("清淤长度", f"清淤长度{n}").replace("10公里 |", "|", 1) for n in range(rows)]
    return [*LINES[:11], *faulty, TOTAL]


def read(content: bytes) -> object:
    """The forms in a file."""
    return reading.forms_of(opening.workbook(content, "表"), LAYOUTS)


def checked(content: bytes) -> object:
    """The findings in a file, and its return sheet."""
    workbook = opening.workbook(content, "表")
    records = from_forms.records(reading.forms_of(workbook, LAYOUTS).forms)
    found = catalogue.find(records, RULES, settings.in_force(ROOT, RULES), None)
    head = return_sheet.Head("单位", "财政局", dt.date(2022, 3, 1))
    return return_sheet.workbook(workbook.sheets, found, head)


def table(content: bytes) -> object:
    """The rows of indicators.csv."""
    return tables.validated(tables.parse(content, "indicators.csv"), "indicators", "data/2022")


def yaml(content: bytes) -> object:
    """A parameter file, with its keys held against those that are known."""
    document = strict_yaml.of_bytes(content, "x.yml")
    return list(strict_yaml.key_faults(document, document.value, ("report_year", "policy", "title")))


def paper(rows: int) -> bytes:
    """A reviewers' work paper over two projects whose rows take turns."""
    line = "河道所,项目{},产出指标,数量指标,长度{},≥10公里,10公里,20,20,9,18,2,少了"
    return (PAPER + "\n".join(line.format(n % 2, n // 2 % (rows // 4)) for n in range(rows))).encode()


def indicators(rows: int) -> bytes:
    """indicators.csv of 2022, over and over with new ids."""
    head, *body = (ROOT / "data/2022/indicators.csv").read_text("utf-8").splitlines()
    made = [body[n % len(body)].split(",", 2) for n in range(rows)]
    return "\n".join([head, *(f"{s},X{n},{rest}" for n, (s, _, rest) in enumerate(made))]).encode()


def shared(count: int) -> bytes:
    """A workbook that shares so many short texts, stored so that they compress a hundred times."""
    found = parts("<row><c><v>1</v></c></row>", strings="x")
    xml = f'<sst xmlns="x">{"<si><t>ab</t></si>" * count}</sst>'
    made = package(found | {"xl/sharedStrings.xml": xml})
    padded = io.BytesIO(made)
    with zipfile.ZipFile(padded, "a") as archive:  # as a photo pasted in, which makes the ratio harmless
        archive.writestr("xl/media/1.jpg", bytes(range(256)) * (len(xml) // 256 // 150))
    return padded.getvalue()


def records(rows: int) -> bytes:
    """An .xls file with ten numbers in each row."""
    cells = [(0x203, struct.pack("<HHHd", n // 10, n % 10, 0, n)) for n in range(rows * 10)]
    return book(cells=tuple(cells))


# What grows: the smallest size, the input of a size, and what is done with it
SERIES: dict[str, tuple[int, Callable[[int], bytes], Callable[[bytes], object]]] = {
    "yaml-depth": (5_000, lambda n: b"a: " + b"[" * n, yaml),
    "yaml-repetition": (2_000, lambda n: b"".join(b"key%d: [a, b, c]\n" % i for i in range(n)), yaml),
    "yaml-aliases": (2_000, lambda n: b"a: &a x\n" + b"".join(b"k%d: *a\n" % i for i in range(n)), yaml),
    "table-rows": (12_500, indicators, table),
    "table-faults": (12_500, lambda n: indicators(n).replace("产出".encode(), "产\u200b出".encode()), table),
    "sheet-rows": (12_500, lambda n: xlsx([[f"字{row}"] * 10 for row in range(n)]), read),
    "csv-rows": (12_500, lambda n: ("字," * 10 + "\n").encode() * n, read),
    "xls-rows": (7_500, records, read),
    "form-rows": (12_500, lambda n: csv(form(n)), read),
    "long-cells": (1_000, lambda n: xlsx([["项目名称：" + "长" * n, "注：" + "1" * n] * 20] * 20), read),
    "wide-rows": (
        2_000,
        lambda n: xlsx([["项目名称", "得分"] * (n // 2), ["一级指标"] * n, ["x"] * n]),
        read,
    ),
    "merges-down": (
        10_000,
        lambda n: xlsx([["x"] * 3] * (2 * n), _merges(f"A{2 * i + 1}:C{2 * i + 2}" for i in range(n))),
        read,
    ),
    "merges-across": (
        2_000,
        lambda n: xlsx(
            [["x"] * (2 * n)] * 20,
            _merges(f"{_letters(2 * i)}{r}:{_letters(2 * i + 1)}{r}" for r in range(1, 21) for i in range(n)),
        ),
        read,
    ),
    "heads-alike": (1_200, lambda n: csv([HEAD] * n), read),
    "heads-in-turn": (
        1_200,
        lambda n: csv([HEAD, ROW, HEAD.replace("绩效指标", "指标"), ROW] * (n // 2)),
        read,
    ),
    "forms-in-a-sheet": (300, lambda n: csv([*LINES] * n), read),
    "forms-in-a-file": (
        100,
        lambda n: package(_sheets(n)),
        read,
    ),
    "returns": (2_500, lambda n: csv(form(n)), checked),
    "returns-of-many": (
        150,
        lambda n: csv(
            [
                line.replace("河道清淤", f"河道{i}").replace("P009", f"Q{i}")
                for i in range(n)
                for line in LINES
            ]
        ),
        checked,
    ),
    "review-papers": (2_500, paper, checked),
    "shared-strings": (1_250_000, shared, read),
}


def _merges(areas) -> str:
    return "".join(f'<mergeCell ref="{area}"/>' for area in areas)


def _letters(column: int) -> str:
    return address(0, column)[:-1]


def _sheets(count: int) -> dict[str, str | bytes]:
    """The parts of a workbook with one form in each of its sheets."""
    rows = [[c.strip() for c in line.split("|")] for line in LINES]
    xml = "".join(
        "<row>" + "".join(f'<c t="str"><v>{c.strip("<^ ")}</v></c>' for c in row) + "</row>" for row in rows
    )
    made = parts(xml)
    names = "".join(f'<sheet name="表{n}" sheetId="{n + 1}" r:id="1"/>' for n in range(count))
    listed = made["xl/workbook.xml"]
    assert isinstance(listed, str)
    return made | {"xl/workbook.xml": listed.replace('<sheet name="表" sheetId="1" r:id="1"/>', names)}


def measured(name: str, size: int) -> SimpleNamespace:
    """Seconds, peak memory in MB and outcome of one size, in a process of its own."""
    with tempfile.TemporaryFile() as out:
        subprocess.run([sys.executable, __file__, "--one", name, str(size)], stdout=out, check=True)
        out.seek(0)
        return SimpleNamespace(**json.loads(out.read()))


def one(name: str, size: int) -> None:
    """Print what one size costs as JSON; the input is made in a process of its own, whose memory does not count."""
    with tempfile.NamedTemporaryFile() as file:
        if child := os.fork():
            assert os.waitpid(child, 0)[1] == 0
        else:
            Path(file.name).write_bytes(SERIES[name][1](size))
            os._exit(0)
        content = Path(file.name).read_bytes()
    start = time.process_time()
    try:
        SERIES[name][2](content)
        outcome = "read"
    except JixiaoError as error:
        outcome = f"refused: {str(error).splitlines()[0][:90]}"
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "outcome": outcome, "bytes": len(content)}))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("series", nargs="*")
    arguments.add_argument("--steps", type=int, default=4)
    arguments.add_argument("--one", nargs=2)
    asked = arguments.parse_args()
    if asked.one:
        one(asked.one[0], int(asked.one[1]))
        sys.exit()
    for name in asked.series or SERIES:
        before = None
        for step in range(asked.steps):
            size = SERIES[name][0] << step
            found = measured(name, size)
            ratio = f"{found.seconds / before:5.2f}" if before else "     "
            print(
                f"{name:18}{size:>10}{found.bytes / 1e6:8.2f} MB{found.seconds:8.2f} s  ×{ratio}"
                f"{found.peak:7.0f} MB  {found.outcome}",
                flush=True,
            )
            before = found.seconds
