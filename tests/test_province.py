"""A province: who sent what and when, districts of one method side by side, rows counted as pandas counts them by hand."""

from __future__ import annotations

import random
import re
from decimal import Decimal

import duckdb
import nbformat
import pandas as pd
import pytest

from districts import OTHER_RULES, RULES, YEAR, Province, figures
from jixiao.archive import new_year
from jixiao.archive.publication import Publication
from jixiao.figures import wording
from jixiao.figures.province import levels, province, province_figures, row_files
from jixiao.figures.province.sources import Standing
from jixiao.figures.trends.measures import Method
from jixiao.kit.errors import JixiaoError
from jixiao.kit.sealed import sealed, sha256
from jixiao.report.parts.province import drawing, province_charts, province_tables
from jixiao.report.report import Report
from jixiao.year import params
from jixiao.year.words import SubjectKind
from kit import PROJECT, Kit

D = Decimal
FIRST = 3  # cells of the notebook: parameters, open_report, report.districts


def read(one: Province) -> province.Province:
    """What the districts of a small province sent."""
    return province.read(one.root, params.of_year(one.root, YEAR))


def told(one: Province) -> dict:
    """The figures of a small province by key, without what stands in front."""
    return {each.key.removeprefix("province."): each for each in province_figures.figures(read(one))}


def opened(one: Province, monkeypatch, cells: int | None = FIRST) -> Report:
    """The report of a province after the first cells of its notebook have run, which read the districts, or all of them."""
    monkeypatch.setenv("JIXIAO_ROOT", str(one.root))
    space: dict = {}
    for cell in nbformat.read(one.root / "notebooks" / "province.ipynb", as_version=4).cells[:cells]:
        exec(compile(cell.source, "cell", "exec"), space)
    return space["report"]


def shown(report: Report, name: str) -> list[list[str]]:
    """The rows of a table as texts."""
    table = province_tables.TABLES[name](report.evaluation)
    return [[cell.text if cell else "" for cell in row] for row in table.rows]


@pytest.fixture
def small(tmp_path) -> Province:
    """A province without districts so far."""
    return Province(tmp_path / "kit")


# who sent something, and when

STANDINGS = [  # due, received on, how it stands on 2023-08-25, days
    ("2023-06-30", "2023-06-30", Standing.IN_TIME, None),
    ("2023-06-30", "2023-07-01", Standing.LATE, 1),
    ("", "2023-07-01", Standing.UNDATED, None),
    ("2023-08-24", "", Standing.MISSING, 1),
    ("2023-08-25", "", Standing.NOT_DUE, None),
    ("", "", Standing.MISSING, None),
]


@pytest.mark.parametrize(("due", "received", "standing", "days"), STANDINGS)
def test_how_a_district_stands(small, due, received, standing, days):
    """The due day itself is in time, and on the day of publication not yet overdue."""
    small.add("1", figures() if received else None, due=due, received_on=received)
    (one,) = read(small).districts
    assert (one.standing, one.days) == (standing, days)


def test_the_missing_and_the_late_are_named_and_never_dropped(small, monkeypatch):
    """Sentences and the table have each of them, since when, the worst first."""
    small.add("1", figures())
    small.add("2", figures(), received_on="2023-07-10")
    small.add("3", figures(), received_on="2023-07-20")
    small.add("4", None, due="2023-08-01")
    small.add("5", None)
    small.add("6", None)
    found = told(small)
    assert [int(found[key].value) for key in ("districts", "received", "in_time", "late", "missing")] == [
        6,
        3,
        1,
        2,
        3,
    ]
    assert found["late_say"].value == "区3（晚20天）、区2（晚10天）"
    assert found["missing_say"].value == (
        "区5、区6（应于2023年6月30日报送，已逾期56天）、区4（应于2023年8月1日报送，已逾期24天）"
    )
    report = opened(small, monkeypatch)
    assert [row[0] for row in shown(report, "province.standing")] == ["区5", "区6", "区4", "区3", "区2"]
    assert [row[:2] for row in shown(report, "province.districts")][3] == ["区4", "没有报送"]


