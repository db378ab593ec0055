"""What a run of a notebook may take, in one place; the same stands in docs/security.md."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from jixiao.kit.errors import Fault, ParameterError

MB = 1024 * 1024
GB = 1024 * MB
SHORTEST = 1  # seconds that may be given to a notebook
LONGEST = 86_400
DEADLINE = 600.0  # seconds for one run of a notebook, where nothing else is asked for


class Excess(Enum):
    """What a run took too much of: how messages name it, and what to do."""

    OUTPUT = ("单元格的输出", "少打印一些，如只看前几行")
    MEMORY = ("占用的内存", "减少一次读入的数据")
    PROCESSES = ("同时运行的进程", "减少它启动的进程")
    FILES = ("写入的临时文件", "少写一些，或写完就删")

    def __init__(self, words: str, remedy: str) -> None:
        self.words = words
        self.remedy = remedy


@dataclass(frozen=True)
class Limits:
    """Bytes of all messages that cells send, of memory of all processes, of files written; and how many processes.

    Output is bounded on every system, the rest where there is a guard that can look (Linux). `kit_read_only` asks that
    files can be written only in the private folder of the run, where the system can see to it (Linux with Landlock).
    """

    output: int = 32 * MB
    memory: int = 4 * GB
    processes: int = 256
    files: int = 1 * GB
    kit_read_only: bool = True

    def shown(self, excess: Excess) -> str:
        """The limit as messages show it."""
        if excess is Excess.PROCESSES:
            return f"{self.processes} 个"
        size = {Excess.OUTPUT: self.output, Excess.MEMORY: self.memory, Excess.FILES: self.files}[excess]
        return f"{size / GB:g} GB" if size >= GB else f"{size / MB:g} MB"


LIMITS = Limits()


def seconds_of(text: str) -> float:
    """The time that a user gives to a notebook; ParameterError for what is no number of seconds or lies out of bounds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not SHORTEST <= seconds <= LONGEST:  # also for what is not a number
        expected = f"{SHORTEST} 到 {LONGEST} 之间的秒数，如 600"
        raise ParameterError(Fault("--deadline", f"“{text}”不能作时限", expected))
    return seconds
