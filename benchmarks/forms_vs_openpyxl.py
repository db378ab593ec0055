"""Forms read per second by jixiao against a plain openpyxl loop over every cell of the same files, in turn, in one run.

jixiao opens the files safely and finds the forms in them; openpyxl only loads and walks the cells, on one core.
The most memory that the reading processes hold together is measured over 500 and over 5,000 forms (Linux):
    .venv/bin/python benchmarks/forms_vs_openpyxl.py [--forms 500] [--rounds 5] [--sizes 500 5000]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
import xlsxwriter

from jixiao.forms.layouts import layouts
from jixiao.forms.reading import batch

ROOT = Path(__file__).resolve().parents[1]
LEVELS = {
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
HEADS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
)
FUNDS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")


def write_form(path: Path, draw: random.Random) -> None:
    """One filled form in the ministry's layout: 25 rows, 8 columns, merged, bordered, with a percent and formulas."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("绩效自评表")
        box = book.add_format(
            {"border": 1, "text_wrap": True, "font_name": "宋体", "font_size": 10, "align": "center"}
        )
        title = book.add_format({"bold": True, "font_name": "黑体", "font_size": 16, "align": "center"})
        share = book.add_format({"border": 1, "num_format": "0.00%"})
        sheet.set_column(0, 7, 13)
        sheet.merge_range(0, 0, 0, 7, "项目支出绩效自评表", title)
        sheet.merge_range(1, 0, 1, 7, "（2021年度）", box)
        sheet.write(2, 0, "项目名称", box)
        sheet.merge_range(2, 1, 2, 7, f"城区道路养护项目{draw.randrange(10_000)}", box)
        _money(sheet, draw, box, share)
        _goals(sheet, box)
        _indicators(sheet, draw, box)


def _money(sheet, draw: random.Random, box, share) -> None:
    budget = draw.randrange(10_000, 900_000) / 100
    executed = round(budget * draw.uniform(0.7, 1), 2)
    sheet.merge_range(3, 0, 5, 0, "项目资金（万元）", box)
    for column, head in enumerate(FUNDS, 2):
        sheet.write(3, column, head, box)
    for row, item in ((4, "年度资金总额"), (5, "当年财政拨款")):
        for column, value in enumerate((item, budget, budget, executed, 10), 1):
            sheet.write(row, column, value, box)
        sheet.write_formula(row, 6, f"=E{row + 1}/D{row + 1}", share, executed / budget)
        sheet.write_formula(row, 7, f"=F{row + 1}*G{row + 1}", box, 10 * executed / budget)


def _goals(sheet, box) -> None:
    sheet.merge_range(6, 0, 7, 0, "年度总体目标", box)
    for left, head, text in ((1, "预期目标", "完成全年养护任务，路况良好"), (5, "实际完成情况", "全部完成")):
        sheet.merge_range(6, left, 6, left + (3 if left == 1 else 2), head, box)
        sheet.merge_range(7, left, 7, left + (3 if left == 1 else 2), text * 3, box)


def _indicators(sheet, draw: random.Random, box) -> None:
    for column, head in enumerate(HEADS):
        sheet.write(8, column, head, box)
    row = 9
    for level1, names in LEVELS.items():
        first = row
        for level2 in names:
            for number in range(2 if level1 == "产出指标" and level2 != "成本指标" else 1):
                target = draw.randint(10, 5000)
                texts = ("", level2, f"{level2}之{number + 1}", f"≥{target}", target, 7.5, 7.5, "无")
                for column, value in enumerate(texts):
                    sheet.write(row, column, value, box)
                row += 1
        if row - first > 1:
            sheet.merge_range(first, 0, row - 1, 0, level1, box)
        else:
            sheet.write(first, 0, level1, box)
    sheet.merge_range(row, 0, row, 4, "总分", box)
    sheet.write_formula(row, 5, f"=SUM(F10:F{row})+10", box, 100)
    sheet.write_formula(row, 6, f"=SUM(G10:G{row})+H5", box, 98.5)
    sheet.merge_range(row + 1, 0, row + 1, 7, "填表人：某某　联系电话：00000000", box)


def ours(folder: Path) -> int:
    """The forms that jixiao finds, on all cores."""
    known = layouts.read(ROOT)
    return sum(len(received.forms) for received in batch.read(batch.files([folder]).files, known))


def theirs(folder: Path) -> int:
    """The files whose every cell openpyxl has shown."""
    paths = sorted(folder.iterdir())
    for path in paths:
        for sheet in openpyxl.load_workbook(path, data_only=True):
            for row in sheet.iter_rows():
                for cell in row:
                    _ = cell.value
    return len(paths)


def seconds(work, folder: Path, expected: int) -> float:
    """Wall time of reading all forms of a folder."""
    start = time.perf_counter()
    assert work(folder) == expected
    return time.perf_counter() - start


def peak(folder: Path) -> float:
    """The most memory (MiB) that a process reading the folder and its children hold at one time."""
    command = [sys.executable, __file__, "--only-read", str(folder)]
    process, most = subprocess.Popen(command), 0
    while process.poll() is None:
        most = max(most, sum(map(held, family(process.pid))))
        time.sleep(0.05)
    assert process.returncode == 0
    return most / 1024


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def held(pid: int) -> int:
    """KiB that a process holds, its share of what it has in common with others; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def copies(source: Path, folder: Path, count: int) -> Path:
    """A folder of `count` forms: those of `source` again and again."""
    folder.mkdir()
    paths = sorted(source.iterdir())
    for number in range(count):
        shutil.copyfile(paths[number % len(paths)], folder / f"{number:05}.xlsx")
    return folder


def main() -> None:
    """Print one JSON document with speeds, their ratio and memory by number of forms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="*", default=[500, 5000])
    parser.add_argument("--only-read", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only_read:
        ours(arguments.only_read)
        return
    draw = random.Random(7)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "forms")
        folder.mkdir()
        for number in range(arguments.forms):
            write_form(folder / f"{number:05}.xlsx", draw)
        pairs = [
            (seconds(ours, folder, arguments.forms), seconds(theirs, folder, arguments.forms))
            for _ in range(arguments.rounds)
        ]
        memory = {n: round(peak(copies(folder, Path(scratch, str(n)), n)), 1) for n in arguments.sizes}
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratios = sorted(b / a for a, b in pairs)
    result = {
        "forms": arguments.forms,
        "rounds": arguments.rounds,
        "cores": len(os.sched_getaffinity(0)),
        "forms_per_second": {
            "jixiao": round(arguments.forms / mine),
            "openpyxl": round(arguments.forms / other),
        },
        "jixiao_against_openpyxl": round(other / mine, 2),
        "ratio_lowest_highest": [round(ratios[0], 2), round(ratios[-1], 2)],
        "peak_MiB_of_all_processes_by_forms": memory,
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