def test_money_counts_the_missing_in_what_is_the_whole(small):
    """Shares of what was received and of all; without one budget nothing is said of all."""
    small.add("1", figures(amount="0.80"), initial_budget="10000")
    small.add("2", figures(amount="1.00"), initial_budget="20000")
    small.add("3", None, initial_budget="30000")
    found = told(small)
    assert found["share_percent"].value == D("60.00")  # 1.8 of 3 亿元
    assert found["share_of_all_percent"].value == D("30.00")
    assert found["received_percent"].value == D("50.00")
    small.rows[2]["initial_budget"] = ""
    small.listed()
    found = told(small)
    assert found["budget_unknown"].value == 1
    assert (found["share_of_all_percent"].value, found["received_percent"].value) == (None, None)
    assert found["share_percent"].value == D("60.00")


# districts of one method

OTHER_REVIEW = {"tiers.review.name": "复核", "tiers.review.by": "第三方机构"}


def test_scores_of_two_policies_or_reviewers_are_never_mixed(small):
    """Own means rest on the policy, reviewed ones on the reviewer too, shares of money on neither."""
    for n in range(5):
        small.add(f"1{n}", figures(own=f"9{n}.00", other=f"8{n}.00", share=f"{n}0.00"))
    small.add("20", figures(OTHER_RULES, own="60.00", other="50.00", share="90.00"))
    small.add("30", figures(RULES, OTHER_REVIEW, own="99.00", other="40.00", share="95.00"))
    found = read(small)
    by_name = {one.name: one for one in found.measures}
    own, other, share = (by_name[name] for name in ("projects_self", "projects_other", "share"))
    assert [len(group.rows) for group in found.groups(own.rests_on)] == [6, 1]
    assert [len(group.rows) for group in found.groups(other.rests_on)] == [5, 1, 1]
    assert [group.name for group in found.groups(other.rests_on)] == [
        "规则甲、复核甲",
        "规则乙、复核甲",
        "规则甲、复核乙",
    ]
    assert [len(group.rows) for group in found.groups(share.rests_on)] == [7]
    said = told(small)
    assert (said["projects_self.low"].value, said["projects_self.high"].value) == (D("90.00"), D("99.00"))
    assert (said["projects_other.low"].value, said["projects_other.high"].value) == (D("80.00"), D("84.00"))
    assert said["projects_other.median"].value == D("82.00")
    assert said["share.high"].value == D("95.00")
    assert said["methods_say"].value == (
        "评分规则有2种（规则甲6个区县、规则乙1个区县）；复核的主体或范围有2种（复核甲6个区县、复核乙1个区县）"
    )


def test_districts_of_one_method_have_no_names_of_groups(small):
    """Where all are alike nothing is said of ways."""
    for n in range(2):
        small.add(str(n), figures(own="95.00"))
    assert [group.name for group in read(small).groups((Method.POLICY, Method.REVIEW))] == [""]
    assert (told(small)["methods_say"].value, told(small)["projects_self.group"].value) == (None, None)


def test_a_district_that_does_not_say_its_method_is_not_compared(small, monkeypatch):
    """It is counted and told, and stands in no comparison of scores; money and problems of it do."""
    for n in range(3):
        small.add(str(n), figures(own=f"9{n}.00", share="40.00"))
    small.add("9", figures({}, own="10.00", share="30.00"))
    found = told(small)
    assert found["unsaid.policy"].value == 1
    assert found["projects_self.low"].value == D("90.00")
    assert found["share.low"].value == D("30.00")
    rows = shown(opened(small, monkeypatch), "province.spread")
    assert [row[2] for row in rows if row[0].startswith("项目支出自评平均分")] == ["3"]


def test_policies_of_one_name_are_told_apart_by_what_differs(small, monkeypatch):
    """Two weights under one title are two ways, and the table says which."""
    small.add("1", figures())
    small.add("2", figures())
    small.add("3", figures({**RULES, "policy.grades.优": "95"}))
    says = [row[2] for row in shown(opened(small, monkeypatch), "province.ways")][:2]
    assert says == [
        "甲办法（甲〔2020〕1号），policy.grades.优90",
        "甲办法（甲〔2020〕1号），policy.grades.优95",
    ]


FEW = [(0, "50.00"), (1, None), (2, None), (3, "50.00")]


