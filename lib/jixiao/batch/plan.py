"""Reads the plan of a batch, and finds the jobs that it asks for in the kits it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from jixiao.archive import publication
from jixiao.archive.publication import LETTER, Publication
from jixiao.batch import storage
from jixiao.batch.jobs import USUAL, Bounds, Job, Outcome, State, faults_of
from jixiao.kit import places, strict_yaml
from jixiao.kit.errors import Fault, JixiaoError, ParameterError, PlaceError, natural, one_line
from jixiao.kit.strict_yaml import Document
from jixiao.letters import mailing
from jixiao.running.limits import DEADLINE, LIMITS, LONGEST, MB, SHORTEST
from jixiao.year.params import DEFAULT_NOTEBOOK, NOTEBOOK_ID

OUTPUTS = "outputs"
BATCH = "batch"  # the folder below OUTPUTS in which each plan has one of its own
HERE = "."  # the kit in which a plan lies, where it names no other
_KEYS = ("kits", "years", "notebooks", "parameters", "each", "reply_by", "limits")
_LIMITS = ("deadline", "memory_mb")
_LEAST_MEMORY = 256  # MB; Python with pandas takes nearly as much
_MOST_MEMORY = 1_000_000
_SHOWN = 60  # characters of a wrong value that a message repeats
_NAME = 80  # bytes of the name of a plan that its folder takes over
_PATTERN = frozenset("*?[")


class Each(Enum):
    """To whom letters go."""

    UNITS = "units"
    DEPARTMENTS = "departments"


@dataclass(frozen=True)
class Plan:
    """What a plan asks for; what it leaves out is empty. Kits are named from the folder `base`.

    `parameters` has for each variant the values of the notebooks' own parameters. `folder` is where the summary goes,
    `shown` how messages name it.
    """

    path: Path
    base: Path
    folder: Path
    shown: str
    kits: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    notebooks: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    each: Each | None = None
    reply_by: str = ""
    bounds: Bounds = USUAL

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.name


def read(path: Path) -> Plan:
    """The plan in the file `path`; ParameterError lists every fault of it."""
    if not path.is_file():
        raise ParameterError(Fault(one_line(path.name, _SHOWN), "没有这个计划文件", remedy="核对路径"))
    document = strict_yaml.read(path, path.name)
    faults = list(strict_yaml.key_faults(document, document.value, _KEYS, optional=_KEYS))
    content = document.value if isinstance(document.value, dict) else {}
    if not faults and not content:
        faults.append(Fault(path.name, "计划是空的", f"至少一个键：{'、'.join(_KEYS)}"))
    faults += [fault for key, check in _CHECKS.items() if key in content for fault in check(document, key)]
    faults = faults or list(_together(document))
    if faults:
        raise ParameterError(*faults)
    return _plan(path.resolve(), content)


def jobs(plan: Plan) -> list[Job | Outcome]:
    """The jobs of a plan in their order, and an outcome for what cannot even be named, such as the units of a broken kit.

    ParameterError for a pattern of kits that finds none.
    """
    return [one for kit in kits(plan) for one in _of_kit(plan, kit)]


def kits(plan: Plan) -> list[str]:
    """The kits that a plan names, patterns replaced by the folders that they find, each kit once."""
    if not plan.kits:
        return [HERE]
    found: dict[Path | str, str] = {}
    faults = []
    for text in plan.kits:
        named = _found(plan.base, text)
        if not named:
            faults.append(Fault(f"{plan.name} 的 kits", f"没有与“{text}”相符的文件夹", remedy="核对名称"))
        for name in named:
            found.setdefault(name if storage.is_url(name) else places.resolved(plan.base / name), name)
    if faults:
        raise ParameterError(*faults)
    return list(found.values())


def _found(base: Path, text: str) -> list[str]:
    """The kits that a text means: itself, or those that a pattern finds, in the order of their numbers."""
    if storage.is_url(text):
        return sorted(storage.kits(text), key=natural)
    if not _PATTERN & set(text):
        return [Path(text).as_posix()]
    pattern = Path(text)
    start = Path(pattern.anchor) if pattern.is_absolute() else base
    try:
        paths = [path for path in start.glob(str(pattern.relative_to(pattern.anchor))) if path.is_dir()]
    except ValueError:  # ** beside other letters
        return []
    names = [
        path.as_posix() if pattern.is_absolute() else path.relative_to(base).as_posix() for path in paths
    ]
    return sorted((name for name in names if _may_be_kit(name)), key=natural)


def _may_be_kit(name: str) -> bool:
    """Whether a folder that a pattern finds is meant: hidden ones and those of results are not."""
    last = Path(name).name
    return not last.startswith(".") and last != OUTPUTS


def _of_kit(plan: Plan, kit: str) -> Iterator[Job | Outcome]:
    if storage.is_url(kit):
        yield from _of_store(plan, kit)
        return
    root = places.resolved(plan.base / kit)
    try:
        places.require_root(root, kit)
        named = [*_of_years(plan, kit, root)]
    except (
        PlaceError,
        OSError,
    ) as error:  # as of a folder that may not be entered: the others have their jobs
        named = [_failed(Job(kit, 0, ""), *faults_of(error))]
    yield from named


def _of_store(plan: Plan, kit: str) -> Iterator[Job | Outcome]:
    """The jobs of a kit in a store, of which is fetched only what the plan leaves open."""
    if plan.each:
        found = "函写不进存储，只写进文件夹"
        yield _failed(Job(kit, 0, LETTER), Fault(kit, found, remedy="把这个文件夹放到共享文件夹里"))
        return
    if plan.years and plan.notebooks:
        yield from _of_years(plan, kit, Path())
        return
    try:
        with storage.fetched(kit, parts=("params", "notebooks")) as copy:
            named = [*_of_years(plan, kit, copy.root)]
    except JixiaoError as error:
        named = [_failed(Job(kit, 0, ""), *error.faults)]
    yield from named


def _of_years(plan: Plan, kit: str, root: Path) -> Iterator[Job | Outcome]:
    years = plan.years or _years(root)
    if not years:
        found = Fault(f"{kit}/params", "没有年度的参数文件", "如 2022.yml", "运行 jixiao new-year")
        yield _failed(Job(kit, 0, ""), found)
    for year in years:
        yield from _letters(plan, kit, root, year) if plan.each else _reports(plan, kit, root, year)


def _years(root: Path) -> tuple[int, ...]:
    """The years that have parameters in a kit."""
    names = [path.stem for path in (root / "params").glob("*.yml")]
    return tuple(sorted(int(name) for name in names if places.is_year(name)))


def _reports(plan: Plan, kit: str, root: Path, year: int) -> Iterator[Job]:
    by_year = not plan.notebooks
    for notebook in plan.notebooks or _listed(root, year):
        for variant, values in (plan.parameters or {"": {}}).items():
            yield Job(kit, year, notebook, values, variant, by_year=by_year)


def _listed(root: Path, year: int) -> Sequence[str]:
    """The notebooks that the parameters of a year list; where these cannot be read, the job of the usual one will say so."""
    try:
        return [one.id for one in publication.of_year(root, year)]
    except JixiaoError:
        return [DEFAULT_NOTEBOOK]


def _letters(plan: Plan, kit: str, root: Path, year: int) -> Iterator[Job | Outcome]:
    below = plan.each is Each.DEPARTMENTS
    try:
        everyone = mailing.everyone(Publication(root, year, LETTER))
    except JixiaoError as error:
        yield _failed(Job(kit, year, LETTER), *error.faults)
        return
    for one in everyone:
        if one.below is below:
            yield Job(kit, year, LETTER, unit=one.unit, below=below, reply_by=plan.reply_by)


def _failed(job: Job, *faults: Fault) -> Outcome:
    return Outcome(job, State.FAILED, faults)


def _plan(path: Path, content: Mapping[str, Any]) -> Plan:
    kit = places.kit_around(path.parent)
    if "kits" not in content and kit is None:
        remedy = "把计划放进报告工具的文件夹，或用 kits 写明在哪里"
        raise ParameterError(Fault(path.name, "不知道是哪一个报告工具的文件夹", remedy=remedy))
    around = kit or path.parent
    name = places.cut(path.stem, _NAME)
    limits = content.get("limits", {})
    memory = limits["memory_mb"] * MB if "memory_mb" in limits else LIMITS.memory
    each = Each(content["each"]) if "each" in content else None
    return Plan(
        path,
        path.parent if "kits" in content else around,
        around / OUTPUTS / BATCH / name,
        f"{OUTPUTS}/{BATCH}/{name}",
        tuple(content.get("kits", ())),
        tuple(content.get("years", ())),
        tuple(content.get("notebooks", ())),
        content.get("parameters", {}),
        each,
        content.get("reply_by", ""),
        Bounds(float(limits.get("deadline", DEADLINE)), memory),
    )


def _list(document: Document, key: str, fits: Callable[[Any], bool], expected: str) -> Iterator[Fault]:
    """What is wrong with a list of values, each of which `fits` and stands there once."""
    values = document.value[key]
    if not isinstance(values, list) or not values:
        yield Fault(document.place(key), f"{key} 不是列表", f"写在方括号里，如 {expected}")
        return
    for at, value in enumerate(values):
        if not fits(value):
            found = f"{key} 里的“{one_line(str(value), _SHOWN)}”不对"
            yield Fault(document.place(key, at), found, f"如 {expected}")
        elif value in values[:at]:
            found = f"{key} 里的“{one_line(str(value), _SHOWN)}”重复"
            yield Fault(document.place(key, at), found, remedy="只保留一处")


def _is_kit(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value


def _is_year(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and places.is_year(value)


def _is_notebook(value: Any) -> bool:
    return isinstance(value, str) and bool(NOTEBOOK_ID.fullmatch(value))


def _parameters(document: Document, key: str) -> Iterator[Fault]:
    variants = document.value[key]
    form = "名称: {参数: 值}，如 june: {month: 6}"
    if not isinstance(variants, dict) or not variants:
        yield Fault(document.place(key), f"{key} 不是“键: 值”的形式", form)
        return
    for name, values in variants.items():
        if not NOTEBOOK_ID.fullmatch(name):
            found = f"变体的名称“{one_line(name, _SHOWN)}”不对"
            yield Fault(document.place(key, name), found, "小写字母、数字、_ 和 -，如 june")
        if not isinstance(values, dict) or not values:
            yield Fault(document.place(key, name), f"“{one_line(name, _SHOWN)}”下面没有参数", form)


def _each(document: Document, key: str) -> Iterator[Fault]:
    allowed = tuple(one.value for one in Each)
    value = document.value[key]
    if value not in allowed:
        remedy = strict_yaml.suggestion(str(value), allowed)
        yield Fault(document.place(key), f"{key} 是“{one_line(str(value), _SHOWN)}”", remedy=remedy)


def _reply_by(document: Document, key: str) -> Iterator[Fault]:
    value = document.value[key]
    try:
        dt.date.fromisoformat(value)
        if len(value) == len("2023-10-31"):
            return
    except (TypeError, ValueError):
        pass
    found = f"{key} 是“{one_line(str(value), _SHOWN)}”，不是日期"
    yield Fault(document.place(key), found, '加引号的年月日，如 "2023-10-31"')


def _limits(document: Document, key: str) -> Iterator[Fault]:
    limits = document.value[key]
    yield from strict_yaml.key_faults(document, limits, _LIMITS, key, optional=_LIMITS)
    bounds = {
        "deadline": (SHORTEST, LONGEST, "秒数", int | float),
        "memory_mb": (_LEAST_MEMORY, _MOST_MEMORY, "MB 数（整数）", int),
    }
    for name, (least, most, what, kind) in bounds.items():
        value = limits.get(name, least) if isinstance(limits, dict) else least
        if not isinstance(value, kind) or isinstance(value, bool) or not least <= value <= most:
            found = f"{name} 是“{one_line(str(value), _SHOWN)}”"
            yield Fault(document.place(key, name), found, f"{least} 到 {most} 之间的{what}")


_CHECKS: Mapping[str, Callable[[Document, str], Iterator[Fault]]] = {
    "kits": partial(_list, fits=_is_kit, expected='["districts/*"]'),
    "years": partial(_list, fits=_is_year, expected="[2022, 2023]"),
    "notebooks": partial(_list, fits=_is_notebook, expected="[annual_report]"),
    "parameters": _parameters,
    "each": _each,
    "reply_by": _reply_by,
    "limits": _limits,
}


def _together(document: Document) -> Iterator[Fault]:
    """What does not go together, where each key alone is right."""
    content = document.value
    if "each" in content:
        yield from _beside_letters(document)
        return
    if "reply_by" in content:
        found = "写了 reply_by，却没有写 each：期限只写进函里"
        yield Fault(document.place("reply_by"), found, remedy="加上 each: units，或删去 reply_by")
    if LETTER in content.get("notebooks", ()):
        remedy = "写 each: units 或 each: departments，不写 notebooks"
        yield Fault(document.place("notebooks"), f"{LETTER} 是给单个单位的函，不作为报告", remedy=remedy)
    if "parameters" in content and "notebooks" not in content:
        remedy = "用 notebooks 写明这些参数是哪些笔记本的"
        yield Fault(document.place("parameters"), "写了 parameters，却没有写 notebooks", remedy=remedy)


def _beside_letters(document: Document) -> Iterator[Fault]:
    content = document.value
    if content.get("notebooks", [LETTER]) != [LETTER]:
        found = f"写了 each，笔记本只能是 {LETTER}"
        yield Fault(document.place("notebooks"), found, remedy="删去 notebooks，报告另写一个计划")
    if "parameters" in content:
        found = "写了 each，函没有变体"
        yield Fault(document.place("parameters"), found, remedy="删去 parameters，另写一个计划")
