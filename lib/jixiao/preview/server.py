"""The server of a preview: the page, what is wrong with it, and the news that it was made anew, for browsers of this machine."""

from __future__ import annotations

import asyncio
import errno
import json
import secrets
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from jixiao.kit.errors import Fault, PlaceError
from jixiao.kit.templates import template

_HERE = "127.0.0.1"
_NAMES = r"(127\.0\.0\.1|localhost)"  # whoever calls it by another name was led here by another's page
_TEMPLATES = Path(__file__).parent / "templates"
_FRAME = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; frame-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_PAGE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # the address holds the secret
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class _State:
    """What a browser is told: the number of the page it should show (0: there is none yet) and the lines above it."""

    page: int = 0
    working: bool = True
    faults: Sequence[str] = ()
    remarks: Sequence[str] = ()


class Server:
    """A preview at an `address` that only its user knows; all browsers that are there hear of each change at once."""

    def __init__(self, label: str, sockets: list[socket.socket]) -> None:
        port = sockets[0].getsockname()[1]
        secret = secrets.token_urlsafe(24)
        self.address = f"http://{_HERE}:{port}/{secret}/"
        self.state = _State()
        self.html = ""
        self.browsers: set[_Changes] = set()
        self._sockets = sockets
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        shared = {"server": self, "label": label}
        self._application = Application(log_function=lambda _: None)
        self._application.add_handlers(
            _NAMES,
            [
                (f"/{secret}/", _Frame, shared),
                (f"/{secret}/page", _Page, shared),
                (f"/{secret}/changes", _Changes, shared),
                (f"/{secret}/(preview\\.(?:js|css))", _Files, {"path": str(_TEMPLATES)}),
            ],
        )

    def begin(self) -> None:
        """Tell that the page is being made."""
        self._tell(working=True)

    def show(self, html: str, remarks: Sequence[str]) -> None:
        """Show a new page, and take away what was wrong with the one before."""
        self._tell(html, remarks=remarks)

    def refuse(self, faults: Sequence[str]) -> None:
        """Show what is wrong, above the last page that was made."""
        self._tell(faults=faults, remarks=())

    def serve(self) -> None:
        """Answer until `end` is called; for a thread of its own."""
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._served())
        self._loop.close()

    def end(self) -> None:
        """Hang up on all browsers."""
        self._loop.call_soon_threadsafe(self._ended.set)

    async def _served(self) -> None:
        http = HTTPServer(self._application)
        http.add_sockets(self._sockets)
        await self._ended.wait()
        http.stop()
        for browser in self.browsers:
            browser.close()
        await http.close_all_connections()

    def _tell(self, html: str | None = None, **news: Any) -> None:
        """Take over the news, in the thread of the server: what a browser asks for is of one state."""
        news = {"working": False, "faults": (), **news}

        def take() -> None:
            if html is not None:
                self.html = html
                news["page"] = self.state.page + 1
            if news["working"]:
                del news["faults"]  # they stay until they are known to be mended
            self.state = replace(self.state, **news)
            for browser in self.browsers:
                browser.tell(self.state)

        self._loop.call_soon_threadsafe(take)


@contextmanager
def serving(label: str, port: int = 0) -> Iterator[Server]:
    """A server of the page of `label` on the loopback address; PlaceError where the `port` is taken. 0 is any free one."""
    try:
        sockets = bind_sockets(port, _HERE, family=socket.AF_INET)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        found = "已被别的程序占用" if taken else f"不能使用（{error.strerror or error}）"
        raise PlaceError(Fault(f"端口 {port}", found, remedy="换一个端口，或不写 --port")) from None
    server = Server(label, sockets)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.end()
        thread.join()


class _Handler(RequestHandler):
    """What all answers have in common: nothing is kept, and no page of others can take part."""

    server: Server
    label: str

    def initialize(self, server: Server, label: str) -> None:
        """Take what the server gives each of its handlers."""
        self.server = server
        self.label = label

    def set_default_headers(self) -> None:
        """Set them; tornado calls this."""
        for name, value in _HEADERS.items():
            self.set_header(name, value)


class _Frame(_Handler):
    """The page around the page: what is wrong stands above, the report below."""

    def get(self) -> None:
        """Answer a browser that comes for the first time."""
        self.set_header("Content-Security-Policy", _FRAME)
        self.finish(template(_TEMPLATES / "preview.html.j2").render(label=self.label))


class _Page(_Handler):
    """The last page that was made; no script runs in it."""

    def get(self) -> None:
        """Answer the frame; its address has the number of the page behind it, so that it is asked for anew."""
        if not self.server.state.page:
            raise HTTPError(404)
        self.set_header("Content-Security-Policy", _PAGE)
        self.finish(self.server.html)


class _Files(StaticFileHandler):
    """Script and style of the frame."""

    def set_extra_headers(self, path: str) -> None:
        """Set those of all answers; tornado calls this."""
        for name, value in _HEADERS.items():
            self.set_header(name, value)


class _Changes(WebSocketHandler):
    """A browser that hears of each change; pages of other origins are refused (tornado's `check_origin`)."""

    def initialize(self, server: Server, **_: object) -> None:
        """Take what the server gives each of its handlers."""
        self.server = server

    def open(self, *_: str) -> None:
        """Tell a browser that comes how things stand."""
        self.server.browsers.add(self)
        self.tell(self.server.state)

    def on_close(self) -> None:
        """Forget a browser that left."""
        self.server.browsers.discard(self)

    def tell(self, state: _State) -> None:
        """Send how things stand, unless the browser is just leaving."""
        try:
            self.write_message(json.dumps(asdict(state)))
        except WebSocketClosedError:
            self.server.browsers.discard(self)
