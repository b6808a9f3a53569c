"""Quantisers, the VQGAN, checkpoints and the perceptor, against taming and open_clip themselves."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from tests.tiny import ARCHITECTURE, F16, PREPROCESS, taming_tensors, write_clip, write_vqgan
from vqclip.device import resolve_device
from vqclip.errors import CheckpointError, ConfigError, ImageError
from vqclip.images import fit, load_image, round_up, to_pil, to_tensor
from vqclip.models import quantizer as quantizers
from vqclip.models.fetch import hub
from vqclip.models.load import load_models
from vqclip.models.perceptor import load_perceptor
from vqclip.models.quantizer import GumbelQuantizer, VectorQuantizer, nearest_codes
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.architecture import infer_architecture
from vqclip.views.tiles import contact_sheet
from vqclip.world.colors import COLORS

GUMBEL = replace(F16, gumbel=True, codes=8192, ch_mult=(1, 1, 2, 4), attn_resolutions=(32,))


def test_nearest_codes_by_brute_force(monkeypatch) -> None:
    z, codebook = torch.randn(50, 6), torch.randn(20, 6)
    expected = torch.cdist(z, codebook).argmin(dim=1)
    assert torch.equal(nearest_codes(z, codebook), expected)
    monkeypatch.setattr(quantizers, "TOKENS_PER_CHUNK", 7)
    assert torch.equal(nearest_codes(z, codebook), expected)


def test_codes_quantise_to_themselves() -> None:
    for quantizer in (VectorQuantizer(10, 4), GumbelQuantizer(10, 4)):
        z = quantizer.codebook[torch.randint(10, (2, 3, 5))].permute(0, 3, 1, 2)
        assert torch.equal(quantizer(z), z)


def test_gumbel_encodes_to_the_likeliest_code() -> None:
    quantizer = GumbelQuantizer(10, 4)
    features = torch.randn(1, 4, 2, 2)
    index = quantizer.proj(features)[0, :, 1, 0].argmax()
    assert torch.equal(quantizer.encode(features)[0, :, 1, 0], quantizer.codebook[index])


@pytest.mark.parametrize(
    ("architecture", "count"), [(F16, 343), (GUMBEL, 301)], ids=["f16", "gumbel-f8"]
)
def test_the_published_architectures_have_tamings_tensors(architecture, count) -> None:
    with torch.device("meta"):
        tensors = TamingVQGAN(architecture).state_dict()
    assert len(tensors) == count
    assert infer_architecture(tensors) == architecture
    assert architecture.factor == (8 if architecture.gumbel else 16)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"gumbel": True},
        {"mid_attention": False},
        {"attn_resolutions": (128,), "num_res_blocks": 2, "ch_mult": (1, 2)},
        {"embed_dim": 4},
    ],
)
def test_the_architecture_is_read_from_the_tensors(changes) -> None:
    architecture = replace(ARCHITECTURE, **changes)
    vqgan = TamingVQGAN.from_tensors(taming_tensors(architecture))
    assert infer_architecture(vqgan.state_dict()) == architecture
    assert not any(parameter.requires_grad for parameter in vqgan.parameters())
    assert vqgan.decode(vqgan.quantize(vqgan.encode(torch.rand(1, 3, 8, 12)))).shape[-1] == 12


def test_encode_and_decode_are_tamings(tmp_path) -> None:
    vqgan = TamingVQGAN.from_file(write_vqgan(tmp_path))
    images = torch.rand(2, 3, 16, 8)
    z = vqgan.quant_conv(vqgan.encoder(images * 2 - 1))
    assert torch.equal(vqgan.encode(images), z)
    z_q = vqgan.quantize(z)
    assert torch.equal(vqgan.decode(z_q), (vqgan.decoder(vqgan.post_quant_conv(z_q)) + 1) / 2)


@pytest.mark.parametrize("prefix", ["", "first_stage_model."])
def test_lightning_checkpoints_load_without_what_is_not_the_generator(tmp_path, prefix) -> None:
    tensors = taming_tensors()
    content = {prefix + key: value for key, value in tensors.items()}
    content |= {"loss.discriminator.main.0.weight": torch.zeros(1), "transformer.x": torch.ones(1)}
    path = tmp_path / "last.ckpt"
    torch.save({"state_dict": content, "epoch": 3, "optimizer_states": [{}]}, path)
    found = TamingVQGAN.from_file(path).state_dict()
    assert all(torch.equal(found[key], value) for key, value in tensors.items())


class Payload:
    """Would make a file when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def test_code_in_a_checkpoint_is_refused_and_not_run(tmp_path) -> None:
    path = tmp_path / "evil.ckpt"
    torch.save({"state_dict": taming_tensors(), "extra": Payload(tmp_path / "ran")}, path)
    with pytest.raises(CheckpointError, match="nothing but"):
        TamingVQGAN.from_file(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("content", [{"state_dict": [1]}, [1], {0: torch.zeros(1)}])
def test_other_contents_are_refused(tmp_path, content) -> None:
    torch.save(content, tmp_path / "x.ckpt")
    with pytest.raises(CheckpointError, match="x.ckpt"):
        TamingVQGAN.from_file(tmp_path / "x.ckpt")


def test_other_channels_and_suffixes_are_refused(tmp_path) -> None:
    tensors = taming_tensors()
    tensors["encoder.conv_in.weight"] = torch.zeros(32, 1, 3, 3)
    path = tmp_path / "depth.safetensors"
    save_file(tensors, path)
    with pytest.raises(CheckpointError, match="1-channel"):
        TamingVQGAN.from_file(path)
    (tmp_path / "x.zip").touch()
    with pytest.raises(CheckpointError, match="allowed are"):
        TamingVQGAN.from_file(tmp_path / "x.zip")


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory) -> Path:
    folder = write_clip(tmp_path_factory.mktemp("clip"))
    (folder / "words.txt").write_text("a\nred\nhouse\n")
    return folder


