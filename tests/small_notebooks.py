"""Small notebooks for tests, and a driver: `python small_notebooks.py NOTEBOOK SCRATCH SECONDS` runs one."""

import sys
from pathlib import Path

from jixiao.kit import quick_nbformat


def write(path, *sources, tags=None, declaring="year = 2022"):
    """Write a notebook: a parameters cell `declaring`, then a code cell per source; `tags` by cell number."""
    nbformat = quick_nbformat.load()
    given = {1: ["parameters"], **(tags or {})}
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": given.get(number, [])}, id=f"c{number}")
        for number, source in enumerate([declaring, *sources], 1)
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


if __name__ == "__main__":
    from jixiao.kit.errors import JixiaoError
    from jixiao.kit.progress import Progress
    from jixiao.running.runner import run

    try:
        with Progress() as progress:
            run(Path(sys.argv[1]), {"year": 2022}, Path(sys.argv[2]), float(sys.argv[3]), progress)
    except JixiaoError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
