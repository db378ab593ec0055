"""`make lab`: JupyterLab with the settings of tools/jupyter, and notebooks that were run and are no change for git."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import nbformat
import pytest
from nbclient import NotebookClient

from kit import PROJECT
from press_notebook import press_notebook
from test_closing import few
from test_exporters import OURS, TOKEN, fetched, waited_for

FOLDERS = ("HOME", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A kit with the files of git, the home of its user, and the address of JupyterLab as `make lab` starts it there."""
    kit = few(tmp_path_factory.mktemp("报告 2022") / "kit")
    nbformat.write(nbformat.read(kit.notebook, as_version=4), kit.notebook)
    nbformat.write(press_notebook(), kit.root / "notebooks" / "run.ipynb")
    shutil.copytree(PROJECT / "tools" / "jupyter", kit.root / "tools" / "jupyter")
    shutil.copy(PROJECT / "tools" / "notebook_filter.py", kit.root / "tools")
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(PROJECT / name, kit.root)
    home = tmp_path_factory.mktemp("home")
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    (options,) = re.findall(r"^lab:.*\n\t\S+/jupyter lab (.*)$", makefile, re.MULTILINE)
    command = [sys.executable, "-m", "jupyterlab", *options.split(), "--no-browser", "--allow-root"]
    command += ["--ServerApp.port=0", f"--IdentityProvider.token={TOKEN}"]
    environment = {**os.environ, **dict.fromkeys(FOLDERS, str(home))}
    with subprocess.Popen(
        command, cwd=kit.root, env=environment, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            said = next(line for line in process.stderr if "http://127.0.0.1:" in line)
            yield kit, home, waited_for(re.search(r"http://127\.0\.0\.1:\d+", said)[0])
        finally:
            process.terminate()
            process.stderr.read()


def test_only_exports_that_work_are_offered(lab):
    """Every export of the menu gives a document here; LaTeX, PDF by a browser, slides and the like are not listed."""
    _, _, address = lab
    offered = set(json.loads(fetched(f"{address}/api/nbconvert")[0]))
    assert offered == OURS.keys() | {"html", "markdown", "notebook", "python", "script"}
    made = {name: fetched(f"{address}/nbconvert/{name}/notebooks/run.ipynb")[0] for name in sorted(offered)}
    assert [name for name, content in made.items() if len(content) < 200] == []


def in_git(root: Path, *words: str) -> str:
    """What git says in a repository of its own, without the settings of this user."""
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    done = subprocess.run(
        ["git", *names, *words], cwd=root, env={**os.environ, **alone}, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def filtering(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """tools/notebook_filter.py of the kit in `root`."""
    command = [sys.executable, "tools/notebook_filter.py", *words]
    env = {**os.environ, "PYTHONUTF8": "1", **environment}
    return subprocess.run(command, cwd=root, env=env, capture_output=True, encoding="utf-8")


def saved(address: str, notebook: nbformat.NotebookNode) -> None:
    """Save the notebook of the report as JupyterLab does."""
    content = json.dumps({"type": "notebook", "format": "json", "content": notebook}).encode()
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    url = f"{address}/api/contents/notebooks/annual_report.ipynb"
    with urlopen(Request(url, content, headers, method="PUT"), timeout=60) as answer:
        assert answer.status == 200


def test_a_notebook_that_was_run_is_no_change_for_git(lab):
    """Outputs, counts and what a kernel says of itself stay in the file and out of git; an edit of the text is a change.

    Where git is missing `install` does nothing, without a word; what came into git without the filter, `check` names.
    """
    kit, _, address = lab
    nowhere = filtering(kit.root, "install", PATH="")
    assert (nowhere.returncode, nowhere.stderr) == (0, "")
    in_git(kit.root, "init", "--quiet")
    assert filtering(kit.root, "install").returncode == 0
    in_git(kit.root, "add", ".")
    in_git(kit.root, "commit", "--quiet", "--message", "kit")

    notebook = nbformat.read(kit.notebook, as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": kit.notebook.parent}}).execute()
    saved(address, notebook)
    assert '"outputs": [\n    {' in kit.notebook.read_text(encoding="utf-8")
    end = time.monotonic() + 60
    while in_git(kit.root, "status", "--porcelain") and time.monotonic() < end:
        time.sleep(1)
    assert in_git(kit.root, "status", "--porcelain") == ""
    assert filtering(kit.root, "check").returncode == 0

    notebook.cells[2].source += "  # 改过"
    saved(address, notebook)
    assert filtering(kit.root, "refresh", str(kit.notebook)).returncode == 0
    assert in_git(kit.root, "status", "--porcelain") == " M notebooks/annual_report.ipynb\n"
    (kit.root / ".gitattributes").unlink()
    in_git(kit.root, "add", ".")
    told = filtering(kit.root, "check")
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert told.stderr.startswith("notebooks/annual_report.ipynb：有输出或运行痕迹")


def test_it_is_chinese_at_the_root_and_leaves_the_home_alone(lab, browser):
    """In Chromium: Chinese menus, params and data in the list of files; no setting lands in the user's home, none in git."""
    kit, home, address = lab
    tab = browser.new_page()
    tab.goto(f"{address}/?token={TOKEN}")
    tab.get_by_role("menuitem", name="文件", exact=True).wait_for(timeout=60_000)
    listed = tab.locator(".jp-DirListing-itemText")
    listed.get_by_text("params", exact=True).wait_for(timeout=60_000)
    assert {"data", "notebooks", "params"} <= set(listed.all_inner_texts())
    tab.close()
    settings = re.compile("settings|workspaces|jupyter_lab_config")
    assert [path for path in home.rglob("*") if settings.search(path.name)] == []
    assert "/.jupyter/" in (kit.root / ".gitignore").read_text(encoding="utf-8").splitlines()
