"""A configuration as text: it reads back equal, and says what each key means."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.config import strategies
from vqclip.config.document import to_yaml
from vqclip.config.layers import merge, read_yaml, read_yaml_text
from vqclip.config.option import walk
from vqclip.config.schema import Config
from vqclip.config.sections import LatentConfig, LossesConfig
from vqclip.config.shelves import configs_folder

configs = st.builds(
    Config,
    prompts=st.lists(strategies.prompts, max_size=3).map(tuple),
    template=strategies.printable.map(lambda text: f"{text}{{}}"),
    perceptors=st.lists(strategies.perceptors, min_size=1, max_size=3).map(tuple),
    augmentations=st.lists(strategies.augmentations, max_size=3).map(tuple),
    latent=st.builds(LatentConfig, noise=strategies.schedules),
    losses=st.builds(LossesConfig, keep_init=st.none() | strategies.schedules),
)


@given(configs)
@settings(max_examples=10)
def test_a_configuration_reads_back_as_it_was_written(config) -> None:
    assert merge(read_yaml_text(to_yaml(config), "printed")) == config


def test_every_key_stands_under_its_meaning() -> None:
    lines = to_yaml(Config()).splitlines()
    for key, _, rules in walk(Config()):
        (at,) = [
            index
            for index, line in enumerate(lines)
            if line.strip().startswith(f"{key.split('.')[-1]}:")
            and lines[index - 1].strip().startswith(f"# {rules.meaning.rstrip('.')}")
        ]
        comment = lines[at - 1]
        assert all(choice in comment for choice in rules.choices)
        if rules.low is not None:
            assert f"; {rules.low} " in comment


def test_without_comments_there_are_keys_alone() -> None:
    text = to_yaml(replace(Config(), steps=7), comments=False)
    assert "#" not in text
    assert "\nsteps: 7\n" in text
    assert "\nlatent:\n  levels: 16\n" in text


def test_default_yaml_is_the_default() -> None:
    path = configs_folder() / "default.yaml"
    assert merge(read_yaml(path)) == Config()
    text = path.read_text(encoding="utf-8")
    assert text.endswith(to_yaml(Config())), "run `vqclip config` and copy it to default.yaml"
