"""Templates of Jinja that lie beside the code: a name that is not given is an error."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.kit.workbooks import clean

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def template(file: Path) -> Template:
    """The template in `file`: markup, in which texts are escaped, unless its name says that it is YAML.

    Filters beside those of Jinja: `clean` for texts from forms, `quoted` for a value that YAML reads as it was.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(file.parent),
        autoescape=not file.name.endswith(".yml.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clean": clean, "quoted": _quoted}
    return environment.get_template(file.name)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