@pytest.mark.parametrize(("count", "value"), FEW)
def test_numbers_of_one_or_two_subjects_are_not_told(small, count, value):
    """Scores and shares of so few are those of single units; of three and more, and of none, they are."""
    small.add("1", figures(count=count, own="50.00"))
    found = read(small)
    share = next(one for one in found.measures if one.name == "share")
    own = next(one for one in found.measures if one.name == "projects_self")
    expected = [] if value is None else [D(value)]
    assert [list(found.values(one).values()) for one in (share, own)] == [expected, expected]
    assert told(small)["few_say"].value == ("区1" if value is None else None)


def test_what_a_district_lacks_is_said(small):
    """No number is no zero."""
    small.add("1", figures(own="90.00", other="80.00"))
    small.add("2", figures(own="91.00"))
    found = told(small)
    assert found["lacking_say"].value == "区2没有“项目支出复核平均分”"
    assert found["projects_other.compared"].value == 1


# rows

KINDS = ("department", "project")
LEVELS = ("产出数量", "产出质量", "社会效益")


def drawn(seed: int, subjects: int) -> tuple[list, list]:
    """Subjects and indicators as a district might have them."""
    draw = random.Random(seed)
    totals = [
        [
            draw.choice(KINDS),
            D(draw.randint(7000, 10000)).scaleb(-2),
            D(draw.randint(5000, 9500)).scaleb(-2),
            "优",
            draw.choice("优良中"),
        ]
        for _ in range(subjects)
    ]
    totals[0][2] = None  # one that was not reviewed
    totals[0][4] = None
    indicators = [
        [
            draw.choice(KINDS),
            draw.choice(LEVELS),
            D(10),
            D(draw.choice([1000, 1000, 850])).scaleb(-2),
            D(draw.randint(300, 1000)).scaleb(-2),
        ]
        for _ in range(subjects * 4)
    ]
    indicators[0][4] = None
    return totals, indicators


@pytest.fixture
def counted(small) -> tuple[Province, pd.DataFrame, pd.DataFrame]:
    """Twelve districts of one method with rows, one of another; and all rows as frames with floats."""
    totals, indicators = [], []
    for n in range(1, 14):
        subjects, lines = drawn(n, 30 + 3 * n)
        small.add(f"{n}", figures(OTHER_RULES if n == 13 else RULES, count=len(subjects)))
        small.send(f"{n}", subjects, lines)
        totals += [[n, *map(_float, row)] for row in subjects]
        indicators += [[n, *map(_float, row)] for row in lines]
    names = ["district", "kind", "own", "other", "own_grade", "other_grade"]
    columns = ["district", "kind", "level", "weight", "own", "other"]
    return small, pd.DataFrame(totals, columns=names), pd.DataFrame(indicators, columns=columns)


def _float(value):
    return float(value) if isinstance(value, Decimal) else value


def test_no_figure_of_districts_has_words_in_vain(counted):
    """Each entry of figures.yml for districts side by side is a figure of a province whose districts sent rows."""
    keys = {f"province.{key}" for key in told(counted[0])}
    words = [key for key in wording.words() if key.startswith("province.")]
    forms = {key: re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(key))) for key in words}
    assert [key for key, form in forms.items() if not any(map(form.fullmatch, keys))] == []


def test_percentiles_are_those_of_pandas(counted):
    """For every district, kind and tier: tenth, half and nine tenths."""
    small, totals, _ = counted
    found = read(small)
    for kind in SubjectKind:
        for tier in ("own", "other"):
            made = province.spreads(found, kind, tier)
            part = totals[(totals["kind"] == kind.value)].groupby("district")[tier]
            for n, values in part:
                one = made.get(n + 1)  # its row in the file
                assert (one is None) == (values.count() < province.LEAST_SPREAD)
                if one:
                    expected = [values.quantile(share) for share in (0.1, 0.5, 0.9)]
                    assert [float(each) for each in (one.low, one.middle, one.high)] == pytest.approx(
                        expected, abs=0.0051
                    )


