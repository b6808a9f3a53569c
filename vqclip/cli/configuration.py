"""The command that prints a configuration."""

from __future__ import annotations

from vqclip.cli.console import app
from vqclip.cli.options import File, Overrides, Preset, Styles


@app.command("config")
def show_config(
    overrides: Overrides = None,
    preset: Preset = None,
    config: File = None,
    style: Styles = None,
) -> None:
    """Print the resolved configuration as YAML, each key under its meaning."""
    from vqclip.config.document import to_yaml
    from vqclip.config.layers import load_config, parse_override, preset_names, style_names

    resolved = load_config(
        preset=preset,
        file=config,
        styles=style or [],
        assignments=[parse_override(text) for text in overrides or []],
    )
    print(f"# presets: {', '.join(preset_names())}")
    print(f"# styles: {', '.join(style_names())}")
    print(to_yaml(resolved), end="")
