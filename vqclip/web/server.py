"""The server of the page: the desk, its routes and its screen behind the gate."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address

import uvicorn
from fastapi import FastAPI

from vqclip.errors import ConfigError
from vqclip.web.desk import Desk
from vqclip.web.gate import LOOPBACK, Gate

PORT = 7860
TRIES = 20
"""Ports that are tried one after another."""
PATIENCE = 3
"""Seconds that open connections have when the server ends."""


@dataclass(frozen=True)
class Address:
    """Where the page listens.

    Attributes:
        host: a name or an address of this machine.
        port: its port; 0: any that is free.
        password: what visitors must know; empty: nothing.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    password: str = ""

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        if self.host in LOOPBACK:
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def url(self) -> str:
        """What a browser opens."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def make_app(desk: Desk, address: Address) -> Gate:
    """Return the page as an ASGI application; its lifespan opens and closes the studio."""
    # Gradio reads these when it is imported: it sends nothing, and keeps its copies beside ours.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_TEMP_DIR"] = str(desk.enclosure.own("gradio"))
    import gradio as gr

    from vqclip.web.routes import make_routes
    from vqclip.web.screen import head, make_screen, theme

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        desk.studio.open()
        try:
            yield
        finally:
            desk.studio.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(make_routes(desk))
    gr.mount_gradio_app(
        app,
        make_screen(desk),
        path="/",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        show_error=False,
        max_file_size=desk.allowance.upload,
        allowed_paths=[str(desk.enclosure.own("thumbnails"))],
        theme=theme(),
        head=head(),
    )
    largest = desk.allowance.upload + (4 << 20)
    return Gate(app, address.password, address.is_local, largest)


def bind(address: Address) -> tuple[socket.socket, Address]:
    """Listen at an address, or at the next free port; return the socket and where it is.

    Raises:
        ConfigError: the host is none of this machine, or no port is free.
    """
    for port in range(address.port, address.port + TRIES):
        try:
            family = socket.getaddrinfo(address.host or None, port, type=socket.SOCK_STREAM)[0][0]
            listener = socket.socket(family, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address.host, port))
        except (OSError, OverflowError) as error:
            problem = error
            continue
        return listener, Address(address.host, listener.getsockname()[1], address.password)
    raise ConfigError(
        f"the page cannot listen at {address.host}, ports {address.port} to "
        f"{address.port + TRIES - 1}: {problem}"
    ) from problem


def serve(desk: Desk, listener: socket.socket, address: Address) -> None:
    """Serve the page until a signal ends it; what is being drawn is kept in its checkpoint."""
    config = uvicorn.Config(
        make_app(desk, address),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
        proxy_headers=False,
    )
    uvicorn.Server(config).run(sockets=[listener])
