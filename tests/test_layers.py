"""The package keeps its shape: imports point down only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE_ROOT = Path(__file__).parent.parent / "lib"

# From the bottom up. What stands on one level may not import across; a package may import itself.
LEVELS = [
    {"errors", "numbers"},
    {"intake"},
    {"evaluation"},
    {"publishing", "reconstruction", "exchange"},
    {"usage"},
    {"commands"},
    {"cli"},
    {"__main__"},
]
LEVEL = {name: height for height, names in enumerate(LEVELS) for name in names}
LEAVES = LEVELS[0]  # numbers may import errors

# Science and press meet in what the notebook calls; the rest of publishing knows nothing of evaluation.
NOTEBOOK_FACING = {
    f"jixiao.publishing.{name}" for name in ("report", "prose", "charts", "report_tables", "grid")
}


def module_name(path: Path) -> str:
    """The dotted name of a source file."""
    return ".".join(path.relative_to(SOURCE_ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted(SOURCE_ROOT.rglob("*.py"))}


def imported(module: str, source: str, is_package: bool) -> Iterator[str]:
    """Every jixiao module that the source imports, at the top or inside a function, by its dotted name."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *filter(None, [node.module])])
            names = [f"{origin}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "jixiao")


def part(name: str) -> str:
    """The part of the package that a module belongs to: jixiao.intake.params → intake."""
    return name.split(".")[1] if "." in name else "__init__"


def science(target: str) -> bool:
    """Whether the target is evaluation, or is notebook-facing and so brings evaluation along."""
    return part(target) == "evaluation" or ".".join(target.split(".")[:3]) in NOTEBOOK_FACING


def forbidden(module: str, target: str) -> bool:
    """Whether `module` may not import `target`."""
    ours, theirs = part(module), part(target)
    if module == "jixiao":
        return True  # importing any part must not load another
    if ours == "publishing" and module not in NOTEBOOK_FACING and science(target):
        return True
    if ours == theirs or {ours, theirs} <= LEAVES or theirs not in LEVEL:
        return False  # `from jixiao import __version__` names no part
    if theirs == "reconstruction":
        return True
    return LEVEL[theirs] >= LEVEL[ours]


def offences(module: str, source: str, is_package: bool = False) -> list[str]:
    """The imports of a source that point sideways or up."""
    targets = sorted(set(imported(module, source, is_package)))
    return [f"{module} imports {target}" for target in targets if forbidden(module, target)]


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module):
    """cli → publishing, reconstruction, exchange → evaluation → intake → errors, numbers; and no way back."""
    path = MODULES[module]
    assert offences(module, path.read_text(encoding="utf-8"), path.name == "__init__.py") == []


def test_every_part_has_a_level():
    """A new module at the top of the package is given its place in LEVELS."""
    assert {part(name) for name in MODULES} - {"__init__"} <= set(LEVEL)


@pytest.mark.parametrize(
    ("module", "source", "allowed"),
    [
        ("jixiao.intake.params", "from jixiao.errors import Fault", True),
        ("jixiao.intake.params", "from ..errors import Fault", True),
        ("jixiao.intake.params", "from . import tables", True),
        ("jixiao.numbers", "from jixiao.errors import Fault", True),
        ("jixiao.cli", "from jixiao import __version__", True),
        ("jixiao.cli", "def run():\n    from jixiao.publishing import press", True),
        ("jixiao.__main__", "from jixiao.cli import main", True),
        ("jixiao.publishing.report", "from jixiao.evaluation import figures", True),
        ("jixiao.reconstruction.rows", "from jixiao.evaluation.scoring import total", True),
        ("jixiao.publishing.pdf", "from jixiao.evaluation.figures import Figure", False),
        ("jixiao.publishing.pdf", "from ..evaluation import figures", False),
        ("jixiao.publishing.pdf", "from jixiao.publishing.grid import MIME", False),
        ("jixiao.publishing.report", "from jixiao.publishing import grid", True),
        ("jixiao.intake.params", "from jixiao.evaluation import policy", False),
        ("jixiao.intake.params", "def late():\n    import jixiao.evaluation.policy", False),
        ("jixiao.evaluation.scoring", "from jixiao import publishing", False),
        ("jixiao.errors", "from jixiao.intake import params", False),
        ("jixiao.publishing.pdf", "from jixiao.reconstruction import rows", False),
        ("jixiao.reconstruction.rows", "from jixiao.publishing import pdf", False),
        ("jixiao.cli", "from jixiao.reconstruction import rows", False),
        ("jixiao.publishing.pdf", "from jixiao import cli", False),
        ("jixiao", "from jixiao.intake import params", False),
    ],
)
def test_rule_of_imports(module, source, allowed):
    """The rule itself, on one import at a time: absolute and relative, at the top and inside a function."""
    assert (offences(module, source) == []) is allowed