def test_points_lost_are_those_of_pandas(counted):
    """Sums by second level over the districts of one method; those of the other method stand apart."""
    small, _, indicators = counted
    found = read(small)
    first, second = levels.groups(found)
    assert (len(first.rows), len(second.rows)) == (12, 1)
    part = indicators[indicators["district"] != 13]
    lost = (part["weight"] - part["other"]).groupby(part["level"]).sum().sort_values(ascending=False)
    assert [line.name for line in first.lines] == list(lost.index)
    assert [float(line.lost) for line in first.lines] == pytest.approx(list(lost))
    by_level = part.groupby("level")
    for line in first.lines:
        rows = by_level.get_group(line.name)
        assert line.count == len(rows)
        assert float(line.full_percent) == pytest.approx((rows["own"] == 10).mean() * 100, abs=0.0051)
        reviewed = rows.dropna(subset=["other"])
        share = reviewed["other"].sum() / reviewed["weight"].sum() * 100
        assert float(line.other_percent) == pytest.approx(share, abs=0.0051)
    figures_ = told(small)
    assert figures_["levels.most"].value == lost.index[0]
    assert float(figures_["levels.most_percent"].value) == pytest.approx(
        lost.iloc[0] / lost.sum() * 100, abs=0.0051
    )


def test_gaps_in_the_funnel_are_those_of_their_kind(counted):
    """Each district's mean of its gaps less the mean of the kind, over the districts of one method alone."""
    small, totals, _ = counted
    both = totals[totals["district"] != 13].dropna(subset=["other"])
    gap = both["own"] - both["other"]
    beyond = gap - gap.groupby(both["kind"]).transform("mean")
    _, made = province_figures.funnel_of(read(small))
    means = beyond.groupby(both["district"]).mean()
    assert {int(one.name) - 1: float(one.mean) for one in made.groups} == pytest.approx(dict(means))
    assert {int(one.name) - 1: one.n for one in made.groups} == dict(beyond.groupby(both["district"]).size())
    assert told(small)["funnel.districts"].value == 12


def test_fewer_than_ten_districts_have_no_funnel(small):
    """Nine of one method and one of another are too few."""
    for n in range(10):
        small.add(str(n), figures(OTHER_RULES if n == 9 else RULES))
        small.send(str(n), drawn(n, 12)[0])
    assert province_figures.funnel_of(read(small)) is None
    assert told(small)["funnel.districts"].value is None


def test_a_district_of_two_subjects_is_not_drawn_and_that_is_said(small, monkeypatch):
    """Its gap would be that of single subjects; the note counts it."""
    for n in range(12):
        small.add(str(n), figures())
        small.send(str(n), drawn(n, 3 if n == 0 else 12)[0])  # one of each is not reviewed
    chart = province_charts.CHARTS["province.funnel"](opened(small, monkeypatch).evaluation)
    assert len(chart.data.rows) == 11
    assert "1个区县的可比对象不足三个，不画" in chart.note


def test_grades_are_counted_by_method(counted, monkeypatch):
    """Shares of each grade add up to those of pandas, apart for each policy."""
    small, totals, _ = counted
    rows = shown(opened(small, monkeypatch), "province.grades")
    part = totals[(totals["district"] != 13) & (totals["kind"] == "department")].dropna(subset=["other"])
    shares = part["other_grade"].value_counts(normalize=True) * 100
    (found,) = [row for row in rows[:2] if row[2] == "复核"]
    assert int(found[3]) == len(part)
    assert [float(each) for each in found[4:]] == pytest.approx(
        [shares[name] for name in "优中良"], abs=0.0051
    )


@pytest.mark.parametrize(("count", "cells"), [(2, ["不足三个"] * 2), (3, ["66.67", "33.33"])])
def test_grades_of_one_or_two_subjects_are_not_told(small, monkeypatch, count, cells):
    """A share of two would say which grade each has."""
    small.add("1", figures(count=count))
    given = [["project", D(95), D(85), "优", "良"], ["project", D(96), D(92), "优", "优"]]
    given.append(["project", D(97), D(93), "优", "优"])
    small.send("1", given[:count])
    (row,) = [row for row in shown(opened(small, monkeypatch), "province.grades") if row[2] == "复核"]
    assert row[3:] == [str(count), *cells]


def test_rows_that_do_not_fit_the_figures_are_told(small):
    """Another number of subjects, and another tier than the review, in a sentence each."""
    small.add("1", figures(count=12))
    small.send("1", drawn(1, 12)[0])
    small.add("2", figures(count=12))
    small.send("2", drawn(2, 13)[0])
    small.add("3", figures(count=12))
    small.send("3", drawn(3, 12)[0], said={"other_tier": "finance"})
    small.add("4", figures())
    found = told(small)
    assert found["rows.unfit_say"].value == "区2"
    assert found["rows.unreviewed_say"].value == "区3"
    assert found["without_rows_say"].value == "区4"
    assert province.spreads(read(small), SubjectKind.PROJECT, "other").keys() <= {2, 3}


