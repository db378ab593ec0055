"""Reads YAML strictly, with the line of each value: whatever could be misread is refused.

Papermill reads YAML 1.1, newer tools YAML 1.2.
A value that the two read differently, or that would lose its text (0123, no, 1_000, a bare date), must be quoted;
duplicate keys, anchors and tags are refused. All faults of a file are raised together.
Only nesting deeper than YAML_DEPTH and files larger than YAML_BYTES (limits.py) are not read to their end.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from jixiao.kit import characters, numbers
from jixiao.kit.errors import Fault, JixiaoError, ParameterError, one_line
from jixiao.kit.limits import CELL_TEXT, YAML_BYTES, YAML_DEPTH

if yaml.__with_libyaml__:
    from jixiao.kit import libyaml as _in_c
else:  # PyYAML was built without its part in C
    _in_c = None  # type: ignore[assignment]

Path_ = tuple[str | int, ...]

_INT = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
_FLOAT = re.compile(r"-?(0|[1-9]\d*)\.\d+", re.ASCII)
_LOOKS_SPECIAL = re.compile(r"[-+.]?[\d.][\d_.,:eExXoO+-]*|[-+]?\.(inf|nan)", re.IGNORECASE)
_BOOLEAN_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false"}
_RESOLVER = yaml.resolver.Resolver()  # knows what YAML 1.1 takes a text for
_QUOTE = "加上引号"
_QUOTED = 60  # characters of a key or value that a message repeats
_LONGEST_KEY = 200  # characters; suggesting the key that was meant takes time by their number


@dataclass(frozen=True)
class Document:
    """The values of a YAML file and the line of each of them."""

    name: str
    value: Any
    lines: dict[Path_, int]

    def place(self, *path: str | int) -> str:
        """The file and the line of the value at `path` (or of what it lies in), as users read it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name} 第 {self.lines.get(path, 1)} 行"


def suggestion(word: str, allowed: tuple[str, ...]) -> str:
    """What to do about an unknown `word`, in Chinese: take the name probably meant, or one of those allowed."""
    close = meant(word, allowed)
    return f"改为 {close}" if close else f"只用这些：{'、'.join(allowed)}"


def meant(word: str, allowed: tuple[str, ...]) -> str | None:
    """The name of those `allowed` that an unknown `word` probably misspells."""
    return next(iter(difflib.get_close_matches(word, allowed, n=1)), None)


def key_faults(
    document: Document, content: Any, keys: tuple[str, ...], *path: str, optional: Collection[str] = ()
) -> Iterator[Fault]:
    """Unknown keys of `content`, which stands at `path`, and missing ones that are not `optional`."""
    if not isinstance(content, dict):
        yield Fault(document.place(*path), "不是“键: 值”的形式", f"键：{'、'.join(keys)}")
        return
    for key in content:
        if key not in keys:
            yield Fault(document.place(*path, key), f"没有名为“{key}”的键", remedy=suggestion(key, keys))
    for key in keys:
        if key not in content and key not in optional:
            yield Fault(document.place(*path), f"缺少“{key}”", remedy="补上")


def read(path: Path, name: str, error: type[JixiaoError] = ParameterError) -> Document:
    """Read the YAML file at `path`, called `name` in messages; raises `error` listing every fault."""
    if os.path.lexists(path) and not path.is_file():
        raise error(Fault(name, "不是文件，打不开", "YAML 文件", "换成这个文件"))
    with path.open("rb") as file:
        return of_bytes(file.read(YAML_BYTES + 1), name, error)


