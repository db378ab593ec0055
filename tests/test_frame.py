"""The files around the package agree: pyproject, lock, environment.yml, Makefile, notebooks, git."""

import ast
import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from tools import notebook_filter

from conftest import PROGRAMS

ROOT = Path(__file__).parent.parent

# Names that differ at conda-forge; the key is the name in pyproject.toml.
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core",
    "jupyterlab-language-pack-zh-cn": "jupyterlab-language-pack-zh-CN",
    "matplotlib": "matplotlib-base",
    "playwright": "playwright-python",
    "typst": "typst-py",
}
ONLY_BY_PIP = {
    "axe-playwright-python",
    "frictionless",
    "mplfonts",
    "mutmut",
    "pypandoc-binary",
    "roc-validator",
    "rocrate",
}
ONLY_CONDA = {"python", "pip"}  # what environment.yml lists beside the direct dependencies

# None of these patterns matches its own spelling here.
REGISTRY_HOST = re.compile(
    r"pypi\.(org|io|python)|pythonhosted\.|anaconda\.(org|com)|registry\.npmjs|/simple/?\s|mirrors?\.\w+\.\w+"
)
HOME_PATH = re.compile(r"(?<![\w.~}])/(?:root|(?:home|Users)/\w+)/|[A-Za-z]:\\Users\b")


def text(name: str) -> str:
    """The text of a file, by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def direct_dependencies() -> dict[str, Requirement]:
    """Every requirement of pyproject.toml, extras included, by name."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    listed = [project["dependencies"], *project["optional-dependencies"].values()]
    return {one.name: one for one in map(Requirement, chain(*listed))}


def locked_entries() -> dict[str, list[str]]:
    """The lock as {"name==version ; marker": [hash, …]}."""
    lines = [line.removesuffix("\\").strip() for line in text("requirements.lock").splitlines()]
    entries: dict[str, list[str]] = {}
    for line in (line for line in lines if line and not line.startswith("#")):
        if line.startswith("--hash="):
            entries[list(entries)[-1]].append(line)
        else:
            entries[line] = []
    return entries


def locked_versions() -> dict[str, str]:
    """The lock as {name: version}."""
    return dict(entry.split(";")[0].strip().split("==") for entry in locked_entries())


def tracked_files() -> list[Path]:
    """Every file that git tracks and that is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def lines_matching(pattern: re.Pattern) -> list[str]:
    """Where the pattern occurs in tracked text files, as "path:line"."""
    found = []
    for path in tracked_files():
        content = path.read_bytes().decode("utf-8", errors="ignore")
        found += [
            f"{path.relative_to(ROOT)}:{number}"
            for number, line in enumerate(content.splitlines(), start=1)
            if pattern.search(line)
        ]
    return found


def test_lock_has_a_hash_for_every_package():
    """Each entry of requirements.lock is one exact version followed by at least one sha256."""
    bad = [
        entry
        for entry, hashes in locked_entries().items()
        if not re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", entry)
        or not hashes
        or not all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes)
    ]
    assert bad == []


def test_lock_holds_one_version_of_each_package():
    """No package has two versions by marker, so every Python and system makes the same report."""
    names = [entry.split("==")[0] for entry in locked_entries()]
    assert sorted(set(names)) == sorted(names)


def test_lock_satisfies_pyproject():
    """Every direct dependency stands in the lock with a version that its requirement allows."""
    versions = locked_versions()
    unmet = [
        str(requirement)
        for name, requirement in direct_dependencies().items()
        if name not in versions or not requirement.specifier.contains(versions[name])
    ]
    assert unmet == []


def test_environment_yml_agrees_with_the_lock():
    """environment.yml lists exactly the direct dependencies, with exactly the versions of the lock."""
    listed = yaml.safe_load(text("environment.yml"))["dependencies"]
    by_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    by_conda = [entry for entry in listed if isinstance(entry, str)]
    versions = locked_versions()
    direct = direct_dependencies()
    expected_conda = [
        f"{CONDA_NAMES.get(name, name)}=={versions[name]}" for name in direct.keys() - ONLY_BY_PIP
    ]
    assert sorted(expected_conda) == sorted(
        entry for entry in by_conda if re.split("[=<>]", entry)[0] not in ONLY_CONDA
    )
    assert sorted(f"{name}=={versions[name]}" for name in ONLY_BY_PIP) == sorted(by_pip)


def test_there_is_one_lock():
    """requirements.lock is the only lock file."""
    others = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "conda-lock.yml", "pixi.lock"}
    assert [path.name for path in tracked_files() if path.name in others] == []


def test_no_file_names_a_package_registry():
    """Tracked files leave the choice of index or mirror to the machine that installs."""
    assert lines_matching(REGISTRY_HOST) == []


def test_no_file_holds_a_home_path():
    """Tracked files hold no path of somebody's machine."""
    assert lines_matching(HOME_PATH) == []


@pytest.mark.parametrize(
    ("pattern", "offence"),
    [
        (REGISTRY_HOST, "--index-url https://pypi." + "org/simple"),
        (REGISTRY_HOST, "https://mirrors." + "example.cn/x"),
        (HOME_PATH, "open('/ho" + "me/wang/data.csv')"),
        (HOME_PATH, "C:\\Us" + "ers\\wang"),
        (HOME_PATH, "see /ro" + "ot/x"),
    ],
)
def test_patterns_find_what_they_forbid(pattern, offence):
    """The two patterns above match the offences that they are for."""
    assert pattern.search(offence)


def test_make_prints_one_line_of_help_for_every_target():
    """Each .PHONY target of the Makefile carries help, and the five that users type are among them."""
    phony = re.search(r"^\.PHONY:(.*)$", text("Makefile"), re.MULTILINE).group(1).split()
    helped = re.findall(r"^([a-z]+):.*## \S", text("Makefile"), re.MULTILINE)
    assert sorted(helped) == sorted(phony)
    assert {"report", "test", "lab", "lint", "clean"} <= set(helped)


def test_every_program_of_the_tests_is_installed_by_the_script():
    """install_programs.sh looks for the same commands as the `program` fixture."""
    script = text("tests/install_programs.sh")
    assert [
        name for names in PROGRAMS.values() if f"lacks {' '.join(names)} " not in script for name in names
    ] == []


def test_git_does_not_ignore_the_source_root():
    """lib/ is a common entry of ignore lists, and would hide the package."""
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", "lib/jixiao/commands/cli.py"], cwd=ROOT, capture_output=True
    )
    assert ignored.returncode == 1


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.name)
def test_notebook_defines_nothing_and_holds_no_output(path):
    """A notebook as git takes it in calls the package; functions and classes live there, outputs nowhere."""
    taken = notebook_filter.cleaned(path.read_bytes()).decode()
    cells = [cell for cell in nbformat.reads(taken, as_version=4).cells if cell.cell_type == "code"]
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell.source))]
    assert [node.lineno for node in nodes if isinstance(node, definitions)] == []
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count] == []


def test_git_has_every_notebook_as_the_filter_leaves_it():
    """None holds outputs, or what a run leaves."""
    assert notebook_filter.check() == 0


def test_actions_are_pinned_by_commit():
    """Each action that a workflow uses is named by its commit, with the version behind it for people."""
    lines = chain.from_iterable(
        path.read_text(encoding="utf-8").splitlines()
        for path in (ROOT / ".github" / "workflows").glob("*.yml")
    )
    used = [line.strip() for line in lines if re.match(r"\s*(- )?uses:", line)]
    assert len(used) > 3
    assert [one for one in used if not re.search(r"@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", one)] == []
