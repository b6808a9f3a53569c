"""Every published form of a VQGAN is read alike, and nothing else is read at all."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.models.published import (
    diffusers,
    lightning,
    save_with_callback,
)
from tests.tiny import ARCHITECTURE, taming_tensors
from vqclip.errors import CheckpointError, OutputError
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.architecture import infer_architecture
from vqclip.models.weights.checkpoints import read_metadata, read_vqgan
from vqclip.models.weights.convert import convert

FORMS = [
    *(
        "raw-safe",
        "raw-pt",
        "parameters",
        "lightning",
        "old-pickle",
        "callback",
        "old-callback",
        "omegaconf",
    ),
    *("net2net", "net2net-safe", "prefixed", "diffusers", "diffusers-old", "diffusers-safe"),
]


def test_every_form_is_tested(forms) -> None:
    assert sorted(forms) == sorted(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_read_alike(forms, name, tmp_path) -> None:
    expected, found = taming_tensors(), read_vqgan(forms[name])
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[key], value) for key, value in expected.items())
    assert not any(one.requires_grad for one in found.values())
    convert(forms[name], tmp_path / "slim.safetensors")
    convert(forms["raw-safe"], tmp_path / "again.safetensors")
    slim = (tmp_path / "slim.safetensors").read_bytes()
    assert slim == (tmp_path / "again.safetensors").read_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"gumbel": True},
        {"mid_attention": False, "ch_mult": (1, 2, 2)},
        {"codes": 40, "embed_dim": 3, "z_channels": 3, "ch_mult": (1, 2, 4)},
        {"attn_resolutions": (64,), "ch_mult": (1, 1, 2), "num_res_blocks": 2},
    ],
    ids=["gumbel", "no-mid-attention", "latent-diffusion-f4", "attention-at-depth"],
)
@pytest.mark.parametrize("form", ["lightning", "diffusers"])
def test_every_architecture_is_read_in_both_layouts(tmp_path, changes, form) -> None:
    architecture = replace(ARCHITECTURE, **changes)
    tensors = taming_tensors(architecture)
    if form == "diffusers":
        tensors = diffusers(tensors)
    torch.save(lightning(tensors), tmp_path / "x.ckpt")
    (tmp_path / "x.yaml").write_text("model: {params: {n_embed: 7, embed_dim: 9}}")  # misleads
    vqgan = TamingVQGAN.from_file(tmp_path / "x.ckpt")
    assert infer_architecture(vqgan.state_dict()) == architecture
    again = taming_tensors(architecture)
    assert all(torch.equal(vqgan.state_dict()[key], value) for key, value in again.items())


def test_half_precision_becomes_float32(tmp_path) -> None:
    tensors = {key: value.half() for key, value in taming_tensors().items()}
    save_file(tensors, tmp_path / "x.safetensors")
    found = read_vqgan(tmp_path / "x.safetensors")
    assert {one.dtype for one in found.values()} == {torch.float32}


def test_no_framework_is_imported_for_its_callbacks(tmp_path) -> None:
    save_with_callback(tmp_path / "x.ckpt", taming_tensors())
    code = (
        "import sys; from pathlib import Path;"
        "from vqclip.models.weights.checkpoints import read_vqgan;"
        "sys.modules['pytorch_lightning'] = None; read_vqgan(Path(sys.argv[1]));"
        "assert not [one for one in sys.modules if one.startswith('pytorch_lightning.')]"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "x.ckpt")], check=True)


def test_stubs_are_gone_afterwards(tmp_path) -> None:
    save_with_callback(tmp_path / "x.ckpt", taming_tensors())
    read_vqgan(tmp_path / "x.ckpt")
    with pytest.raises(pickle.UnpicklingError, match="ModelCheckpoint"):
        torch.load(tmp_path / "x.ckpt", weights_only=True)


def test_slim_files_say_what_they_are_and_load(forms, tmp_path) -> None:
    path = tmp_path / "slim.safetensors"
    assert convert(forms["callback"], path) == ARCHITECTURE
    assert path.stat().st_size < forms["callback"].stat().st_size
    metadata = read_metadata(path)
    assert (metadata["codes"], metadata["factor"]) == (32, 2)
    assert json.dumps(metadata["ch_mult"]) == "[1, 1]"
    vqgan = TamingVQGAN.from_file(path)
    assert load_file(path).keys() == vqgan.state_dict().keys()


def test_a_folder_is_as_good_as_its_file(tmp_path) -> None:
    folder = tmp_path / "vqvae"
    folder.mkdir()
    with pytest.raises(CheckpointError, match="has no weights"):
        read_vqgan(folder)
    save_file(diffusers(taming_tensors()), folder / "diffusion_pytorch_model.safetensors")
    assert len(read_vqgan(folder)) == len(taming_tensors())


def test_convert_overwrites_nothing_unless_told(forms, tmp_path) -> None:
    path = tmp_path / "slim.safetensors"
    path.write_text("precious")
    with pytest.raises(OutputError, match="exists already"):
        convert(forms["lightning"], path)
    assert path.read_text() == "precious"
    convert(forms["lightning"], path, overwrite=True)
    with pytest.raises(OutputError, match="ends in"):
        convert(forms["lightning"], tmp_path / "slim.ckpt")


def test_archives_unpack_their_weights_and_nothing_beside(forms, tmp_path) -> None:
    for name in ("model.ckpt", "../../outside.ckpt", "/abs/model.ckpt"):
        with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(forms["lightning"], name)
            archive.writestr("../evil.txt", "no weights: never unpacked")
        slim = tmp_path / "slim.safetensors"
        assert convert(tmp_path / "x.zip", slim, overwrite=True) == ARCHITECTURE
        assert sorted(one.name for one in tmp_path.iterdir()) == ["slim.safetensors", "x.zip"]
    assert not list(tmp_path.parent.glob("*outside*"))


def test_archives_without_one_weights_file_are_refused(forms, tmp_path) -> None:
    path = tmp_path / "x.zip"
    for names in ([], ["a.ckpt", "b.ckpt"]):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hello")
            for name in names:
                archive.write(forms["lightning"], name)
        with pytest.raises(CheckpointError, match="exactly one weights file"):
            convert(path, tmp_path / "y.safetensors")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.ckpt", b"\0" * 3_000_000)
    with pytest.raises(CheckpointError, match="unpack to 3,000,000"):
        convert(path, tmp_path / "y.safetensors")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(forms["lightning"], "model.ckpt")
    broken = bytearray(path.read_bytes())
    broken[5000:6000] = bytes(1000)
    path.write_bytes(broken)
    with pytest.raises(CheckpointError, match="damaged"):
        convert(path, tmp_path / "y.safetensors")
    assert [one.name for one in tmp_path.iterdir()] == ["x.zip"]
