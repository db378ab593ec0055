"""Small notebooks for tests, and a driver: `python small_notebooks.py NOTEBOOK SCRATCH SECONDS [COUNT]` runs one.

With COUNT it is run so many times at once, each time in a process of its own that begins when all are there; what each
said and how it ended is printed as JSON. Their kernels are forked, as those of a command are.
"""

import json
import os
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


def main(path, scratch, seconds):
    """Run the notebook and end as the command line would."""
    from jixiao.kit.errors import JixiaoError
    from jixiao.kit.progress import Progress
    from jixiao.running.runner import run

    try:
        with Progress() as progress:
            run(path, {"year": 2022}, scratch, seconds, progress)
    except JixiaoError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


def together(path, scratch, seconds, count):
    """[what it said, how it ended] of each of `count` runs that begin at the same moment, each in a folder of its own."""
    from jixiao.running import warm

    warm.prepare()
    assert warm.ready()
    scratch.mkdir()
    waiting, start = os.pipe()
    children = []
    for number in range(count):
        child = os.fork()
        if not child:
            os.close(start)
            os.dup2(os.open(scratch / f"{number}.txt", os.O_WRONLY | os.O_CREAT), 2)
            os.read(waiting, 1)  # returns when the parent closes its end
            main(path, scratch / str(number), seconds)
            sys.exit()
        children.append(child)
    os.close(start)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    said = [(scratch / f"{number}.txt").read_text(encoding="utf-8") for number in range(count)]
    return list(zip(said, codes, strict=True))


if __name__ == "__main__":
    given = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    if len(sys.argv) > 4:
        print(json.dumps(together(*given, int(sys.argv[4])), ensure_ascii=False))
    else:
        main(*given)
