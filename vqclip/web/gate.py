"""The gate before the page: who a visitor is, the password, and what browsers may do with it."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "vqclip_visitor"
TOKEN = re.compile(r"[0-9a-f]{32}")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CLOSED = ("/gradio_api/proxy", "/proxy=", "/monitoring", "/gradio_api/mcp", "/gradio_api/runs")
"""Paths of Gradio that this page does not use."""
DELAY = 0.5
"""Seconds that a wrong password takes."""
POLICY = (
    "default-src 'self'; "
    # Gradio's page needs both.
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""What browsers load: nothing from other servers."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


def owner_of(cookies: Mapping[str, str]) -> str:
    """Return who a visitor is, from the cookies: not the token itself, which opens the queue."""
    token = cookies.get(COOKIE, "")
    return hashlib.sha256(token.encode()).hexdigest()[:16] if TOKEN.fullmatch(token) else ""


@dataclass
class Gate:
    """Lets requests through that may see the page, and gives every visitor a cookie.

    Attributes:
        app: the page.
        password: what visitors must know; empty: nothing.
        is_local: whether the server listens on the loopback interface alone.
        largest: bytes of a request.
    """

    app: ASGIApp
    password: str = ""
    is_local: bool = True
    largest: int = 24 << 20

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # the page needs no other protocol
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        refusal = self.refusal(scope["method"], scope["path"], headers)
        if refusal == 401:
            if "authorization" in headers:
                await asyncio.sleep(DELAY)
            await _answer(
                send, 401, [(b"www-authenticate", b'Basic realm="vqclip", charset="UTF-8"')]
            )
            return
        if refusal:
            await _answer(send, refusal, [])
            return
        token = "" if owner_of(_cookies(headers)) else secrets.token_hex(16)
        if token:
            scope["headers"] = _with_cookie(scope["headers"], headers, token)
        await self.app(scope, _limited(receive, self.largest), _guarded(send, token))

    def refusal(self, method: str, path: str, headers: Mapping[str, str]) -> int:
        """Return the status by which a request is refused; 0 lets it through."""
        if self.is_local and _hostname(headers) not in LOOPBACK:
            return 421  # a name of the net that was pointed at this machine
        if method not in SAFE_METHODS and not _is_same_site(headers):
            return 403
        if self.password and not self._knows_password(headers.get("authorization", "")):
            return 401
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.largest:
            return 413
        return 404 if any(closed in path for closed in CLOSED) else 0

    def _knows_password(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        try:
            given = base64.b64decode(encoded, validate=True) if scheme.lower() == "basic" else b""
        except binascii.Error:
            return False
        return hmac.compare_digest(given.partition(b":")[2], self.password.encode())


def _is_same_site(headers: Mapping[str, str]) -> bool:
    """Say whether a request comes from the page itself, or from no page at all."""
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:
        return False


def _hostname(headers: Mapping[str, str]) -> str:
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _cookies(headers: Mapping[str, str]) -> dict[str, str]:
    try:
        return {key: own.value for key, own in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _with_cookie(
    raw: list[tuple[bytes, bytes]], headers: Mapping[str, str], token: str
) -> list[tuple[bytes, bytes]]:
    """Return the headers of a request as if the visitor had the cookie already."""
    rest = [(key, value) for key, value in raw if key != b"cookie"]
    old = f"{headers['cookie']}; " if headers.get("cookie") else ""
    return [*rest, (b"cookie", f"{old}{COOKIE}={token}".encode("latin-1"))]


def _limited(receive: Receive, largest: int) -> Receive:
    """Return a receiver that ends a request which is larger than it said."""
    total = 0

    async def limited() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        return {"type": "http.disconnect"} if total > largest else message

    return limited


def _guarded(send: Send, token: str) -> Send:
    """Return a sender that adds the headers of every answer."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {key for key, _ in message["headers"]}
            added = [
                (key.encode(), value.encode())
                for key, value in HEADERS.items()
                if key.encode() not in present
            ]
            if token:
                cookie = f"{COOKIE}={token}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict"
                added.append((b"set-cookie", cookie.encode()))
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return guarded


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    """Refuse a request."""
    text = b"refused\n"
    plain = [(b"content-type", b"text/plain"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*plain, *headers]})
    await send({"type": "http.response.body", "body": text})
