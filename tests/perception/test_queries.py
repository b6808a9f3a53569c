"""Classification, scores and search as Python functions."""

from __future__ import annotations

from pathlib import Path

import open_clip
import pytest
import torch
from PIL import Image
from torch.nn import functional as F

import vqclip
from tests.discs import disc, write_discs, write_flats
from tests.tiny import TinyPerceptor, write_clip
from vqclip.engine.losses import spherical_distance
from vqclip.engine.overview import overview
from vqclip.errors import ConfigError, ImageError
from vqclip.images import to_pil, to_tensor
from vqclip.models.load import load_perceptors
from vqclip.perception.classification import probabilities
from vqclip.perception.embedder import Embedder
from vqclip.perception.matches import similarity

LABELS = ["a cat", "dog", "human"]
FRAMES = ["a photo of a {}", "a drawing of {}"]


@pytest.fixture(autouse=True)
def _own_home(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("queries") / "clip")


@pytest.fixture(scope="session")
def mini() -> Embedder:
    return Embedder.load("mini", device="cpu")


@pytest.fixture
def tiny() -> Embedder:
    return Embedder(TinyPerceptor(), "tiny")


def noise(width: int, height: int) -> Image.Image:
    generator = torch.Generator().manual_seed(width)
    pixels = torch.randint(0, 256, (width * height * 3,), generator=generator)
    return Image.frombytes("RGB", (width, height), bytes(pixels.tolist()))


def test_probabilities_are_those_of_open_clip(clip) -> None:
    model, transform = open_clip.create_model_from_pretrained(f"local-dir:{clip}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{clip}")
    wide = noise(32, 16)
    # The whole picture, padded by its edge: 8 rows above and 8 below, nothing resampled.
    rows = [wide.crop((0, y, 32, y + 1)) for y in (0, 15)]
    square = Image.new("RGB", (32, 32))
    for y in range(32):
        square.paste(rows[y >= 16], (0, y))
    square.paste(wide, (0, 8))
    with torch.no_grad():
        images = torch.stack([transform(noise(32, 32)), transform(square)])
        seen = model.encode_image(images, normalize=True)
        classes = []
        for label in LABELS:
            texts = tokenizer([frame.format(label) for frame in FRAMES])
            words = model.encode_text(texts, normalize=True).mean(dim=0)
            classes.append(words / words.norm())
        expected = (model.logit_scale.exp() * seen @ torch.stack(classes).T).softmax(dim=-1)
    found = vqclip.classify(
        [noise(32, 32), wide], LABELS, templates=FRAMES, perceptor=str(clip), device="cpu"
    )
    assert found.probabilities.shape == (2, 3)
    torch.testing.assert_close(found.probabilities, expected, atol=1e-5, rtol=1e-4)
    assert found.ranked(0)[0][1] == pytest.approx(float(expected[0].max()), abs=1e-5)


def test_the_default_frame_is_a_photo(clip) -> None:
    embedder = Embedder.load(str(clip), device="cpu")
    framed = vqclip.classify(noise(9, 9), "cat,dog", perceptor=embedder)
    explicit = vqclip.classify(
        noise(9, 9), ["cat", "dog"], templates="a photo of a {}", perceptor=embedder
    )
    bare = vqclip.classify(noise(9, 9), ["cat", "dog"], templates=["{}"], perceptor=embedder)
    assert torch.equal(framed.probabilities, explicit.probabilities)
    assert not torch.allclose(framed.probabilities, bare.probabilities)


def test_reduced_precision_is_near_and_has_its_own_identity(clip) -> None:
    full = Embedder.load(str(clip), device="cpu")
    reduced = Embedder.load(str(clip), device="cpu", precision="bfloat16")
    picture = full.overview(noise(40, 30))
    cosine = F.cosine_similarity(full.encode_views(picture), reduced.encode_views(picture))
    assert 0.99 < float(cosine) < 1 - 1e-9
    assert full.identity != reduced.identity


def test_identity_changes_with_weights_and_normalisation(clip, tmp_path) -> None:
    other = write_clip(tmp_path / "other")
    same = Embedder.load(str(other), device="cpu").identity
    assert same == Embedder.load(str(clip), device="cpu").identity
    config = other / "open_clip_config.json"
    config.write_text(config.read_text().replace("0.4", "0.45"))
    assert Embedder.load(str(other), device="cpu").identity != same


