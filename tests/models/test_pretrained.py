"""The pretrained perceptors that open_clip knows by NAME:TAG."""

from __future__ import annotations

import open_clip
import pytest

from vqclip.errors import CheckpointError
from vqclip.models import pretrained
from vqclip.models.pretrained import find_pretrained, needs_quick_gelu, obtain_weights


def test_an_entry_is_read_as_a_record() -> None:
    found = find_pretrained("ViT-B-32:openai")
    assert (found.architecture, found.repository) == (
        "ViT-B-32",
        "timm/vit_base_patch32_clip_224.openai",
    )
    assert found.quick_gelu  # whatever the architecture has by itself
    assert found.mean == pytest.approx((0.4815, 0.4578, 0.4082), abs=1e-4)
    assert (found.interpolation, found.resize_mode) == ("bicubic", "shortest")
    assert found.weights_names == ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
    assert not find_pretrained("ViT-B-32:laion2b_s34b_b79k").quick_gelu


def test_safetensors_are_preferred_to_the_named_file() -> None:
    named = [
        find_pretrained(f"{name}:{tag}")
        for name, tag in open_clip.list_pretrained()
        if not open_clip.get_pretrained_cfg(name, tag)["hf_hub"].endswith("/")
    ]
    assert named
    for found in named:
        assert found.weights_names[0].endswith(".safetensors")
        assert found.weights_names[-1] == found.file


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mni", "allowed are 'mini', 'mini-judge', .*did you mean 'mini'"),
        ("ViT-B-33:openai", "did you mean 'ViT-B-32'"),
        ("ViT-B-32:opnai", "allowed are openai, .*did you mean 'openai'"),
        ("ViT-B-32", "has no weights ''"),
    ],
)
def test_unknown_names_and_tags_are_named(name, message) -> None:
    with pytest.raises(CheckpointError, match=message):
        find_pretrained(name)


def test_a_repository_brings_its_activation() -> None:
    assert needs_quick_gelu("timm/vit_base_patch32_clip_224.openai")
    assert not needs_quick_gelu("laion/CLIP-ViT-B-16-DataComp.XL-s13B-b90K")
    assert not needs_quick_gelu("someone/tiny-clip")


def test_no_tag_of_open_clip_can_miss_its_activation() -> None:
    """Weights trained with QuickGELU always get it; others never do by a misleading name."""
    for name, tag in open_clip.list_pretrained():
        found = find_pretrained(f"{name}:{tag}")
        assert found.repository, (name, tag)
        built = open_clip.get_model_config(name).get("quick_gelu", False)
        if built and not found.quick_gelu:
            assert "quickgelu" not in name  # the architecture's own, with one set of weights


def test_a_missing_package_is_named_before_anything_is_downloaded(
    hub_server, local_hub, monkeypatch
) -> None:
    monkeypatch.setattr(pretrained, "find_spec", lambda _: None)
    with pytest.raises(CheckpointError, match=r"pip install 'vqclip\[siglip\]'"):
        obtain_weights(find_pretrained("ViT-B-16-SigLIP2-256:webli"), model_dir=local_hub)
    assert not hub_server.seen
