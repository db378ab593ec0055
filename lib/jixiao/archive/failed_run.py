"""A run that failed: its notebook, what it read, and a crate that records it as failed, beside the published version."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jixiao.archive import crate, manifest
from jixiao.archive.publication import Heading, Publication
from jixiao.archive.run_record import RunRecord
from jixiao.kit.errors import ExportError, Fault, JixiaoError, ProseError, RunError

SUFFIX = ".failed"


@contextmanager
def kept(publication: Publication, executed: Path, record: RunRecord) -> Iterator[None]:
    """A run or export that fails leaves outputs/<name>.failed/, if it came as far as the notebook `executed`."""
    folder = publication.outputs / f"{publication.name}{SUFFIX}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield
    except (RunError, ExportError, ProseError) as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None  # a full disk is told as such, and cut the notebook short
        if not executed.is_file():
            raise
        with suppress(JixiaoError):  # inputs that no longer can be read hide no failure
            _keep(folder, publication, executed, error, record)
        if not folder.is_dir():
            raise
        left = Fault(f"outputs/{folder.name}/{executed.name}", "失败的笔记本留在这里，已发布的版本没有改动")
        raise type(error)(*error.faults, left) from None


def _keep(
    folder: Path, publication: Publication, executed: Path, error: JixiaoError, record: RunRecord
) -> None:
    """Put notebook, inputs and the crate of the failure into `folder`, whole or not at all."""
    params = publication.params
    times = record.times()
    invented = "数据为重构数据。" if params.reconstructed else ""
    heading = Heading(
        publication.name,
        f"{params.region}{publication.label}：失败的运行",
        f"运行没有完成，其中没有报告。{invented}",
        times["endTime"][:10],
        params,
    )
    sources = manifest.Sources(publication.inputs, manifest.code(), manifest.environment(()))
    made = {executed.name: executed.read_bytes()}
    run = crate.Run(made, "\n".join(map(str, error.faults)), times)
    files = {**made, **sources.kept(), crate.NAME: crate.render(heading, sources, run)}
    part = executed.parent / "failed"
    for name, content in files.items():
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        (part / name).write_bytes(content)
    part.rename(folder)