def test_perceptors_load_without_a_vqgan(clip) -> None:
    (loaded,), hashes = load_perceptors([str(clip)])
    assert loaded.logit_scale == pytest.approx(1 / 0.07, rel=1e-4)
    assert len(hashes[f"perceptor {clip}"]) == 64


def test_a_view_is_whole_and_never_squashed() -> None:
    image = Image.new("RGB", (64, 16), (255, 0, 0))
    image.paste((0, 0, 255), (0, 8, 64, 16))
    seen = overview(image, size=32)[0]  # (3, 32, 32)
    assert seen.shape == (3, 32, 32)
    assert torch.all(seen[0, :15] > 0.99)
    assert torch.all(seen[2, 17:] > 0.99)


def test_a_huge_picture_is_averaged_first_to_the_same_view() -> None:
    generator = torch.Generator().manual_seed(1)
    field = F.interpolate(
        torch.rand(1, 3, 6, 9, generator=generator), size=(400, 600), mode="bilinear"
    )
    image = to_pil(field[0])
    large = image.resize((2400, 1600), Image.Resampling.NEAREST)
    assert (overview(large, size=32) - overview(image, size=32)).abs().max() < 0.01


def test_memory_that_runs_out_halves_the_batch(tiny) -> None:
    plain = tiny.perceptor.encode_image

    def encode(cutouts: torch.Tensor) -> torch.Tensor:
        if len(cutouts) > 3:
            raise torch.OutOfMemoryError
        return plain(cutouts)

    tiny.perceptor.encode_image = encode
    views = torch.rand(20, 3, 8, 8)
    torch.testing.assert_close(tiny.encode_views(views), plain(views))
    assert tiny.batch == 2


def test_formulas() -> None:
    pictures, terms = F.normalize(torch.randn(4, 5), dim=-1), F.normalize(torch.randn(3, 5), dim=-1)
    found = probabilities(pictures, terms, logit_scale=7.0)
    logits = 7 * torch.einsum("ne,le->nl", pictures, terms)
    torch.testing.assert_close(found, logits.exp() / logits.exp().sum(dim=1, keepdim=True))
    mean = similarity(pictures, terms, torch.tensor([1.0, 0.5, -0.5]))
    near = pictures @ terms.T
    torch.testing.assert_close(mean, (near[:, 0] + near[:, 1] / 2 - near[:, 2] / 2) / 2)


def test_score_is_what_the_guidance_sees(tiny, tmp_path) -> None:
    paths = write_discs(tmp_path)
    result = vqclip.score(paths, ["a fox | fog:-0.5", "night:2"], perceptor=tiny)
    assert [one.content for one in result.prompts] == ["a fox", "fog", "night"]
    views = torch.cat([to_tensor(Image.open(path)) for path in paths])
    seen = tiny.perceptor.encode_image(torch.cat([overview(Image.open(p), size=8) for p in paths]))
    words = tiny.perceptor.encode_text(["a fox", "fog", "night"])
    assert views.shape == (3, 3, 96, 96)
    torch.testing.assert_close(result.cosines, seen @ words.T)
    distance = spherical_distance(seen[:, None], words)
    torch.testing.assert_close(result.distances, distance)
    losses = distance @ torch.tensor([1.0, -0.5, 2.0])
    torch.testing.assert_close(result.losses, losses)
    assert result.ranked() == losses.argsort().tolist()


def test_the_shipped_pair_tells_colors_apart(mini, tmp_path) -> None:
    paths = write_discs(tmp_path)
    found = vqclip.classify(paths, ["red circle", "green circle", "blue circle"], perceptor=mini)
    assert [found.ranked(row)[0][0].split()[0] for row in range(3)] == ["red", "green", "blue"]


def test_search_ranks_right(mini, tmp_path) -> None:
    red, green, blue = write_discs(tmp_path)
    found = vqclip.search("a green circle", tmp_path, perceptor=mini)
    assert found.matches[0].path == green
    assert found.searched == 3
    alike = vqclip.search(None, [tmp_path], images=str(blue), top=1, perceptor=mini)
    assert [one.path for one in alike.matches] == [blue]
    assert alike.matches[0].score == pytest.approx(1, abs=1e-5)
    both = vqclip.search("a red circle", tmp_path, images=[f"{blue}:0.1"], perceptor=mini)
    assert both.matches[0].path == red
    less = vqclip.search("a circle | a red circle:-1", tmp_path, perceptor=mini)
    assert less.matches[-1].path == red
    scores = [one.score for one in less.matches]
    assert scores == sorted(scores, reverse=True)


