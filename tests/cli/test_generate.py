"""The command line on real, small models from disk."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.tiny import taming_tensors
from vqclip.outputs import recipe


@pytest.fixture
def run(command_line) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in an empty folder: exit code, stdout, stderr."""
    return command_line


def test_a_prompt_gives_a_picture(run, pair) -> None:
    code, out, err = run("generate", "a red house", *pair)
    assert code == 0, err
    path = Path(out.strip())
    assert path == Path("outputs/a-red-house_s0.png")
    with Image.open(path) as image:
        assert image.size == (20, 16)
    assert "prompt 1" in err


def test_the_output_may_be_a_file(run, pair) -> None:
    code, out, err = run("generate", "a", "fox", "-q", *pair, "-o", "pics/Fox.jpeg")
    assert (code, out) == (0, "pics/Fox.jpeg\n"), err
    with Image.open("pics/Fox.jpeg") as image:
        assert image.format == "JPEG"
    # The name is no part of the recipe.
    code, out, _ = run("replay", "pics/Fox.jpeg", "-q", "-o", "again.jpg")
    assert (code, out) == (0, "again.jpg\n")
    assert Path("again.jpg").read_bytes() == Path("pics/Fox.jpeg").read_bytes()


def test_lines_of_a_file_are_prompts_and_n_are_seeds(run, pair) -> None:
    Path("two.txt").write_text("# birds\na hen | snow:0.5\n\nan owl\n")
    words = ["--from-file", "two.txt", "-n", "2", "--seed", "5", "-q", "-o", "bird.png"]
    code, out, err = run("generate", *words, *pair)
    assert code == 0, err
    assert out.split() == ["bird_s5.png", "bird_s6.png", "bird_s5-2.png", "bird_s6-2.png"]
    code, single, _ = run("generate", "an owl", "-q", *pair, "--seed", "6", "-o", "owl.png")
    with Image.open("bird_s6-2.png") as many, Image.open(single.strip()) as one:
        worst = max(abs(a - b) for a, b in zip(many.tobytes(), one.tobytes(), strict=True))
    assert worst <= 1


def test_a_random_seed_is_said_and_recorded(run, pair) -> None:
    code, out, err = run("generate", "a fox", "-q", *pair, "--seed", "random")
    assert code == 0
    seed = int(re.search(r"seed (\d+), drawn at random", err)[1])
    assert out == f"outputs/a-fox_s{seed}.png\n"
    assert recipe.read(Path(out.strip())).config.seed == seed


def test_the_dry_run_says_what_the_first_picture_measured(run, pair, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path / "home"))
    _, out, _ = run("generate", "a fox", *pair, "--dry-run")
    assert "not measured on this machine yet" in out
    assert run("generate", "a fox", "-q", *pair)[0] == 0
    _, out, _ = run("generate", "a fox", *pair, "--dry-run", "-n", "2")
    assert out.startswith("2 pictures of 20x16 pixels, 3 steps\n  outputs/a-fox_s0.png  a fox\n")
    assert "time: about 0:00:0" in out
    assert "prompts:" not in out
    assert "prompts:" in run("generate", "a fox", *pair, "--dry-run", "-v")[1]


def test_show_prints_a_command_that_draws_the_same_picture(run, pair) -> None:
    _, out, _ = run("generate", "a fox | fog:-0.5", "-q", *pair, "-s", "4", "--style", "oil")
    first = Path(out.strip())
    code, out, _ = run("show", str(first))
    assert code == 0
    line = next(line for line in out.splitlines() if line.startswith("command: "))
    words = shlex.split(line.removeprefix("command: "))[1:]
    code, out, err = run(*words, "-q", "-o", "again.png")
    assert code == 0, err
    assert Path("again.png").read_bytes() == first.read_bytes()


def test_replay_gives_the_same_bytes_and_takes_changes(run, pair) -> None:
    _, out, _ = run("generate", "a fox | fog:-0.5", "-q", *pair, "--style", "oil")
    first = Path(out.strip())
    code, out, err = run("replay", str(first), "-q", "-o", "again")
    assert code == 0, err
    assert Path(out.strip()).read_bytes() == first.read_bytes()
    code, out, _ = run("replay", str(first), "-q", "steps=2", "seed=4")
    assert code == 0
    assert Path(out.strip()).stem.endswith("_s4")


