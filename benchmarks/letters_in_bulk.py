"""Letters of 2022 in bulk: jixiao against papermill with nbconvert, and against plain Python without any notebook.

Side by side in one run, in turn, each in a fresh process that is timed as a whole, loading and evaluating included:
`page` is jixiao with a page (HTML) for each letter, `plain` the same calls and the same page by plain functions in as many
processes, `all` jixiao with PDF, DOCX and XLSX. papermill and `jupyter nbconvert --to html` write a few letters one after
the other, and their time is multiplied up to the number of all. Pages of `page` and `plain` must be equal to the byte.
    .venv/bin/python benchmarks/letters_in_bulk.py [--letters 200] [--rounds 3] [--sizes 50,1800]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
YEAR = 2022
DAY = "2023-10-31"
PACKAGES = ("papermill", "nbconvert", "ipykernel", "ipython", "pandas", "typst")
LOOK = 0.25  # seconds between two looks at the memory of all processes
TIMED = {"page", "plain", "all"}


def orders(count: int) -> list:
    """So many letters, to all units in turn."""
    from jixiao.letters.writing import Order
    from jixiao.year import params, tables

    units = tables.read(ROOT, params.of_year(ROOT, YEAR).data_folder)["units"]["unit_id"]
    return [Order(ROOT, YEAR, unit, False, DAY) for unit in islice(cycle(units), count)]


def in_forked(how: str, letters: Sequence, folder: Path, workers: int) -> None:
    """jixiao: each letter in a process of its own with its shell under a guard, `workers` at once."""
    from jixiao.archive.publication import Publication
    from jixiao.letters import batch, writing
    from jixiao.running import warm

    batch.prepare(ROOT, Publication(ROOT, YEAR).params)
    writing.rehearse(letters[0], folder)
    warm.settle()
    assert warm.ready()
    running: list = []
    for number, order in enumerate(letters):
        while len(running) >= workers:
            running = [one for one in running if one.poll() is None]
            time.sleep(0.002)
        own = folder / str(number)
        own.mkdir()
        running.append(warm.Forked(lambda o=order, f=own: one_letter(how, o, f), own, own / "log", []))
    for one in running:
        one.wait()


def one_letter(how: str, order, folder: Path) -> None:
    """Be the process of one letter."""
    from jixiao.letters import writing
    from jixiao.press.page import html

    if how == "all":
        writing.write(order, folder)
    else:
        notebook, _, _ = writing._documents(order, folder)
        (folder / "letter.html").write_text(html.to_html(notebook), encoding="utf-8")
    os._exit(0)


def in_plain_python(letters: Sequence, folder: Path, workers: int) -> None:
    """The same content by the functions that the notebook calls, in `workers` processes that share the evaluated year."""
    from jixiao.archive.publication import LETTER, Publication
    from jixiao.report.letter import prepared

    publication = Publication(ROOT, YEAR, LETTER)
    prepared.prepare(ROOT, publication.params)
    cells = json.loads(publication.notebook.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    calls = [
        compile(f"shown = {source}" if at > 1 else source, "letter", "exec")
        for at, source in enumerate(sources)
    ]
    children = []
    for worker in range(workers):
        child = os.fork()
        if not child:
            for number in range(worker, len(letters), workers):
                values = {**publication.parameters, "unit": letters[number].unit, "reply_by": DAY}
                (folder / str(number)).mkdir()
                page = plain_page(sources, calls, values)
                (folder / str(number) / "letter.html").write_text(page, encoding="utf-8")
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def plain_page(sources: Sequence[str], calls: Sequence, values: dict) -> str:
    """The page of one letter: each call, and what it gives put where a notebook would hold it."""
    from nbformat import v4

    from jixiao.press.page import html
    from jixiao.running.canonical import canonical

    names: dict = {"In": [sources[0]]}
    cells = []
    for source, call in zip(sources, calls, strict=True):
        names["shown"] = None
        exec(call, names)
        if source is sources[0]:
            names.update(values)
        outputs = []
        if names["shown"] is not None:
            outputs = [v4.new_output("execute_result", names["shown"]._repr_mimebundle_())]
        cells.append(v4.new_code_cell(source, outputs=outputs))
    return html.to_html(canonical(v4.new_notebook(cells=cells)))


def stock(count: int, whole: int) -> Cost:
    """What papermill and nbconvert take for `whole` letters one after the other, by what they take for `count`."""
    begun = time.perf_counter(), processor()
    with tempfile.TemporaryDirectory() as folder:
        for order in orders(count):
            executed = Path(folder) / f"{order.unit}.ipynb"
            given = ["-f", f"params/{YEAR}.yml", "-p", "unit", order.unit, "-p", "reply_by", DAY]
            run = [PROGRAMS / "papermill", "notebooks/unit_letter.ipynb", executed, *given]
            for command in (run, [PROGRAMS / "jupyter", "nbconvert", "--to", "html", "--no-input", executed]):
                environment = {**os.environ, "JIXIAO_ROOT": str(ROOT)}
                subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)
    scale = whole / count
    return Cost((time.perf_counter() - begun[0]) * scale, (processor() - begun[1]) * scale)


class Cost(NamedTuple):
    """What it took: seconds, seconds of all processors together, and MiB of memory where that was looked at."""

    seconds: float
    processor: float
    memory: float = 0


def processor() -> float:
    """Seconds that processes which have ended below this one took of all processors."""
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime


def timed(how: str, count: int, workers: int, folder: Path, look: bool = False) -> Cost:
    """What one way takes in a fresh process with all below it."""
    from jixiao.running import kernel

    command = [sys.executable, __file__, "--way", how, "--letters", str(count), "--workers", str(workers)]
    environment = {**os.environ, **kernel.fixed(), "JIXIAO_ROOT": str(ROOT)}
    begun = time.perf_counter(), processor()
    with subprocess.Popen([*command, "--folder", str(folder)], env=environment) as process:
        held: list[int] = [0]
        if look:
            watch = threading.Thread(target=watched, args=[process, held])
            watch.start()
            watch.join()
    assert process.returncode == 0
    return Cost(time.perf_counter() - begun[0], processor() - begun[1], max(held) / 2**20)


def watched(process: subprocess.Popen, held: list[int]) -> None:
    """Note the memory of a process and all below it until it ends; what processes share is counted once."""
    while process.poll() is None:
        held.append(sum(map(proportional, family(process.pid))))
        time.sleep(LOOK)


def family(ancestor: int) -> Iterator[int]:
    """A process and all below it."""
    yield ancestor
    try:
        tasks = Path(f"/proc/{ancestor}/task").iterdir()
        children = [int(one) for task in tasks for one in (task / "children").read_text().split()]
    except OSError:
        children = []
    for child in children:
        yield from family(child)


def proportional(process: int) -> int:
    """Bytes of memory of a process, its share of what it has in common with others."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def agree(first: Path, second: Path, count: int) -> None:
    """AssertionError where two ways wrote other pages."""
    for number in range(count):
        pages = [(folder / str(number) / "letter.html").read_bytes() for folder in (first, second)]
        assert pages[0] == pages[1], number


