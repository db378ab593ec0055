"""Files and tables (F): a matter in, what the files and the years of one run contradict out."""

from __future__ import annotations

from collections.abc import Iterator

from jixiao.evaluation.checks.engine import PARAMS, Check, Found, Matter

_SECTIONS = {
    "rules_issued": ("制度建设", "没有印发新的制度"),
    "target_reviews": ("目标集中会审", "没有开展集中会审"),
    "key_projects": ("绩效评价开展情况", "没有开展重点项目再评价"),
    "applications": ("结果应用", "应用情况没有记录"),
    "disclosures": ("结果应用", "公开情况没有记录"),
}


def missing_files(matter: Matter) -> Iterator[Found]:
    """F02: optional files whose section is written: the text will say that nothing was done."""
    sections = matter.params.sections if matter.params else ()
    for name, (section, said) in _SECTIONS.items():
        if name in matter.records.absent and section in sections:
            found = f"没有这个文件，正文将写{said}"
            remedy = f"补上这张表，或从 sections 去掉“{section}”"
            yield Found(name, None, "", found, remedy=remedy, severity="W")


def years(matter: Matter) -> Iterator[Found]:
    """F10: years of one parameter file that do not belong together: left over from the year before, probably."""
    params = matter.params
    if params is None:
        return
    year = params.report_year
    if params.evaluated_year != year - 1:
        found = f"工作年度 {year} 的被评价年度是 {params.evaluated_year}"
        yield Found(PARAMS, None, "", found, f"一般为 {year - 1}", "核对 evaluated_year", severity="W")
    if params.data_folder != str(year):
        found = f"工作年度 {year} 用的是 data/{params.data_folder} 的数据"
        yield Found(PARAMS, None, "", found, f"一般为 data/{year}", "核对 data_folder", severity="W")
    if params.published_on.year <= year:
        found = f"工作年度 {year} 的发布日期是 {params.published_on}"
        yield Found(PARAMS, None, "", found, f"{year} 年以后的日期", "核对 published_on", severity="W")


CHECKS: dict[str, Check] = {"F02": missing_files, "F10": years}

# Rules that the reading of forms tells by itself: they have a card and no function here.
READING: tuple[str, ...] = ()
