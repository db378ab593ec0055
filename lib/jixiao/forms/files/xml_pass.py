"""One pass over an XML part that calls a function for each element of a name, and refuses documents with a DOCTYPE.

Names are matched without their prefix, because some writers say x:row for row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from jixiao.forms.files.packages import damaged
from jixiao.kit.errors import Fault, FormError

Attributes = dict[str, str]
Start = Callable[[Attributes], None]
End = Callable[[], None]


class _ByLocalName(dict):
    """Functions by element name; a name with a prefix is looked up without it, once."""

    def __missing__(self, name: str) -> object:
        self[name] = found = self.get(name.rpartition(":")[2])
        return found


def run(
    content: Iterable[bytes],
    file: str,
    starts: Mapping[str, Start],
    ends: Mapping[str, End] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call the functions in the order of the document, which comes in pieces; FormError for broken XML and for a DOCTYPE."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = lambda *_: _refuse(file)
    by_start = _ByLocalName(starts)
    by_end = _ByLocalName(ends or {})

    def start(name: str, attributes: Attributes) -> None:
        if found := by_start[name]:
            found(attributes)

    def end(name: str) -> None:
        if found := by_end[name]:
            found()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    try:
        for piece in content:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged(file) from None


def _refuse(file: str) -> None:
    raise FormError(
        Fault(
            file,
            "文件里有 XML 实体声明（DOCTYPE）",
            "表格软件写出的工作簿",
            "核实来源；用表格软件另存为 .xlsx",
        )
    )


def by_local_name(attributes: Attributes, name: str) -> str:
    """An attribute whatever its prefix, such as r:id; "" where it is missing."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")
