"""The tool behind `make mutants` names changes as mutmut does, knows equivalent ones by their text, and counts right."""

import tomllib

import pytest
import yaml

pytest.importorskip("mutmut.mutation.file_mutation", reason="mutmut does not run on this system")

from mutmut.mutation.file_mutation import mutate_file_contents
from tools import mutants
from tools.mutants import Mutant

SOURCE = '''
LIMIT = 5


def grade(score):
    """A word for a score."""
    if score >= 90:
        return "优"
    return "bad"


class Band:
    low = 0

    def holds(self, score):
        return self.low <= score
'''


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """A kit with one module, in which the tool looks for its files."""
    (tmp_path / "lib" / "kit").mkdir(parents=True)
    (tmp_path / "lib" / "kit" / "grades.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    monkeypatch.setattr(mutants, "SOURCE_ROOT", tmp_path / "lib")
    monkeypatch.setattr(mutants, "EQUIVALENT", tmp_path / "equivalent.yml")
    return tmp_path


def all_mutants(path):
    """Every change to a file, written out."""
    return [mutants.written(change) for change in mutants.changes_of(path)]


def test_changes_bear_the_names_that_mutmut_gives_them(kit):
    """Each change has the name under which mutmut runs it, so that the outcome is that of the change that is printed."""
    found = all_mutants(kit / "lib" / "kit" / "grades.py")
    named = mutate_file_contents("grades.py", SOURCE)
    wording = next(name for name in named.mutant_names if '"XX优XX"' in body(named.code, name))
    assert [f"kit.grades.{name}" for name in named.mutant_names if name != wording] == [m.name for m in found]
    for mutant in found:
        assert mutant.after in body(named.code, mutant.name.rpartition(".")[2])


def body(code, name):
    """The text of one generated function."""
    return code.partition(f"def {name}(")[2].partition("\ndef ")[0]


def test_a_change_is_known_by_its_lines(kit):
    """File, function, and the lines before and after tell a change from others, wherever the lines stand."""
    path = kit / "lib" / "kit" / "grades.py"
    changes = {mutant.change for mutant in all_mutants(path)}
    assert ("lib/kit/grades.py", "grade", "if score >= 90:", "if score > 90:") in changes
    assert (
        "lib/kit/grades.py",
        "Band.holds",
        "return self.low <= score",
        "return self.low < score",
    ) in changes
    path.write_text("# one line more\n" + SOURCE, encoding="utf-8")
    assert changes == {mutant.change for mutant in all_mutants(path)}


def test_an_entry_whose_lines_are_gone_is_stale(kit):
    """An entry stays as long as its change can be made in the function that it names."""
    every = mutants.changes_of(kit / "lib" / "kit" / "grades.py")
    live = ("lib/kit/grades.py", "grade", "if score >= 90:", "if score > 90:")
    moved = ("lib/kit/grades.py", "Band.holds", "if score >= 90:", "if score > 90:")
    gone = ("lib/kit/grades.py", "grade", "if score >= 80:", "if score > 80:")
    assert mutants.stale_entries(dict.fromkeys([live, moved, gone], "同"), every) == [moved, gone]


def test_an_entry_as_printed_is_read_back(kit):
    """What is printed for a survivor is, with a reason, an entry of the list of equivalent changes."""
    change = ("lib/kit/grades.py", "grade", 'x = {"a": 1}', "x = None\ny")
    (kit / "equivalent.yml").write_text(mutants.as_entry(change) + "  reason: 两者相同\n", encoding="utf-8")
    assert mutants.equivalent_changes() == {change: "两者相同"}


@pytest.mark.parametrize(
    ("killed", "survived", "untried", "code"), [(9, 1, 0, 0), (89, 11, 0, 1), (10, 0, 1, 1), (0, 0, 0, 1)]
)
def test_nine_of_ten_must_be_killed(killed, survived, untried, code, capsys):
    """Nine of ten suffice, fewer do not, and neither does a run that was cut short or tried nothing."""
    statuses = ["killed"] * killed + ["survived"] * survived
    outcomes = {str(number): status for number, status in enumerate(statuses)}
    tried = [Mutant(str(n), "", "", "", "") for n in range(killed + survived + untried)]
    assert mutants.verdict(tried, outcomes) == code
    assert f"杀死 {killed} 处" in capsys.readouterr().out


def test_a_change_that_no_test_reaches_has_survived():
    """Of what mutmut reports, failing tests and time-outs kill; no test at all does not."""
    said = {code: mutants.outcome(code, False) in mutants.KILLED for code in (0, 1, 2, 5, 33, -24, 152)}
    assert said == {0: False, 1: True, 2: True, 5: False, 33: False, -24: True, 152: True}


def test_a_change_to_what_runs_while_loading_is_not_judged(capsys):
    """A function that only runs while its module is loaded is neither killed nor survived; if a test reaches it, it is."""
    outcomes = {"a": mutants.outcome(33, True), "b": mutants.outcome(1, True), "c": mutants.outcome(0, True)}
    assert outcomes == {"a": mutants.BEFORE, "b": "killed", "c": "survived"}
    mutants.verdict([Mutant(name, "", "", "", "") for name in outcomes], outcomes)
    assert "非等价变动 2 处，杀死 1 处，占 50.0%" in capsys.readouterr().out


@pytest.mark.parametrize("part", ["targets", "tests"])
def test_the_list_of_what_is_changed_and_what_judges_names_files(part):
    """Each pattern of [tool.mutants] names files; one that names none has been forgotten in a move."""
    settings = tomllib.loads((mutants.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutants"]
    assert [pattern for pattern in settings[part] if not list(mutants.ROOT.glob(pattern))] == []


def test_a_forgotten_pattern_stops_the_tool(kit):
    """A pattern without files is told by its name before anything is run."""
    with pytest.raises(SystemExit, match=r"lib/kit/other\*\.py 没有对应的文件"):
        mutants.matching(["lib/kit/*.py", "lib/kit/other*.py"])


def test_every_equivalent_change_has_a_reason():
    """An entry of the committed list says in words why the change makes no difference."""
    entries = yaml.safe_load(mutants.EQUIVALENT.read_text(encoding="utf-8")) or []
    assert [
        entry for entry in entries if set(entry) != {"file", "function", "before", "after", "reason"}
    ] == []
    assert [entry for entry in entries if len(entry["reason"]) < 8] == []
