"""Plans of batches: what they may say, how mistakes in them are told, and which jobs they become."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.batch import plan
from jixiao.batch.jobs import Bounds, Job, Outcome, State, faults_of
from jixiao.kit.errors import Fault, ParameterError
from jixiao.kit.progress import time_left
from jixiao.running.limits import MB

UNITS = "unit_id,name,department_id,section\nU1,甲局,U1,\nU2,乙所,U1,\n"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder of districts, in which no kit lies but those."""
    monkeypatch.delenv("JIXIAO_ROOT", raising=False)
    for name in ("区10", "区2", ".旧"):
        for room in ("params", "data", "notebooks"):
            (tmp_path / "districts" / name / room).mkdir(parents=True)
        for year in (2022, 2023):
            (tmp_path / "districts" / name / "params" / f"{year}.yml").write_text("x: 1", encoding="utf-8")
    (tmp_path / "districts" / "outputs").mkdir()
    (tmp_path / "districts" / "readme.txt").touch()
    return tmp_path


def read(folder: Path, text: str) -> plan.Plan:
    """The plan of a text."""
    path = folder / "p.yml"
    path.write_text(text, encoding="utf-8")
    return plan.read(path)


WRONG = [
    ("kit: [a]", "p.yml 第 1 行：没有名为“kit”的键；请改为 kits"),
    ("kits: a", "p.yml 第 1 行：kits 不是列表；应为写在方括号里，如 [\"districts/*\"]"),
    ("kits: []", "p.yml 第 1 行：kits 不是列表；应为写在方括号里，如 [\"districts/*\"]"),
    ("years:\n  - 2022\n  - 22", "p.yml 第 3 行：years 里的“22”不对；应为如 [2022, 2023]"),
    ("years: [true]", "p.yml 第 1 行：years 里的“True”不对；应为如 [2022, 2023]"),
    ("years: [2022, 2022]", "p.yml 第 1 行：years 里的“2022”重复；请只保留一处"),
    ("notebooks: [年报]", "p.yml 第 1 行：notebooks 里的“年报”不对；应为如 [annual_report]"),
    ("notebooks: [unit_letter]", "p.yml 第 1 行：unit_letter 是给单个单位的函，不作为报告；"
     "请写 each: units 或 each: departments，不写 notebooks"),
    ("parameters: {june: {month: 6}}", "p.yml 第 1 行：写了 parameters，却没有写 notebooks；请用 notebooks 写明这些参数是哪些笔记本的"),
    ("notebooks: [a]\nparameters: {六月: {month: 6}}", "p.yml 第 2 行：变体的名称“六月”不对；应为小写字母、数字、_ 和 -，如 june"),
    ("notebooks: [a]\nparameters: {june: 6}", "p.yml 第 2 行：“june”下面没有参数；应为名称: {参数: 值}，如 june: {month: 6}"),
    ("each: unit", "p.yml 第 1 行：each 是“unit”；请改为 units"),
    ("each: units\nnotebooks: [a]", "p.yml 第 2 行：写了 each，笔记本只能是 unit_letter；请删去 notebooks，报告另写一个计划"),
    ("each: units\nparameters: {a: {b: 1}}", "p.yml 第 2 行：写了 each，函没有变体；请删去 parameters，另写一个计划"),
    ('years: [2022]\nreply_by: "2023-10-31"', "p.yml 第 2 行：写了 reply_by，却没有写 each：期限只写进函里；"
     "请加上 each: units，或删去 reply_by"),
    ('each: units\nreply_by: "2023-02-30"', 'p.yml 第 2 行：reply_by 是“2023-02-30”，不是日期；应为加引号的年月日，如 "2023-10-31"'),
    ("limits: {deadline: 0}", "p.yml 第 1 行：deadline 是“0”；应为1 到 86400 之间的秒数"),
    ("limits: {memory_mb: 255}", "p.yml 第 1 行：memory_mb 是“255”；应为256 到 1000000 之间的MB 数（整数）"),
    ("limits: {memory: 1}", "p.yml 第 1 行：没有名为“memory”的键；请改为 memory_mb"),
    ("{}", "p.yml：计划是空的；应为至少一个键：kits、years、notebooks、parameters、each、reply_by、limits"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_mistake_in_a_plan_is_told_in_a_line(folder, text, told):
    """With its line, what was expected and what to do."""
    with pytest.raises(ParameterError) as error:
        read(folder, text)
    assert str(error.value) == told
    assert error.value.exit_code == 2


def test_all_mistakes_are_told_together(folder):
    """Each on a line of its own; a plan that is not there is one too."""
    with pytest.raises(ParameterError) as error:
        read(folder, "kitz: [a]\nyears: [1]\nlimits: {deadline: x}")
    assert len(error.value.faults) == 3
    with pytest.raises(ParameterError, match=r"none\.yml：没有这个计划文件；请核对路径"):
        plan.read(folder / "none.yml")


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("limits: {deadline: 1}", Bounds(1.0, 4096 * MB)),
        ("limits: {deadline: 86400, memory_mb: 256}", Bounds(86400.0, 256 * MB)),
    ],
)
def test_limits_at_their_bounds(folder, text, bounds):
    """The least and the most that may be given are taken."""
    assert read(folder, f"kits: [x]\n{text}").bounds == bounds


