"""Pictures at addresses are downloaded beside the pictures they are for."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from vqclip.errors import ConfigError
from vqclip.models.fetch import remotepicture
from vqclip.outputs.placement import placed


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_jobs_without_addresses_stay_as_they_are(make_job) -> None:
    job = make_job(start__image="x.png")
    assert placed([job]) == [job]


def test_an_address_becomes_a_file_beside_the_pictures(make_job, tmp_path, server) -> None:
    address = server.put("/red.png", picture())
    job = make_job(start__image=address, output__folder=str(tmp_path))
    (found,) = placed([job])
    path = tmp_path / "inputs" / next((tmp_path / "inputs").iterdir()).name
    assert found.config.start.image == str(path)
    assert path.read_bytes() == picture()
    assert (found.prompts, found.seed) == (job.prompts, job.seed)


def test_what_gives_no_picture_is_named(make_job, tmp_path, server, monkeypatch) -> None:
    monkeypatch.setattr(remotepicture, "LARGEST", 10)
    address = server.put("/red.png", picture())
    job = make_job(start__image=address, output__folder=str(tmp_path))
    with pytest.raises(ConfigError, match="more than"):
        placed([job])
    with pytest.raises(ConfigError, match="only HTTPS"):
        placed([make_job(start__image="http://example.com/a.png", output__folder=str(tmp_path))])
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    with pytest.raises(ConfigError, match="forbidden"):
        placed([job])