def of_bytes(content: bytes, name: str, error: type[JixiaoError] = ParameterError) -> Document:
    """Read the `content` of a YAML file, called `name` in messages; raises `error` listing every fault."""
    if len(content) > YAML_BYTES:
        limit = f"至多 {YAML_BYTES // 1000} KB"
        raise error(Fault(name, "文件太大", limit, "核对是不是放错了文件，删去多余的内容"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise error(Fault(name, "不是 UTF-8 编码的文本", remedy="用 UTF-8 编码另存")) from None
    return parse(text, name, error)


def parse(text: str, name: str, error: type[JixiaoError] = ParameterError) -> Document:
    """Read a YAML text, called `name` in messages; raises `error` listing every fault."""
    try:
        node, aliases = _composed(text)
    except yaml.YAMLError as fault:
        raise error(_syntax_fault(fault, name)) from None
    except (ValueError, OverflowError):  # an escape such as "\\Uffffffff", which PyYAML hands to chr()
        raise error(Fault(name, "有一处转义写出的不是字符", remedy="检查双引号里的 \\x、\\u、\\U")) from None
    if aliases:
        raise error(
            *(
                Fault(f"{name} 第 {line + 1} 行", f"用了锚点、别名或标签“{mark}”", remedy="把内容直接写出来")
                for line, mark in aliases.items()
            )
        )
    if node is None:
        raise error(Fault(name, "文件是空的"))
    reader = _Reader(name)
    value = reader.value(node, ())
    if reader.faults:
        raise error(*reader.faults)
    return Document(name, value, reader.lines)


def _syntax_fault(fault: yaml.YAMLError, name: str) -> Fault:
    mark = getattr(fault, "problem_mark", None)
    place = f"{name} 第 {mark.line + 1} 行" if mark else name
    if isinstance(fault, _TooDeep):
        return Fault(place, f"括号和缩进嵌套超过 {YAML_DEPTH} 层", remedy="核对括号是否成对、缩进是否对齐")
    return Fault(place, "不是有效的 YAML", remedy="检查缩进、冒号后的空格和引号是否成对")


class _TooDeep(yaml.MarkedYAMLError):
    """Raised where a text is nested deeper than YAML_DEPTH."""


class _BoundedLoader(yaml.SafeLoader):
    """PyYAML's loader, which stops at the bracket or indent that passes YAML_DEPTH.

    PyYAML's scanner keeps every open bracket of a line as a possible key (`[…]: value`) until 1,024 characters have
    gone by, and walks through all of them several times for each token: 50,000 brackets took 76 s. What comes
    behind the scanner, composing and our own reading, calls itself once a level. With a bound in the scanner
    there are never more than YAML_DEPTH keys to walk through, and Python's own limit on calls is never met.
    `aliases` is the first anchor, alias or tag of each line that has one, by the number of the line (from 0).
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.aliases: dict[int, str] = {}

    def get_event(self) -> yaml.Event:
        """Take the next event, which may bring an anchor, alias or tag."""
        event = super().get_event()
        mark = getattr(event, "anchor", None) or getattr(event, "tag", None)
        if mark:
            self.aliases.setdefault(event.start_mark.line, mark)
        return event

    def fetch_flow_collection_start(self, token_class: type[yaml.Token]) -> None:
        """A bracket or brace opens."""
        super().fetch_flow_collection_start(token_class)
        self._hold_to_the_bound()

    def add_indent(self, column: int) -> bool:
        """A list or mapping opens by its indent, if `column` is further in."""
        opened = super().add_indent(column)
        self._hold_to_the_bound()
        return opened

    def _hold_to_the_bound(self) -> None:
        if self.flow_level + len(self.indents) > YAML_DEPTH:
            raise _TooDeep(problem_mark=self.get_mark())


class _Reader:
    """Turns the nodes of PyYAML into values, notes their lines and collects faults."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path_, int] = {}
        self.faults: list[Fault] = []

    def fault(self, node: yaml.Node, found: str, remedy: str) -> None:
        self.faults.append(Fault(f"{self.name} 第 {node.start_mark.line + 1} 行", found, remedy=remedy))

    def value(self, node: yaml.Node, path: Path_) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return dict(self.pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, i)) for i, child in enumerate(node.value)]
        return self.scalar(node)

    def pairs(self, node: yaml.MappingNode, path: Path_) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key_node, child in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            shown = one_line(key, _QUOTED)
            if not isinstance(key_node, yaml.ScalarNode) or not _is_text_key(key_node):
                self.fault(key_node, f"键“{shown}”不是文字", _QUOTE)
            if hidden := characters.unseen(key):
                self.fault(key_node, f"键“{shown}”里有看不见的字符 {hidden}", "删去它，或重新输入这个键")
            if len(key) > _LONGEST_KEY:
                self.fault(key_node, f"键“{shown}”有 {len(key)} 字，太长", f"写至多 {_LONGEST_KEY} 字")
                continue
            if key in seen:
                self.fault(key_node, f"键“{shown}”重复", "只保留一处")
            seen.add(key)
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            yield key, self.value(child, (*path, key))

    def scalar(self, node: yaml.ScalarNode) -> Any:
        text = node.value
        if wrong := characters.no_text(text):
            self.fault(node, f"有不能用的字符 {wrong}", "删去它")
        if len(text) > CELL_TEXT:
            self.fault(node, f"一个值有 {len(text)} 字，太长", f"写至多 {CELL_TEXT} 字")
            return ""
        return text if node.style else self.plain(node, text)

    def plain(self, node: yaml.ScalarNode, text: str) -> Any:
        """The value of a scalar without quotes."""
        if text == "null":
            return None
        if text in ("true", "false"):
            return text == "true"
        if _INT.fullmatch(text) or _FLOAT.fullmatch(text):
            return self.number(node, text)
        if text in ("", "~"):
            self.fault(node, "没有写值", "填上值或删去此键")
        elif _ambiguous(text):
            self.fault(node, f"“{one_line(text, _QUOTED)}”不加引号会被读成别的值", _QUOTE)
        return text

    def number(self, node: yaml.ScalarNode, text: str) -> int | float:
        if numbers.too_long(text):
            self.fault(node, f"“{one_line(text, _QUOTED)}”{numbers.TOO_LONG}", f"写{numbers.SIZE}")
            return 0
        return int(text) if _INT.fullmatch(text) else self.decimal(node, text)

    def decimal(self, node: yaml.ScalarNode, text: str) -> float:
        if Decimal(repr(float(text))) != Decimal(text):
            self.fault(node, f"“{text}”位数太多，不加引号会丢失数字", _QUOTE)
        return float(text)


def _is_text_key(node: yaml.ScalarNode) -> bool:
    return bool(node.style) or not (
        _INT.fullmatch(node.value) or _FLOAT.fullmatch(node.value) or _ambiguous(node.value)
    )


def _ambiguous(text: str) -> bool:
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    other_type = tag != "tag:yaml.org,2002:str"
    return other_type or text.lower() in _BOOLEAN_WORDS or bool(_LOOKS_SPECIAL.fullmatch(text))


@lru_cache(maxsize=100)  # a command reads the same rules and labels several times
def _composed(text: str) -> tuple[yaml.Node | None, dict[int, str]]:
    """The node of a text and its aliases, read once; a text with aliases that make no sense has aliases but no node."""
    if _in_c is not None and (node := _in_c.node(text)) is not None:
        return node, {}
    loader = _BoundedLoader(text)
    try:
        return loader.get_single_node(), loader.aliases
    except yaml.composer.ComposerError:
        loader = _BoundedLoader(text)
        while loader.check_event():
            loader.get_event()
        if not loader.aliases:
            raise
        return None, loader.aliases
