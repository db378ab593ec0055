"""A run that failed: its notebook, what it read, and a crate that records it as failed, beside the published version."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jixiao.archive import crate, manifest
from jixiao.archive.run_record import RunRecord
from jixiao.kit.errors import ExportError, Fault, JixiaoError, ProseError, RunError
from jixiao.year import params

SUFFIX = ".failed"


@contextmanager
def kept(root: Path, year: int, executed: Path, record: RunRecord) -> Iterator[None]:
    """A run or export that fails leaves outputs/<year>.failed/, if it came as far as the notebook `executed`."""
    folder = root / "outputs" / f"{year}{SUFFIX}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield
    except (RunError, ExportError, ProseError) as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None  # a full disk is told as such, and cut the notebook short
        if not executed.is_file():
            raise
        with suppress(JixiaoError):  # parameters that no longer can be read hide no failure
            _keep(folder, executed, _files(root, year, executed, error, record))
        if not folder.is_dir():
            raise
        left = Fault(f"outputs/{folder.name}/{executed.name}", "失败的笔记本留在这里，已发布的版本没有改动")
        raise type(error)(*error.faults, left) from None


def _files(root: Path, year: int, executed: Path, error: JixiaoError, record: RunRecord) -> dict[str, bytes]:
    values = params.read(root, year)
    inputs = tuple(manifest.inputs(root, values, executed.name))
    sources = manifest.Sources(inputs, manifest.code(), manifest.environment(()))
    made = {executed.name: executed.read_bytes()}
    times = record.times()
    run = crate.Run(made, "\n".join(map(str, error.faults)), times)
    described = crate.render(_about(values, times["endTime"]), sources, run)
    return {**made, **sources.kept(), crate.NAME: described}


def _about(values: Mapping[str, Any], ended: str) -> dict[str, Any]:
    """What a crate says of a run that did not come as far as a title."""
    invented = "数据为重构数据。" if values["data_origin"] == params.RECONSTRUCTION else ""
    title = f"{values['region']}{values['report_year']}工作年度报告：失败的运行"
    note = f"运行没有完成，其中没有报告。{invented}"
    return {**values, "title": title, "origin_note": note, "published_on": ended[:10]}


def _keep(folder: Path, executed: Path, files: Mapping[str, bytes]) -> None:
    part = executed.parent / "failed"
    for name, content in files.items():
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        (part / name).write_bytes(content)
    part.rename(folder)
