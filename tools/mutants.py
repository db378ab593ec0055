"""Change the scoring code in small ways and see whether the tests notice: `make mutants`.

mutmut makes the changed functions (mutants) and runs the tests that reach each of them. This module chooses a
sample, takes out the mutants that cannot matter, watches the time and prints what became of each one. Everything
happens in build/mutants/, which is removed at the end; what is mutated and which tests judge stands in
[tool.mutants] of pyproject.toml, and mutants that change nothing in tests/data/equivalent_mutants.yml.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import libcst as cst
import yaml
from mutmut.mutation.file_mutation import Mutation, create_mutations, deep_replace
from mutmut.mutation.trampoline_templates import mangle_function_name
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import mangled_name_from_mutant_name

ROOT = Path(__file__).resolve().parents[1]
SOURCE_ROOT = ROOT / "lib"
WORK = ROOT / "build" / "mutants"
EQUIVALENT = ROOT / "tests" / "data" / "equivalent_mutants.yml"
REQUIRED = 90  # per cent of the mutants that are not equivalent
# What mutmut calls an interrupted check is a test file that could not be loaded.
BEFORE = "runs before the tests"
KILLED = {"killed", "timeout", "segfault", "check was interrupted by user"}
CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True)
class Mutant:
    """One changed function: its name in mutmut, where it stands, and the lines before and after the change."""

    name: str
    file: str
    function: str
    before: str
    after: str

    @property
    def change(self) -> tuple[str, str, str, str]:
        """What tells this mutant from others in any version of the file: no line numbers."""
        return (self.file, self.function, self.before, self.after)


@dataclass(frozen=True)
class Change:
    """A change that mutmut can make to a function, not yet written out."""

    name: str
    file: str
    function: str
    module: cst.Module
    mutation: Mutation


def main() -> int:
    """Run a sample of mutants; 0 if enough are killed, 1 if not or not all were tried, 2 if the tests fail unchanged."""
    arguments = read_arguments()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutants"]
    targets = matching(settings["targets"])
    every = [change for path in targets for change in changes_of(path)]
    reasons = equivalent_changes()
    stale = stale_entries(reasons, every)

    chosen = every
    if 0 < arguments.sample < len(every):
        chosen = random.Random(arguments.seed).sample(every, arguments.sample)
    sample = [written(change) for change in chosen]
    tried = [mutant for mutant in sample if mutant.change not in reasons]
    print(
        f"{len(targets)} 个模块，{len(every)} 处可变；抽取 {len(sample)} 处（种子 {arguments.seed}），"
        f"其中已知等价 {len(sample) - len(tried)} 处",
        flush=True,
    )

    started = time.monotonic()
    try:
        prepare(settings, targets)
        outcomes = run(tried, arguments)
    finally:
        if not arguments.keep:
            shutil.rmtree(WORK, ignore_errors=True)
    if outcomes is None:
        return 2
    report(every, sample, outcomes, reasons, stale)
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    each = (used.ru_utime + used.ru_stime) / max(len(outcomes), 1)
    print(f"用时 {seconds:.0f} 秒，平均每处占用处理器 {each:.2f} 秒")
    return verdict(tried, outcomes)


def read_arguments() -> argparse.Namespace:
    """The size and seed of the sample, the limit of time, and what to do with the working folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=400, help="how many mutants; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=15, help="stop after this time; 0 for no limit")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    parser.add_argument(
        "--keep", action="store_true", help="keep build/mutants/ and mutmut's own files in it"
    )
    return parser.parse_args()


def matching(patterns: list[str]) -> list[Path]:
    """The files that the patterns name, from the root; a pattern that names none has been forgotten in a move."""
    found = []
    for pattern in patterns:
        paths = sorted(path for path in ROOT.glob(pattern) if path.is_file())
        if not paths:
            sys.exit(f"pyproject.toml [tool.mutants]：{pattern} 没有对应的文件，请改正")
        found += paths
    return list(dict.fromkeys(found))


def changes_of(path: Path) -> list[Change]:
    """Every change to a file that counts, named and numbered as mutmut does."""
    module, mutations, _, _ = create_mutations(str(path), path.read_text(encoding="utf-8"))
    names = function_names(module)
    number: Counter[cst.FunctionDef] = Counter()
    found = []
    for mutation in mutations:
        function = mutation.contained_by_top_level_function
        if function not in names:
            continue  # outside of functions, where mutmut makes none
        number[function] += 1
        if is_wording(mutation.original_node):
            continue
        dotted = ".".join(path.relative_to(SOURCE_ROOT).with_suffix("").parts)
        class_name, _, function_name = names[function].rpartition(".")
        mangled = mangle_function_name(name=function_name, class_name=class_name or None)
        name = f"{dotted}.{mangled}__mutmut_{number[function]}"
        found.append(Change(name, path.relative_to(ROOT).as_posix(), names[function], module, mutation))
    return found


