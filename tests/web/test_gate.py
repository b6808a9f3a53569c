"""The gate: who is let through, what browsers are told, and how visitors are known."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import anyio
import pytest

from vqclip.web import gate as gates
from vqclip.web.gate import COOKIE, POLICY, Gate, owner_of

LOCAL = {"host": "127.0.0.1:7860"}
TOKEN = "0123456789abcdef" * 2


async def page(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the cookies that the page sees, after reading the whole request."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            break
    cookies = b"; ".join(value for key, value in scope["headers"] if key == b"cookie")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": cookies})


def ask(
    gate: Gate, path: str = "/", method: str = "GET", body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a request through a gate; return status, headers and body of the answer."""
    sent: list[dict[str, Any]] = []
    parts: Iterator[bytes] = iter([body[:10], body[10:]])

    async def receive() -> dict[str, Any]:
        part = next(parts, b"")
        return {"type": "http.request", "body": part, "more_body": bool(part)}

    async def send(message: Any) -> None:
        sent.append(message)

    named = {**LOCAL, **{key.replace("_", "-"): value for key, value in headers.items()}}
    raw = [(key.encode(), value.encode("latin-1")) for key, value in named.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw}
    anyio.run(gate, scope, receive, send)
    answered = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return sent[0]["status"], answered, sent[1]["body"]


def test_a_new_visitor_gets_a_cookie_that_no_script_reads() -> None:
    status, headers, body = ask(Gate(page))
    assert status == 200
    cookie = headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert body.decode() == cookie.partition(";")[0]  # the first request has it already


def test_a_known_visitor_keeps_the_cookie() -> None:
    _, headers, body = ask(Gate(page), cookie=f"other=1; {COOKIE}={TOKEN}")
    assert "set-cookie" not in headers
    assert TOKEN.encode() in body


def test_a_visitor_is_known_by_the_cookie_and_not_shown_by_it() -> None:
    owner = owner_of({COOKIE: TOKEN})
    assert len(owner) == 16
    assert owner not in TOKEN
    assert owner_of({COOKIE: TOKEN[::-1]}) != owner
    for forged in ("", "x", "../etc", TOKEN.upper(), TOKEN + "0"):
        assert owner_of({COOKIE: forged}) == ""


def test_browsers_load_nothing_from_other_servers() -> None:
    _, headers, _ = ask(Gate(page))
    assert headers["content-security-policy"] == POLICY
    assert "http" not in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "", "127.0.0.1.evil.example"]
)
def test_names_that_were_pointed_at_this_machine_are_refused(host) -> None:
    assert ask(Gate(page), host=host)[0] == 421
    assert ask(Gate(page, is_local=False), host=host or "a.example")[0] == 200


def test_this_machine_has_three_names() -> None:
    for host in ("localhost:1", "127.0.0.1", "[::1]:7860"):
        assert ask(Gate(page), host=host)[0] == 200


def test_other_pages_cannot_send_forms() -> None:
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", "http://["):
        assert ask(Gate(page), method="POST", origin=origin)[0] == 403
    assert ask(Gate(page), method="POST", origin="http://127.0.0.1:7860")[0] == 200
    assert ask(Gate(page), method="POST")[0] == 200


def test_the_password_is_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(gates, "DELAY", 0)
    gate = Gate(page, password="sesam öffne: dich")

    def encoded(password: str) -> str:
        return f"Basic {base64.b64encode(f'me:{password}'.encode()).decode()}"

    status, headers, body = ask(gate)
    assert (status, body) == (401, b"refused\n")
    assert headers["www-authenticate"].startswith("Basic")
    assert ask(gate, authorization=encoded("sesam öffne: dich"))[0] == 200
    for wrong in ("", "Basic", "Basic !!!", encoded("sesam"), "Bearer sesam öffne: dich"):
        assert ask(gate, authorization=wrong)[0] == 401


def test_large_requests_end_early() -> None:
    gate = Gate(page, largest=30)
    assert ask(gate, method="POST", content_length="31")[0] == 413
    assert ask(gate, method="POST", content_length="many")[0] == 413
    assert ask(gate, method="POST", body=b"x" * 30)[0] == 200


def test_unused_paths_of_gradio_are_closed() -> None:
    for path in ("/gradio_api/proxy=http://evil.example", "/monitoring", "/gradio_api/mcp/sse"):
        assert ask(Gate(page), path=path)[0] == 404
