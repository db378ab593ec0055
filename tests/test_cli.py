"""The command line: Chinese usage lines, exit codes, JSON alone on standard output."""

import json
from decimal import Decimal

import click
import pytest
import yaml
from click.testing import CliRunner

from jixiao.commands.cli import cli
from jixiao.figures.evaluate import evaluate
from jixiao.year import params
from kit import Kit


@pytest.fixture
def kit(tmp_path) -> Kit:
    """A copy of the kit."""
    return Kit(tmp_path)


def test_compare_prints_every_published_figure_as_json(kit):
    """At least 35 facts, all equal, one JSON document and nothing else."""
    result = kit.run("compare", "2022", "--json")
    document = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (0, "")
    assert document["compared"] == len(document["figures"]) >= 35
    assert [row for row in document["figures"] if not row["equal"]] == []


def test_compare_prints_a_table_for_people(kit):
    """One line a fact, its columns under those of the others, and a verdict at the end."""
    lines = kit.run("compare", "2022").stdout.splitlines()
    assert ["一致", "key_projects.mean_score", "90.50"] in [line.split() for line in lines]
    assert len({line.rindex(line.split(maxsplit=2)[2]) for line in lines if "  evaluation." in line}) == 1
    assert lines[-1].startswith("共核对 ") and lines[-1].endswith("全部一致。")


def test_a_difference_is_told_with_both_numbers(kit):
    """A published number that the data do not give: exit 1, both values."""
    kit.edit(kit.data / "published.yml", "mean_score: 90.50", "mean_score: 90.51")
    result = kit.run("compare", "2022")
    assert result.returncode == 1
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("不一致")]
    assert line.split(maxsplit=2) == ["不一致", "key_projects.mean_score", "公布 90.51，计算 90.50"]


def test_without_published_facts_nothing_is_called_equal(kit):
    """No published.yml is an error, not an agreement over nothing."""
    (kit.data / "published.yml").unlink()
    result = kit.run("compare", "2022")
    assert result.returncode == 2
    assert "data/2022/published.yml：没有这个文件，无从核对" in result.stderr


def test_a_file_of_deep_brackets_is_refused_in_one_line(kit):
    """Fifty thousand brackets: the file, the line, the limit and what to do; exit code 2."""
    with kit.params.open("a", encoding="utf-8") as file:
        file.write("deep: " + "[" * 50_000 + "\n")
    line = kit.params.read_text(encoding="utf-8").count("\n")
    result = kit.run("compare", "2022")
    said = f"params/2022.yml 第 {line} 行：括号和缩进嵌套超过 30 层；请核对括号是否成对、缩进是否对齐\n"
    assert (result.returncode, result.stdout, result.stderr) == (2, "", said)


def test_without_words_the_help_is_shown(kit):
    """Bare `jixiao` shows what there is."""
    result = kit.run()
    assert result.returncode == 2
    assert "命令：" in result.stderr


MISTAKES = [
    (["report"], "缺少 YEAR"),
    (["report", "22"], "“22”不是年份"),
    (["report", "../x"], "“../x”不是年份"),
    (["report", "2031"], "没有这个年度的参数文件"),
    (["report", "2022", "--fast"], "没有选项 --fast"),
    (["compare", "2022", "annual_report", "2023"], "多写了参数"),
    (
        ["verify", "outputs/2022", "mid_year"],
        "NOTEBOOK mid_year：outputs/2022 是文件夹，按它自己的 manifest.json 核对，不分笔记本；请不写笔记本，或把文件夹换成年份",
    ),
    (["report", "2022", "--deadline", "inf"], "--deadline：“inf”不能作时限"),
    (["chekc"], "没有命令 chekc；可用的命令：batch、check"),
]


@pytest.mark.parametrize(
    ("words", "said"), MISTAKES, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_wrong_usage_is_one_chinese_line(kit, words, said):
    """Exit 2, one line on standard error, no traceback, nothing on standard output."""
    result = kit.run(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


BLANK = [
    ["check", ""],
    ["check", "a.xlsx", "\u3000"],
    ["check", "a.xlsx", "--returns="],
    ["check", "a.xlsx", "--year", ""],
    ["import", "2022", ""],
    ["forms", "2022", "--to", " "],
    ["verify", "outputs/2022", "--sha256", ""],
    ["verify", ""],
    ["report", "2022", ""],
    ["policies", "--", ""],
]


@pytest.mark.parametrize("words", BLANK, ids=" ".join)
def test_a_blank_word_is_neither_a_path_nor_nothing(words):
    """`check ''` would read the current folder, `--to ''` write there, `--sha256 ''` compare nothing."""
    with pytest.raises(click.UsageError, match=f"{words[-1].strip(' =　') or words[-2]} 后面的参数是空的"):
        cli.main(words, standalone_mode=False)


def test_files_that_were_not_read_are_not_said_to_be_fine(kit):
    """A path without a file: no line says that nothing was wrong with it."""
    lines = kit.run("check", "none.xlsx", "--quiet").stdout.splitlines()
    assert lines[0] == "没有读到一张表，什么也没有审核。"


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in cli.commands)], ids=" ".join)
def test_help_is_chinese_throughout(words):
    """No English frame around the Chinese text."""
    help_text = CliRunner().invoke(cli, words).output
    assert "用法：" in help_text
    assert [word for word in ("Usage", "Options", "Commands", "Show", "default") if word in help_text] == []


