"""The same inputs give the same bytes: on another day, in another folder, for another user on another machine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from jixiao.archive import manifest
from jixiao.archive.build import build
from jixiao.archive.publication import Publication
from jixiao.kit import places
from jixiao.kit.progress import Progress
from kit import PROJECT, Kit
from test_closing import few

DAY = 24 * 3600
# What somebody may keep at home that would change or break a report if any part of the kit read it.
SETTINGS = {
    ".config/matplotlib/matplotlibrc": (
        "savefig.facecolor: red\nhatch.linewidth: 5\nfigure.constrained_layout.h_pad: 0.5\nsvg.id: mine\n"
    ),
    ".ipython/profile_default/startup/00.py": "import pandas\npandas.DataFrame = None\n",
    ".ipython/profile_default/ipython_config.py": "c.InteractiveShell.ast_node_interactivity = 'all'\n",
    ".jupyter/jupyter_config.py": "raise SystemExit\n",
    ".local/share/pandoc/reference.docx": "no document",
    ".local/share/pandoc/templates/default.typst": "no template",
}

# Under POSIX, Python 3.11 cannot start where an installed package's .pth names a folder in Chinese.
ELSEWHERE = "POSIX" if str(PROJECT).isascii() else "C.UTF-8"

# How the second machine differs from the first, which is as HERE in conftest.py.
THERE = {
    "TZ": "Asia/Shanghai",
    "LANG": "zh_CN.GB18030",
    "LC_ALL": ELSEWHERE,
    "PYTHONHASHSEED": "4242",
    "USER": "王五",
    "LOGNAME": "王五",
    "SOURCE_DATE_EPOCH": "86400",
    "COLUMNS": "40",
}


def sums(kit: Kit) -> dict[str, str]:
    """The SHA-256 of every file in outputs/2022 by name."""
    folder = kit.outputs / "2022"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def reorder(folder: Path, later: int) -> None:
    """Write every file below `folder` anew, last name first, and date it `later` seconds from now."""
    for path in sorted((path for path in folder.rglob("*") if path.is_file()), reverse=True):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
        os.utime(path, (path.stat().st_mtime + later,) * 2)


def elsewhere() -> None:
    """One core and another umask for a child process."""
    os.umask(0o077)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def run_elsewhere(kit: Kit, home: Path, code: Path) -> subprocess.CompletedProcess[str]:
    """The report made by a copy of the program, by another user with settings of his own."""
    for name, content in SETTINGS.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content, encoding="utf-8")
    env = {**os.environ, **THERE, "HOME": str(home), "PYTHONPATH": str(code), "JIXIAO_ROOT": str(kit.root)}
    for name in ("PYTHONUTF8", "MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        env.pop(name, None)
    command = [sys.executable, "-m", "jixiao", "report", "2022", "--quiet"]
    return subprocess.run(
        command, cwd=home, env=env, preexec_fn=elsewhere, capture_output=True, timeout=300, text=True
    )


def test_two_clones_on_two_machines_publish_the_same_bytes(built, tmp_path):
    """Folder, day, user, home, locale, time zone, hash seed, cores, umask and order of files change no byte."""
    second = Kit(tmp_path / "第二 份")
    for name in ("requirements.lock", "params/theme.yml"):
        shutil.copyfile(built.root / name, second.root / name)
    code = tmp_path / "第二 份" / "lib"
    shutil.copytree(PROJECT / "lib" / "jixiao", code / "jixiao", ignore=shutil.ignore_patterns("__pycache__"))
    reorder(second.root, -DAY)

    result = run_elsewhere(second, tmp_path / "家", code)

    assert result.returncode == 0, result.stderr
    kept = [name for name in sums(built) if name.startswith("internal/inputs/")]
    assert len(sums(built)) - len(kept) == 12  # what is made, beside what it is made from
    assert len(kept) > len(list(built.data.glob("*.csv")))
    assert sums(second) == sums(built)


READS = """
import json, sys
opened = set()
sys.addaudithook(lambda event, given: event == "open" and opened.add(str(given[0])))
from pathlib import Path
from jixiao.figures.evaluate import evaluate
from jixiao.press.paper import themes
from jixiao.year import params
root = Path(sys.argv[1])
values = params.read(root, 2022)
themes.of(root)
evaluate(root, params.checked(values, lambda *key: "")).findings
print(json.dumps([path for path in opened if path.startswith(str(root))]))
"""


def test_the_manifest_names_every_file_that_a_run_reads(tmp_path):
    """What evaluation and theme open below the kit's folder is listed among the inputs, with last year's figures."""
    kit = Kit(tmp_path / "kit")
    (kit.root / "params" / "theme.yml").write_text("based_on: gongwen\n", encoding="utf-8")
    shutil.copytree(kit.data, kit.root / "data" / "2021")
    opened = json.loads(kit.python("-c", READS, str(kit.root)).stdout)
    read = {Path(path).relative_to(kit.root).as_posix() for path in opened}

    listed = {one.name for one in Publication(kit.root, 2022).inputs}

    assert len(read) > 14
    assert {
        name for name in read - listed if "/." not in name
    } == set()  # what an import may leave to be undone
    assert {"params/theme.yml", "data/2021/published.yml", "notebooks/annual_report.ipynb"} <= listed


def test_an_input_that_changes_while_it_is_read_stops_the_run(tmp_path):
    """A table written to during the run is named, and nothing is published from a state that never was."""
    kit = few(tmp_path / "kit")
    notebook = json.loads(kit.notebook.read_text(encoding="utf-8"))
    source = "import time; time.sleep(3)"
    cell = {"cell_type": "code", "id": "late", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].append(cell | {"source": source})
    kit.notebook.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")

    environment = {**os.environ, "JIXIAO_ROOT": str(kit.root), "PYTHONUTF8": "1"}
    call = [sys.executable, "-m", "jixiao", "report", "2022"]
    process = subprocess.Popen(call, env=environment, stderr=subprocess.PIPE, encoding="utf-8")
    next(line for line in process.stderr if source in line)
    with (kit.data / "units.csv").open("a", encoding="utf-8") as table:
        table.write("\n")
    _, said = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "data/2022/units.csv：在运行中被改动；请改完后再运行" in said
    assert not (kit.outputs / "2022").exists()


def test_parameters_and_notebook_are_kept_as_they_were_read(tmp_path):
    """A file that is saved after a run has read it, and before the other inputs are read, is kept as the run knows it."""
    kit = few(tmp_path / "kit")
    publication = Publication(kit.root, 2022)
    read = {path: path.read_bytes() for path in (kit.params, kit.notebook)}
    assert publication.parameters["policy"] == "mof-2020-10"

    kit.edit(kit.params, "policy: mof-2020-10", "policy: mof-2021-101")
    kit.notebook.write_text(kit.notebook.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    held = {one.name: one.content for one in publication.inputs}
    assert {path: held[path.relative_to(kit.root).as_posix()] for path in read} == read
    assert "params/policies/mof-2020-10.yml" in held


def test_a_version_is_made_from_what_the_files_say_when_its_turn_has_come(tmp_path, monkeypatch):
    """Parameters that are saved while a command waits for another one are those of the report, and of what it keeps."""
    kit = few(tmp_path / "kit")
    monkeypatch.setenv(places.ROOT_VARIABLE, str(kit.root))
    publication = Publication(kit.root, 2022)
    assert publication.params.issuer == "城中区财政局"

    kit.edit(kit.params, "issuer: 城中区财政局", "issuer: 城中区财政所")
    folder = build(publication, Progress(quiet=True)).folder

    assert json.loads((folder / "internal" / "figures.json").read_bytes())["issuer"] == "城中区财政所"
    assert (folder / "internal" / "inputs" / "params" / "2022.yml").read_bytes() == kit.params.read_bytes()


def test_the_environment_names_python_and_packages():
    """The packages behind the report stand in the manifest with their versions, those behind tests do not."""
    found = manifest.environment(["甲", "甲"])
    assert found["python"].endswith(sys.version.split()[0])
    assert found["fonts"] == ["甲"]
    assert {"matplotlib", "typst", "pandas", "pillow", "traitlets"} <= set(found["packages"])
    assert {"pytest", "duckdb", "jixiao"} & set(found["packages"]) == set()
