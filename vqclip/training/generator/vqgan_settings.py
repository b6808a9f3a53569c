"""How a VQGAN is trained: every key with its meaning, range and default."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.config.choices import PRECISIONS
from vqclip.config.option import option, section
from vqclip.models.weights.architecture import GROUPS, LIMITS, NOMINAL_RESOLUTION, Architecture

DECODER = "decoder"
TRAINABLE = ("all", DECODER)


@dataclass(frozen=True)
class ArchitectureSettings:
    """The sizes of a VQGAN that can be chosen, a part of its `Architecture`.

    The codebook is plain and the middle has attention. Levels with attention are named by their
    sides for pictures of `resolution` pixels, instead of taming's nominal 256.
    """

    resolution: int = option(128, "side in pixels of the pictures that `attention` means", low=16)
    ch: int = option(
        32, "channels at full resolution, a multiple of 32", low=GROUPS, high=LIMITS["ch"]
    )
    ch_mult: list[int] = option(
        [1, 1, 2, 4], "factors of ch at each resolution; each after the first halves the side"
    )
    blocks: int = option(
        1, "residual blocks at each resolution", low=1, high=LIMITS["num_res_blocks"]
    )
    attention: list[int] = option(
        [], "sides of the feature maps with attention, besides the innermost, which always has it"
    )
    z_channels: int = option(64, "channels before the codes", low=1, high=LIMITS["z_channels"])
    codes: int = option(1024, "codes in the codebook", low=2, high=LIMITS["codes"])
    code_size: int = option(32, "dimensions of a code", low=1, high=LIMITS["embed_dim"])

    def build(self) -> Architecture:
        """Return the architecture that the models know."""
        nominal = [side * NOMINAL_RESOLUTION // self.resolution for side in self.attention]
        return Architecture(
            gumbel=False,
            codes=self.codes,
            embed_dim=self.code_size,
            mid_attention=True,
            z_channels=self.z_channels,
            ch=self.ch,
            ch_mult=tuple(self.ch_mult),
            num_res_blocks=self.blocks,
            attn_resolutions=tuple(sorted(nominal, reverse=True)),
        )


@dataclass(frozen=True)
class CodebookSettings:
    """How the codes are learned; with a frozen codebook only `noise` and `neighbors` count."""

    start: int = option(2000, "steps of a plain autoencoder before there are codes", low=0)
    batches: int = option(64, "batches whose tokens are clustered into the first codes", low=1)
    decay: float = option(0.99, "decay of the moving averages of the codes", low=0, high=0.9999)
    revive_every: int = option(20, "steps between searches for dead codes", low=1)
    noise: float = option(
        0.0,
        "largest share of codes replaced by neighbors; half of the pictures keep theirs",
        low=0,
        high=1,
    )
    neighbors: int = option(16, "codes that count as neighbors of a code", low=1)


@dataclass(frozen=True)
class LossSettings:
    """Weights of the losses, all on images in [-1, 1]."""

    l1: float = option(1.0, "mean absolute error", low=0)
    l2: float = option(1.0, "mean squared error", low=0)
    low: float = option(1.0, "mean absolute error of areas of 8 x 8 pixels: colors", low=0)
    gradient: float = option(0.5, "mean absolute error of pixel differences: edges", low=0)
    perceptual: float = option(0.0, "distance between features of the perceptor's blocks", low=0)
    windows: int = option(
        1, "windows of the perceptual loss; each further one is twice as large", low=1, high=6
    )
    commitment: float = option(
        0.25, "pull of the tokens towards their codes, or towards a teacher's tokens", low=0
    )
    codes: float = option(
        0.1, "cross-entropy of a teacher's codes, in proportion to `commitment`", low=0
    )


@dataclass(frozen=True)
class AdversarySettings:
    """The patch discriminator; a weight of 0 leaves it out."""

    weight: float = option(0.0, "factor of the adaptive weight", low=0)
    start: int = option(4000, "step at which the discriminator begins to learn", low=0)
    start_share: float = option(
        0.0, "share of the training before which it does not begin either", low=0, high=1
    )
    lead: int = option(500, "steps it learns before it affects the VQGAN", low=0)
    ramp: int = option(1000, "steps in which its influence grows to the weight", low=1)
    width: int = option(64, "channels of its first layer", low=1, high=1024)
    layers: int = option(3, "layers that halve the picture", low=1, high=6)
    scales: int = option(
        1, "discriminators; each after the first sees the picture at half the size", low=1, high=4
    )
    learning_rate: float = option(4e-4, "largest learning rate of the discriminator", low=0, high=1)
    lecam: float = option(0.0, "weight of the LeCam regulariser of its logits", low=0)


@dataclass(frozen=True)
class ValidationSettings:
    """Metrics and sheets of held-out pictures."""

    every: int = option(1000, "steps between validations; also at the start and the end", low=1)
    pictures: int = option(400, "held-out pictures that are measured, from the first on", low=2)
    shown: int = option(24, "pictures on the sheet, originals above reconstructions", low=0)


@dataclass(frozen=True)
class VqganSettings:
    """Everything a VQGAN depends on but the pictures."""

    seed: int = option(0, "random seed", low=0)
    steps: int = option(20_000, "training steps", low=1)
    minutes: float = option(
        0.0, "minutes that the training may take; 0: as many as its steps need", low=0
    )
    batch: int = option(16, "pictures in a step", low=1)
    crop: int = option(64, "side in pixels of the windows cut from the pictures", low=8)
    trainable: str = option(
        "all",
        "what learns; decoder: encoder and codebook stay, so codes keep their meaning",
        choices=TRAINABLE,
    )
    start_from: str | None = option(
        None, "weights to continue from: a file, or `mini`; none: random weights"
    )
    grow_from: str | None = option(
        None, "weights of another architecture, whose layers are copied where they fit"
    )
    teacher: str | None = option(
        None,
        "VQGAN whose codes are kept, of the same pictures or of smaller ones: a file, or `mini`; "
        "the layers are copied where they fit",
    )
    learning_rate: float = option(1.5e-3, "largest learning rate", low=0, high=1)
    warmup: int = option(100, "steps in which the learning rate grows from 0", low=0)
    final: float = option(
        0.03, "last learning rate / largest, at the end of a cosine decay", low=0, high=1
    )
    weight_decay: float = option(1e-4, "weight decay of AdamW", low=0)
    average: float = option(
        0.999, "decay of the moving average of the weights, which is exported", low=0, high=1
    )
    perceptor: str = option("mini", "perceptor of the perceptual loss and the Fréchet distance")
    device: str = option("auto", "auto, cpu, cuda, cuda:1; auto takes the fastest there is")
    precision: str = option("auto", "auto: bfloat16 on cuda, otherwise float32", choices=PRECISIONS)
    compile: bool = option(False, "compile encoder and decoder; pays on cuda")
    threads: int = option(1, "CPU threads; another number may round differently", low=1)
    log_every: int = option(50, "steps between lines of the log, each with mean losses", low=1)
    checkpoint_every: int = option(500, "steps between checkpoints", low=1)
    architecture: ArchitectureSettings = section(ArchitectureSettings)
    codebook: CodebookSettings = section(CodebookSettings)
    losses: LossSettings = section(LossSettings)
    adversary: AdversarySettings = section(AdversarySettings)
    validation: ValidationSettings = section(ValidationSettings)
