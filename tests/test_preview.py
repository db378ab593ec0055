"""`jixiao preview` in a real browser: an edit is seen at once, a fault stands above the page until it is mended, nothing is left."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from jixiao.archive.publication import Publication
from jixiao.kit.errors import PlaceError
from jixiao.kit.progress import Progress
from jixiao.preview.rounds import rounds
from jixiao.preview.server import serving
from kit import Kit
from test_closing import add_cells, few
from test_other_years import close

PATIENCE = 120_000  # milliseconds in which a page must come on any machine


@contextmanager
def previewed(kit: Kit, temporary: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """The running command, whose private folders lie in `temporary`, and the address that it gives."""
    command = [sys.executable, "-m", "jixiao", "preview", "2022", "--no-browser", "--quiet"]
    environment = {
        **os.environ,
        "JIXIAO_ROOT": str(kit.root),
        "PYTHONUTF8": "1",
        "TMPDIR": temporary,
    }
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    running = subprocess.Popen(command, cwd=kit.root, env=environment, **streams)
    try:
        yield running, re.search(r"http://\S+/", running.stdout.readline())[0]
    finally:
        running.kill()
        running.communicate()


def kernels(parent: int) -> list[str]:
    """The processes that `parent` started, and those that these started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, encoding="utf-8").stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    found = {str(parent)}
    for _ in range(3):
        found |= {row[0] for row in rows if row[1] in found}
    return [row[0] for row in rows if row[0] in found - {str(parent)} and "ps -eo" not in row[2]]


def test_saves_during_a_round_lead_to_one_more(tmp_path):
    """Three saves while a round runs are one round more; what stands in no report (a hidden file, a picture) is none."""
    kit = few(tmp_path)
    publication = Publication(kit.root, 2022)
    begun: list[float] = []
    made = rounds(publication, Progress(quiet=True), lambda: begun.append(time.monotonic()))

    assert next(made).faults == ()
    for name in ("params/2022.yml", "data/2022/units.csv", "notebooks/annual_report.ipynb"):
        (kit.root / name).touch()
        time.sleep(0.1)
    assert next(made).html
    (kit.data / ".units.csv.part").touch()
    (kit.root / "notebooks" / "picture.png").touch()
    later = threading.Timer(3, kit.params.write_text, ["report_year: ["], {"encoding": "utf-8"})
    later.start()
    broken = next(made)
    made.close()
    assert (broken.html, "params/2022.yml" in str(broken.faults[0]), len(begun)) == (None, True, 3)


def test_the_preview_of_a_closed_year_says_that_it_is_not_what_is_published(tmp_path):
    """It shows the files as they are now, for which the report asks for a reason."""
    kit = few(tmp_path)
    close(kit, {})
    made = rounds(Publication(kit.root, 2022), Progress(quiet=True), lambda: None)
    assert next(made).remarks[0] == (
        "2022 工作年度已于 2024-01-01 封存，jixiao report 2022 用封存时的文件；"
        "这里是现在的，要发布的加 --reopen 写明理由"
    )
    made.close()


@pytest.fixture(scope="module")
def server():
    """A server with a page, in this process."""
    with serving("2022 工作年度") as server:
        server.show("<p>页面</p>", ["提示"])
        yield server


def answer(url: str, **headers: str) -> int:
    """The status of an answer."""
    try:
        with urlopen(Request(url, headers=headers)) as answered:
            return answered.status
    except HTTPError as error:
        return error.code


def test_only_who_knows_the_address_is_answered(server):
    """Another name of the machine (DNS rebinding), another path and another file are not found."""
    port = server.address.split(":")[2].split("/")[0]
    asked = {
        server.address: {},
        f"{server.address}page": {},
        f"{server.address}preview.js": {},
        f"{server.address}page?2": {"Host": "evil.example"},
        f"{server.address}page?3": {"Host": f"evil.example:{port}"},
        f"http://127.0.0.1:{port}/": {},
        f"http://127.0.0.1:{port}/page": {},
        f"{server.address}preview.html.j2": {},
        f"{server.address}../server.py": {},
    }
    assert [answer(url, **headers) for url, headers in asked.items()] == [200] * 3 + [404] * 6
    with socket.socket() as outside:
        outside.settimeout(1)
        assert outside.connect_ex(("127.0.0.2", int(port))) != 0


