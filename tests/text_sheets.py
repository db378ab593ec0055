"""Sheets drawn as text, and what is found in them: cells are split by |, < and ^ are merged, a leading ' is text."""

from __future__ import annotations

from pathlib import Path

from jixiao.forms.layouts import layouts
from jixiao.forms.model import Form, Merged, Sheet, Workbook
from jixiao.forms.reading import reading
from jixiao.forms.reading.reading import Found

LAYOUTS = layouts.read(Path(__file__).resolve().parents[1])

FORM = """
项目支出绩效自评表（2022年度） | < | < | < | < | < | < | < | <
项目名称 | 河道清淤 | < | < | < | 项目编码 | P009 | < | <
主管部门 | 水务局 | < | < | < | 实施单位 | 河道所 | < | <
项目资金（万元） | | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
^ | 年度资金总额 | < | 100 | 100 | 90 | 10 | 90% | 9
^ | 其中：当年财政拨款 | < | 100 | 100 | 90 | — | — | —
^ | 上年结转资金 | < | | | | — | | —
^ | 其他资金 | < | | | | — | | —
年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | <
^ | 清淤十公里 | < | < | < | 全部完成 | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
^ | 产出指标 | 数量指标 | 清淤长度 | ≥10公里 | 10公里 | 20 | 20 |
^ | ^ | ^ | 清运土方 | ≥3000立方米 | 3100 | 20 | 20 |
^ | ^ | 质量指标 | 验收合格率 | =100% | 95% | 10 | 9.5 | 一段返工
^ | 效益指标 | 社会效益指标 | 受益居民 | ≥500户 | 520户 | 30 | 30 |
^ | 满意度指标 | 服务对象满意度指标 | 居民满意度 | ≥90% | 93% | 10 | 10 |
总分 | < | < | < | < | < | 100 | 98.5 |
注：定性指标分三档。 | < | < | < | < | < | < | < | <
"""

PAPER = """
2022年项目支出绩效自评复核工作底稿 | < | < | < | < | < | < | < | < | < | < | < | <
预算单位 | 项目名称 | 一级 | 二级 | 三级 | 年度指标值 | 实际完成值 | 分值 | 自评得分 | 复核完成值 | 复核得分 | 扣分 | 复核意见
河道所 | 河道清淤 | 产出指标 | 数量指标 | 清淤长度 | ≥10公里 | 10公里 | 20 | 20 | 9 | 18 | 2 | 资料只有九公里
^ | ^ | ^ | ^ | 清运土方 | ≥3000 | 3100 | 20 | 20 | 3100 | 20 | |
^ | 道路养护 | 产出指标 | 数量指标 | 养护里程 | ≥5公里 | 5公里 | 20 | 20 | 5 | 20 | |
注：复核人 | | | | | | | | | | | |
"""


def sheet(text: str, file: str = "表.xlsx", name: str = "自评表") -> Sheet:
    """The sheet drawn in `text`."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]
    width = max(map(len, lines))
    cells = [[*line, *[""] * (width - len(line))] for line in lines]
    textual = {(r, c) for r, line in enumerate(cells) for c, cell in enumerate(line) if cell.startswith("'")}
    rows = tuple(tuple("" if cell in "<^" else cell.removeprefix("'") for cell in line) for line in cells)
    merged = tuple(area for r in range(len(cells)) for c in range(width) if (area := _area(cells, r, c)))
    return Sheet(file, name, rows, merged, textual=frozenset(textual))


def _area(cells: list[list[str]], top: int, left: int) -> Merged | None:
    if cells[top][left] in ("<", "^"):
        return None
    bottom, right = top, left
    while bottom + 1 < len(cells) and cells[bottom + 1][left] == "^":
        bottom += 1
    while right + 1 < len(cells[top]) and cells[top][right + 1] == "<":
        right += 1
    return Merged(top, left, bottom, right) if (bottom, right) != (top, left) else None


def workbook(*sheets: Sheet, file: str = "表.xlsx") -> Workbook:
    """The sheets as one file."""
    return Workbook(file, sheets)


def found(text: str, file: str = "表.xlsx") -> Found:
    """What is found in one sheet."""
    return reading.forms_of(workbook(sheet(text, file), file=file), LAYOUTS)


def one(text: str, file: str = "表.xlsx") -> Form:
    """The only form of a sheet."""
    (form,) = found(text, file).forms
    return form


def fields(form: Form) -> dict[str, str]:
    """Its single values."""
    return {name: value.text for name, value in form.fields.items()}


def column(form: Form, name: str) -> list[str]:
    """One column of its indicators."""
    return [row[name].text for row in form.indicators]


def remarks(form: Form) -> list[tuple[str, str]]:
    """Rule and cell of what was noticed."""
    return [(remark.rule, remark.place.cell) for remark in form.remarks]


def changed(*pairs: tuple[str, str]) -> str:
    """The usual form with texts replaced."""
    text = FORM
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def forms(*texts: str) -> list[Form]:
    """The forms of several files."""
    books = [Workbook(f"{n}.xlsx", (sheet(text, f"{n}.xlsx"),)) for n, text in enumerate(texts, 1)]
    return [form for book in books for form in reading.forms_of(book, LAYOUTS).forms]
