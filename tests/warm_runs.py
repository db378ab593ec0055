"""A driver that runs notebooks on kernels forked from itself: `python warm_runs.py FOLDER`, started with `kernel.fixed()`.

For each notebook in FOLDER it prints as JSON: whether the kernel was forked, what the run said, and the bytes of the
executed notebook; then what forbids forking.
"""

import json
import sys
import threading
from pathlib import Path

from jixiao.kit.errors import JixiaoError
from jixiao.kit.progress import Progress
from jixiao.running import runner, warm
from jixiao.running.canonical import canonical, dumps


def ran(path: Path, scratch: Path) -> list:
    """Whether its kernel was forked, the error of the run, and the notebook as it is published."""
    try:
        with runner.started(path, scratch) as kernel:
            forked = kernel.pipes is not None
            notebook = runner.run(path, {"year": 2022}, scratch, 60, Progress(quiet=True), kernel)
    except JixiaoError as error:
        return [forked, str(error), ""]
    return [forked, "", dumps(canonical(notebook))]


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


def main(folder: Path) -> None:
    """Print all of it."""
    plain = "plain" in sys.argv
    if not plain:
        warm.prepare()
    runs = {path.stem: ran(path, folder / path.stem) for path in sorted(folder.glob("*.ipynb"))}
    print(json.dumps({"runs": runs, "forbidden": {} if plain else forbidden()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