def test_several_seeds_equal_single_runs(run, pair) -> None:
    _, out, _ = run("generate", "a fox", "-q", "--seeds", "0-2", *pair)
    paths = [Path(line) for line in out.splitlines()]
    assert [path.stem[-2:] for path in paths] == ["s0", "s1", "s2"]
    _, out, _ = run("generate", "a fox", "-q", "--seed", "2", *pair, "-o", "single")
    with Image.open(paths[2]) as many, Image.open(out.strip()) as one:
        worst = max(abs(a - b) for a, b in zip(many.tobytes(), one.tobytes(), strict=True))
    assert worst <= 1


@pytest.mark.parametrize("mode", ["CMYK", "RGBA", "I;16", "L", "P"])
def test_every_kind_of_init_image_works(run, pair, tmp_path, mode) -> None:
    path = tmp_path / ("init.jpg" if mode == "CMYK" else "init.png")
    Image.new(mode, (40, 30)).save(path)
    code, _, err = run("generate", "a fox", "-q", *pair, "--init-image", str(path))
    assert code == 0, err


def test_image_and_noise_prompts(run, pair, tmp_path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "aim.png")
    words = ["--image-prompt", "aim.png:0.5", "--noise-prompt", "3:0.1", "--save-every", "2"]
    code, out, err = run("generate", "-q", *pair, *words)
    assert code == 0, err
    assert Path(out.strip()).with_suffix(".steps").joinpath("000002.png").is_file()


