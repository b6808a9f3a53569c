"""The command that prints a configuration."""

from __future__ import annotations

from vqclip.config.layers import load_config, merge, parse_override, read_yaml_text


def test_what_is_printed_can_be_used(command_line) -> None:
    words = ["prompts=a fox:2", "latent.noise={0: 1, 1: 0}"]
    code, out, _ = command_line("config", *words, "--preset", "draft", "--style", "oil")
    expected = load_config(
        preset="draft", styles=["oil"], assignments=[parse_override(word) for word in words]
    )
    assert code == 0
    assert merge(read_yaml_text(out, "printed")) == expected
    assert "# optimisation steps; 1 to 1000000; default 20\nsteps: 10\n" in out


def test_presets_and_styles_are_named(command_line) -> None:
    _, out, _ = command_line("config")
    presets, styles = out.splitlines()[:2]
    assert presets.startswith("# presets: best, default, draft, ")
    assert styles.startswith("# styles: black-and-white, dream, ")


def test_mistakes_are_told(command_line) -> None:
    code, out, err = command_line("config", "steps=x", "nonsense")
    assert (code, out) == (2, "")
    assert "nonsense" in err
