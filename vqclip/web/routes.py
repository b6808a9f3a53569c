"""The routes of the page beside its forms: its state, pictures, previews, and what buttons do."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import APIRouter, Body, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from vqclip.errors import VqclipError
from vqclip.files.atomic import atomic
from vqclip.web.album import SHEETS
from vqclip.web.desk import Desk
from vqclip.web.enclosure import UPLOADS
from vqclip.web.gate import owner_of
from vqclip.web.ticket import Ticket

T = TypeVar("T")

MEDIA = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
ASSETS = {"page.js": "text/javascript", "page.css": "text/css"}
SANDBOX = {"content-security-policy": "default-src 'none'; sandbox"}
"""Policy of files: no browser runs what a picture may hold."""
FOREVER = {"cache-control": "private, max-age=31536000, immutable"}
MOST_STEPS = 1000
"""Steps that are added at once."""


def make_routes(desk: Desk) -> APIRouter:
    """Return the routes of a desk; FastAPI reads the signatures of the functions within."""
    router = APIRouter(include_in_schema=False)
    _add_pictures(router, desk)
    _add_drawings(router, desk)

    @router.get("/vqclip/asset/{name}")
    def asset(name: str) -> Response:
        if name not in ASSETS:
            raise HTTPException(404)
        text = files("vqclip.web").joinpath("assets", name).read_text(encoding="utf-8")
        return Response(text, media_type=ASSETS[name])

    return router


def _add_pictures(router: APIRouter, desk: Desk) -> None:
    """Add the routes of files."""

    @router.get("/vqclip/picture/{name:path}")
    def picture(name: str) -> FileResponse:
        return _file(lambda: desk.enclosure.picture(name))

    @router.get("/vqclip/thumbnail/{name:path}")
    def thumbnail(name: str) -> FileResponse:
        return _file(lambda: desk.album.thumbnail(name))

    @router.get("/vqclip/upload/{name}")
    def upload(name: str) -> FileResponse:
        return _file(lambda: desk.enclosure.kept(UPLOADS, name))

    @router.get("/vqclip/sheet/{name}")
    def sheet(name: str) -> FileResponse:
        return _file(lambda: desk.enclosure.kept(SHEETS, name))


def _add_drawings(router: APIRouter, desk: Desk) -> None:
    """Add the routes of what visitors draw."""

    @router.get("/vqclip/state")
    def state(request: Request, ticket: str = "") -> JSONResponse:
        content = desk.state(owner_of(request.cookies), ticket[:16])
        return JSONResponse(content, headers={"cache-control": "no-store"})

    @router.get("/vqclip/preview/{id}/{version}")
    def preview(request: Request, id: str, version: int) -> Response:
        live = _attempt(lambda: desk.studio.standing(id, owner_of(request.cookies))).live
        content = b"" if live is None else live.preview if version else live.start
        if not content:
            raise HTTPException(404)
        return Response(content, media_type="image/webp", headers={**SANDBOX, **FOREVER})

    @router.get("/vqclip/zip/{id}")
    def archive(request: Request, id: str) -> FileResponse:
        path = _attempt(lambda: write_zip(desk, id, owner_of(request.cookies)))
        return FileResponse(path, media_type="application/zip", filename=path.name)

    @router.post("/vqclip/act")
    def act(
        request: Request,
        id: Annotated[str, Body()],
        verb: Annotated[str, Body()],
        steps: Annotated[int, Body()] = 0,
    ) -> JSONResponse:
        return JSONResponse(_done(desk, verb, id, owner_of(request.cookies), steps))


def _done(desk: Desk, verb: str, id: str, owner: str, steps: int) -> dict[str, str]:
    """Do what a button says; return the id of the ticket to show, or why it was not done."""
    verbs: dict[str, Callable[[], Ticket]] = {
        "stop": lambda: desk.studio.stop(id, owner),
        "continue": lambda: desk.studio.resume(id, owner),
        "more": lambda: desk.draw_again(id, owner, steps=max(1, min(steps, MOST_STEPS))),
    }
    if verb not in verbs:
        return {"error": "there is no such button"}
    try:
        return {"id": verbs[verb]().id}
    except VqclipError as error:
        return {"error": str(error)}


def _attempt(function: Callable[[], T]) -> T:
    """Call a function; what it refuses does not exist.

    Raises:
        HTTPException: 404.
    """
    try:
        return function()
    except VqclipError as error:
        raise HTTPException(404) from error


def _file(find: Callable[[], Path]) -> FileResponse:
    """Return a picture.

    Raises:
        HTTPException: 404.
    """
    path = _attempt(find)
    media = MEDIA[path.suffix.lower()]
    return FileResponse(path, media_type=media, headers={**SANDBOX, "cache-control": "no-cache"})


def write_zip(desk: Desk, id: str, owner: str) -> Path:
    """Write the pictures of a series into one file; return its path.

    Raises:
        ConfigError: there is no such series, or it has no picture.
    """
    folder, paths = desk.series_pictures(id, owner)
    target = desk.enclosure.own("zips", f"{folder.name}.zip")
    with atomic(target) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for path in paths:  # pictures are compressed already
            archive.write(path, f"{folder.name}/{path.name}")
    return target