# what cannot be used


def _damaged(small: Province) -> None:
    path = small.send("1", drawn(1, 5)[0]) / "totals.parquet"
    path.write_bytes(path.read_bytes()[:-20])


def _one_file(small: Province) -> None:
    (small.send("1", drawn(1, 5)[0]) / "indicators.parquet").unlink()


def _twice(small: Province) -> None:
    small.rows.append({**small.rows[0]})
    small.listed()


def _outside(small: Province) -> None:
    small.rows[0]["folder"] = "../elsewhere"
    small.listed()


def _linked(small: Province) -> None:
    (small.root.parent / "elsewhere").mkdir()
    (small.root / "districts" / "link").symlink_to(small.root.parent / "elsewhere")
    small.rows[0]["folder"] = "districts/link"
    small.listed()


def _same_record(small: Province) -> None:
    small.add("2", None, folder="districts/1", received_on="2023-06-01", name="示例市区1")


def _published(small: Province) -> None:
    (small.folder("1") / "data" / "2022" / "closed.json").unlink()
    folder = small.folder("1") / "outputs" / "2022" / "internal"
    folder.mkdir(parents=True)
    (folder / "figures.json").write_text("{}")
    (folder.parent / "manifest.json").write_text("{}")


def _sealed_without(small: Province, manifest: dict, figures: str = "{}") -> None:
    """A published version whose manifest is whole in itself and lacks what others have."""
    (small.folder("1") / "data" / "2022" / "closed.json").unlink()
    folder = small.folder("1") / "outputs" / "2022" / "internal"
    folder.mkdir(parents=True)
    (folder / "figures.json").write_text(figures)
    said = {"report_year": 2022, "publication": "annual_report", **manifest}
    (folder.parent / "manifest.json").write_bytes(sealed(said))


def _of_figures(content: str) -> dict:
    """What a manifest says of figures.json."""
    return {
        "files": [{"name": "internal/figures.json", "sha256": sha256(content.encode())}],
        "inputs": [],
    }