def test_a_folder_that_cannot_be_written_is_one_line(kit):
    """A file in the place of outputs/ ends with one line, not with a traceback."""
    (kit.root / "outputs").write_text("", encoding="utf-8")
    result = kit.run("report", "2022", "--quiet")
    assert result.returncode == 2
    assert "outputs：" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_outside_any_kit_the_folder_is_named(kit, tmp_path):
    """JIXIAO_ROOT that is no kit says what a kit's folder holds."""
    result = kit.run("report", "2022", JIXIAO_ROOT=str(tmp_path / "data"))
    assert result.returncode == 2
    assert "不是报告工具的文件夹" in result.stderr


def test_a_known_misprint_is_no_difference(kit):
    """It is told with its reason, exit code 0; declared without need, it is a difference."""
    published = kit.data / "published.yml"
    kit.edit(published, "mean_score: 90.50", "mean_score: {printed: 95, right: 90.50, because: 录入时看错行}")
    result = kit.run("compare", "2022")
    lines = result.stdout.splitlines()
    assert (result.returncode, lines[-1]) == (0, "共核对 46 项，1 项是已知误印，其余一致。")
    (told,) = [line for line in lines if line.startswith("已知误印")]
    assert told.split(maxsplit=2)[1:] == ["key_projects.mean_score", "公布 95，计算 90.50（录入时看错行）"]
    document = json.loads(kit.run("compare", "2022", "--json").stdout)
    assert (document["different"], document["misprints"]) == (0, 1)
    kit.edit(published, "printed: 95, right: 90.50", "printed: 90.50, right: 95")
    result = kit.run("compare", "2022")
    assert (result.returncode, result.stdout.splitlines()[-1]) == (1, "共核对 46 项，1 项不一致。")
    assert "公布 90.5，计算 90.50（误印，应为 95：录入时看错行）" in result.stdout


def test_a_skeleton_names_every_figure_and_is_read_back(kit):
    """Filled in with the figures' own values it compares as equal throughout, under keys that are words of YAML too."""
    with (kit.data / "facts.csv").open("a", encoding="utf-8") as file:
        file.write("no,1,个,甲,,某处,\nnull,2,个,乙,,某处,\n")
    printed = kit.run("compare", "2022", "--skeleton")  # what was filled in stays
    assert (printed.returncode, "published.yml 已有，没有改动" in printed.stderr) == (0, True)
    (kit.data / "published.yml").unlink()
    made = kit.run("compare", "2022", "--skeleton")
    assert (made.returncode, made.stdout.startswith("新建  data/2022/published.yml：")) == (0, True)
    text = (kit.data / "published.yml").read_text(encoding="utf-8")
    result = kit.run("compare", "2022")
    assert result.returncode == 2
    assert result.stderr.startswith("data/2022/published.yml：还没有填公布的数，无从核对")
    year = params.of_year(kit.root, 2022)
    figures = evaluate(kit.root, year).figures
    keys = yaml.safe_load(text)
    assert keys.keys() >= figures.keys()
    filled = [
        f"{json.dumps(key)}: {figure.number if isinstance(figure.value, Decimal) else json.dumps(figure.number)}"
        for key, figure in figures.items()
        if figure.value is not None
    ]
    (kit.data / "published.yml").write_text("\n".join(filled), encoding="utf-8")
    assert kit.run("compare", "2022").returncode == 0


FAILING = """
import sys
import click
from jixiao.commands import cli

def fail():
    secret = "某某项目"
    {}[secret]

cli.cli.add_command(click.Command("fail", callback=fail))
sys.argv = ["jixiao", "fail"]
cli.main()
"""


def test_an_error_that_nobody_foresaw_is_one_line_and_a_file(kit):
    """Exit code 3, no traceback; the file names the error, its places and versions, and neither data nor folders."""
    result = kit.python("-c", FAILING)
    (path,) = kit.outputs.glob("error-*.txt")
    report = path.read_text(encoding="utf-8")
    found = "程序自己出错了（KeyError），没有做完；数据表和已发布的版本没有只改一半的"
    said = f"jixiao fail：{found}；请把 outputs/{path.name} 发给程序的维护者（里面没有数据）\n"
    assert (result.returncode, result.stdout, result.stderr) == (3, "", said)
    assert [
        word
        for word in ("builtins.KeyError", "jixiao/commands/cli.py:", " fail", "pandas ")
        if word not in report
    ] == []
    assert [word for word in ("某某项目", "/jixiao/lib", str(kit.root), "Traceback") if word in report] == []


def test_without_a_kit_the_file_lies_among_the_temporary_ones(kit, tmp_path):
    """A command that needs no kit has no outputs/ to write to."""
    (tmp_path / "there").mkdir()
    (kit.root / "notebooks").rename(kit.root / "books")
    result = kit.python("-c", FAILING, TMPDIR=str(tmp_path / "there"))
    (path,) = (tmp_path / "there").glob("jixiao-error-*.txt")
    assert (result.returncode, f"请把 {path} 发给" in result.stderr) == (3, True)


def test_a_terminal_without_a_character_is_no_error(kit):
    """A terminal of another encoding prints the characters that it has, and the numbers of the others."""
    code = FAILING.replace("{}[secret]", 'click.echo("河道\U00020000\u1e3f")')
    result = kit.python("-c", code, PYTHONUTF8="0", PYTHONIOENCODING="latin-1")
    assert (result.returncode, result.stdout) == (0, r"\u6cb3\u9053\U00020000\u1e3f" + "\n")
