"""Conversion to the slim form: strict, and never over a file that exists."""

from __future__ import annotations

import zipfile

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.models.published import diffusers
from tests.tiny import ARCHITECTURE, taming_tensors
from vqclip.errors import CheckpointError, OutputError
from vqclip.models.convert import convert
from vqclip.models.taming import TamingVQGAN


def test_all_forms_become_the_same_slim_file(forms, tmp_path) -> None:
    slim = {}
    for name in ("raw-safe", "callback", "net2net", "diffusers-old"):
        path = tmp_path / f"{name}.safetensors"
        assert convert(forms[name], path) == ARCHITECTURE
        slim[name] = path.read_bytes()
    assert len(set(slim.values())) == 1
    assert len(slim["callback"]) < forms["callback"].stat().st_size
    assert load_file(path).keys() == TamingVQGAN.from_file(path).state_dict().keys()


def test_a_folder_and_an_archive_stand_for_their_file(forms, tmp_path) -> None:
    folder = tmp_path / "vqvae"
    folder.mkdir()
    save_file(diffusers(taming_tensors()), folder / "diffusion_pytorch_model.safetensors")
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(forms["lightning"], "../model.ckpt")
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    assert convert(folder, first) == convert(tmp_path / "x.zip", second) == ARCHITECTURE
    assert first.read_bytes() == second.read_bytes()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a.safetensors", "b.safetensors", "vqvae", "x.zip"]


@pytest.mark.parametrize(
    "changes",
    [{"encoder.extra.weight": (3,)}, {"decoder.conv_out.weight": (5, 32, 3, 3)}],
    ids=["superfluous", "misshapen"],
)
def test_tensors_that_do_not_form_a_vqgan_are_refused(tmp_path, changes) -> None:
    added = {key: torch.zeros(shape) for key, shape in changes.items()}
    save_file({**taming_tensors(), **added}, tmp_path / "x.safetensors")
    with pytest.raises(CheckpointError, match="x.safetensors: .*do not form one VQGAN"):
        convert(tmp_path / "x.safetensors", tmp_path / "y.safetensors")
    assert not (tmp_path / "y.safetensors").exists()


def test_nothing_is_overwritten_unless_wished(forms, tmp_path) -> None:
    path = tmp_path / "slim.safetensors"
    path.write_text("precious")
    with pytest.raises(OutputError, match="already exists"):
        convert(forms["lightning"], path)
    assert path.read_text() == "precious"
    convert(forms["lightning"], path, overwrite=True)
    assert load_file(path).keys() == taming_tensors().keys()
    with pytest.raises(OutputError, match="ends in .safetensors"):
        convert(forms["lightning"], tmp_path / "slim.ckpt")


def test_a_folder_that_cannot_be_written_is_a_sentence(forms, tmp_path) -> None:
    (tmp_path / "file").touch()
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(forms["lightning"], "model.ckpt")
    for source in (forms["lightning"], tmp_path / "x.zip"):
        with pytest.raises(OutputError, match="cannot be written"):
            convert(source, tmp_path / "file" / "slim.safetensors")
