"""A realistic executed notebook, built by hand along the border between the notebook and the press."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from html import escape

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

REPORT = "application/vnd.jixiao.report+json"
TABLE = "application/vnd.jixiao.table+json"
CHART = "application/vnd.jixiao.chart+json"
FIGURES = "application/vnd.jixiao.figures+json"

TITLE = "柳州市城中区2022年预算绩效管理工作开展情况"
ORIGIN_NOTE = "单位明细数据为据已公布统计数重建的示例数据，不是真实单位的评价结果。"
PROSE = (
    "<p>2022年，共有<data value='85' data-key='evaluation.departments.reporting'>85</data>个预算单位开展"
    "部门整体支出绩效自评，<data value='30' data-key='evaluation.projects.reporting'>30</data>个项目开展"
    "项目支出绩效自评，涉及资金"
    "<data value='10.81' data-key='evaluation.amount_yi_yuan'>10.81</data>亿元，占年初预算的"
    "<data value='88.91' data-key='evaluation.share_of_initial_budget_percent'>88.91</data>%，"
    "评价对象单位覆盖率达到<data value='100' data-key='evaluation.unit_coverage_percent'>100</data>%。"
    "评价工作按照《项目支出绩效评价管理办法》（财预〔2020〕10号）的规定，由单位自评、部门评价、财政复核逐级开展，做到全面覆盖、突出重点。</p>"
    "<p>从自评结果看，得满分的单位<data value='16' data-key='evaluation.departments.self.=100'>16</data>个，"
    "95分以上的单位<data value='53' data-key='evaluation.departments.self.[95,100)'>53</data>个，"
    "90分以上的单位<data value='16' data-key='evaluation.departments.self.[90,95)'>16</data>个。</p>"
)
REPORT_DATA = {
    "title": TITLE,
    "region": "柳州市城中区",
    "issuer": "城中区财政局",
    "report_year": 2022,
    "evaluated_year": 2021,
    "published_on": "2023-08-25",
    "origin": "reconstruction",
    "origin_note": ORIGIN_NOTE,
}


def press_notebook(prose: str = PROSE, name: str = "文旅融合试点单位建设") -> NotebookNode:
    """The whole sample report; `prose` and the name of a project can be replaced, such as by an attack."""
    cells = [
        new_markdown_cell("本页说明只给分析人员看。", metadata={"tags": ["remove"]}),
        _cell("report.title()", _title_output()),
        _cell("report.text('rules')", _html("<h2 id='rules'>一、制度建设</h2>")),
        new_markdown_cell(
            "本节由**分析人员**撰写，列出当年出台的制度：\n\n1. 事前绩效评估管理\n2. 绩效运行监控管理"
        ),
        _cell("report.text('evaluation')", _html("<h2 id='evaluation'>二、绩效评价开展情况</h2>")),
        _cell("report.text('departments')", _html("<h3 id='departments'>（一）部门整体支出</h3>" + prose)),
        _cell("report.table('departments')", _distribution()),
        _cell("report.chart('departments')", _chart()),
        _cell("report.text('key')", _html("<h3 id='key'>（二）重点项目再评价</h3><p>结果见表2、表3。</p>")),
        _cell("report.table('key_projects')", _key_projects(name)),
        _cell("report.table('weights')", _weights()),
        _cell("report.text('register')", _html("<h2 id='register'>附录 统计数登记表</h2>")),
        _cell("report.register()", _register()),
    ]
    return new_notebook(cells=cells)


def _cell(source: str, output: NotebookNode) -> NotebookNode:
    stream = new_output("stream", name="stdout", text="computing …\n")
    return new_code_cell(source, outputs=[stream, output], execution_count=1)


def _display(data: dict) -> NotebookNode:
    return new_output("display_data", data={"text/plain": "…", **data})


def _html(fragment: str) -> NotebookNode:
    return _display({"text/html": fragment})


def _title_output() -> NotebookNode:
    header = (
        f"<header class='title-block'><h1>{TITLE}</h1><p class='issuer'>城中区财政局</p>"
        f"<p class='date'>2023年8月25日</p><p class='origin-note'>{ORIGIN_NOTE}</p></header>"
    )
    return _display({"text/html": header, REPORT: REPORT_DATA})


def number(text: str, key: str | None = None) -> dict:
    """A cell that shows a number."""
    return {"text": text, "value": text.rstrip("%"), "key": key}


def words(text: str) -> dict:
    """A cell that shows text."""
    return {"text": text, "value": None, "key": None}


def table_output(table: dict, extra: dict | None = None, spans: dict[int, int] | None = None) -> NotebookNode:
    """A table as the report object displays it; `spans`: row -> number of rows its first cell spans."""
    rows = [[*row] for row in table["rows"]]
    for start, length in (spans or {}).items():
        rows[start][0] = {**rows[start][0], "rows": length}
        for row in rows[start + 1 : start + length]:
            row[0] = {**row[0], "merged": True}
    sums = [at for at, row in enumerate(rows) if row[0]["text"] == "合计"]
    value = {**table, "rows": rows, **({"subtotals": sums} if sums else {})}
    return _display({"text/html": "<p>只给笔记本看的表</p>", TABLE: value, **(extra or {})})


def _columns(**labels: str) -> list[dict]:
    return [{"label": label.replace("_", ""), "align": align} for label, align in labels.items()]


def _distribution() -> NotebookNode:
    key = "evaluation.departments.self."
    bands = [("100分", "=100", "16", "18.82%"), ("[95,100)", "[95,100)", "53", "62.35%")]
    rows = [
        [words(a), number(n, key + b), number(s)]
        for a, b, n, s in [*bands, ("[90,95)", "[90,95)", "16", "18.82%")]
    ]
    rows.append([words("合计"), number("85", "evaluation.departments.reporting"), number("100.00%")])
    table = {
        "id": "tab-departments",
        "caption": "表1 部门整体支出绩效自评得分分布",
        "columns": _columns(分数段="left", 单位数="right", 占比="right"),
        "rows": rows,
        "notes": ["注：各项占比分别四舍五入，合计与分项之和可能有尾差。"],
    }
    return table_output(table)


def _key_projects(name: str) -> NotebookNode:
    rows = [
        [words("已公开名称"), words(name), number("186.50"), number("91.20"), words("优秀")],
        [words("已公开名称"), words("沿江廉政文化园建设"), number("120.00"), number("92.35"), words("优秀")],
        [words("已公开名称"), words("雷村滨水健身道提升"), number("98.61"), number("89.75"), words("良好")],
        [words("未公开名称"), words("重点项目004"), number("210.00"), number("89.60"), words("良好")],
        [words("未公开名称"), words("重点项目005"), number("137.00"), number("89.60"), words("良好")],
        [
            words("合计"),
            words(""),
            number("752.11", "key_projects.budget_wan_yuan"),
            number("90.50"),
            words(""),
        ],
    ]
    table = {
        "id": "tab-key",
        "caption": "表2 重点项目再评价结果",
        "columns": _columns(类别="left", 项目名称="left", 金额_万元="right", 得分="right", 等级="center"),
        "rows": rows,
        "notes": ["注：得分为第三方机构再评价得分；合计栏的得分为平均分。", "金额为年初预算数。"],
    }
    return table_output(table, spans={0: 3, 3: 2})


def _weights() -> NotebookNode:
    rows = [
        [words("预算执行率"), number("10"), words("执行数与全年预算数之比")],
        [words("产出指标"), number("50"), words("数量、质量、时效、成本")],
        [words("效益指标"), number("30"), words("经济、社会、生态效益与可持续影响")],
        [words("满意度指标"), number("10"), words("服务对象满意度")],
    ]
    columns = _columns(一级指标="left", 分值="right", 说明="left")
    table = {"id": "tab-weights", "caption": "表3 指标分值", "columns": columns, "rows": rows, "notes": []}
    return table_output(table)


def _register() -> NotebookNode:
    figures = [_figure(at) for at in range(1, 51)]
    shown = ("label", "display", "unit", "definition", "source", "key")
    rows = [[words(figure[field]) for field in shown] for figure in figures]
    for row, figure in zip(rows, figures, strict=True):
        row[1] = number(figure["display"], figure["key"])
    table = {
        "id": "tab-register",
        "caption": "附表 统计数登记表",
        "columns": _columns(名称="left", 数值="right", 单位="center", 定义="left", 来源="left", 键="left"),
        "rows": rows,
        "notes": ["注：键可用于与已公布的数逐一核对。"],
    }
    return table_output(table, {FIGURES: figures})


def _figure(at: int) -> dict:
    value = f"{at * 7}.{at % 10}{at % 7}"
    return {
        "key": f"evaluation.departments.review.distribution.band_{at:02d}.[85,90)",
        "value": value,
        "unit": "万元" if at % 2 else "%",
        "display": value,
        "label": f"部门整体支出复核得分第{at}段",
        "definition": "复核得分四舍五入到两位小数后落入该分数段的部门整体支出评价对象的个数，"
        "按印发的得分计，不含未复核的对象。",
        "source": "scores.csv，tier 为 review，kind 为 department",
    }


def _chart() -> NotebookNode:
    svg, png = drawing()
    chart = {
        "id": "departments",
        "caption": "图1 部门整体支出自评得分与复核得分分布",
        "alt": "柱形图：自评得分集中在95分以上，复核得分集中在75至85分，复核普遍低于自评。",
        "note": "资料来源：各单位自评表与财政复核记录。",
    }
    return _display({"image/svg+xml": svg, "image/png": base64.b64encode(png).decode(), CHART: chart})


@lru_cache
def drawing() -> tuple[str, bytes]:
    """A small bar chart as complete SVG document and as PNG of 300 dpi."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "departments", "font.family": _font()}):
        figure = Figure(figsize=(6, 3.2), layout="constrained")
        axes = figure.subplots()
        axes.bar([0, 1, 2, 3], [16, 53, 16, 0], width=0.4, label="自评")
        axes.bar([0.4, 1.4, 2.4, 3.4], [0, 8, 27, 44], width=0.4, label="复核", hatch="//")
        axes.set(xlabel="分数段", ylabel="单位数（个）")
        axes.legend(frameon=False)
        return _saved(figure, "svg").decode(), _saved(figure, "png")


