"""JSON files that this program writes for good: readable, the same bytes each time, and sealed with a SHA-256 of their own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from jixiao.kit.visible import escaped

_OWN = "sha256"  # of the file itself, over its text without this line


def sealed(content: Mapping[str, Any]) -> bytes:
    """`content` as the text of a file that bears its own SHA-256."""
    body = {key: value for key, value in content.items() if key != _OWN}
    return rendered({**body, _OWN: hashlib.sha256(rendered(body)).hexdigest()})


def rendered(content: Mapping[str, Any]) -> bytes:
    """`content` as the JSON files of a version are written: Chinese readable, keys in the order given, nothing that steers."""
    return (escaped(json.dumps(content, ensure_ascii=False, indent=1)) + "\n").encode()
