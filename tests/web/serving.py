"""A page that is really served on loopback, for browsers and simulated visitors."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from tests.web.conftest import make_desk, wait_for
from vqclip.web.desk import Desk
from vqclip.web.server import Address, bind, make_app


@contextmanager
def served(folder: Path, *, password: str = "", port: int = 0) -> Iterator[tuple[Desk, Address]]:
    """Serve the page of a folder in a thread, with the tiny models, as `vqclip web` does."""
    listener, address = bind(Address(port=port, password=password))
    desk = make_desk(folder, patient=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of Gradio are its own
        app = make_app(desk, address)
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_for(lambda: server.started)
            yield desk, address
        finally:
            server.should_exit = True
            thread.join()
            listener.close()