def test_both_kinds_of_query_are_averaged(tiny, tmp_path) -> None:
    paths = write_discs(tmp_path)
    words = {m.path: m.score for m in vqclip.search("a fox", paths, perceptor=tiny).matches}
    like = vqclip.search(None, paths, images=str(paths[0]), perceptor=tiny)
    both = vqclip.search("a fox", paths, images=str(paths[0]), perceptor=tiny)
    alike = {one.path: one.score for one in like.matches}
    for one in both.matches:
        assert one.score == pytest.approx((words[one.path] + alike[one.path]) / 2, abs=1e-5)


def test_all_mistakes_at_once(tmp_path) -> None:
    with pytest.raises(ConfigError) as caught:
        vqclip.classify(
            tmp_path / "nowhere.png",
            ["cat", " ", "cat"],
            templates="a photo",
            device="qpu",
            precision="bfloat61",
        )
    found = "\n".join(caught.value.messages)
    for part in ("empty", "more than once: 'cat'", "two or more", "'a photo' has no {}", "nowhere"):
        assert part in found
    assert "'qpu' is unknown" in found
    assert "did you mean 'bfloat16'" in found


@pytest.mark.parametrize(
    ("query", "images", "top", "part"),
    [
        ("", [], 20, "empty"),
        (None, [], 20, "nothing to search for"),
        ("a fox", ["gone.png:0.5"], 20, "no picture or folder gone.png"),
        ("a fox", [], 0, "1 or more, not 0"),
        ("a fox | a fox:-1", [], 20, "cancel"),
    ],
)
def test_queries_that_mean_nothing(tiny, tmp_path, query, images, top, part) -> None:
    with pytest.raises(ConfigError, match=part):
        vqclip.search(query, write_discs(tmp_path), images=images, top=top, perceptor=tiny)


def test_no_pictures_and_no_prompt(tiny, tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(ImageError, match="no pictures found, only 1 other"):
        vqclip.search("a fox", tmp_path, perceptor=tiny)
    with pytest.raises(ConfigError, match="no prompt"):
        vqclip.score(disc("red"), [], perceptor=tiny)
    with pytest.raises(ConfigError, match="no pictures"):
        vqclip.score([], "a fox", perceptor=tiny)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture either")
    with pytest.raises(ImageError, match=r"broken\.png: not a picture"):
        vqclip.score(broken, "a fox", perceptor=tiny)


def test_broken_files_are_named_and_the_others_go_on(tiny, tmp_path) -> None:
    paths = write_discs(tmp_path)
    (tmp_path / "cut.png").write_bytes(paths[0].read_bytes()[:200])
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / ".hidden.png").write_bytes(b"")
    found = vqclip.score(tmp_path, "a fox", perceptor=tiny)
    assert set(found.pictures) == set(paths)
    reasons = {one.path.name: one.reason for one in found.skipped}
    assert set(reasons) == {"cut.png", "notes.txt"}
    assert reasons["cut.png"].startswith("damaged")


def test_warnings_of_words(tiny, tmp_path) -> None:
    with pytest.warns(UserWarning, match="never learned: zarquon"):
        vqclip.classify(disc("red"), ["zarquon", "cat"], perceptor=tiny)
    with pytest.warns(UserWarning, match="a query holds 14 tokens; not seen"):
        vqclip.search("word " * 15, write_discs(tmp_path), perceptor=tiny)


def test_any_mode_and_turned_pictures(tiny, tmp_path) -> None:
    image = disc("blue", (40, 24))
    plain = tmp_path / "plain.png"
    image.save(plain)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    turned = tmp_path / "turned.png"
    image.rotate(90, expand=True).save(turned, exif=exif)
    image.convert("RGBA").save(tmp_path / "alpha.png")
    image.convert("CMYK").save(tmp_path / "cmyk.tif")
    found = vqclip.search(None, tmp_path, images=str(plain), perceptor=tiny)
    assert found.searched == 4
    assert min(one.score for one in found.matches) > 0.99


def test_progress_is_told(tiny, tmp_path) -> None:
    told: list[tuple[int, int]] = []
    paths = write_flats(tmp_path, 70)
    vqclip.score(paths, "a fox", perceptor=tiny, progress=lambda *at: told.append(at))
    assert told == [(32, 70), (64, 70), (70, 70)]
