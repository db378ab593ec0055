"""A driver: `python import_pairs.py KIT PAIRS` imports two folders of forms at once, again and again.

The kit has its tables in `template`, and forms in the folders `0` and `1`. Each pair begins from the template: two
processes of their own wait for the same signal, and each then runs `jixiao import 2022` on one of the folders. Prints
as JSON for each pair the two exit codes, what was said on standard error, and what stands in `data` then.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from jixiao.commands import cli

# A command imports these when it runs; here it is done once, so that both processes of a pair are fast and start level.

NUMBERS = ("0", "1")


def begun(kit: Path, number: str, signal: int) -> int:
    """The id of a process that imports the folder `number` as soon as the pipe `signal` has a byte for it."""
    pid = os.fork()
    if pid:
        return pid
    code = 3
    try:
        with (kit / f"said.{number}").open("w", encoding="utf-8") as said:
            os.dup2(said.fileno(), 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.argv = ["jixiao", "import", "2022", number, "--received", "2022-03-31", "--quiet"]
        os.read(signal, 1)
        cli.main()
    except SystemExit as leave:
        code = leave.code
    finally:
        sys.stderr.flush()
        os._exit(code)


def pair(kit: Path) -> dict[str, object]:
    """What came of two imports at once."""
    for name in ("data", "outputs"):
        shutil.rmtree(kit / name, ignore_errors=True)
    shutil.copytree(kit / "template", kit / "data")
    ready, go = os.pipe()
    running = [begun(kit, number, ready) for number in NUMBERS]
    os.close(ready)
    os.write(go, bytes(len(NUMBERS)))
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in running]
    os.close(go)
    said = [(kit / f"said.{number}").read_text(encoding="utf-8") for number in NUMBERS]
    return {"codes": codes, "said": said, "files": held(kit / "data")}


def held(folder: Path) -> dict[str, list[str]]:
    """Every file below a folder that users see: a table with its lines, sorted, and another with none."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "/." not in str(path)):
        lines = path.read_text(encoding="utf-8").splitlines() if path.suffix == ".csv" else ()
        found[path.relative_to(folder).as_posix()] = sorted(lines)
    return found


if __name__ == "__main__":
    os.environ["JIXIAO_ROOT"] = sys.argv[1]
    os.chdir(sys.argv[1])
    print(json.dumps([pair(Path(sys.argv[1])) for _ in range(int(sys.argv[2]))], ensure_ascii=False))
