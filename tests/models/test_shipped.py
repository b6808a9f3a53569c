"""The models inside the package."""

from __future__ import annotations

import yaml

from vqclip.config.choices import MINI, MINI_JUDGE, MINI_SIZE
from vqclip.config.schema import Config
from vqclip.models.fetch.hub import CONFIG, WEIGHTS_FILES
from vqclip.models.learnedwords import VOCABULARY_FILE
from vqclip.models.shipped import MINI_FOLDER, MINI_PRIOR, MINI_SKETCH, SHIPPED
from vqclip.models.weights.architecture import infer_architecture
from vqclip.models.weights.checkpoints import read_vqgan


def test_every_perceptor_is_complete() -> None:
    assert set(SHIPPED) == {MINI, MINI_JUDGE}
    for folder in SHIPPED.values():
        for name in (CONFIG, WEIGHTS_FILES[0], VOCABULARY_FILE):
            assert (folder / name).is_file()


def test_the_card_states_the_sizes_of_the_generator() -> None:
    signature = infer_architecture(read_vqgan(MINI_FOLDER / "vqgan.safetensors")).signature
    card = (MINI_FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")
    sizes = f"f = {signature.factor}, {signature.codes:,} codes of {signature.embed_dim} dimensions"
    assert sizes in card
    assert MINI_SKETCH.is_file()
    assert MINI_PRIOR.is_file()


def test_pictures_have_the_size_for_which_the_generator_was_made() -> None:
    text = (MINI_FOLDER / "vqgan.yaml").read_text(encoding="utf-8")
    made_for = yaml.safe_load(text)["model"]["params"]["ddconfig"]["resolution"]
    assert made_for == MINI_SIZE == Config().width == Config().height