def test_features_are_open_clips_own(clip_folder) -> None:
    perceptor, _ = load_perceptor(str(clip_folder))
    model = open_clip.create_model_from_pretrained(
        f"local-dir:{clip_folder}", return_transform=False
    )
    cutouts = torch.rand(3, 3, 32, 32)
    mean, std = (torch.tensor(PREPROCESS[key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    expected = model.eval().encode_image((cutouts - mean) / std, normalize=True)
    torch.testing.assert_close(perceptor.encode_image(cutouts), expected)
    tokens = open_clip.get_tokenizer(f"local-dir:{clip_folder}")(["a red house"])
    torch.testing.assert_close(
        perceptor.encode_text(["a red house"]), model.encode_text(tokens, normalize=True)
    )
    assert (perceptor.size, perceptor.context_length) == (32, 16)
    assert not any(parameter.requires_grad for parameter in perceptor.parameters())


def test_words_out_of_reach(clip_folder) -> None:
    perceptor, _ = load_perceptor(f"local-dir:{clip_folder}")
    assert perceptor.words_cut_off("a red house") == ""
    assert perceptor.words_cut_off("red " * 14 + "house on a hill") == "house on a hill"
    assert perceptor.unknown_words("A red zarquon, a RED house") == ("zarquon",)


@pytest.mark.parametrize(("quick", "module"), [(True, "QuickGELU"), (False, "GELU")])
def test_quickgelu_comes_from_the_configuration(tmp_path, quick, module) -> None:
    perceptor, _ = load_perceptor(str(write_clip(tmp_path / "clip", quick_gelu=quick)))
    kinds = {type(one).__name__ for one in perceptor.modules()}
    assert module in kinds
    assert len(kinds & {"QuickGELU", "GELU"}) == 1


def test_quickgelu_comes_from_the_tag(monkeypatch, clip_folder) -> None:
    seen = {}
    weights = clip_folder / "open_clip_model.safetensors"
    monkeypatch.setattr(hub, "weights", lambda *_, **__: weights)

    def create(name: str, **settings: object) -> None:
        seen.update(settings)
        raise RuntimeError("no network in tests")

    monkeypatch.setattr(open_clip, "create_model_from_pretrained", create)
    for tag, expected in (("openai", True), ("laion2b_s34b_b79k", False)):
        with pytest.raises(CheckpointError, match="no network"):
            load_perceptor(f"ViT-B-32:{tag}")
        assert (seen["pretrained"], seen["force_quick_gelu"]) == (str(weights), expected)


def test_a_folder_without_weights_is_refused(tmp_path) -> None:
    folder = write_clip(tmp_path / "clip")
    (folder / "open_clip_model.safetensors").unlink()
    with pytest.raises(CheckpointError, match="no weights"):
        load_perceptor(str(folder))
    (folder / "open_clip_model.safetensors").write_text("hello")
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        load_perceptor(str(folder))


def test_the_pair_inside_the_package_loads() -> None:
    models = load_models("mini", {"mini": 1.0})
    assert set(models.hashes) == {"vqgan mini", "perceptor mini", "bank mini"}
    (perceptor,) = models.perceptors
    assert perceptor.unknown_words("a red house in a meadow at sunset") == ()
    words = perceptor.encode_text(["a red picture", "a blue picture"])
    own, pure = torch.tensor([COLORS["red"], COLORS["blue"]]) / 255, 0.9 * torch.eye(3)[[0, 2]]
    matches = [
        words @ perceptor.encode_image(one[:, :, None, None].expand(2, 3, 64, 64)).T
        for one in (own, pure)
    ]
    for match in matches:
        assert match.argmax(dim=0).tolist() == [0, 1]  # the word of each picture
    assert matches[0].argmax(dim=1).tolist() == [0, 1]  # the picture of each word


def test_devices() -> None:
    assert resolve_device("CPU").type == "cpu"
    assert resolve_device("auto").type in ("cpu", "cuda", "mps")
    with pytest.raises(ConfigError, match="allowed are auto"):
        resolve_device("gpu")


def save(path: Path, mode: str, color: object, **settings: object) -> Path:
    Image.new(mode, (6, 4), color).save(path, **settings)
    return path


def test_every_kind_of_picture_is_read_as_rgb(tmp_path) -> None:
    transparent = save(tmp_path / "a.png", "RGBA", (255, 0, 0, 0))
    assert load_image(transparent).getpixel((0, 0)) == (255, 255, 255)
    deep = save(tmp_path / "b.png", "I;16", 32896)
    assert load_image(deep).getpixel((0, 0)) == (128, 128, 128)
    cmyk = save(tmp_path / "c.jpg", "CMYK", (0, 0, 0, 0))
    assert load_image(cmyk).getpixel((0, 0)) == (255, 255, 255)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = save(tmp_path / "d.jpg", "RGB", (1, 2, 3), exif=exif)
    assert load_image(turned).size == (4, 6)


def test_what_is_no_picture_is_refused(tmp_path) -> None:
    (tmp_path / "x.png").write_text("hello")
    for path in (tmp_path / "x.png", tmp_path / "missing.png", tmp_path):
        with pytest.raises(ImageError):
            load_image(path)


def test_pictures_become_tensors_and_back_exactly() -> None:
    image = Image.effect_noise((7, 5), 80).convert("RGB")
    tensor = to_tensor(image)
    assert tensor.shape == (1, 3, 5, 7)
    assert to_pil(tensor[0]).tobytes() == image.tobytes()


def test_fit_crops_and_never_stretches() -> None:
    image = Image.new("RGB", (100, 50))
    image.paste((255, 255, 255), (40, 15, 60, 35))  # a square in the middle
    found = to_tensor(fit(image, 50, 50))[0, 0] > 0.5
    assert found.any(dim=0).sum() == found.any(dim=1).sum() == 20
    assert [round_up(size, 16) for size in (1, 16, 17)] == [16, 16, 32]


def test_sheets() -> None:
    images = [Image.new("RGB", (40, 30))] * 3
    sheet = contact_sheet(images, ["a", "two words here", "c"], columns=2)
    assert sheet.width == 2 * 46 + 6
    with pytest.raises(ValueError, match="captions"):
        contact_sheet(images, ["a"], columns=2)