def _saved(figure, kind: str) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format=kind, dpi=300, metadata={"Date": None} if kind == "svg" else None)
    return out.getvalue()


def _font() -> str:
    from matplotlib import font_manager

    from jixiao.kit.fonts import font_files

    path = str(font_files()["sans"])
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '#let x = 1; #text("y") #pagebreak()',
    "$x$ $$y$$ @label <label> `code` \\n \\u{41}",
    "*粗* _斜_ ~删~ ~~线~~ **甲** __乙__",
    "{{ 7*7 }} {% raw %} ${x} %(x)s",
    "=cmd|' /C calc'!A0",
    "+1-2 -1 -- --- ... -? // /* 注释 */ 'q' \"q\"",
    "- 列表 + 枚举 = 标题 / 术语: 1. 甲",
    "[a](javascript:b) ![c](d) https://example.com/a?b=c&d=e &amp; &#65;",
    "|a|b| ^上^ ~下~ [^1] :::",
)


def attacked() -> NotebookNode:
    """The sample report with every attack in its prose, and one after another in the names of a table."""
    notebook = press_notebook("".join(f"<p>{escape(attack)}</p>" for attack in ATTACKS), ATTACKS[0])
    rows = [[words(str(at)), words(attack)] for at, attack in enumerate(ATTACKS, 1)]
    columns = _columns(甲="left", 乙="left")
    table = {"id": "attack", "caption": ATTACKS[2], "columns": columns, "rows": rows, "notes": [ATTACKS[4]]}
    notebook.cells.append(_cell("report.table('attack')", table_output(table)))
    return notebook
