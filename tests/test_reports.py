"""Published reports of other places and years, made with the kit as it is: parameters, tables and a notebook each.

`reports/<number>/` has the files that an analyst writes: params.yml, the tables that have rows, published.yml,
report.ipynb, a scoring policy where the published one differs; and claims.csv, the numbers that the published report
claims, each with the key of its figure here.
"""

import csv
import json
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html

from jixiao.figures import compare
from jixiao.year import params
from jixiao.year.schemas import NEEDED, SCHEMAS
from kit import PROJECT, Kit

REPORTS = Path(__file__).with_name("reports")
CASES = sorted(path.name for path in REPORTS.iterdir())
REGISTER = "//table[contains(@class, 'register')]"


@dataclass(frozen=True)
class Made:
    """A report that was made: its kit and year, its page, and its figures as figures.json has them, by key."""

    kit: Kit
    year: int
    page: html.HtmlElement
    figures: dict[str, dict[str, str]]


def kit_of(case: Path, root: Path) -> tuple[Kit, int]:
    """A kit in `root` that has the files of the case and nothing of other years; and its year."""
    for folder in ("data", "notebooks", "params/policies"):
        (root / folder).mkdir(parents=True)
    declared = (case / "params.yml").read_text(encoding="utf-8")
    year = int(declared.partition("report_year: ")[2][:4])
    shutil.copy(case / "params.yml", root / "params" / f"{year}.yml")
    shutil.copy(PROJECT / "params" / "checks.yml", root / "params")
    shutil.copy(PROJECT / "params" / "policies" / "mof-2020-10.yml", root / "params" / "policies")
    for policy in case.glob("policies/*.yml"):
        shutil.copy(policy, root / "params" / "policies")
    shutil.copy(case / "report.ipynb", root / "notebooks")
    data = root / "data" / str(year)
    data.mkdir()
    for name in NEEDED:  # as new-year makes them: a header without rows
        (data / f"{name}.csv").write_text(",".join(SCHEMAS[name].columns) + "\n", encoding="utf-8")
    for path in [*case.glob("*.csv"), case / "published.yml"]:
        if path.name != "claims.csv":
            shutil.copy(path, data)
    return Kit(root, there=True), year


def made(number: str, root: Path) -> Made:
    """The report of a case, by the command that a user types."""
    kit, year = kit_of(REPORTS / number, root)
    done = kit.run("report", str(year), "--quiet")
    assert done.returncode == 0, done.stderr
    folder = kit.outputs / f"{year}-report" / "public"
    page = html.fromstring((folder / "report.html").read_text(encoding="utf-8"))
    listed = json.loads((folder / "figures.json").read_text(encoding="utf-8"))["figures"]
    return Made(kit, year, page, {one["key"]: one for one in listed})


@pytest.fixture(scope="module", params=CASES)
def report(request, tmp_path_factory) -> tuple[str, Made]:
    """Each report in turn, with its number."""
    return request.param, made(request.param, tmp_path_factory.mktemp(request.param))


def test_every_claim_stands_in_the_text_as_a_figure_with_its_source(report):
    """In a sentence or table before the register, by its key; of a known misprint what is right, and the notes tell both."""
    number, made = report
    with (REPORTS / number / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = list(csv.DictReader(file))
    known = compare.misprints(made.kit.root, params.of_year(made.kit.root, made.year))
    listed = {one for register in made.page.xpath(REGISTER) for one in register.iter("data")}
    shown = {(one.get("data-key"), one.get("value")) for one in made.page.iter("data") if one not in listed}
    said = made.page.text_content()
    problems = []
    for claim in claims:
        figure = made.figures.get(claim["key"], {"value": None, "source": "", "unit": ""})
        misprint = known.get(claim["key"])
        expected = misprint.right if misprint else Decimal(claim["value"])
        fine = (
            figure["value"] is not None
            and Decimal(figure["value"]) == expected
            and figure["unit"] == claim["unit"]
            and figure["source"]
            and (claim["key"], figure["value"]) in shown
            and (misprint is None or misprint.printed == Decimal(claim["value"]))
        )
        problems += [] if fine else [(claim, figure)]
    assert problems == []
    assert [one.because for one in known.values() if one.because not in said] == []


def test_compare_knows_every_published_number(report):
    """It exits with 0: figure by figure the same, or a misprint with its reason."""
    number, made = report
    compared = made.kit.run("compare", str(made.year), "report")
    assert (compared.returncode, "不一致" in compared.stdout) == (0, False), compared.stdout
    misprints = sum(line.startswith("已知误印") for line in compared.stdout.splitlines())
    assert misprints == (REPORTS / number / "published.yml").read_text(encoding="utf-8").count("printed:")