BAD = {
    "an empty prompt": ([""], "empty"),
    "no prompt": ([], "no prompt"),
    "two prompts": (["a fox", "in snow"], "quotes"),
    "a number and several seeds": (["a fox", "-n", "3", "--seeds", "0-4"], "5 seeds are given"),
    "a prompt and a file": (["a fox", "--from-file", "no.txt"], "is given as well"),
    "a missing file of prompts": (["--from-file", "no.txt"], "no.txt cannot be read"),
    "a GIF": (["a fox", "-o", "fox.gif"], ".png, .jpg, .jpeg, .webp"),
    "a missing style file": (["a fox", "--style", "./no.yaml"], "no.yaml cannot be read"),
    "an unknown preset": (["a fox", "--preset", "drft"], "did you mean 'draft'"),
    "an unknown style": (["a fox", "--style", "oill"], "did you mean 'oil'"),
    "an unknown key": (["a fox", "stpes=3"], "did you mean 'steps'"),
    "an unknown optimizer": (["a fox", "optimizer.name=adm"], "did you mean 'adam'"),
    "an unknown augmentation": (["a fox", "augmentations=[fluip]"], "did you mean 'flip'"),
    "size 0": (["a fox", "--size", "0"], "16 to 8192"),
    "size 7x7": (["a fox", "--size", "7x7"], "16 to 8192"),
    "size 10^6": (["a fox", "--size", "1000000"], "16 to 8192"),
    "a size of words": (["a fox", "--size", "big"], "WIDTHxHEIGHT"),
    "negative steps": (["a fox", "--steps", "-1"], "1 to 1000000"),
    "falling seeds": (["a fox", "--seeds", "9-0"], "rising"),
    "a missing config": (["a fox", "--config", "no.yaml"], "no.yaml"),
    "a missing VQGAN": (["a fox", "vqgan=no.safetensors"], "no.safetensors does not exist"),
    "an unknown VQGAN": (["a fox", "vqgan=imagenet"], "unknown VQGAN"),
    "a damaged VQGAN": (["a fox", "vqgan=cut.safetensors"], "damaged"),
    "a text as VQGAN": (["a fox", "vqgan=text.safetensors"], "damaged"),
    "a text as checkpoint": (["a fox", "vqgan=text.ckpt"], "text.ckpt"),
    "another architecture": (["a fox", "vqgan=other.safetensors"], "not the weights of a VQGAN"),
    "a mixed architecture": (["a fox", "vqgan=mixed.safetensors"], "do not form one VQGAN"),
    "a missing perceptor": (["a fox", "perceptors=[no/clip]"], "open_clip folder"),
    "an unknown perceptor": (["a fox", "perceptors=[ViT-B-33:openai]"], "did you mean"),
    "an unknown tag": (["a fox", "perceptors=[ViT-B-32:opnai]"], "did you mean 'openai'"),
    "a missing init image": (["a fox", "--init-image", "no.png"], "no picture"),
    "a text as init image": (["a fox", "--init-image", "text.png"], "not a picture"),
    "a truncated init image": (["a fox", "--init-image", "cut.png"], "cannot be read"),
    "a missing image prompt": (["--image-prompt", "no.png"], "no picture"),
    "a file as folder": (["a fox", "-o", "text.ckpt"], "cannot be written"),
    "an unknown device": (["a fox", "--device", "gpu"], "allowed are auto"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_and_exit_code_2(run, pair, tmp_path, name) -> None:
    from safetensors.torch import save_file

    for file in ("text.safetensors", "text.ckpt", "text.png"):
        (tmp_path / file).write_text("hello")
    tensors = taming_tensors()
    save_file(tensors, tmp_path / "cut.safetensors")
    content = (tmp_path / "cut.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(content[: len(content) // 2])
    save_file({"a": torch.zeros(2)}, tmp_path / "other.safetensors")
    tensors["decoder.conv_out.bias"] = torch.zeros(5)
    save_file(tensors, tmp_path / "mixed.safetensors")
    Image.effect_noise((90, 90), 50).save(tmp_path / "cut.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:2000])
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    words, part = BAD[name]
    code, out, err = run("generate", "-q", *pair[:2], *words)

    assert code == 2, err
    assert part in err
    assert "Traceback" not in err
    assert not out
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_device_that_is_not_there(run, pair, monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    code, _, err = run("generate", "a fox", *pair, "--device", "cuda")
    assert (code, "this machine has no cuda" in err) == (2, True)


def test_a_dry_run_loads_and_writes_nothing(run, tmp_path) -> None:
    code, out, _ = run("generate", "a fox", "vqgan=coco_8k", "--dry-run", "--seeds", "0-1")
    assert code == 0
    assert "a-fox_s1.png" in out
    assert not list(tmp_path.iterdir())


def test_config_prints_yaml_that_reads_back(run, tmp_path) -> None:
    code, out, _ = run("config", "--preset", "draft", "--style", "oil", "prompts=a fox")
    assert code == 0
    assert "# optimisation steps" in out
    (tmp_path / "my.yaml").write_text(out)
    assert run("config", "--config", "my.yaml")[1] == out


def test_replay_and_resume_of_what_is_not_ours(run, tmp_path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "x.png")
    for words in (["replay", "x.png"], ["replay", "no.png"], ["resume", "."], ["resume", "x.png"]):
        code, _, err = run(*words)
        assert code == 2
        assert err.startswith("vqclip: ")


def test_help_is_quick_and_needs_no_torch() -> None:
    code = (
        "import sys; sys.argv = ['vqclip', '--help']\n"
        "from vqclip.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert not {'torch', 'PIL', 'omegaconf', 'open_clip'} & set(sys.modules)"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "generate" in done.stdout
    assert time.perf_counter() - start < 30  # a hang, not a slow machine


def test_a_dry_run_says_what_memory_a_picture_needs_and_refuses_too_large_ones(run) -> None:
    words = ["generate", "a fox", "--dry-run", "device=cpu"]
    code, out, _ = run(*words, "--size", "64x64")
    assert code == 0
    assert re.search(r"memory of a picture: at least [\d.]+ GB; [\d.]+ GB are free", out)
    code, out, err = run(*words, "--size", "8192x8192")
    assert (code, out) == (2, "")
    assert "8192x8192 pixels needs about" in err


def test_a_dry_run_names_every_file_that_is_missing_or_no_picture(run, tmp_path) -> None:
    code, _, err = run("generate", "a", "--dry-run", "--init-image", "no.png", "vqgan=no.ckpt")
    assert code == 2
    assert err.splitlines() == [
        "vqclip: there is no picture no.png",
        "vqclip: the weights file no.ckpt does not exist",
    ]
    (tmp_path / "text.png").write_text("a text")
    code, _, err = run("generate", "a", "--dry-run", "--image-prompt", "text.png")
    assert (code, "text.png is not a picture" in err) == (2, True)


def test_a_dry_run_names_the_home_folder_in_full(run, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    code, out, _ = run("generate", "a", "--dry-run", "--output", "~/pictures")
    assert code == 0
    assert f"{tmp_path}/pictures/a_s0.png" in out
