"""The data package of a version, read by frictionless: it describes the tables as they are written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import frictionless
import pytest

from jixiao.archive import data_package
from jixiao.archive.publication import Heading, Publication
from jixiao.year import table_schema, tables
from jixiao.year.schemas import SCHEMAS
from kit import PROJECT, Kit


def written(kit: Kit) -> Path:
    """The data package of a kit with its tables, as a version keeps them."""
    publication = Publication(kit.root, 2022)
    heading = Heading("2022", "题目", "数据为重构数据。", "2023-08-25", publication.params)
    folder = kit.root / "version"
    for one in publication.inputs:
        (folder / one.kept).parent.mkdir(parents=True, exist_ok=True)
        (folder / one.kept).write_bytes(one.content)
    path = folder / data_package.NAME
    path.write_bytes(data_package.render(heading, publication.inputs))
    return path


def faults(path: Path) -> list[tuple[str, str]]:
    """What frictionless says against a data package: kind of error and field."""
    report = frictionless.validate(str(path))
    return [tuple(row) for row in report.flatten(["type", "fieldName"])]


@pytest.fixture
def kit(tmp_path) -> Kit:
    """A kit to change."""
    return Kit(tmp_path / "kit")


def test_package_and_tables_are_valid(kit):
    """All tables of 2022 pass, each with its rows, and the whole names every table there is."""
    path = written(kit)
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["type", "note"])
    there = {file.stem for file in kit.data.glob("*.csv")}
    assert {task.name for task in report.tasks} == there
    assert {task.name: task.stats["rows"] for task in report.tasks}["subjects"] == 115


@pytest.mark.parametrize(
    ("table", "column", "value", "fault"),
    [
        ("subjects", "initial_budget", "很多", "type-error"),
        ("subjects", "kind", "其他", "constraint-error"),
        ("subjects", "unit_id", "U999", "foreign-key"),
        ("subjects", "name", "", "constraint-error"),
        ("units", "unit_id", "U002", "primary-key"),
        ("indicators", "weight", "101", "constraint-error"),
    ],
)
def test_a_fault_in_a_table_is_found(kit, table, column, value, fault):
    """The description is strict: what the tables refuse, frictionless refuses by it."""
    path = written(kit)
    kit.change_table(table, lambda rows: rows[0].update({column: value}))
    kept = path.parent / "inputs" / "data" / "2022" / f"{table}.csv"
    kept.write_bytes((kit.data / f"{table}.csv").read_bytes())
    content = json.loads(path.read_text(encoding="utf-8"))
    for one in content["resources"]:
        del one["hash"], one["bytes"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert fault in {kind for kind, _ in faults(path)}


def test_sizes_hashes_and_the_label_of_invented_data(kit):
    """Each resource has the bytes and SHA-256 of its file, and says in a reconstruction that its rows are invented."""
    path = written(kit)
    content = json.loads(path.read_text(encoding="utf-8"))
    for one in content["resources"]:
        kept = (path.parent / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(kept), f"sha256:{hashlib.sha256(kept).hexdigest()}")
        assert "重构数据" in one["description"]
    assert "重构数据" in content["description"]
    assert content["licenses"] == [{"name": "Apache-2.0", "path": "https://spdx.org/licenses/Apache-2.0"}]


def test_money_is_mapped_to_the_phases_of_a_budget(kit):
    """年初预算数 is approved, 全年预算数 adjusted, 全年执行数 executed; all in units of ten thousand yuan."""
    content = json.loads(written(kit).read_text(encoding="utf-8"))
    measures = content["model"]["measures"]
    assert {name: one["phase"] for name, one in measures.items()} == {
        "initial_budget": "approved",
        "adjusted_budget": "adjusted",
        "executed": "executed",
    }
    assert {(one["factor"], one["currency"]) for one in measures.values()} == {(10000, "CNY")}
    assert content["fiscalPeriod"] == {"start": "2021-01-01", "end": "2021-12-31"}


@pytest.mark.parametrize("table", SCHEMAS)
def test_fields_follow_the_schemas(table):
    """Names in order, and what may be blank or must be unique, are those of the schema."""
    header = ",".join(SCHEMAS[table].columns)
    fields = table_schema.described(table, f"{header}\n".encode(), SCHEMAS)["schema"]["fields"]
    limits = {field["name"]: field.get("constraints", {}) for field in fields}
    columns = SCHEMAS[table].columns
    assert list(limits) == list(columns)
    assert {name: "required" in one for name, one in limits.items()} == {
        n: not c.nullable for n, c in columns.items()
    }
    assert {name: "unique" in one for name, one in limits.items()} == {
        n: c.unique for n, c in columns.items()
    }


HEAD = "subject_id,tier,score,evaluator,scored_on\n"
MONEY = "subject_id,kind,unit_id,name,initial_budget,adjusted_budget,executed,finished,is_new\n"
WRITTEN = [
    ("scores", HEAD + "D001,self,90,,2022-09-30\nD002,self,91,,2022-10-01\n", "utf-8", "scored_on", "date"),
    ("scores", HEAD + "D001,self,90,,2022/9/3\nD002,self,91,,2022/10/12\n", "utf-8", "scored_on", "date"),
    ("scores", HEAD + "D001,self,90,,2022年9月3日\n", "utf-8", "scored_on", "date"),
    (
        "scores",
        HEAD + "D001,self,90,,2022年9月3日\nD002,self,91,,2022-10-01\n",
        "utf-8",
        "scored_on",
        "string",
    ),
    ("scores", HEAD + "D001,self,９０,,\n", "utf-8", "score", "string"),
    ("scores", HEAD + ",,,,\nD001,self,90,,\n", "utf-8", "score", "number"),
    ("scores", HEAD, "utf-8", "score", "number"),
    (
        "subjects",
        MONEY + 'D001,department,U1,甲,"1,234.50",1234.50,,是,否\n',
        "utf-8",
        "initial_budget",
        "number",
    ),
    ("subjects", MONEY + "D001,department,U1,甲,1,1,,TRUE,false\n", "utf-8-sig", "finished", "boolean"),
    ("subjects", MONEY + "D001,department,U1,甲,1,1,,是,否\n", "gb18030", "is_new", "boolean"),
]


@pytest.mark.parametrize(("table", "text", "encoding", "column", "kind"), WRITTEN)
def test_cells_are_described_as_they_are_written(tmp_path, table, text, encoding, column, kind):
    """Each notation that the tables read is described so that frictionless reads it too."""
    content = text.encode(encoding)
    assert tables.validated(tables.parse(content, table), table, "data/2022") is not None
    described = table_schema.described(table, content, (table,))
    described["schema"].pop("foreignKeys", None)
    (tmp_path / "a.csv").write_bytes(content)
    (tmp_path / "datapackage.json").write_text(
        json.dumps({"name": "x", "resources": [described | {"path": "a.csv"}]}), encoding="utf-8"
    )
    assert faults(tmp_path / "datapackage.json") == []
    assert {field["name"]: field["type"] for field in described["schema"]["fields"]}[column] == kind


def test_a_kit_is_described_in_its_own_words():
    """Titles are the first words of what data/README.md says of a column."""
    assert table_schema.words()["subjects"].columns["adjusted_budget"].title == "全年预算数"
    assert (PROJECT / "data" / "README.md").read_text(encoding="utf-8").count("全年预算数（万元）") >= 1
