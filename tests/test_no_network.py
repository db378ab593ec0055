"""Nothing asks for a network: the commands in a name space of the system that has no interface at all."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from jixiao.exchange.issuing import issue
from jixiao.year import params, tables
from kit import Loaded
from test_closing import few

SOCKETS = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"


@pytest.fixture(scope="module")
def without_network() -> list[str]:
    """What stands before a command that is to run without network; skips where the system does not allow it."""
    prefix = ["unshare", "--map-root-user", "--net", "--"]
    if not shutil.which("unshare") or subprocess.run([*prefix, "true"], capture_output=True).returncode:
        pytest.skip("needs unshare, and name spaces for users")
    return prefix


def test_report_check_import_and_verify_need_no_network(without_network, tmp_path):
    """A report, a check, an import and a verification do in a name space without network what they do elsewhere."""
    kit = few(tmp_path / "kit")
    name, content = next(
        issue.forms(tables.read(kit.root, "2022"), params.of_year(kit.root, 2022), filled=True)
    )
    form = tmp_path / name
    form.write_bytes(content)
    none = kit.python("-c", SOCKETS, before=without_network)
    assert "Network is unreachable" in none.stderr
    commands = Loaded(without_network)
    for words, last in (
        (["report", "2022", "--quiet"], "ro-crate-metadata.json"),
        (["verify", "2022", "--quiet"], "已重建，全部一致。"),
        (["check", "2022"], "处发现"),
        (
            ["import", "2022", str(form), "--received", "2022-03-31", "--quiet"],
            "采纳 1，退回 0，待确认 0，打不开 0",
        ),
    ):
        done = commands.run(words, kit.root, kit.environment)
        assert (done.returncode, last in done.stdout) == (0, True), (words, done.stdout[-500:], done.stderr)
