"""The package keeps its shape: rooms in the order of the data, each importing only rooms above it."""

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE_ROOT = Path(__file__).parent.parent / "lib"

# In the order of the data (CONTRIBUTING, "Rooms"). A module imports its own room and the rooms above it.
ROOMS = (
    "kit",
    "values",
    "year",
    "forms",
    "forms.files",
    "forms.layouts",
    "forms.reading",
    "forms.records",
    "rules",
    "sampling",
    "analysis",
    "checks",
    "figures",
    "exchange",
    "exchange.issuing",
    "exchange.importing",
    "exchange.returning",
    "report",
    "report.letter",
    "running",
    "press.page",
    "press.paper",
    "press.word",
    "press.workbook",
    "press",
    "archive.disclosure",
    "archive",
    "letters",
    "upward",
    "batch",
    "proofreading.drafts",
    "proofreading.reading",
    "proofreading.rules",
    "proofreading",
    "preview",
    "commands",
)
MOST_MODULES = 20  # more than these side by side are two rooms

# The science knows nothing of notebooks, the press nothing of scoring; they meet in the room `report`.
SCIENCE = ROOMS[: ROOMS.index("report")]
NOTEBOOKS = ("IPython", "ipykernel", "jupyter_client", "nbclient", "nbconvert", "nbformat", "papermill")
PRESS = ("running", "press.page", "press.paper", "press.word", "press.workbook", "press")
SCORING = ("forms", "rules", "sampling", "analysis", "checks", "figures", "exchange")
# what a notebook is and holds
SEEN_BY_PRESS = (
    "jixiao.report.headings",
    "jixiao.report.mimes",
    "jixiao.report.notebook_form",
    "jixiao.report.table",
)


def module_name(path: Path) -> str:
    """The dotted name of a source file."""
    return ".".join(path.relative_to(SOURCE_ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted(SOURCE_ROOT.rglob("*.py"))}
SOURCES = {module: path.read_text(encoding="utf-8") for module, path in MODULES.items()}


def imported(source: str) -> Iterator[str]:
    """Every module that the source imports, at the top or inside a function, by its dotted name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                found = name if name in MODULES else node.module
                assert found in MODULES or found.split(".")[0] != "jixiao", f"{found} does not exist"
                yield found


def room(module: str) -> str:
    """The room that a module stands in; "" for the package itself and its __main__."""
    inner = module.removeprefix("jixiao").removeprefix(".")
    found = [name for name in ROOMS if f"{inner}.".startswith(f"{name}.")]
    return max(found, key=len, default="")


def forbidden(module: str, target: str) -> bool:
    """Whether `module` may not import `target`."""
    ours = room(module)
    if target.split(".")[0] != "jixiao":
        return ours in SCIENCE and target.split(".")[0] in NOTEBOOKS
    theirs = room(target)
    if not ours:
        return module == "jixiao"
    if ours in PRESS and theirs.split(".")[0] in SCORING:
        return True
    if ours in PRESS and theirs == "report" and target not in SEEN_BY_PRESS:
        return True
    return bool(theirs) and ROOMS.index(theirs) > ROOMS.index(ours)


def offences(module: str, source: str) -> list[str]:
    """The imports of a source that it may not have."""
    return [f"{module} imports {name}" for name in sorted(set(imported(source))) if forbidden(module, name)]


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_rooms_above_it(module):
    """In the order of ROOMS, without exception; science knows no notebook, the press no scoring."""
    assert offences(module, SOURCES[module]) == []


def test_every_module_stands_in_a_room():
    """A new folder of the package is given its place in ROOMS."""
    assert {name for name in MODULES if not room(name)} == {"jixiao", "jixiao.__main__"}


def test_no_import_goes_in_a_circle():
    """Not even inside a function: a module that needs one above it holds two nouns."""
    graph = {
        module: {name for name in imported(source) if name in MODULES} for module, source in SOURCES.items()
    }
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_a_room_says_what_it_is_for_and_loads_nothing():
    """Its __init__ is one sentence and no import, so that one module of a room never loads the others."""
    for module, path in MODULES.items():
        if path.name == "__init__.py" and module != "jixiao":
            tree = ast.parse(SOURCES[module])
            said = ast.get_docstring(tree) or ""
            assert (len(tree.body), said.count("."), said[-1:]) == (1, 1, "."), module


def test_no_folder_holds_too_many_modules():
    """More than can be seen at a glance are two rooms. The list of rooms is printed, see with -s."""
    counts: dict[Path, int] = {}
    for path in MODULES.values():
        counts[path.parent] = counts.get(path.parent, 0) + (path.name != "__init__.py")
    for name in ROOMS:
        folder = SOURCE_ROOT / "jixiao" / name.replace(".", "/")
        lines = sum(len(path.read_text("utf-8").splitlines()) for path in folder.glob("*.py"))
        print(f"{name:24} {counts[folder]:3} modules {lines:6} lines")
    assert {folder.name: count for folder, count in counts.items() if count > MOST_MODULES} == {}


@pytest.mark.parametrize(
    ("module", "source", "allowed"),
    [
        ("jixiao.year.params", "from jixiao.kit.errors import Fault", True),
        ("jixiao.year.params", "from jixiao.year import tables", True),
        ("jixiao.year.params", "from jixiao.rules import policy", False),
        ("jixiao.year.params", "def late():\n    import jixiao.rules.policy", False),
        ("jixiao.year.params", "import nbformat", False),
        ("jixiao.kit.errors", "from jixiao.year import params", False),
        ("jixiao.forms.model", "from jixiao.forms.files import opening", False),
        ("jixiao.forms.files.opening", "from jixiao.forms.model import Sheet", True),
        ("jixiao.rules.scoring", "from jixiao.figures import counted", False),
        ("jixiao.report.report", "from jixiao.figures import model", True),
        ("jixiao.press.paper.pdf", "from jixiao.figures.model import Figure", False),
        ("jixiao.press.paper.pdf", "from jixiao.report import charts", False),
        ("jixiao.press.paper.pdf", "from jixiao.report import mimes", True),
        ("jixiao.press.paper.pdf", "from jixiao.report.table import Table", True),
        ("jixiao.press.exporters", "from jixiao.press.paper import pdf", True),
        ("jixiao.commands.cli", "def run():\n    from jixiao.press.page import html", True),
        ("jixiao.commands.cli", "from jixiao import __version__", True),
        ("jixiao.__main__", "from jixiao.commands.cli import main", True),
        ("jixiao", "from jixiao.year import params", False),
    ],
)
def test_rule_of_imports(module, source, allowed):
    """The rule itself, on one import at a time, at the top and inside a function."""
    assert (offences(module, source) == []) is allowed
