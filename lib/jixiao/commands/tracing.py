"""The command that leads from a number of the report back to where it came from."""

from __future__ import annotations

import click

from jixiao.commands import printing, usage
from jixiao.kit import places


@click.command(cls=usage.Command, short_help="由报告中的一个数追溯到定义、规则、数据行和单元格。")
@click.argument("year")
@click.argument("key")
@click.argument("notebook", metavar="[NOTEBOOK]", default="")
@click.option(
    "--parts",
    is_flag=True,
    help="逐行列出总分的组成：各项指标、预算执行率，以及满意度分值转移、总分上限、舍入。",
)
@usage.JSON
def trace(year: str, key: str, notebook: str, parts: bool, as_json: bool) -> None:
    """追溯 YEAR 工作年度的统计数 KEY：定义，所依据的规则和条款，数据表的行；由表格导入的，给出文件、工作表和单元格。

    KEY 见报告最后的附录和 figures.json，如 "evaluation.departments.review.[85,90)"。

    NOTEBOOK 是哪一份报告，按它的参数计算；不写的为 annual_report；参数文件只列出一份的，为那一份。
    """
    from jixiao.archive import closed_kit, publication
    from jixiao.figures import trace as tracing

    one = publication.one_of_year(places.find_root(), places.year_of(year), notebook)
    with closed_kit.in_force(one) as (source, _):
        found = tracing.trace(source.evaluated(), key)
    if as_json:
        printing.document(found.as_json())
    else:
        printing.lines(found.as_text(parts))
