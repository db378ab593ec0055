"""click's own words in Chinese: the frame of a command's help, and what was wrong with the words typed."""

from __future__ import annotations

import re
from itertools import pairwise

import click

_WORDS = (
    (r"^Usage:", "用法："),
    (r"^Options:", "选项："),
    (r"^Commands:", "命令："),
    (r"\[OPTIONS\]", "[选项]"),
    (r"\bCOMMAND \[ARGS\]\.\.\.", "命令 [参数]…"),
    (r"\[default: ", "[默认 "),
    (r"Show this message and exit\.", "显示这段说明。"),
    (r"Show the version and exit\.", "显示版本。"),
)

# Options that mean the same wherever they stand
JSON = click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档。")
QUIET = click.option("--quiet", is_flag=True, help="不显示进度。")


class _Chinese:
    """A command whose help is Chinese throughout."""

    def get_help(self, context: click.Context) -> str:
        """The help text, click's English words replaced."""
        text = super().get_help(context)  # type: ignore[misc]
        for english, chinese in _WORDS:
            text = re.sub(english, chinese, text, flags=re.MULTILINE)
        return text


class Command(_Chinese, click.Command):
    """A command with Chinese help, which takes no blank for a value."""

    def parse_args(self, context: click.Context, words: list[str]) -> list[str]:
        """Refuse a blank word: as a path it would be the current folder, as an option it would not count."""
        for before, word in pairwise([self.name or "", *words]):
            name, sign, value = word.partition("=") if word.startswith("--") else (before, "=", word)
            if sign and not value.strip():
                raise click.UsageError(f"{name} 后面的参数是空的，请写明或去掉", context)
        return super().parse_args(context, words)


class Group(_Chinese, click.Group):
    """A group of commands with Chinese help."""

    command_class = Command


def mistake(error: click.UsageError, commands: list[str]) -> str:
    """What was wrong with the words of a call."""
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"没有命令 {error.command_name}；可用的命令：{'、'.join(sorted(commands))}"
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}"
    if isinstance(error, click.MissingParameter) and error.param is not None and error.ctx is not None:
        return f"缺少 {error.param.make_metavar(error.ctx)}"
    if isinstance(error, click.BadParameter) and error.param is not None:
        form = "，应为日期，如 2022-03-31" if isinstance(error.param.type, click.DateTime) else ""
        return f"{'/'.join(error.param.opts)} 的值不对{form}"
    if "extra argument" in error.message:
        return "多写了参数"
    return error.format_message()
