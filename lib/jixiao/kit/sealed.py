"""SHA-256, and JSON files that this program writes for good: readable, the same bytes each time, sealed with one of their own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from jixiao.kit.visible import escaped

_OWN = "sha256"  # of the file itself, over its text without this line


def sha256(content: bytes) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def sealed(content: Mapping[str, Any]) -> bytes:
    """`content` as the text of a file that bears its own SHA-256."""
    body = {key: value for key, value in content.items() if key != _OWN}
    return rendered({**body, _OWN: sha256(rendered(body))})


def rendered(content: Mapping[str, Any]) -> bytes:
    """`content` as the JSON files of a version are written: Chinese readable, keys in the order given, nothing that steers."""
    return (escaped(json.dumps(content, ensure_ascii=False, indent=1)) + "\n").encode()
