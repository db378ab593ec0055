"""The exporters are found by nbconvert and by a Jupyter server, beside all others."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import get_export_names, get_exporter
from traitlets.config import Config

from press_notebook import TITLE, press_notebook

OURS = {
    "jixiao_html": (".html", "text/html", b"<!DOCTYPE html>"),
    "jixiao_pdf": (".pdf", "application/pdf", b"%PDF-1.7"),
    "jixiao_docx": (
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        b"PK\x03\x04",
    ),
}
TOKEN = "loopback"
OPTIONS = ("--no-browser", "--allow-root", "--ip=127.0.0.1", f"--IdentityProvider.token={TOKEN}")
FOLDERS = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
HEAVY = ("typst", "lxml", "nh3", "jinja2.environment", "matplotlib", "pandas", "xlsxwriter", "fontTools")


@pytest.fixture(scope="module")
def notebook_file(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("报告 2022") / "年度报告.ipynb"
    nbformat.write(press_notebook(), file)
    return file


@pytest.mark.parametrize("name", OURS)
def test_nbconvert_lists_and_runs_the_exporter(name, notebook_file):
    """Each id is known, makes bytes or text of its format, and says which extension and type they have."""
    extension, kind, start = OURS[name]
    exporter = get_exporter(name)(config=Config())
    assert [name in get_export_names(), exporter.file_extension, exporter.output_mimetype] == [
        True,
        extension,
        kind,
    ]
    document, _ = exporter.from_filename(str(notebook_file))
    assert (document.encode() if isinstance(document, str) else document).startswith(start)


def test_ids_can_be_asked_for_over_http():
    """A server's route takes ASCII word characters only."""
    names = [point.name for point in entry_points(group="nbconvert.exporters") if "jixiao" in point.value]
    assert sorted(names) == sorted(OURS) and all(name.isascii() and name.isidentifier() for name in names)


def test_making_an_exporter_imports_nothing_heavy():
    """A server makes every exporter to list them: that costs no import of what only an export needs."""
    code = (
        "import sys, nbconvert.exporters; before = set(sys.modules)\n"
        "from jixiao.press.exporters import *\n"
        "[kind() for kind in (HtmlExporter, PdfExporter, DocxExporter)]\n"
        f"print(sorted(name for name in {HEAVY!r} if name in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_command_line_writes_the_page(notebook_file):
    """`jupyter nbconvert --to jixiao_html` leaves the page beside the notebook."""
    command = [sys.executable, "-m", "nbconvert", "--to", "jixiao_html", str(notebook_file)]
    subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert TITLE in notebook_file.with_suffix(".html").read_text("utf-8")


@pytest.fixture(scope="module")
def server(notebook_file, tmp_path_factory):
    """The address of a Jupyter server on loopback, whose root is the folder of the notebook."""
    pytest.importorskip("jupyter_server", reason="jupyter_server is not installed (extra: lab)")
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyter_server", *OPTIONS, f"--port={port}"]
    command += [f"--ServerApp.root_dir={notebook_file.parent}"]
    environment = {**os.environ, **dict.fromkeys(FOLDERS, str(home))}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield waited_for(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=30)


def waited_for(address: str) -> str:
    """`address` once something answers there."""
    for _ in range(150):
        try:
            fetched(f"{address}/api")
            return address
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise TimeoutError(address)


def fetched(address: str) -> tuple[bytes, str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"})
    with opener.open(request, timeout=60) as answer:
        return answer.read(), answer.headers.get("Content-Type", "")


def test_server_lists_ours_and_the_others(server):
    """The export menu of JupyterLab shows our three formats and keeps those of nbconvert."""
    listed = json.loads(fetched(f"{server}/api/nbconvert")[0])
    assert {name: listed[name]["output_mimetype"] for name in OURS} == {name: OURS[name][1] for name in OURS}
    assert {"html", "markdown", "script", "latex"} <= set(listed)


@pytest.mark.parametrize("name", OURS)
def test_server_exports(server, name):
    """A download through the server is the document."""
    body, kind = fetched(f"{server}/nbconvert/{name}/{urllib.request.quote('年度报告.ipynb')}?download=true")
    assert body.startswith(OURS[name][2]) and kind.startswith(OURS[name][1].partition(";")[0])
