"""The provenance of a version as a Process Run Crate: what was made from what, by which program, under whose name.

ro-crate-metadata.json follows RO-Crate 1.1 and the Process Run Crate profile 0.5. A run that was completed bears no
time, so that the crate is the same each time; a run that failed says when.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from jixiao.archive import data_package, licences, manifest
from jixiao.archive.inputs import described
from jixiao.archive.manifest import Sources
from jixiao.archive.publication import INTERNAL, PUBLIC, Heading
from jixiao.kit.visible import escaped

if TYPE_CHECKING:
    from rocrate.model.entity import Entity
    from rocrate.rocrate import ROCrate

NAME = "ro-crate-metadata.json"
ROLES = {
    "notebook": "笔记本",
    "params": "参数",
    "policy": "评分规则",
    "checks": "审核参数",
    "sampling": "抽查参数",
    "theme": "版式",
    "published": "公布数",
    "table": "数据表",
    "lock": "依赖清单",
    "earlier": "以前年度",
    "district": "区县报送",
}
# What a file is, by its name or its ending: its media type, and what is said of it where the run made it.
_KINDS = {
    ".html": ("text/html", "报告（网页）"),
    ".pdf": ("application/pdf", "报告（PDF/A-2a、PDF/UA-1）"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "报告（Word 文档）"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "报告的全部表格"),
    ".ipynb": ("application/x-ipynb+json", "运行后的笔记本，其余文件由它生成"),
    "figures.json": ("application/json", "全部统计数及其定义和来源"),
    data_package.NAME: ("application/json", "数据表的说明（Frictionless 数据包）"),
    manifest.NAME: ("application/json", "全部文件的校验值；这个文件的校验值写在它自己里面"),
    ".json": ("application/json", ""),
    ".yml": ("application/yaml", ""),
    ".csv": ("text/csv", ""),
    ".lock": ("text/plain", ""),
    ".parquet": ("application/vnd.apache.parquet", ""),
}
_EDITIONS = {PUBLIC: "公开版：", INTERNAL: "内部版："}
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_SHA256 = "https://w3id.org/ro/terms/workflow-run#sha256"
_STATUS = "http://schema.org/{}ActionStatus"


@dataclass(frozen=True)
class Run:
    """How a run ended: completed, or failed with `error` between two times; `files` are what it came to."""

    files: Mapping[str, bytes]
    error: str = ""
    times: Mapping[str, str] = field(default_factory=dict)


def render(heading: Heading, sources: Sources, run: Run, kept: str = "") -> bytes:
    """ro-crate-metadata.json of a run; its inputs lie in their folder below `kept`."""
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    crate.metadata.extra_terms["sha256"] = _SHA256
    publisher = _named(crate, "#publisher", "Organization", heading.params.issuer)
    _describe_root(crate, heading, publisher)
    made = [_file(crate, name, content, _words(name)) for name, content in sorted(run.files.items())]
    used = [_file(crate, f"{kept}{one.kept}", one.content, ROLES[one.role]) for one in sources.inputs]
    action = _action(crate, heading, run, publisher)
    action["instrument"] = _program(crate, sources)
    action["object"] = used
    action["result"] = made
    crate.root_dataset["mentions"] = action
    if not run.error:
        _file(crate, manifest.NAME, None, _kind(manifest.NAME)[1])
    return (
        escaped(json.dumps(crate.metadata.generate(), ensure_ascii=False, indent=1, sort_keys=True)) + "\n"
    ).encode()


def _describe_root(crate: ROCrate, heading: Heading, publisher: Entity) -> None:
    root = crate.root_dataset
    licence = heading.params.license
    address = licences.address(licence)
    origin = heading.note or "由其中的数据表、参数和笔记本生成。"
    root["name"] = heading.title
    root["description"] = f"《{heading.title}》及其生成记录。{origin}"
    root["datePublished"] = heading.published_on
    root["inLanguage"] = "zh-CN"
    root["publisher"] = root["author"] = publisher
    root["license"] = (
        _named(crate, address, "CreativeWork", licence, description=licence) if address else licence
    )
    root["conformsTo"] = _named(crate, _PROFILE, "CreativeWork", "Process Run Crate", version="0.5")


def _action(crate: ROCrate, heading: Heading, run: Run, publisher: Entity) -> Entity:
    said = "读入数据表，按评分规则计算，运行笔记本，导出各种格式。"
    action = _named(crate, "#run", "CreateAction", f"生成《{heading.title}》", description=said, **run.times)
    action["agent"] = publisher
    action["actionStatus"] = {"@id": _STATUS.format("Failed" if run.error else "Completed")}
    if run.error:
        action["error"] = run.error
    return action


def _program(crate: ROCrate, sources: Sources) -> Entity:
    """jixiao in its version, and the software that it ran on."""
    version = sources.code["version"]
    digest = sources.code["sha256"]
    environment = sources.environment
    program = _software(crate, f"pkg:generic/jixiao@{version}?checksum=sha256:{digest}", "jixiao", version)
    program["sha256"] = digest
    program["operatingSystem"] = environment["system"]
    python, release = environment["python"].split()
    needed = [_software(crate, f"pkg:generic/{python.lower()}@{release}", python, release)]
    needed += [
        _software(crate, f"pkg:pypi/{name}@{release}", name, release)
        for name, release in environment["packages"].items()
    ]
    program["softwareRequirements"] = needed
    return program


def _software(crate: ROCrate, address: str, name: str, version: str) -> Entity:
    return _named(crate, address, "SoftwareApplication", name, softwareVersion=version)


def _file(crate: ROCrate, name: str, content: bytes | None, said: str) -> Entity:
    """A file of the crate; the manifest, which names the crate, has no hash in it."""
    about = {"name": name, "description": said, "encodingFormat": _kind(name)[0]}
    if content is not None:
        known = described(name, content)
        about |= {"contentSize": str(known["bytes"]), "sha256": known["sha256"]}
    return crate.add_file(dest_path=name, properties={k: v for k, v in about.items() if v})


def _kind(name: str) -> tuple[str, str]:
    """Media type and words of a file."""
    path = PurePosixPath(name)
    return _KINDS.get(path.name) or _KINDS.get(path.suffix, ("", ""))


def _words(name: str) -> str:
    """What is said of a file that the run made, with its edition."""
    edition = _EDITIONS.get(PurePosixPath(name).parts[0], "")
    return f"{edition}{_kind(name)[1]}"


def _named(crate: ROCrate, identifier: str, kind: str, name: str, **properties: str) -> Entity:
    from rocrate.model.contextentity import ContextEntity

    about = {"@type": kind, "name": name, **properties}
    return crate.add(ContextEntity(crate, identifier, properties=about))