def test_kits_years_notebooks_and_parameters_are_combined(folder):
    """In the order of the plan, kits that a pattern finds by their numbers; hidden folders and outputs are none of them."""
    found = plan.jobs(
        read(
            folder,
            'kits: ["districts/*", districts/区2]\nnotebooks: [a, b]\nparameters: {june: {month: 6}, july: {month: 7}}',
        )
    )
    assert [one.name for one in found if isinstance(one, Job)] == [
        f"districts/{kit} {year} {notebook}@{variant}"
        for kit in ("区2", "区10")
        for year in (2022, 2023)
        for notebook in "ab"
        for variant in ("june", "july")
    ]
    assert found[1].parameters == {"month": 7}
    assert not found[0].by_year


def test_what_is_no_kit_is_one_failure(folder):
    """A folder that is not there, one that is no kit, and a kit without years; the others have their jobs."""
    (folder / "leer" / "params").mkdir(parents=True)
    for room in ("params", "data", "notebooks"):
        (folder / "neu" / room).mkdir(parents=True)
    found = plan.jobs(read(folder, "kits: [weg, leer, neu, districts/区2]\nnotebooks: [a]"))
    told = {one.job.name: str(one.faults[0]) for one in found if isinstance(one, Outcome)}
    assert told == {
        "weg": "weg：没有这个文件夹；应为含有 params、data、notebooks；请核对名称",
        "leer": "leer：不是报告工具的文件夹；应为含有 params、data、notebooks；请核对名称",
        "neu": "neu/params：没有年度的参数文件；应为如 2022.yml；请运行 jixiao new-year",
    }
    assert len(found) == 5


def test_a_kit_that_the_system_refuses_is_one_failure(folder):
    """As one with a name that no system takes; the others have their jobs."""
    found = plan.jobs(read(folder, f"kits: [{'x' * 300}, districts/区2]\nnotebooks: [a]"))
    assert [isinstance(one, Outcome) for one in found] == [True, False, False]
    assert "File name too long" in str(found[0].faults[0])


def test_whatever_an_error_is_it_has_a_line():
    """Those that are foreseen their own, those of the system theirs, all others one for whoever keeps the program."""
    assert faults_of(ParameterError(Fault("a", "b"))) == (Fault("a", "b"),)
    assert str(*faults_of(PermissionError(13, "Permission denied", "/a/b/c/d"))) == (
        "b/c/d：Permission denied；请核对路径、权限和磁盘空间"
    )
    assert str(*faults_of(KeyError("x\ny"))) == "程序：出错（KeyError：'x\\ny'）；请告诉程序的维护者"


def test_a_pattern_that_finds_nothing_is_a_mistake_of_the_plan(folder):
    """It would be passed over in silence; also one that can find nothing."""
    with pytest.raises(ParameterError, match="没有与“区县/\\*”相符的文件夹"):
        plan.jobs(read(folder, 'kits: ["区县/*"]'))
    with pytest.raises(ParameterError, match="没有与“districts\\*\\*”相符的文件夹"):
        plan.jobs(read(folder, 'kits: ["districts**"]'))


def test_a_plan_without_kits_is_about_the_kit_in_which_it_lies(folder):
    """Its summary goes to the outputs of that kit, also from a folder within; outside of any kit it has to name one."""
    kit = folder / "districts" / "区2"
    (kit / "plans").mkdir()
    found = read(kit / "plans", "notebooks: [a]")
    assert (found.base, found.folder) == (kit, kit / "outputs" / "batch" / "p")
    assert [one.name for one in plan.jobs(found)] == ["2022 a", "2023 a"]
    with pytest.raises(ParameterError, match="不知道是哪一个报告工具的文件夹"):
        read(folder, "notebooks: [a]")
    assert read(folder, "kits: [districts/区2]").folder == folder / "outputs" / "batch" / "p"


def test_parameters_that_cannot_be_read_are_told_by_the_job(folder):
    """Where the year does not say which notebooks it has, the usual one is asked for, and says why."""
    found = plan.jobs(read(folder, "kits: [districts/区2]\nyears: [2022]"))
    assert [(one.name, one.by_year) for one in found] == [("districts/区2 2022 annual_report", True)]


def test_letters_of_a_kit_that_cannot_be_read_are_one_failure(folder):
    """Who gets one is not known then."""
    found = plan.jobs(read(folder, "kits: [districts/区2]\neach: units\nyears: [2022]"))
    assert [(one.job.name, one.state) for one in found] == [("districts/区2 2022 unit_letter", State.FAILED)]


def test_what_travels_as_json_comes_back_the_same():
    """Jobs and outcomes, with all that they say."""
    job = Job("区", 2022, "a", {"month": 6, "list": ["x"]}, "june", "U1", True, "2023-10-31", True)
    outcome = Outcome(job, State.FAILED, (Fault("a", "b", "c", "d"),), ("e",), 1.5, "f", 7)
    assert Outcome.from_json(outcome.as_json()) == outcome
    with pytest.raises(ValueError, match="gone"):
        State.of("gone")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.1, "约 5 秒"),
        (119, "约 120 秒"),
        (120, "约 2 分钟"),
        (3569, "约 59 分钟"),
        (3571, "约 1 小时"),
        (4800, "约 1 小时 20 分钟"),
    ],
)
def test_time_left_is_no_more_exact_than_it_is_known(seconds, words):
    """Seconds to five, minutes, hours with minutes to five."""
    assert time_left(seconds) == words