_NO_VALUE = '{"figures": [{"key": "evaluation.items"}]}'
ODD = {
    "a manifest without files": (lambda one: _sealed_without(one, {}), "manifest.json：已损坏"),
    "figures without values": (
        lambda one: _sealed_without(one, _of_figures(_NO_VALUE), _NO_VALUE), "figures.json：已损坏"
    ),
    "damaged rows": (_damaged, "totals.parquet：不能作为 Parquet 读取"),
    "one file of rows": (_one_file, "indicators.parquet：没有这个文件"),
    "a column missing": (lambda one: one.send("1", drawn(1, 5)[0], without="self_grade"), "没有“self_grade”列"),
    "rows of another year": (
        lambda one: one.send("1", drawn(1, 5)[0], said={"report_year": "2021"}), "是 2021 工作年度的；应为2022"
    ),
    "rows of other tables": (
        lambda one: one.send("1", drawn(1, 5)[0], said={"made_from": "1"}), "与封存记录不是由同一份数据表"
    ),
    "a kind that is none": (lambda one: one.send("1", [["unit", D(9), D(9)]]), "“kind”不是评价对象的类别"),
    "indicators without a subject": (
        lambda one: one.send("1", [], [["project", "产出", D(1), D(1), D(1)]]), "评价对象不在 totals.parquet 里"
    ),
    "a district twice": (_twice, "district_id 列：“1”重复"),
    "a folder outside": (_outside, "folder 列：是“../elsewhere”"),
    "a link that leads out": (_linked, "在 kit 文件夹之外"),
    "a record of another year": (lambda one: one.record("1", figures(), year=2021), "closed.json：是 2021 工作年度的"),
    "a record of another district": (
        lambda one: one.record("1", {**figures(), "report.region": "区8"}), "是“区8”的；应为“区1”的"
    ),
    "a record opened again": (lambda one: one.record("1", {}, state="reopened"), "closed.json"),
    "a record of two": (_same_record, "文件夹与第 2 行“区1”的相同"),
    "a record that was changed": (
        lambda one: (one.folder("1") / "data" / "2022" / "closed.json").write_text("{}"), "封存记录已损坏"
    ),
    "figures that no manifest holds": (_published, "manifest.json：已损坏"),
    "a day without files": (lambda one: one.add("2", None, received_on="2023-06-01"), "没有封存记录，也没有发布的统计数"),
    "files without a day": (
        lambda one: (one.add("2", figures()), one.rows[1].update(received_on=""), one.listed()), "received_on 列：没有填"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_cannot_be_used_is_one_line(small, name):
    """Each names its file or cell, what was found and what to do; no path of the machine."""
    change, words = ODD[name]
    small.add("1", figures(count=5))
    change(small)
    with pytest.raises(JixiaoError) as caught:
        read(small)
    lines = str(caught.value).splitlines()
    assert [line for line in lines if words in line], lines
    assert not any(str(small.root) in line for line in lines)


def test_rows_that_come_twice_are_refused(small):
    """A subject counted twice would weigh double."""
    small.add("1", figures(count=2))
    path = small.send("1", [["project", D(9), D(8)]] * 2) / "totals.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select * replace ('S0' as subject_id) from '{path}'")
        known = connection.execute("select key, value from parquet_kv_metadata($1)", [str(path)]).fetchall()
        keys = ", ".join(f"{key.decode()}: '{value.decode()}'" for key, value in known)
        connection.execute(f"copy t to '{path}' (format parquet, kv_metadata {{{keys}}})")
    with pytest.raises(JixiaoError, match="2 行里“subject_id”只有 1 个不同的"):
        read(small)


def test_recorded_provinces_take_no_invented_rows(small):
    """A reconstruction under a real district's name is refused."""
    small.add("1", figures())
    path = small.root / "params" / "2022.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("data_origin: reconstruction", "data_origin: recorded"), encoding="utf-8")
    with pytest.raises(JixiaoError, match="是重构数据"):
        read(small)


# small provinces


def _none(small: Province) -> None:
    small.add("1", None)


def _one(small: Province) -> None:
    small.add("1", figures(count=30, own="95.00", other="80.00", gap="15.00"))
    small.send("1", *drawn(1, 30))


def _two(small: Province) -> None:
    _one(small)
    small.add("2", figures(OTHER_RULES, count=3, own="90.00"), received_on="2023-07-02")


def _empty(small: Province) -> None:
    _one(small)
    small.add("2", figures(count=0))
    small.send("2", [])


@pytest.mark.parametrize("make", [_none, _one, _two, _empty])
def test_small_provinces_have_their_report(small, monkeypatch, make):
    """Every cell runs: nothing received, one district, two of two policies, one without subjects."""
    make(small)
    report = opened(small, monkeypatch, cells=None)
    assert shown(report, "province.districts")


def test_a_district_without_subjects_is_said(small):
    """It counts as received, with a share of nothing."""
    _empty(small)
    found = told(small)
    assert (found["empty"].value, found["empty_say"].value) == (1, "区2")


def test_a_kit_without_districts_is_told(small):
    """The report about districts is not made where none is listed."""
    assert Publication(PROJECT, YEAR, "province").without_rows == ("districts",)


# charts


def test_districts_stand_in_groups_by_their_middle(small, monkeypatch):
    """The largest group first, in it the lowest middle first; the other group behind a line."""
    for n, middle in ((1, 95), (2, 90), (3, 99)):
        small.add(str(n), figures(OTHER_RULES if n == 3 else RULES))
        small.send(str(n), [["project", D(middle), D(80)]] * 12)
    chart = province_charts.CHARTS["province.scores.projects"](opened(small, monkeypatch).evaluation)
    axes = chart.drawn.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["区2①", "区1①", "区3②"]
    assert "①规则甲；②规则乙" in chart.note and "组间不比较" in chart.note


@pytest.mark.parametrize("count", [drawing.FEW, drawing.FEW + 1])
def test_all_of_few_and_the_lowest_of_many_are_named(count):
    """Twenty districts have a labelled bar each, of more the lowest three are named."""
    values = [(f"区{n}", D(n)) for n in range(count)]
    axes = drawing.shares(values, ["题"], "没有报送").axes[0]
    texts = [text.get_text() for text in axes.texts]
    if count <= drawing.FEW:
        assert len(axes.get_yticklabels()) == count
    else:
        assert "最低：区0、区1、区2" in texts


def test_names_in_a_funnel_do_not_lie_on_each_other():
    """Two dots side by side have their names on the two sides where nothing is."""
    dots = [drawing.Dot(400, D(5), "区一"), drawing.Dot(405, D(5), "区二"), drawing.Dot(900, D(1))]
    limits = [(name, [(400, D(3)), (900, D(1))]) for name in ("95%控制线", "99.8%控制线")]
    axes = drawing.funnel(dots, limits, ("对象", "分"), ["题"]).axes[0]
    sides = {text.get_text(): text.get_ha() for text in axes.texts}
    assert sides == {"区一": "right", "区二": "left"}


# the publication


def test_what_districts_sent_are_inputs_and_the_build_is_the_same_twice(small, monkeypatch):
    """Records and rows are kept with the version by their hashes; verify makes it anew, byte for byte; traces lead to districts."""
    _two(small)
    names = [one.name for one in Publication(small.root, YEAR, "province").inputs if one.role == "district"]
    assert names == [
        "districts/1/data/2022/closed.json",
        "districts/1/outputs/2022.upward/totals.parquet",
        "districts/1/outputs/2022.upward/indicators.parquet",
        "districts/2/data/2022/closed.json",
    ]
    kit = Kit(small.root, there=True)
    done = kit.run("report", "2022", "province")
    assert done.returncode == 0, done.stderr
    assert "F02" not in done.stderr and "C04" not in done.stderr
    checked = kit.run("verify", "2022", "province")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    traced = kit.run("trace", "2022", "province.late", "province")
    assert "区2" in traced.stdout, traced.stdout + traced.stderr
    small.send("1", *drawn(2, 30))
    changed = kit.run("verify", "2022", "province")
    assert changed.returncode == 1 and "区县报送已变" in changed.stdout + changed.stderr


def test_the_rows_that_a_district_writes_are_taken_by_the_province(small, tmp_path):
    """jixiao upward --rows of the kit, its figures as published, in a province: counts and means are those of the report."""
    from jixiao.figures.evaluate import evaluate
    from jixiao.upward import rows

    evaluation = evaluate(PROJECT, params.of_year(PROJECT, YEAR))
    files = rows.files(PROJECT, evaluation)
    assert files == rows.files(PROJECT, evaluation)
    said = {key: one.number for key, one in evaluation.figures.items() if one.value is not None}
    small.add("1", {}, name="城中区")
    inputs = [one.as_json() for one in Publication(PROJECT, YEAR).inputs]
    small.record("1", said, inputs=inputs)
    folder = small.folder("1") / "outputs" / "2022.upward"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    found = read(small)
    assert told(small)["rows.unfit_say"].value is None
    scores = found.counts.scores
    for kind in SubjectKind:
        for tier, name in (("own", "self"), ("other", "review")):
            part = scores[(scores["kind"] == kind.value) & (scores["tier"] == tier)]
            mean = sum(part["score"] * part["count"]) / sum(part["count"])
            printed = evaluation.figures[f"evaluation.{kind.key}.{name}_mean"].value
            assert abs(mean - printed) <= D("0.005")
    assert not any(
        "预算单位" in str(cell) for frame in (found.counts.levels,) for cell in frame.to_numpy().ravel()
    )


def test_a_new_year_takes_the_districts_along(small):
    """Ids, names and folders, without budgets and days; a kit of one district has no such table."""
    small.add("1", figures(), folder="districts/1")
    made = new_year.make(small.root, 2023)
    assert "data/2023/districts.csv" in made.made
    text = (small.root / "data" / "2023" / "districts.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1] == "1,区1,,districts/1,,"


@pytest.mark.parametrize("name", ["totals", "indicators"])
def test_the_columns_that_districts_send_are_documented(name):
    """data/README.md says of each column of the Parquet files its type, in their order."""
    types = row_files.TOTALS if name == "totals" else row_files.INDICATORS
    page = (PROJECT / "data" / "README.md").read_text(encoding="utf-8")
    section = page.partition(f"### {name}.parquet")[2].partition("\n#")[0]
    assert re.findall(r"^\| `(\w+)` \| (\S+) \|", section, re.MULTILINE) == list(types.items())
