"""The command that serves the page to draw on: web."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from vqclip.cli.console import app, say
from vqclip.cli.pathtype import PATH
from vqclip.errors import ConfigError

Host = Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 is the whole network.")]
Port = Annotated[int, typer.Option(min=0, max=65000, help="Port, or the next free one.")]
Folder = Annotated[
    Path, typer.Option("--output", "-o", parser=PATH, help="Folder of the pictures.")
]
Open = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]
Password = Annotated[
    Optional[str],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option(help="What visitors must know.", envvar="VQCLIP_WEB_PASSWORD"),
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 or mps.")]
MaxSize = Annotated[int, typer.Option(min=16, max=8192, help="Longest side allowed, in pixels.")]
MaxSteps = Annotated[int, typer.Option(min=1, max=1_000_000, help="Most steps allowed.")]
MaxQueue = Annotated[int, typer.Option(min=1, max=10_000, help="Most drawings in the queue.")]


@app.command("web")
def serve_page(
    host: Host = "127.0.0.1",
    port: Port = 7860,
    output: Folder = Path("outputs"),
    open_page: Open = False,
    password: Password = None,
    device: Device = "auto",
    max_size: MaxSize = 1024,
    max_steps: MaxSteps = 1000,
    max_queue: MaxQueue = 200,
) -> None:
    """Draw in a browser: a page with live previews, a queue, a gallery and series."""
    from importlib.util import find_spec

    from vqclip.machine.device import check_device

    check_device(device)
    if find_spec("gradio") is None:
        raise ConfigError("the page needs Gradio: pip install 'vqclip[web]'")
    from vqclip.web.allowance import Allowance
    from vqclip.web.desk import Desk
    from vqclip.web.server import Address, bind, serve

    listener, address = bind(Address(host, port, password or ""))
    allowance = Allowance(side=max_size, steps=max_steps, waiting=max_queue)
    desk = Desk.at(output, allowance=allowance, device=device)
    if not address.is_local and not address.password:
        say(
            f"warning: everybody who reaches {host} can draw here, and see and delete the pictures "
            f"in {output}: give a --password, or leave --host away"
        )
    print(f"the page is at {address.url}, its pictures are in {output}", flush=True)
    if open_page:
        import webbrowser

        webbrowser.open(address.url)
    serve(desk, listener, address)
