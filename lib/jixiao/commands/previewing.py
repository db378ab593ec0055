"""The command that shows the page of a report while it is being written."""

from __future__ import annotations

from contextlib import closing

import click

from jixiao.commands import printing, usage
from jixiao.kit import places


@click.command(cls=usage.Command, short_help="边改边看：在浏览器里显示报告，保存后自动更新。")
@click.argument("year")
@click.argument("notebook", metavar="[NOTEBOOK]", default="")
@click.option(
    "--port", metavar="N", type=click.IntRange(1, 65535), help="用这个端口；不写的由系统选一个空闲的。"
)
@click.option("--no-browser", is_flag=True, help="只给出地址，不打开浏览器。")
@usage.QUIET
def preview(year: str, notebook: str, port: int | None, no_browser: bool, quiet: bool) -> None:
    """在浏览器里显示 YEAR 工作年度报告的网页；笔记本、参数、评分规则或数据表保存后自动更新。按 Ctrl-C 结束。

    NOTEBOOK 是 notebooks/ 里的笔记本；不写的为 annual_report。

    outputs/ 一律不动；错误显示在网页上方，下面仍是出错以前的页面。有错误级审核发现的，同草稿一样照常显示。
    只有本机能打开，地址每次不同。
    """
    from jixiao.archive import publication
    from jixiao.kit.progress import Progress
    from jixiao.preview.rounds import rounds
    from jixiao.preview.server import serving

    root = places.find_root()
    one = publication.one_of_year(root, places.year_of(year), notebook)
    if not (root / "params" / f"{one.year}.yml").is_file():
        _ = one.params  # a year that is not there is told at once; one with faults in the page
    with serving(one.label, port or 0) as server, Progress(quiet) as progress:
        printing.line(f"{one.label}的预览：{server.address}（按 Ctrl-C 结束）")
        if not no_browser:
            import webbrowser

            webbrowser.open(server.address)
        try:
            with closing(rounds(one, progress, server.begin)) as made:
                for each in made:
                    progress.close()
                    faults = printing.fault_lines(each.faults)
                    for text in faults:
                        printing.line(text, error=True)
                    if each.html is None:
                        server.refuse(faults)
                    else:
                        server.show(each.html, each.remarks)
        except KeyboardInterrupt:
            printing.line("预览已结束。", error=True)
