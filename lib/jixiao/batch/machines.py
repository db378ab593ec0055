"""What of a machine decides how its reports come out, and in what two machines differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jixiao.archive import manifest
from jixiao.press.paper import themes, typesetting

_WORDS = {"system": "操作系统", "python": "Python", "fonts": "字体"}
_FEW = 3  # packages that are named one by one


def identity() -> dict[str, Any]:
    """The program as it lies on the disk now, and its environment: reports of machines that agree in all are the same."""
    named = {family for theme in themes.packaged() for role in theme.families().values() for family in role}
    return {"code": manifest.code(), **manifest.environment(typesetting.present(sorted(named)))}


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """In what `theirs` differs from `ours`, in words; "" where both make the same reports."""
    return "、".join(_differences(ours, theirs))


def _differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    if ours["code"] != theirs["code"]:
        here = ours["code"]["version"]
        there = theirs["code"]["version"]
        yield f"jixiao {there}，本机 {here}" if here != there else f"jixiao {here} 的程序文件"
    for name, words in _WORDS.items():
        if ours[name] != theirs[name]:
            yield f"{words} {_shown(theirs[name])}，本机 {_shown(ours[name])}"
    mine = ours["packages"]
    other = theirs["packages"]
    unlike = sorted(name for name in mine | other if mine.get(name) != other.get(name))
    for name in unlike[:_FEW]:
        yield f"{name} {other.get(name, '没有安装')}，本机 {mine.get(name, '没有安装')}"
    if len(unlike) > _FEW:
        yield f"另有 {len(unlike) - _FEW} 个包的版本"


def _shown(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)
