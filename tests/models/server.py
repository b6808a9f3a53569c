"""A local server that serves files correctly, or fails in every way in which servers fail."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
Behaviour = Callable[["Handler", bytes], None]


class Handler(BaseHTTPRequestHandler):
    """Answers a request with the content and the behaviour that the server has for its path."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        if self.path.startswith("/api/models/"):
            return self.server.answer_api(self)
        path = self.path
        if path not in self.server.contents:
            return self.fail(404, X_Error_Code="EntryNotFound")  # as the hub says it
        behaviours = self.server.behaviours.get(path, [serve])
        behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        return behaviour(self, self.server.contents[path])

    do_HEAD = do_GET  # noqa: N815

    def fail(self, code: int, body: bytes = b"sorry", **headers: str) -> None:
        self.start(code, len(body), **headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def start(self, code: int, length: int | None, **headers: str) -> None:
        self.send_response(code)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


class Server(ThreadingHTTPServer):
    """A server with contents and behaviours by path, and the requests it has seen."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.contents: dict[str, bytes] = {}
        self.behaviours: dict[str, list[Behaviour]] = {}
        self.seen: list[tuple[str, str, dict[str, str]]] = []

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that hang up or are killed are part of the tests."""

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, path: str, content: bytes, *behaviours: Behaviour) -> str:
        self.contents[path] = content
        if behaviours:
            self.behaviours[path] = list(behaviours)
        return self.root + path

    def put_hub(self, repo: str, files: dict[str, bytes], *behaviours: Behaviour) -> None:
        """Serve a repository as the hub does; the tag of a file is its SHA-256, as of LFS files."""
        for name, content in files.items():
            self.put(f"/{repo}/resolve/main/{name}", content, *(behaviours or [serve_hub]))
            self.put(f"/{repo}/resolve/{COMMIT}/{name}", content, *(behaviours or [serve_hub]))

    def answer_api(self, handler: Handler) -> None:
        match = re.match(r"/api/models/([^/]+/[^/]+)/", handler.path)
        prefix = f"/{match[1]}/resolve/main/" if match else "?"
        files = [path[len(prefix) :] for path in self.contents if path.startswith(prefix)]
        if not files:
            return handler.fail(404, X_Error_Code="RepoNotFound")
        found: Any = {
            "id": match and match[1],
            "sha": COMMIT,
            "siblings": [{"rfilename": name} for name in files],
        }
        if "/tree/" in handler.path:
            sizes = {name: len(self.contents[prefix + name]) for name in files}
            found = [
                {"type": "file", "path": name, "size": size, "oid": "0" * 40}
                for name, size in sizes.items()
            ]
        body = json.dumps(found).encode()
        return handler.fail(200, body, Content_Type="application/json")


def serve(handler: Handler, content: bytes, **headers: str) -> None:
    """Serve correctly: with ranges, tags and lengths."""
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    headers = {"ETag": tag, "Accept_Ranges": "bytes", **headers}
    wanted = re.match(r"bytes=(\d+)-(\d*)", handler.headers.get("Range", ""))
    first = int(wanted[1]) if wanted and handler.headers.get("If-Range", tag) == tag else 0
    last = int(wanted[2]) if wanted and wanted[2] else len(content) - 1
    if first and first >= len(content):
        return handler.fail(416, Content_Range=f"bytes */{len(content)}")
    body = content[first : last + 1]
    if first or (wanted and wanted[2]):
        headers["Content_Range"] = f"bytes {first}-{first + len(body) - 1}/{len(content)}"
        handler.start(206, len(body), **headers)
    else:
        handler.start(200, len(body), **headers)
    if handler.command != "HEAD":
        handler.wfile.write(body)
    return None


def serve_hub(handler: Handler, content: bytes) -> None:
    """Serve correctly, with the hub's own header."""
    serve(handler, content, X_Repo_Commit=COMMIT)


def status(code: int) -> Behaviour:
    return lambda handler, _: handler.fail(code)


def web_page(handler: Handler, _: bytes) -> None:
    handler.fail(200, b"<!DOCTYPE html><p>please sign in", Content_Type="text/html; charset=utf-8")


def page_as_file(handler: Handler, _: bytes) -> None:
    handler.fail(200, b"<!DOCTYPE html><p>please sign in", Content_Type="application/octet-stream")


def redirect(url: str) -> Behaviour:
    return lambda handler, _: handler.fail(302, Location=url)


def truncated(share: float) -> Behaviour:
    """Announce the whole content, send a share of it, and hang up."""

    def behave(handler: Handler, content: bytes) -> None:
        handler.start(200, len(content), ETag=f'"{hashlib.sha256(content).hexdigest()}"')
        handler.wfile.write(content[: int(len(content) * share)])
        handler.wfile.flush()
        handler.close_connection = True

    return behave


def stalls(handler: Handler, content: bytes) -> None:
    handler.start(200, len(content))
    handler.wfile.write(content[: len(content) // 2])
    handler.wfile.flush()
    time.sleep(1.5)
    handler.close_connection = True


def no_ranges(handler: Handler, content: bytes) -> None:
    handler.start(200, len(content))
    handler.wfile.write(content)


def no_length(handler: Handler, content: bytes) -> None:
    handler.start(200, None, Connection="close")
    handler.wfile.write(content)
    handler.close_connection = True


def other_range(handler: Handler, content: bytes) -> None:
    """Answer a request for the rest of a file with its start."""
    if "Range" not in handler.headers:
        return serve(handler, content)
    return handler.fail(206, content[:9], Content_Range=f"bytes 0-8/{len(content)}")


def slowly(pieces: int, pause: float) -> Behaviour:
    def behave(handler: Handler, content: bytes) -> None:
        start = re.match(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if start:
            return serve(handler, content)
        handler.start(200, len(content), ETag=f'"{hashlib.sha256(content).hexdigest()}"')
        size = -(-len(content) // pieces)
        for at in range(0, len(content), size):
            handler.wfile.write(content[at : at + size])
            handler.wfile.flush()
            time.sleep(pause)
        return None

    return behave


def announces(length: str) -> Behaviour:
    """Announce a length of the file as a text."""

    def behave(handler: Handler, _: bytes) -> None:
        handler.start(200, None, Content_Length=length)
        handler.close_connection = True

    return behave


def versioned(content: bytes, share: float, **headers: str) -> Behaviour:
    """Send a share of a version of the file, which is replaced on the server afterwards."""

    def behave(handler: Handler, _: bytes) -> None:
        handler.start(200, len(content), **headers)
        handler.wfile.write(content[: int(len(content) * share)])
        handler.wfile.flush()
        handler.close_connection = True

    return behave


def ignores_versions(content: bytes, **headers: str) -> Behaviour:
    """Send the range that is asked for, whatever the version in `If-Range`."""

    def behave(handler: Handler, _: bytes) -> None:
        first = int((re.findall(r"bytes=(\d+)-", handler.headers.get("Range", "")) or ["0"])[0])
        span = {"Content_Range": f"bytes {first}-{len(content) - 1}/{len(content)}"}
        handler.start(206 if first else 200, len(content) - first, **headers, **span)
        handler.wfile.write(content[first:])

    return behave


def drips(handler: Handler, content: bytes) -> None:
    """Send byte by byte, each in time."""
    handler.start(200, len(content))
    for at in range(40):
        handler.wfile.write(content[at : at + 1])
        handler.wfile.flush()
        time.sleep(0.01)
    handler.close_connection = True


@contextmanager
def running() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
