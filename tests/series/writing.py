"""Series files for tests: writing them, planning them, and the mistakes in them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from vqclip.config.layers import parse_override
from vqclip.errors import ConfigError
from vqclip.series.plan import Plan, make_plan


def plan_of(folder: Path, text: str, *overrides: str, **options) -> Plan:
    path = folder / "many.yaml"
    path.write_text(dedent(text))
    return make_plan(path, overrides=[parse_override(word) for word in overrides], **options)


def mistakes_of(folder: Path, text: str, *overrides: str, **options) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        plan_of(folder, text, *overrides, **options)
    return [message.replace(f"{folder}/", "") for message in caught.value.messages]


def prompts_of(plan: Plan) -> list[str]:
    return [" | ".join(map(str, picture.prompts)) for picture in plan.jobs]


def node_of(text: str) -> yaml.Node:
    """A node of YAML as a series file has it."""
    node = yaml.compose(text, Loader=yaml.BaseLoader)
    assert node is not None
    return node
