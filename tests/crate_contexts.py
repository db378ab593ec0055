"""What validators of RO-Crate fetch from the web, laid into the cache of one of them: no test asks the network."""

from __future__ import annotations

import io
from importlib import resources
from pathlib import Path

import requests
from requests_cache import CachedSession
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def cached(folder: Path) -> Path:
    """A cache in `folder` that has the context of RO-Crate 1.1, and the path by which the validator takes it.

    The document comes with the `rocrate` wheel; it is that of a later version, which names the terms of 1.1 alike.
    """
    content = resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
    request = requests.Request("GET", CONTEXT, headers={"Accept": "application/ld+json, application/json"})
    path = folder / "contexts"
    with CachedSession(cache_name=str(path), backend="sqlite") as session:
        prepared = session.prepare_request(request)
        answer = HTTPResponse(
            io.BytesIO(content), {"Content-Type": "application/ld+json"}, 200, preload_content=False
        )
        response = session.get_adapter(CONTEXT).build_response(prepared, answer)
        session.cache.save_response(response)
    return path