def test_a_page_of_another_origin_does_not_hear_of_changes(server):
    """The web socket tells the state to our own page, and refuses one with the origin of another."""

    async def heard(origin: str) -> dict | int:
        request = HTTPRequest(f"{server.address}changes".replace("http", "ws"), headers={"Origin": origin})
        try:
            connection = await websocket_connect(request)
        except HTTPClientError as error:
            return error.code
        state = json.loads(await connection.read_message())
        connection.close()
        return state

    loop = IOLoop()
    own = loop.run_sync(lambda: heard("/".join(server.address.split("/")[:3])))
    assert own == {"page": 1, "working": False, "faults": [], "remarks": ["提示"]}
    assert loop.run_sync(lambda: heard("http://evil.example")) == 403
    loop.close()


def test_a_port_that_is_taken_is_one_line(server):
    """The line names the port and says what to do."""
    port = int(server.address.split(":")[2].split("/")[0])
    with pytest.raises(PlaceError) as refused, serving("2022 工作年度", port):
        pass
    assert str(refused.value) == f"端口 {port}：已被别的程序占用；请换一个端口，或不写 --port"


def test_a_year_without_parameters_is_refused_at_once(tmp_path):
    """A year that is not there is told on the terminal, before any server starts."""
    result = Kit(tmp_path).run("preview", "1999", "--no-browser")
    assert (result.returncode, result.stdout) == (2, "")
    assert "没有这个年度的参数文件" in result.stderr


def test_an_edit_is_seen_at_once_and_a_fault_until_it_is_mended(tmp_path, browser):
    """In Chromium: a saved sentence is seen in less than 5 s, or, where this machine is slow, in the time of one report.

    A typed digit is told above the page that was there before, in the words of the terminal, and goes away once it is
    mended. outputs/ is not touched; Ctrl-C ends the command with 0 and leaves no process and no folder.
    """
    kit = few(tmp_path / "kit")
    add_cells(kit, 'report.prose("逐步推进落实，现将有关情况说明如下。")')
    begun = time.monotonic()
    with TemporaryDirectory() as temporary, previewed(kit, temporary) as (command, address):
        tab = browser.new_page()
        tab.goto(address)
        page = tab.frame_locator("#page")
        page.locator("h1").wait_for(timeout=PATIENCE)
        one_report = time.monotonic() - begun

        kit.edit(kit.notebook, "现将有关情况说明如下", "现将<b>情况</b>报告如下")
        begun = time.monotonic()
        page.get_by_text("现将<b>情况</b>报告如下").wait_for(timeout=PATIENCE)
        seen = time.monotonic() - begun
        print(f"an edit is seen after {seen:.1f} s, the first page after {one_report:.1f} s")
        assert seen < max(5, 1.5 * one_report)

        kit.edit(kit.notebook, "逐步推进落实", "逐步推进落实<i>9</i>次")
        fault = tab.locator("#faults li")
        fault.first.wait_for(timeout=PATIENCE)
        told = fault.all_inner_texts()
        assert (len(told), "<i>9</i>" in told[0], "第 4 个单元格" in told[0]) == (1, True, True)
        assert "手写的数字“9”" in told[0]
        assert page.get_by_text("现将<b>情况</b>报告如下").count() == 1

        kit.edit(kit.notebook, "<i>9</i>次", "")
        tab.locator("#faults").wait_for(state="hidden", timeout=PATIENCE)
        assert page.get_by_text("现将<b>情况</b>报告如下").count() == 1

        started = kernels(command.pid)
        assert [] not in (started, list(Path(temporary).iterdir()))
        command.send_signal(signal.SIGINT)
        _, said = command.communicate(timeout=30)
        tab.get_by_text("预览已停止").wait_for()
        tab.close()
        assert (command.returncode, said.splitlines()) == (0, [told[0], "预览已结束。"])
        assert [number for number in started if Path("/proc", number).exists()] == []
        assert (list(Path(temporary).iterdir()), kit.outputs.exists()) == ([], False)
