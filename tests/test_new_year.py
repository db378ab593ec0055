"""A new year: its files follow from the year before, nothing is overwritten, and what is missing is said in order."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st
from papermill.iorw import read_yaml_file

from jixiao.archive import new_year
from jixiao.kit.errors import PlaceError
from jixiao.year import params, tables
from jixiao.year.schemas import IMPORTED, OF_DISTRICTS, SCHEMAS
from kit import PROJECT, Kit
from test_closing import short

# Districts come along where there are some.
TABLES = [name for name in SCHEMAS if name not in {*IMPORTED, OF_DISTRICTS}]


@pytest.fixture
def kit(tmp_path) -> Kit:
    """A copy of the kit, in which there is no year but 2022."""
    return Kit(tmp_path / "kit")


def bare(root: Path, **changes: object) -> Path:
    """A folder with the parameters of 2022, some of them others, and no data."""
    values = params.read(PROJECT, 2022) | changes
    for name in ("params", "data"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "params" / "2022.yml").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    return root


def filled_in(root: Path, year: int = 2023) -> Path:
    """The new params file with the day of publication filled in."""
    path = root / "params" / f"{year}.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count('published_on: "" ') == 1
    path.write_text(text.replace('published_on: "" ', f'published_on: "{year + 1}-08-25" '), encoding="utf-8")
    return path


def state(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below `root` with its content and the time of its last change."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_the_files_of_a_new_year(kit):
    """Parameters, and each table that an analyst fills in: its header behind the mark that Excel needs."""
    before = state(kit.root)
    result = kit.run("new-year", "2023")
    assert (result.returncode, result.stderr) == (0, "")
    made = {name for name in state(kit.root).keys() - before.keys() if "/." not in name}
    assert made == {"params/2023.yml", *(f"data/2023/{name}.csv" for name in TABLES)}
    assert {name for name in made if f"新建  {name}" in result.stdout.splitlines()} == made
    for name in TABLES:
        content = (kit.root / "data" / "2023" / f"{name}.csv").read_bytes()
        head = b"\xef\xbb\xbf" + ",".join(SCHEMAS[name].columns).encode() + b"\n"
        assert content == head or (name == "facts" and content.startswith(head))
        assert tables.parse(content, name).columns.tolist() == list(SCHEMAS[name].columns)
    steps = re.findall(r"^(\d)\. (.*)$", result.stdout, re.MULTILINE)
    assert [number for number, _ in steps] == list("123456789")
    assert "从 2022 年度带来 14 项事实的键" in steps[5][1]
    assert "重构数据，不带过来" in steps[1][1]
    assert result.stdout.splitlines()[-1].endswith("jixiao report 2023")


def test_a_second_time_changes_nothing(kit):
    """Everything is there: each file is named as kept, none is touched, exit code 0."""
    kit.run("new-year", "2023")
    before = state(kit.root)
    result = kit.run("new-year", "2023")
    assert result.returncode == 0
    assert "新建" not in result.stdout and "什么也没有改动" in result.stdout
    assert result.stdout.count("（已有，没有改动）") == len(TABLES) + 1
    assert state(kit.root) == before


def test_what_is_there_is_kept_and_the_rest_is_made(kit):
    """Of a year that was begun, files of any content stay as they are."""
    (kit.root / "data" / "2023").mkdir()
    kept = {"data/2023/units.csv": b"\xff", "params/2023.yml": b"report_year: 2023\n"}
    for name, content in kept.items():
        (kit.root / name).write_bytes(content)
    result = kit.run("new-year", "2023")
    assert {name for name in kept if f"保留  {name}（已有，没有改动）" in result.stdout} == set(kept)
    assert {name: (kit.root / name).read_bytes() for name in kept} == kept
    assert result.stdout.count("新建") == len(TABLES) - 1
    assert "data/2023/units.csv：核对预算单位" in result.stdout


def test_facts_come_without_values_and_invented_ones_without_their_source(kit):
    """The keys and words of all; the sources of those that the bureau has published, not of those of a reconstruction."""
    kit.run("new-year", "2023")
    there, made = (
        list(csv.DictReader((kit.root / f"data/{year}/facts.csv").open(encoding="utf-8-sig")))
        for year in (2022, 2023)
    )
    assert [row["key"] for row in made] == [row["key"] for row in there]
    assert {row["value"] for row in made} == {""}
    sources = ["" if row["source"].startswith("重构数据") else row["source"] for row in there]
    assert "" in sources and any(sources)
    assert [row["source"] for row in made] == sources


def test_an_untouched_year_says_what_is_missing_first(kit):
    """The day of publication, then the tables without which there is nothing to report; one line each."""
    kit.run("new-year", "2023")
    for words in (("report", "--quiet"), ("check",), ("forms",)):
        result = kit.run(words[0], "2023", *words[1:])
        assert result.returncode == 2
        assert re.fullmatch(
            r"params/2023.yml 第 9 行：published_on 没有填；应为加引号的日期.*\n", result.stderr
        )
    filled_in(kit.root)
    result = kit.run("report", "2023", "--quiet")
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        "data/2023/facts.csv 第 2、3、4、5、6、7、8、9、10、11、12、13、14、15 行 value 列：14 格没有填；请填上；用不到的，删去整行",
        "data/2023/facts.csv 第 7、8、9、10、11、12、13、14、15 行 source 列：9 格没有填；请填上；用不到的，删去整行",
        *(
            f"data/2023/{name}.csv：是空表，没有数据行；请填入数据"
            for name in ("units", "subjects", "indicators")
        ),
    ]


def test_parameters_follow_from_the_year_before(kit):
    """What belongs to the year is new, the rest is carried over; strict reading and papermill read the same."""
    kit.run("new-year", "2023")
    values = params.read(kit.root, filled_in(kit.root) and 2023)
    assert read_yaml_file(str(kit.root / "params" / "2023.yml")) == values
    assert values == params.read(kit.root, 2022) | {
        "report_year": 2023,
        "evaluated_year": 2022,
        "published_on": "2024-08-25",
        "data_folder": "2023",
        "data_origin": "recorded",
        "total_initial_budget": None,
    }


def test_the_newest_year_before_counts(tmp_path):
    """Of several years the last one before is taken, whatever comes later; the years keep their distance."""
    bare(tmp_path)
    for year, lag, region in ((2019, 1, "甲"), (2020, 2, "乙"), (2026, 1, "丙")):
        values = params.read(PROJECT, 2022) | {
            "report_year": year,
            "evaluated_year": year - lag,
            "region": region,
        }
        (tmp_path / "params" / f"{year}.yml").write_text(json.dumps(values), encoding="utf-8")
    assert (new_year.make(tmp_path, 2021).before, new_year.make(tmp_path, 2025).before) == (2020, 2022)
    found = params.read(tmp_path, filled_in(tmp_path, 2021) and 2021)
    assert (found["region"], found["evaluated_year"]) == ("乙", 2019)


HOSTILE = [
    'x"\\nissuer: y',
    "a: b # c",
    "'} - [x",
    "{{ 7 * 7 }}{% raw %}",
    "&a *b !c",
    "null",
    "2023-08-25",
    "\\u0041\\",
    "🀄𠮷",
    "%YAML",
]


def carried(root: Path, text: str) -> None:
    """Hold texts that the year before has against those of the new year."""
    changes = {
        "region": text,
        "issuer": text,
        "license": text,
        "contact": text,
        "tiers": {
            "self": {"name": text, "by": text, "bands": [{"band": "[90,100]", "name": text}]},
            "spot": {"name": f"{text}2", "by": text, "covers": "sample", "bands": {"projects": ["=100"]}},
            "other": {"name": f"{text}3", "by": text},
        },
        "leave_out": [text],
        "notebooks": {"annual_report": {"note": text, "shares": [0.5, None, True]}},
    }
    new_year.make(bare(root, **changes), 2023)
    values = params.read(root, filled_in(root) and 2023)
    assert {key: values[key] for key in changes} == changes
    assert read_yaml_file(str(root / "params" / "2023.yml")) == values


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_stay_texts(tmp_path, text):
    """No text of the year before breaks out of its quotation marks, nor is it taken for a template."""
    carried(tmp_path, text)


@given(st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()))
def test_any_text_stays_a_text(tmp_path_factory, text):
    """The same for whatever the parameters allow."""
    carried(tmp_path_factory.mktemp("bare"), text)


def test_units_of_a_recorded_year_come_along(kit):
    """They are read in any encoding, checked, and written so that a spreadsheet reads and does not run them."""
    kit.edit(kit.params, "data_origin: reconstruction", "data_origin: recorded")
    rows = "section,unit_id,department_id,name\n一股,U1,U1,甲单位\n,U2,U1,'=甲()\n"
    (kit.data / "units.csv").write_bytes(rows.encode("gb18030"))
    result = kit.run("new-year", "2023")
    assert "data/2023/units.csv：从 2022 年度带来 2 个预算单位，核对增减" in result.stdout
    content = (kit.root / "data" / "2023" / "units.csv").read_bytes()
    assert content.decode("utf-8-sig").splitlines()[1:] == ["U1,甲单位,U1,一股", "U2,'=甲(),U1,"]
    (kit.data / "units.csv").write_text("unit_id,name,department_id,section\nU1,,U1,\n", encoding="utf-8")
    refused = kit.run("new-year", "2024")  # 2023 has no day of publication yet
    assert (refused.returncode, "params/2023.yml 第 9 行：published_on 没有填" in refused.stderr) == (2, True)
    shutil.rmtree(kit.root / "data" / "2023")
    (kit.root / "params" / "2023.yml").unlink()
    faulty = kit.run("new-year", "2023")
    assert faulty.returncode == 2
    assert faulty.stderr.strip() == "data/2022/units.csv 第 2 行 name 列：没有填；请填上"
    assert not (kit.root / "data" / "2023").exists()


@pytest.mark.parametrize(
    ("year", "said"),
    [
        ("1899", "“1899”不是年份"),
        ("99", "“99”不是年份"),
        ("../x", "“../x”不是年份"),
        ("2022", "没有早于 2022 年的参数文件可以照着做（已有的年度：2022）"),
    ],
)
def test_a_year_that_cannot_be_begun_is_one_line(kit, year, said):
    """No year, or none before it: exit code 2, and nothing is made."""
    before = state(kit.root)
    result = kit.run("new-year", year)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert said in result.stderr
    assert state(kit.root) == before


def test_a_folder_that_leads_elsewhere_is_refused(tmp_path):
    """data/2023 may not be a link out of the kit."""
    bare(tmp_path / "kit")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "kit" / "data" / "2023").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PlaceError):
        new_year.make(tmp_path / "kit", 2023)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def with_mark_and_years(path: Path, target: Path) -> None:
    """A table of 2022 as that of 2023, as a spreadsheet saves it into the file that was made."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    later = [[re.sub(r"\b202([123])(?=-)", lambda m: f"202{int(m[1]) + 1}", c) for c in row] for row in rows]
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(later)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Kit:
    """A kit in which 2023 was begun by the command and filled in."""
    kit = short(tmp_path_factory.mktemp("whole") / "kit")
    facts = "key,value,unit,label,definition,source,source_date\ntraining.sessions,3,次,培训次数,,签到册,2022-11-30\n"
    (kit.data / "facts.csv").write_text(facts, encoding="utf-8")
    assert kit.run("new-year", "2023").returncode == 0
    filled_in(kit.root)
    for name in TABLES:
        with_mark_and_years(kit.data / f"{name}.csv", kit.root / "data" / "2023" / f"{name}.csv")
    return kit


