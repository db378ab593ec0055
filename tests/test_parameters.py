"""Parameters inside a running notebook: unknown, missing, overwritten or changed ones are refused."""

import pytest

from jixiao.kit.errors import NotebookError, ParameterError
from jixiao.report import notebook_parameters
from jixiao.report.notebook_form import parameters_of, read_notebook
from jixiao.year import params
from kit import PROJECT

NOTEBOOK = dict.fromkeys(params.NAMES) | {"report_year": 2022}
CELL = "\n".join(f"{name} = None" for name in params.NAMES)


def test_what_is_none_comes_from_the_file():
    """The parameters cell as committed gives the values of params/2022.yml."""
    found = notebook_parameters.effective(NOTEBOOK, PROJECT)
    assert (found.params, found.own) == (params.of_year(PROJECT, 2022), {})


def test_the_annual_report_declares_every_parameter_of_the_year():
    """So each can be passed by papermill, and changed for this notebook alone."""
    path = PROJECT / "notebooks" / "annual_report.ipynb"
    assert [*parameters_of(read_notebook(path), path)] == [*params.NAMES]


def test_a_notebook_need_only_declare_the_year():
    """What a cell does not declare comes from the file like what is None."""
    assert (
        notebook_parameters.effective({"report_year": 2022}, PROJECT).params
        == notebook_parameters.effective(NOTEBOOK, PROJECT).params
    )


def test_what_is_passed_wins():
    """A value that papermill injected replaces the file's."""
    found = notebook_parameters.effective(
        NOTEBOOK | {"issuer": "财政局", "In": ["", CELL, "# Parameters\nissuer = '财政局'\n"]}, PROJECT
    )
    assert found.params.issuer == "财政局"


def test_parameters_of_the_notebook_s_own_are_in_force_beside_those_of_the_year():
    """The cell that declares report_year declares them; what papermill passed wins over the default."""
    cells = ["", "report_year = 2022\nmonth: int = 6", "# Parameters\nmonth = 9\n", "x = 1"]
    found = notebook_parameters.effective({"report_year": 2022, "month": 9, "In": cells}, PROJECT)
    assert found.own == {"month": 9}


OWN = {
    "mistyped": ("month: int = 6", "month = '九'", "笔记本的参数单元 的 month：是“九”；应为整数"),
    "missing": ("month: int = None", "month = None", "笔记本的参数单元：缺少参数 month；应为整数"),
    "unknown": ("month: int = 6", "mnth = 9", "传入的参数：没有名为“mnth”的参数；请改为 month"),
    "overwritten": ("month: int = 6", "month = 9\n", "笔记本的参数单元：在传入参数之后又给 month 赋值"),
}


@pytest.mark.parametrize("name", OWN)
def test_a_fault_of_the_notebook_s_own_parameters_is_one_line(name):
    """What papermill passes wrongly, or a later cell overwrites, is refused as for the parameters of the year."""
    declaring, passed, said = OWN[name]
    cells = ["", f"report_year = 2022\n{declaring}", f"# Parameters\n{passed}"]
    cells += ["month = 12"] if name == "overwritten" else []
    namespace: dict = {"report_year": 2022, "In": cells}
    exec("\n".join(cells[1:3]), namespace)
    with pytest.raises((ParameterError, NotebookError)) as refused:
        notebook_parameters.effective(namespace, PROJECT)
    assert str(refused.value).startswith(said)
    assert len(refused.value.faults) == 1


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


def test_a_notebook_without_its_year_is_told():
    """The one parameter that every notebook declares is named where it is missing."""
    with pytest.raises(NotebookError, match="没有声明 report_year"):
        notebook_parameters.effective({}, PROJECT)


def test_a_mistyped_value_is_named():
    """What papermill guessed wrongly does not pass."""
    with pytest.raises(ParameterError, match="参数 region：region 是“12”；应为一段文字"):
        notebook_parameters.effective(NOTEBOOK | {"region": 12}, PROJECT)


def test_the_years_are_held_to_each_other():
    """A year evaluated that lies behind the year of the report is refused in a notebook as in the file."""
    with pytest.raises(ParameterError, match="参数 evaluated_year：被评价年度 2023 晚于工作年度 2022"):
        notebook_parameters.effective(NOTEBOOK | {"evaluated_year": 2023}, PROJECT)


def test_a_change_after_opening_is_refused():
    """A parameter reassigned in a later cell stops the next piece of the report."""
    with pytest.raises(NotebookError, match="参数 report_year：在打开报告之后被改动"):
        notebook_parameters.unchanged({"report_year": 2023}, {"report_year": 2022})
