"""Shows how far a run has come: a bar on a terminal, lines on standard error elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

from jixiao.kit.errors import one_line

if TYPE_CHECKING:
    from tqdm import tqdm

_WIDTH = 40  # characters of a detail shown behind the count
_MINUTE, _HOUR = 60, 3600


def time_left(seconds: float) -> str:
    """A span of time as progress shows it, no more exact than it is known: 约 40 秒, 约 3 分钟, 约 1 小时 20 分钟."""
    if seconds < 2 * _MINUTE:
        return f"约 {max(round(seconds / 5) * 5, 5)} 秒"
    if seconds < _HOUR - _MINUTE / 2:
        return f"约 {round(seconds / _MINUTE)} 分钟"
    hours, minutes = divmod(round(seconds / _MINUTE / 5) * 5, 60)
    return f"约 {hours} 小时{f' {minutes} 分钟' if minutes else ''}"


class Progress:
    """Shows the steps of a run, named in Chinese; standard output stays free."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._quiet = quiet
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def step(self, label: str, done: int = 0, total: int = 0, detail: str = "") -> None:
        """Show that the step `label` begins, or that part `done` of `total` of it does."""
        if self._quiet:
            return
        label = one_line(label)
        if self._stream.isatty():
            self._draw(label, done, total, one_line(detail, _WIDTH))
            return
        count = f"{done}/{total}" if total else "…"
        print(" ".join(filter(None, (label, count, one_line(detail, _WIDTH)))), file=self._stream, flush=True)

    def close(self) -> None:
        """Remove the bar from the terminal."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _draw(self, label: str, done: int, total: int, detail: str) -> None:
        if self._bar is None:
            from tqdm import tqdm

            tqdm.monitor_interval = 0  # a thread of its own would stand against forking kernels
            self._bar = tqdm(
                file=self._stream, leave=False, bar_format="{desc} {n_fmt}/{total_fmt} |{bar:24}| {postfix}"
            )
        bar = self._bar
        bar.total = total or 1
        bar.n = done
        bar.set_postfix_str(detail, refresh=False)
        bar.set_description_str(label, refresh=False)
        bar.refresh()
