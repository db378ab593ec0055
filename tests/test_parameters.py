"""Parameters inside a running notebook: unknown, missing, overwritten or changed ones are refused."""

import pytest

from jixiao.kit.errors import NotebookError, ParameterError
from jixiao.report import notebook_parameters
from jixiao.year import params
from kit import PROJECT

NOTEBOOK = dict.fromkeys(params.NAMES) | {"report_year": 2022}
CELL = "\n".join(f"{name} = None" for name in params.NAMES)


def test_what_is_none_comes_from_the_file():
    """The parameters cell as committed gives the values of params/2022.yml."""
    expected = params.checked(params.read(PROJECT, 2022), lambda *key: "")
    assert notebook_parameters.effective(NOTEBOOK, PROJECT) == expected


def test_what_is_passed_wins():
    """A value that papermill injected replaces the file's."""
    found = notebook_parameters.effective(
        NOTEBOOK | {"issuer": "财政局", "In": ["", CELL, "# Parameters\nissuer = '财政局'\n"]}, PROJECT
    )
    assert found.issuer == "财政局"


def test_a_misspelt_parameter_is_refused():
    """papermill only warns of an unknown name; the report does not open."""
    with pytest.raises(ParameterError, match=r"没有名为“reprot_year”的参数；请改为 report_year"):
        notebook_parameters.effective(
            NOTEBOOK | {"reprot_year": 2022, "In": ["", CELL, "# Parameters\nreprot_year = 2022\n"]}, PROJECT
        )


def test_values_overwritten_by_an_untagged_cell_are_refused():
    """Without its tag the parameters cell runs behind the injected one and would win silently."""
    with pytest.raises(NotebookError, match="又给"):
        notebook_parameters.effective(
            NOTEBOOK | {"In": ["", "# Parameters\nreport_year = 2023\n", CELL]}, PROJECT
        )


def test_a_parameter_missing_from_the_cell_is_named():
    """A notebook that does not declare all parameters says which are missing."""
    with pytest.raises(NotebookError, match="没有声明 sections"):
        notebook_parameters.effective(
            {name: value for name, value in NOTEBOOK.items() if name != "sections"}, PROJECT
        )


def test_a_mistyped_value_is_named():
    """What papermill guessed wrongly does not pass."""
    with pytest.raises(ParameterError, match="参数 region：region 是“12”；应为一段文字"):
        notebook_parameters.effective(NOTEBOOK | {"region": 12}, PROJECT)


def test_a_change_after_opening_is_refused():
    """A parameter reassigned in a later cell stops the next piece of the report."""
    with pytest.raises(NotebookError, match="参数 report_year：在打开报告之后被改动"):
        notebook_parameters.unchanged({"report_year": 2023}, {"report_year": 2022})
