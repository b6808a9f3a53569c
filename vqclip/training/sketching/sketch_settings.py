"""How a sketch model is trained: every key with its meaning, range and default."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.config.choices import MINI, PRECISIONS
from vqclip.config.option import option, section
from vqclip.models.sketches.transformer import SketchShape


@dataclass(frozen=True)
class SketchArchitecture:
    """The sizes of a sketch model that can be chosen."""

    width: int = option(384, "channels, a multiple of 4 times the heads", low=8)
    layers: int = option(7, "blocks", low=1)
    heads: int = option(6, "attention heads", low=1)
    text: int = option(32, "tokens of a text; more are cut off", low=1, high=256)
    words: int = option(
        5000, "most tokens of the vocabulary; those met later are unknown", low=4, high=49_411
    )

    def shape(self, codes: int, rows: int, columns: int) -> SketchShape:
        """Return the sizes of a model for the codes of a VQGAN."""
        return SketchShape(
            *(codes, rows, columns, self.text, self.words), self.width, self.layers, self.heads
        )


@dataclass(frozen=True)
class SketchSettings:
    """Everything a sketch model depends on but the pictures and their captions."""

    seed: int = option(0, "random seed", low=0)
    vqgan: str = option(MINI, "VQGAN whose codes are learned: `mini`, or a weights file")
    size: int = option(
        128, "side in pixels to which pictures are scaled down before they are encoded", low=8
    )
    splits: list[str] = option(["train"], "folders of the data to learn from")
    steps: int = option(20_000, "training steps, at most", low=1)
    minutes: float = option(
        0.0, "minutes that the training may take; 0: as many as the steps need", low=0
    )
    batch: int = option(384, "pictures in a step", low=1)
    learning_rate: float = option(1.5e-3, "largest learning rate, of AdamW", low=0, high=1)
    warmup: int = option(150, "steps in which the learning rate grows from 0", low=0)
    final: float = option(
        0.02, "last learning rate / largest, at the end of a cosine decay", low=0, high=1
    )
    weight_decay: float = option(0.05, "weight decay of AdamW, on matrices only", low=0)
    clip: float = option(1.0, "largest norm of the gradient", low=0)
    average: float = option(
        0.998, "decay of the moving average of the weights, which is exported", low=0, high=1
    )
    no_text: float = option(
        0.1,
        "share of the texts that are left out, for guidance without a classifier",
        low=0,
        high=1,
    )
    unknown: float = option(
        0.01, "share of the tokens that are replaced by the unknown one", low=0, high=1
    )
    disturbed: float = option(
        0.06,
        "largest share of the input codes replaced by neighbors; half of the pictures keep theirs",
        low=0,
        high=1,
    )
    neighbors: int = option(16, "codes that count as neighbors of a code", low=1)
    refresh_every: int = option(40, "steps between searches for new pictures", low=1)
    encode: int = option(256, "pictures encoded at once, and most of them in a step", low=1)
    validate_every: int = option(500, "steps between losses of held-out pictures", low=1)
    validated: int = option(512, "held-out pictures that are measured", low=1)
    save_every: int = option(1000, "steps between checkpoints and exports", low=1)
    save_seconds: float = option(60, "seconds between them at most; 0: steps alone count", low=0)
    device: str = option("auto", "auto, cpu, cuda, cuda:1; auto takes the fastest there is")
    precision: str = option("auto", "auto: bfloat16 on cuda, otherwise float32", choices=PRECISIONS)
    guidance: float = option(4.0, "guidance of the sketches on the sheet", low=0)
    temperature: float = option(0.9, "temperature of the sketches on the sheet", low=0)
    top_k: int = option(100, "likeliest codes among which they are drawn; 0: all", low=0)
    architecture: SketchArchitecture = section(SketchArchitecture)
