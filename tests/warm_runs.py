"""A driver that runs notebooks in shells forked from itself: `python warm_runs.py FOLDER HOW`, started with `kernel.fixed()`.

For each notebook in FOLDER it prints as JSON: whether a shell was forked, what the run said, and the executed notebook as
it is published; then what forbids forking. `values.json` has the values of the parameters by notebook, else the year is
2022; `limits.json` what a notebook may take, and its deadline. HOW is warm or plain; plain kernels are those of a system that cannot fork.
"""

import json
import sys
import threading
from pathlib import Path

from jixiao.kit import quick_nbformat
from jixiao.kit.errors import JixiaoError
from jixiao.kit.progress import Progress
from jixiao.running import runner, warm
from jixiao.running.canonical import canonical, dumps
from jixiao.running.limits import Limits
from jixiao.running.runner import executed_path


def ran(path: Path, scratch: Path, values: dict[str, object], bounds: dict[str, int]) -> list:
    """Whether its shell was forked, the error of the run, and the notebook as it is published."""
    deadline = bounds.pop("deadline", 60)
    try:
        with runner.started(path, scratch, limits=Limits(**bounds)) as kernel:
            forked = kernel.pipes is not None
            notebook = runner.run(path, values, scratch, deadline, Progress(quiet=True), kernel)
    except JixiaoError as error:
        return [forked, str(error), _left(path, scratch)]
    return [forked, "", dumps(canonical(notebook))]


def _left(path: Path, scratch: Path) -> str:
    """What a failed run left of its notebook."""
    return dumps(canonical(quick_nbformat.load().read(executed_path(path, scratch), 4)))


def forbidden() -> dict[str, bool]:
    """Whether kernels may be forked as it is, beside another thread, and after a change of the program."""
    found = {"as it is": warm.ready()}
    held = threading.Event()
    thread = threading.Thread(target=held.wait)
    thread.start()
    found["beside a thread"] = warm.ready()
    held.set()
    thread.join()
    known = warm._loaded
    warm._loaded = frozenset()
    found["after a change"] = warm.ready()
    warm._loaded = known
    return found


def _given(file: Path) -> dict[str, dict]:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def main(folder: Path) -> None:
    """Print all of it."""
    plain = "plain" in sys.argv
    if not plain:
        warm.prepare()
    values = _given(folder / "values.json")
    bounds = _given(folder / "limits.json")
    runs = {
        path.stem: ran(
            path,
            folder / "scratch" / path.stem,
            values.get(path.stem, {"year": 2022}),
            bounds.get(path.stem, {}),
        )
        for path in sorted(folder.glob("*.ipynb"))
    }
    print(json.dumps({"runs": runs, "forbidden": {} if plain else forbidden()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
