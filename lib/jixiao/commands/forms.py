"""The commands around the forms: issue them, check what came, take it into the tables, return the rest."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from jixiao.commands import printing, usage
from jixiao.kit import places
from jixiao.kit.errors import Fault, ParameterError

if TYPE_CHECKING:
    from jixiao.checks.engine import Finding
    from jixiao.forms.reading.explaining import Explained

_PATH = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("check", cls=usage.Command, short_help="审核一个工作年度的数据表，或收到的表格。")
@click.argument("targets", metavar="TARGET…", nargs=-1, required=True)
@click.option("--year", metavar="YEAR", help="按哪个工作年度的参数和台账审核收到的表格。")
@click.option("--policy", "policy_id", metavar="ID", help="没有 --year 时用的评分规则，默认 mof-2020-10。")
@click.option("--explain-reading", "explain", is_flag=True, help="只说明每张表是怎样读的，不审核。")
@click.option("--returns", "folder", type=_PATH, metavar="FOLDER", help="把各单位的退回表写进这个文件夹。")
@usage.JSON
@usage.QUIET
def check(
    targets: tuple[str, ...],
    year: str | None,
    policy_id: str | None,
    explain: bool,
    folder: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """审核收到的表格（文件或文件夹），或一个工作年度（如 2022）的数据表；有错误级发现时退出码为 1，一张表也没有读到时为 2。"""
    from jixiao.exchange.importing import receive
    from jixiao.exchange.returning import return_files
    from jixiao.kit.progress import Progress
    from jixiao.year import params

    root = places.find_root()
    if len(targets) == 1 and targets[0].isdigit() and not Path(targets[0]).exists():
        if year or policy_id or folder:
            found = "--year、--policy、--returns 只用于收到的表格"
            raise ParameterError(Fault("jixiao check YEAR", found, remedy="去掉这些选项，或给出文件"))
        values = params.of_year(root, places.year_of(targets[0]))
        with Progress(quiet) as progress:
            told = receive.of_year(root, values, lambda n, of, name: progress.step("核对原件", n, of, name))
        _conclude(told, (), as_json)
    if explain and (year or policy_id):
        raise ParameterError(
            Fault("--explain-reading", "同时给出了 --year 或 --policy", remedy="读表与年度无关，去掉它们")
        )
    if explain:
        _explain_reading(root, tuple(map(Path, targets)), folder, as_json)
        return
    ledger = params.of_year(root, places.year_of(year)) if year else None
    with Progress(quiet) as progress:
        asked = receive.Asked(root, tuple(map(Path, targets)), ledger, policy_id or "mof-2020-10")
        reading = receive.read(asked, lambda n, of, name: progress.step("读取表格", n, of, name))
    if folder:
        for path in return_files.write(reading, folder, ledger, dt.date.today()):
            printing.line(f"已写入 {path}", error=True)
    said = reading.said(ledger.report_year if ledger else None, "审")
    _conclude(reading.findings, reading.faults, as_json, [*said, f"{reading.summary()}。"], reading.forms)


def _explain_reading(root: Path, targets: tuple[Path, ...], folder: Path | None, as_json: bool) -> None:
    """Say how each form was read; with a folder, put a copy there on which each label says what it was taken for."""
    from jixiao.exchange.returning import reading_copy
    from jixiao.forms.files import opening
    from jixiao.forms.layouts import layouts
    from jixiao.forms.reading import batch, explaining
    from jixiao.kit.errors import FormError

    known = layouts.read(root)
    listing = batch.files(targets)
    faults = list(listing.faults)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    told: dict[str, list[explaining.Explained]] = {}
    for path, name in zip(listing.files, batch.names(listing.files), strict=True):
        try:
            told[name] = list(explaining.forms(opening.open_workbook(path, name), known))
        except FormError as error:
            faults += error.faults
            continue
        if folder and told[name]:
            copied = places.write_whole(
                folder / f"{'_'.join(Path(name).with_suffix('').parts)}（读法）.xlsx",
                reading_copy.workbook(told[name], dt.date.today()),
            )
            printing.line(f"已写入 {copied}", error=True)
    printing.faults(faults)
    if as_json:
        printing.document({file: [one.as_json() for one in found] for file, found in told.items()})
    else:
        printing.lines(line for file, found in told.items() for line in _told(file, found))
    forms = [one for found in told.values() for one in found if not one.nothing]
    sys.exit(1 if faults or not forms else 0)


def _told(file: str, found: Sequence[Explained]) -> Iterator[str]:
    """How the forms of a file were read: a line for each form, then one for each of its labels."""
    for one in found:
        if one.nothing:
            yield f"{file} 工作表“{one.sheet.name}”：{one.nothing}"
            continue
        sure = "都认得" if one.certain else "有推断的或没有看懂的"
        read = f"按“{one.name}”（{one.layout}）读，{sure}"
        yield f"{file} 工作表“{one.sheet.name}”：{one.title or '没有标题'}，{read}"
        yield from printing.aligned(
            (
                f"  {each.region}",
                each.cell,
                f"“{each.text}”",
                f"→ {each.words}" if each.words else "",
                each.certainty.words,
                f"{each.values} 格" if each.values else "",
            )
            for each in one.readings
        )
        yield from (f"  {remark.place.cell} {remark.found}" for remark in one.left)


def _conclude(
    findings: Sequence[Finding],
    faults: Sequence[Fault],
    as_json: bool,
    summary: Sequence[str] = (),
    forms: int | None = None,
) -> NoReturn:
    """Print what a check found, then what was read, and leave with the exit code of the command.

    Errors come before what is to be explained, and hints are only counted. `forms` is how many were read: with none
    there is nothing that could be fine.
    """
    from jixiao.year.words import Severity

    counts: Counter[Severity] = Counter(finding.severity for finding in findings)
    if as_json:
        found = {"findings": [one.as_json() for one in findings], "unreadable": [str(one) for one in faults]}
        printing.document(found)
    else:
        printing.faults(faults)
        graves = [
            one
            for severity in Severity
            if severity.needs_answer
            for one in findings
            if one.severity == severity
        ]
        printing.lines(f"{one.severity.words} {one}" for one in graves[: printing.MOST])
        if rest := Counter(one.rule for one in graves[printing.MOST :]):
            printing.line("另有 " + _counted(rest))
        if hints := Counter(one.rule for one in findings if one.severity is Severity.NOTE):
            printing.line(f"{Severity.NOTE.words} {_counted(hints)}（--json 逐条列出）")
        by_severity = "，".join(f"{severity.words} {counts[severity]} 处" for severity in Severity)
        if findings:
            printing.line(f"共 {len(findings)} 处发现：{by_severity}。")
        if forms == 0:
            printing.line("没有读到一张表，什么也没有审核。")
        elif not findings:
            printing.line(f"{len(faults)} 个没有读，其余没有发现问题。" if faults else "没有发现问题。")
        printing.lines(summary)
    if forms == 0:
        sys.exit(2)
    sys.exit(1 if counts[Severity.ERROR] or faults else 0)


def _counted(rules: Counter[str]) -> str:
    """How often each rule was broken, the most frequent first."""
    return "，".join(f"{rule} {count} 处" for rule, count in rules.most_common())


@click.command("import", cls=usage.Command, short_help="把收到的表格收进数据表，有错误的退回。")
@click.argument("year")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=_PATH)
@click.option("--received", "received", type=_DAY, metavar="DATE", help="收到日期，如 2022-03-31，默认今天。")
@click.option("--due", "due", type=_DAY, metavar="DATE", help="报送截止日期，总表据此列出迟交。")
@usage.JSON
@usage.QUIET
def import_(
    year: str,
    files: tuple[Path, ...],
    received: dt.datetime | None,
    due: dt.datetime | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """把 YEAR 工作年度收到的表格 FILE（文件或文件夹）收进数据表；有退回或打不开的，退出码为 1。

    没有错误级发现的表格写进 data/YEAR/，原文件存进 data/YEAR/forms/；退回表和总表写进 outputs/YEAR.returns/。
    """
    from jixiao.archive import closed_record
    from jixiao.exchange.importing import receive
    from jixiao.exchange.returning import return_files
    from jixiao.kit import commits
    from jixiao.kit.progress import Progress
    from jixiao.year import params

    root = places.find_root()
    values = params.of_year(root, places.year_of(year))
    on = _received_on(received, values.report_year, values.evaluated_year)
    asked = receive.Asked(root, files, values, values.policy)
    name = f"{values.report_year}.returns"
    with Progress(quiet) as progress, commits.held(root, asked.folder):
        closed_record.refuse_changes(root, values.report_year)
        delivery = receive.prepared(asked, on, lambda n, of, name: progress.step("读取表格", n, of, name))
        progress.step("写退回表、总表和数据表")
        sheets = return_files.of_delivery(delivery, root / "outputs" / name, values, on, due and due.date())
        done = receive.store(
            asked, delivery, ((f"outputs/{name}/{file}", content) for file, content in sheets)
        )
    written = [change.name for change in done.changes if change.derived and change.after] if done else []
    if as_json:
        printing.document(delivery.as_json())
    else:
        printing.faults(delivery.reading.faults)
        printing.lines(delivery.lines())
        printing.lines(written)
    sys.exit(1 if delivery.refused else 0)


def _received_on(given: dt.datetime | None, year: int, evaluated: int) -> dt.date:
    """The day on which forms came, today unless given; ParameterError for one too early or after today.

    The targets of the evaluated year are reviewed in the year before it: nothing of the year comes earlier.
    """
    today = dt.datetime.today().date()
    if given is None:
        return today
    first = dt.date(evaluated - 1, 1, 1)
    if first > today:
        found = f"{year} 工作年度还没有开始"
        raise ParameterError(Fault("--received", found, remedy="核对年度，或到那一年再收"))
    if not first <= given.date() <= today:
        expected = f"{first} 到今天（{today}）之间的一天"
        raise ParameterError(
            Fault("--received", f"收到日期是 {given.date()}", expected, "改成实际收到的日期")
        )
    return given.date()


@click.command(cls=usage.Command, short_help="撤销上一次导入，各表和存下的表格回到导入以前。")
@click.argument("year")
@usage.JSON
def undo(year: str, as_json: bool) -> None:
    """撤销 YEAR 工作年度上一次的 import（或 new-year）：它改动的文件全部回到以前；再撤销一次，就又回到撤销以前。

    此后又有人改过其中的文件的，什么也不动，退出码为 1。
    """
    from jixiao.archive import closed_record
    from jixiao.kit import commits
    from jixiao.year import params

    root = places.find_root()
    number = places.year_of(year)
    try:
        name = params.of_year(root, number).data_folder
    except ParameterError:  # also what new-year made can be taken back, and then there are no parameters
        name = str(number)
    folder = places.inside(root / "data", name, "参数 data_folder")
    with commits.held(root, folder):
        closed_record.refuse_changes(root, number)
        taken = commits.undo(root, folder)
    if as_json:
        printing.document(taken.as_json())
    else:
        printing.lines(taken.undone())


@click.command("forms", cls=usage.Command, short_help="生成预填的表：自评表、监控表、会审表、复核底稿。")
@click.argument("year")
@click.option(
    "--of",
    "kind",
    type=click.Choice(["self", "targets", "monitoring", "review"]),
    default="self",
    show_default=True,
    help="哪一种表：self 自评表，targets 绩效目标会审表，monitoring 绩效运行监控表，review 抽取对象的复核底稿。",
)
@click.option("--month", type=click.IntRange(1, 12), metavar="N", help="监控到几月，只用于监控表，如 7。")
@click.option(
    "--to",
    "folder",
    type=_PATH,
    metavar="FOLDER",
    help="写进哪个文件夹，默认 outputs/YEAR.forms，自评表以外的加 -KIND，如 outputs/YEAR.forms-review。",
)
@click.option(
    "--filled",
    is_flag=True,
    help="连同已报的完成值和得分（会审表：意见和结论；复核底稿：复核结果）一起写出（存档、核对用）。",
)
@usage.QUIET
def forms(year: str, kind: str, month: int | None, folder: Path | None, filled: bool, quiet: bool) -> None:
    """给 YEAR 工作年度的每个评价对象生成一张预填的自评表（xlsx）：预算、指标和上年完成值已填好。

    --of targets 给每个部门生成一张会审表：指标、目标和自查情况已填好，意见和结论由审核人填，交回后用 import 收进数据表。
    --of monitoring --month 7 给每个评价对象生成一张监控表：预算和目标已填好，执行数、完成情况和措施由单位填。
    --of review 给抽取的评价对象生成复核底稿，一个部门一个文件，一个对象一张工作表：指标、目标和自评已填好。
    """
    from jixiao.exchange.issuing import issue, monitoring_forms, review_papers, target_sheets
    from jixiao.kit.progress import Progress
    from jixiao.year import params

    root = places.find_root()
    values = params.of_year(root, places.year_of(year))
    _refuse_options_of_others(kind, month, filled)
    writers = {"self": issue.write, "targets": target_sheets.write, "review": review_papers.write}
    target = folder or root / "outputs" / f"{values.report_year}.forms{'' if kind == 'self' else f'-{kind}'}"
    with Progress(quiet) as progress:

        def tick(n: int, of: int, name: str) -> None:
            progress.step("写表格", n, of, name)

        if month is not None:
            count = monitoring_forms.write(root, values, target, month, tick)
        else:
            count = writers[kind](root, values, target, filled, tick)
    printing.line(f"{places.shown(target, root)}  {count} {'个文件' if kind in _BY_DEPARTMENT else '张表'}")


_BY_DEPARTMENT = ("targets", "review")  # a file for each department


def _refuse_options_of_others(kind: str, month: int | None, filled: bool) -> None:
    """ParameterError for a month or an option that the kind of form has no use for, or for a month that is missing."""
    if kind == "monitoring" and month is None:
        raise ParameterError(Fault("--month", "没有写监控到几月", "1 到 12", "如 --of monitoring --month 7"))
    if kind == "monitoring" and filled:
        raise ParameterError(Fault("--filled", "监控表没有这个选项", remedy="去掉它"))
    if kind != "monitoring" and month is not None:
        raise ParameterError(Fault("--month", "只用于监控表", remedy="去掉它，或加上 --of monitoring"))