def compared(count: int, rounds: int, workers: int, stock_count: int) -> dict:
    """Times of all ways, in turn, and their ratios."""
    costs: dict[str, list[Cost]] = {name: [] for name in ("page", "plain", "all", "stock")}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            places = {how: Path(folder) / how for how in ("page", "plain", "all")}
            for how, place in places.items():
                place.mkdir()
                costs[how].append(timed(how, count, workers, place))
            agree(places["page"], places["plain"], count)
        costs["stock"].append(stock(stock_count, count))

    def ratio(above: str, below: str) -> dict[str, list[float]]:
        pairs = list(zip(costs[above], costs[below], strict=True))
        return {
            "time": spread([one.seconds / other.seconds for one, other in pairs]),
            "processors": spread([one.processor / other.processor for one, other in pairs]),
        }

    return {
        "letters": count,
        "seconds": {name: spread([one.seconds for one in found]) for name, found in costs.items()},
        "processor_seconds": {
            name: spread([one.processor for one in found]) for name, found in costs.items()
        },
        "papermill_and_nbconvert_were_measured_on": stock_count,
        "papermill_and_nbconvert_against_jixiao_page": ratio("stock", "page"),
        "papermill_and_nbconvert_page_against_jixiao_all_formats": ratio("stock", "all"),
        "jixiao_page_against_plain_python": ratio("page", "plain"),
    }


def spread(values: Sequence[float]) -> list[float]:
    """Median, lowest and highest."""
    return [round(one, 2) for one in (statistics.median(values), min(values), max(values))]


def growth(sizes: Sequence[int], workers: int) -> dict:
    """Seconds for each letter and peak memory with all formats, by the number of letters; loading is a part of it."""
    found = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            cost = timed("all", size, workers, Path(folder), look=True)
        found[size] = {
            "seconds_a_letter": round(cost.seconds / size, 3),
            "processor_seconds_a_letter": round(cost.processor / size, 3),
            "peak_MiB": round(cost.memory),
        }
    return found


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stock", type=int, default=10, help="letters that papermill and nbconvert write")
    parser.add_argument("--sizes", default="50,1800", help="numbers of letters for growth; empty for none")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--way", choices=sorted(TIMED), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way == "plain":
        in_plain_python(orders(given.letters), given.folder, given.workers)
        return
    if given.way:
        in_forked(given.way, orders(given.letters), given.folder, given.workers)
        return
    sizes = [int(size) for size in given.sizes.split(",") if size]
    result = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "processes_at_once": given.workers,
        **compared(given.letters, given.rounds, given.workers, given.stock),
        "growth_with_all_formats": growth(sizes, given.workers),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