def written(change: Change) -> Mutant:
    """The change with its lines, which take much longer to write than the change to find."""
    function = change.mutation.contained_by_top_level_function
    changed = deep_replace(function, change.mutation.original_node, change.mutation.mutated_node)
    before, after = changed_lines(change.module.code_for_node(function), change.module.code_for_node(changed))
    return Mutant(change.name, change.file, change.function, before, after)


def function_names(module: cst.Module) -> dict[cst.CSTNode, str]:
    """The functions and methods of a module with their names, `Class.method` for methods."""
    names: dict[cst.CSTNode, str] = {}
    for statement in module.body:
        if isinstance(statement, cst.FunctionDef):
            names[statement] = statement.name.value
        elif isinstance(statement, cst.ClassDef):
            for inner in statement.body.body:
                if isinstance(inner, cst.FunctionDef):
                    names[inner] = f"{statement.name.value}.{inner.name.value}"
    return names


def is_wording(node: cst.CSTNode) -> bool:
    """Whether the mutation would only put XX around Chinese text, which tests of messages do not spell out in full."""
    return isinstance(node, cst.SimpleString) and bool(CHINESE.search(node.value))


def changed_lines(before: str, after: str) -> tuple[str, str]:
    """The lines that differ between two versions of a function, without indentation."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    old = "\n".join(line[2:] for line in lines if line.startswith("- "))
    new = "\n".join(line[2:] for line in lines if line.startswith("+ "))
    return dedent(old).strip(), dedent(new).strip()


def equivalent_changes() -> dict[tuple[str, str, str, str], str]:
    """The reason why a change makes no difference, by the change."""
    entries = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {
        (entry["file"], entry["function"], entry["before"], entry["after"]): entry["reason"]
        for entry in entries
    }


def stale_entries(
    reasons: dict[tuple[str, str, str, str], str], every: list[Change]
) -> list[tuple[str, str, str, str]]:
    """The entries of the list whose lines no longer stand in the function that they name."""
    functions = {(file, function) for file, function, _, _ in reasons}
    there = {written(change).change for change in every if (change.file, change.function) in functions}
    return sorted(reasons.keys() - there)


def prepare(settings: dict, targets: list[Path]) -> None:
    """Make the working folder: links to the kit, and a configuration with which mutmut writes only below it."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    # mutmut takes a source root only at the top or in src/, so the package is linked without lib/.
    for entry in [*SOURCE_ROOT.iterdir(), *(ROOT / name for name in settings["folders"])]:
        (WORK / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    tests = [path.relative_to(ROOT).as_posix() for path in matching(settings["tests"])]
    deselected = [f"--deselect={test}" for test in settings["too_slow"]]
    options = {
        "source_paths": [entry.name for entry in SOURCE_ROOT.iterdir()],
        "only_mutate": [path.relative_to(SOURCE_ROOT).as_posix() for path in targets],
        "also_copy": settings["folders"],
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": ["-p", "tools.mutants_pytest", "-p", "no:cacheprovider", *deselected],
        "timeout_multiplier": 8.0,
        "timeout_constant": 2.0,
        "use_git_change_detection": False,
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in options.items()]
    config = "\n".join(
        ["[tool.mutmut]", *lines, "[tool.pytest.ini_options]", 'addopts = "--strict-markers"', ""]
    )
    (WORK / "pyproject.toml").write_text(config, encoding="utf-8")


def run(mutants: list[Mutant], arguments: argparse.Namespace) -> dict[str, str] | None:
    """Let mutmut try the mutants; the status of each one that was tried, or None if the unchanged code fails."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "JIXIAO_ROOT": str(WORK / "mutants"),
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(arguments.workers)]
    log = WORK / "mutmut.log"
    limit = time.monotonic() + 60 * arguments.minutes if arguments.minutes else float("inf")
    names = {mutant.name for mutant in mutants}
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [*command, *sorted(names)],
            cwd=WORK,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            watch(process, names, limit)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    outcomes = read_outcomes(names)
    stopped = process.returncode == -signal.SIGKILL and time.monotonic() >= limit
    if process.returncode != 0 and not stopped:
        print(log.read_text(encoding="utf-8")[-4000:], file=sys.stderr)
        print(
            f"mutmut 中断（退出码 {process.returncode}）：未变动的代码没有通过测试，或运行出错，见上",
            file=sys.stderr,
        )
        return outcomes or None
    return outcomes


def watch(process: subprocess.Popen, names: set[str], limit: float) -> None:
    """Print how far it has come every half minute, until all is done or the time is up."""
    said = time.monotonic()
    while process.poll() is None and time.monotonic() < limit:
        time.sleep(1)
        if time.monotonic() - said < 30:
            continue
        said = time.monotonic()
        outcomes = read_outcomes(names)
        survived = sum(status not in KILLED | {BEFORE} for status in outcomes.values())
        print(f"已试 {len(outcomes)}/{len(names)} 处，存活 {survived} 处", flush=True)


def read_outcomes(names: set[str]) -> dict[str, str]:
    """The status of each mutant that mutmut has recorded so far."""
    codes: dict[str, int | None] = {}
    for path in WORK.glob("mutants/**/*.meta"):
        try:
            codes |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        except (json.JSONDecodeError, FileNotFoundError):
            continue  # just being written; the next look will find it
    loading = WORK / "mutants" / "called-while-loading.json"
    loaded = set(json.loads(loading.read_text(encoding="utf-8"))) if loading.is_file() else set()
    return {
        name: outcome(code, mangled_name_from_mutant_name(name) in loaded)
        for name, code in codes.items()
        if name in names and code is not None
    }


def outcome(code: int, loaded: bool) -> str:
    """What mutmut says of the exit code of a test run; `loaded` says that the function runs when its module is loaded.

    Such a function has done its work before the change is switched on, so that no test can tell.
    """
    status = status_by_exit_code[code]
    return BEFORE if loaded and status == "no tests" else status


def report(
    every: list[Change],
    sample: list[Mutant],
    outcomes: dict[str, str],
    reasons: dict[tuple[str, str, str, str], str],
    stale: list[tuple[str, str, str, str]],
) -> None:
    """Print each mutant that survived, each that is equivalent with its reason, and the counts by module."""
    equivalent = [mutant for mutant in sample if mutant.change in reasons]
    survivors = [m for m in sample if outcomes.get(m.name, BEFORE) not in KILLED | {BEFORE}]
    unjudged = Counter((m.file, m.function) for m in sample if outcomes.get(m.name) == BEFORE)
    print("\n存活（可按此格式写入 tests/data/equivalent_mutants.yml，并补 reason）：")
    for mutant in survivors:
        print(as_entry(mutant.change), end="")
    print("\n等价（不计入）：")
    for mutant in equivalent:
        print(
            f"- {mutant.file} {mutant.function}: {mutant.before} → {mutant.after}：{reasons[mutant.change]}"
        )
    for (file, function), count in unjudged.items():
        print(f"- {file} {function}: {count} 处：只在装载模块时运行，mutmut 无法判断")
    for change in stale:
        print(f"tests/data/equivalent_mutants.yml 中一项已无对应的变动，请删除或改正：{' | '.join(change)}")

    print("\n模块\t可变\t抽取\t杀死\t存活\t等价")
    for file, count in Counter(change.file for change in every).items():
        here = [mutant for mutant in sample if mutant.file == file]
        killed = sum(outcomes.get(mutant.name) in KILLED for mutant in here)
        left = sum(mutant in survivors for mutant in here)
        same = sum(mutant in equivalent for mutant in here)
        print(f"{file}\t{count}\t{len(here)}\t{killed}\t{left}\t{same}")
    by_status = ", ".join(f"{status} {count}" for status, count in sorted(Counter(outcomes.values()).items()))
    print(f"mutmut：{by_status}")


def as_entry(change: tuple[str, str, str, str]) -> str:
    """A change as an entry of the list of equivalent mutants."""
    keys = ("file", "function", "before", "after")
    return yaml.safe_dump(
        [dict(zip(keys, change, strict=True))], allow_unicode=True, sort_keys=False, width=10_000
    )


def verdict(tried: list[Mutant], outcomes: dict[str, str]) -> int:
    """Print the share that was killed; 0 when it suffices and all were tried."""
    killed = sum(status in KILLED for status in outcomes.values())
    judged = sum(status != BEFORE for status in outcomes.values())
    untried = len(tried) - len(outcomes)
    share = 100 * killed / max(judged, 1)
    print(f"非等价变动 {judged} 处，杀死 {killed} 处，占 {share:.1f}%（要求 {REQUIRED}%）")
    if untried:
        print(f"未能试完，尚有 {untried} 处未试：如因时间已到，请减小 SAMPLE 或加大 MINUTES")
    return 0 if share >= REQUIRED and not untried else 1


if __name__ == "__main__":
    sys.exit(main())