def test_a_year_that_is_filled_in_gives_its_report(whole):
    """With tables the report of 2023 is made, verified and closed like any other, with figures of its year."""
    for words in (("report", "2023", "--quiet"), ("verify", "2023", "--quiet"), ("close", "2023")):
        result = whole.run(*words)
        assert result.returncode == 0, result.stdout + result.stderr
    assert (
        Package(str(whole.outputs / "2023" / "internal" / "datapackage.json")).validate().valid
    )  # mark or not
    content = json.loads((whole.outputs / "2023" / "internal" / "figures.json").read_text(encoding="utf-8"))
    (declared,) = [one for one in content["figures"] if one["key"] == "training.sessions"]
    assert (declared["display"], declared["basis"]) == ("3次", "申报")
    assert (content["report_year"], content["evaluated_year"], content["origin"]) == (2023, 2022, "recorded")
    values = {one["key"]: one["value"] for one in content["figures"]}
    assert values["evaluation.departments.review.[85,90)"] == "8"


def test_a_closed_year_gets_no_new_table(whole, tmp_path):
    """One that is missing is not made: what the year was closed with would have another input."""
    kit = Kit(tmp_path)
    shutil.copytree(whole.root, kit.root, dirs_exist_ok=True)
    assert kit.run("new-year", "2023").returncode == 0  # nothing is missing, nothing is made
    missing = kit.root / "data" / "2023" / "monitoring.csv"
    missing.unlink()
    result = kit.run("new-year", "2023")
    assert (result.returncode, missing.exists()) == (1, False)
    assert "封存，数据表不再改动" in result.stderr and "--reopen" in result.stderr


def test_parameters_left_over_are_found(whole, tmp_path):
    """A year that follows from the command has no F10; one copied by hand and half changed has."""
    kit = Kit(tmp_path)
    shutil.copytree(whole.root, kit.root, dirs_exist_ok=True)
    rules = [one["rule"] for one in json.loads(kit.run("check", "2023", "--json").stdout)["findings"]]
    assert "F10" not in rules and "F02" not in rules
    for old, new in (("evaluated_year: 2022", "evaluated_year: 2021"), ('"2024-08-25" ', '"2023-08-25" ')):
        kit.edit(kit.root / "params" / "2023.yml", old, new)
    found = json.loads(kit.run("check", "2023", "--json").stdout)["findings"]
    assert [one["rule"] for one in found].count("F10") == 2
