"""The documents say what the code has: commands, columns, placeholders, messages, dependencies, links, pictures."""

import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click
import nbformat
import pytest
from packaging.requirements import Requirement
from PIL import Image

from jixiao.checks import cards
from jixiao.commands.cli import cli
from jixiao.kit import limits
from jixiao.report.prose import BARE, EACH, PLACEHOLDER, REFERENCE
from jixiao.year import table_schema
from jixiao.year.schemas import SCHEMAS

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
MESSAGES = ("docs/messages.md", "docs/messages.zh-CN.md")
SECURITY = ("docs/security.md", "docs/security.zh-CN.md")
LIMITS = ("docs/limits.md", "docs/limits.zh-CN.md")
TWINS = (READMES, MESSAGES, SECURITY, LIMITS)
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("[!.]*/*.md")])
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
INNER = re.compile(r"\]\(#([^)]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LARGEST_PICTURE = 300_000


def text(name: str) -> str:
    """The text of a file, by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def code_blocks(page: str) -> list[tuple[str, str]]:
    """Language and content of each fenced block, without trailing remarks, which differ by language."""
    return [(kind, re.sub(r"[ ]+# .*$", "", body, flags=re.MULTILINE)) for kind, body in FENCE.findall(page)]


def headings(page: str) -> list[int]:
    """The level of each heading in order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", FENCE.sub("", page), re.MULTILINE)]


def options(command: click.Command) -> Iterator[str]:
    """Every spelling of every option of a command, help included."""
    for parameter in command.get_params(click.Context(command)):
        if isinstance(parameter, click.Option):
            yield from parameter.opts


@pytest.mark.parametrize("name", READMES)
def test_every_command_and_option_is_documented(name):
    """Each command stands in the README with its arguments, and each option in the tables of commands."""
    page = text(name)
    commands = [
        " ".join(
            [
                "jixiao",
                word,
                *(p.human_readable_name for p in command.params if p.param_type_name == "argument"),
            ]
        )
        for word, command in cli.commands.items()
    ]
    spelled = set(chain(options(cli), *map(options, cli.commands.values())))
    assert [line for line in commands if f"`{line}`" not in page] == []
    assert [word for word in sorted(spelled) if not re.search(rf"`[^`]*{word}\b[^`]*`", page)] == []


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_is_documented_with_its_number(name):
    """Each limit of kit/limits.py has its line, and no line names a limit that is not there."""
    stated = {key: f"{value:,}" for key, value in vars(limits).items() if key.isupper()}
    rows = re.findall(r"^\| .* \| ([\d,]+) \| .* \| `(\w+)` \|$", text(name), re.MULTILINE)
    assert {key: number for number, key in rows} == stated


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_is_documented(name):
    """Each target of the Makefile stands in the README."""
    targets = re.search(r"^\.PHONY:(.*)$", text("Makefile"), re.MULTILINE).group(1).split()
    assert [target for target in targets if f"`make {target}" not in text(name)] == []


@pytest.mark.parametrize("name", READMES)
def test_no_command_is_documented_that_does_not_exist(name):
    """Where a README says jixiao with a word behind it, that word is a command or an option."""
    words = set(re.findall(r"(?:^|`|Scripts\\)jixiao ([a-z][\w-]*)", text(name), re.MULTILINE))
    assert words and words - set(cli.commands) == set()


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_column_is_documented(table):
    """data/README.md says of each table and column what the data package says, and names no other."""
    found = re.search(rf"^### {table}\.csv.*?(?=^##)", text("data/README.md"), re.MULTILINE | re.DOTALL)
    assert found, f"no section on {table}.csv"
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", found[0], re.MULTILINE)
    said = {name: words.replace("`", "") for name, words in rows}
    assert list(said) == list(SCHEMAS[table].columns)
    words = table_schema.words()[table]
    assert said == {name: column.sentence for name, column in words.columns.items()}
    assert words.row in found[0].splitlines()[0]


@pytest.mark.parametrize("name", READMES)
def test_every_form_of_placeholder_is_documented(name):
    """Each way in which the notebook or the code writes a placeholder stands in the README's table."""
    cells = nbformat.read(ROOT / "notebooks" / "annual_report.ipynb", as_version=4).cells
    prose = "".join(cell.source for cell in cells if cell.source.startswith("report.prose("))
    used = {form(match) for match in PLACEHOLDER.findall(prose)}
    assert (
        used
        and [
            one
            for one in used | {"{key" + BARE + "}", "{prefix" + EACH + "}"}
            if f"| `{one}` |" not in text(name)
        ]
        == []
    )


def form(placeholder: str) -> str:
    """The form of a placeholder as the README writes it."""
    if EACH in placeholder:
        return "{prefix" + EACH + placeholder.partition(EACH)[2] + "}"
    if REFERENCE.fullmatch("{" + placeholder + "}"):
        return "{图:NAME}"
    _, colon, rest = placeholder.partition(":")
    rest = re.sub(r" .*", " whole", rest)
    return "{key" + colon + rest + "}"


@pytest.mark.parametrize("name", MESSAGES)
def test_quoted_messages_are_those_of_the_code(name):
    """Each message in the table of messages is put together from words that stand in the code."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "lib").rglob("*.py")) + text(
        "Makefile"
    )
    rows = re.findall(r"^\| (.*?`.*?) \|", text(name), re.MULTILINE)
    quoted = [quote for row in rows for quote in re.findall(r"`([^`]+)`", row)]
    parts = [part for quote in quoted for part in quote.split("…") if part]
    assert len(rows) > 10
    assert [part for part in parts if part not in code] == []


@pytest.mark.parametrize("names", TWINS)
def test_both_languages_have_the_same_headings(names):
    """The two languages have the same number of headings on the same levels."""
    one, other = map(text, names)
    assert headings(one) == headings(other) != []


def test_both_readmes_have_the_same_code():
    """The two languages show the same commands and trees; only the remarks behind # differ."""
    one, other = map(text, READMES)
    assert code_blocks(one) == code_blocks(other) != []


@pytest.mark.parametrize("names", TWINS)
def test_both_languages_have_the_same_tables(names):
    """The two languages have as many rows in their tables, and the same code in the first column."""
    cells = [
        [re.findall(r"`[^`]+`", row) for row in re.findall(r"^\| (.*?) \|", text(name), re.MULTILINE)]
        for name in names
    ]
    assert cells[0] == cells[1] != []


@pytest.mark.parametrize("name", PAGES)
def test_every_relative_link_leads_somewhere(name):
    """What a page links to inside the repository is there."""
    targets = [target for target in LINK.findall(text(name)) if "://" not in target]
    assert [target for target in targets if not ((ROOT / name).parent / target).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_the_contents_name_every_heading(name):
    """The list at the top links to each heading in order, as GitHub makes its anchors, and to nothing else."""
    titles = re.findall(r"^##+ (.+)$", FENCE.sub("", text(name)), re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
    assert INNER.findall(text(name).split("\n## ")[0]) == anchors != []


def test_every_dependency_is_decided():
    """Each direct dependency, extras included, is named in DECISIONS.md."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    listed = chain(project["dependencies"], *project["optional-dependencies"].values())
    page = text("DECISIONS.md")
    assert [name for name in (Requirement(one).name for one in listed) if f"`{name}`" not in page] == []


def test_every_decision_is_short_and_whole():
    """A decision has at most ten lines, numbered headings in order, and all four parts."""
    decisions = text("DECISIONS.md").split("\n## ")[1:]
    assert [int(one.split(".")[0]) for one in decisions] == list(range(1, len(decisions) + 1))
    for one in decisions:
        lines = one.strip().splitlines()
        assert len(lines) <= 10, lines[0]
        parts = list(dict.fromkeys(re.findall(r"^- (\w+):", one, re.MULTILINE)))
        assert parts == ["Status", "Context", "Decision", "Consequences"], lines[0]


def test_findings_named_in_the_pages_exist():
    """Each rule id that a README or a table of messages names is one that the checks give."""
    named = {rule for name in chain(*TWINS) for rule in re.findall(r"`([A-Z]\d\d)`", text(name))}
    assert named and [rule for rule in named if rule not in cards.read()] == []


@pytest.mark.parametrize("name", READMES)
def test_readme_shows_every_picture(name):
    """The pictures are real, small, and exactly those that the README shows near its top."""
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text(name).split("\n## ")[0])
    assert sorted(shown) == [path.relative_to(ROOT).as_posix() for path in pictures] != []
    for path in pictures:
        assert path.stat().st_size <= LARGEST_PICTURE
        with Image.open(path) as picture:
            assert picture.width >= 1000


@pytest.mark.parametrize("name", PAGES)
def test_prose_has_one_sentence_a_line(name):
    """No line of running text holds two sentences (cells of tables may)."""
    prose = [line for line in FENCE.sub("", text(name)).splitlines() if not line.startswith(("|", "#"))]
    assert [line for line in prose if re.search(r"[a-z)`]\. +[A-Z`]|。[^”》）)\s]", line)] == []
