"""The CLIP in training: an open_clip model, its tokenizer, the words it learns, and its folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from vqclip.files.atomic import atomic, write
from vqclip.models.fetch.hub import CONFIG, WEIGHTS_FILES
from vqclip.models.learnedwords import VOCABULARY_FILE
from vqclip.models.openclip import open_clip
from vqclip.models.perceptor import MERGES_FILE
from vqclip.training.perceptor.clip_settings import VOCABULARY, ClipArchitecture
from vqclip.training.perceptor.texts import Lexicon
from vqclip.training.perceptor.tokens import Tokenizer, packed_merges, rows_of

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
TABLE = "token_embedding.weight"
MARKS = 2
"""The start and end tokens of a text, which are the last of the vocabulary."""


@lru_cache(maxsize=4)
def _normalisation(device: torch.device) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of the channels (1, 3, 1, 1)."""
    mean, deviation = torch.tensor(MEAN, device=device), torch.tensor(DEVIATION, device=device)
    return mean.view(1, 3, 1, 1), deviation.view(1, 3, 1, 1)


@dataclass(frozen=True)
class DualEncoder:
    """An open_clip model with all that is needed to embed pictures and texts.

    Attributes:
        model: the two towers.
        tokens: open_clip's tokenizer, with a memory.
        known: which tokens occur in captions (V,).
        fresh: random vectors of tokens (V, width), for those that will be known later.
        size: width and height in pixels of the pictures it takes.
    """

    model: open_clip.model.CLIP
    tokens: Tokenizer
    known: Tensor
    fresh: Tensor
    size: int

    def images(self, pixels: Tensor) -> Tensor:
        """Embed pictures (B, 3, size, size) in [0, 1] as unit vectors (B, E)."""
        mean, deviation = _normalisation(pixels.device)
        return F.normalize(self.model.encode_image((pixels - mean) / deviation).float(), dim=-1)

    def texts(self, tokens: Tensor) -> Tensor:
        """Embed tokens (P, L) as unit vectors (P, E)."""
        return F.normalize(self.model.encode_text(tokens).float(), dim=-1)

    @property
    def scale(self) -> Tensor:
        """The factor of cosines in the loss, at most 100 as in the paper of CLIP."""
        scale: Tensor = self.model.logit_scale.exp().clamp(max=100)
        return scale

    @torch.no_grad()
    def learn(self, tokens: Sequence[int]) -> Tensor:
        """Give tokens that were unknown a random vector; return which they are."""
        own = torch.tensor(tokens, dtype=torch.long)
        new = own[~self.known[own]]
        self.known[new] = True
        table = self.model.token_embedding.weight
        places = new.to(table.device)
        table[places] = self.fresh[new].to(table.device)
        self.model.get_buffer("known_tokens")[places] = True
        return new


def build(architecture: ClipArchitecture, captions: Iterable[str] = ()) -> DualEncoder:
    """Build a model with random weights from torch's global generator.

    A token that no caption has keeps a vector of zeros: an unknown word means nothing instead of
    something random, and need not be stored.

    Args:
        architecture: of the model.
        captions: captions that it will learn from; `learn` adds others.
    """
    model = open_clip.model.CLIP(**architecture.open_clip())
    tokenizer = Tokenizer(architecture.text.context_length)
    known = torch.zeros(VOCABULARY, dtype=torch.bool)
    table = model.token_embedding.weight
    fresh = table.detach().clone()
    with torch.no_grad():
        table.zero_()
    model.register_buffer("known_tokens", known.clone(), persistent=False)

    def only_known(gradient: Tensor) -> Tensor:
        masked: Tensor = gradient * model.get_buffer("known_tokens")[:, None]
        return masked

    table.register_hook(only_known)
    encoder = DualEncoder(model, tokenizer, known, fresh, architecture.size)
    pieces = {piece for caption in captions for piece in tokenizer.pieces(caption)}
    encoder.learn([*tokenizer.known(pieces), *range(VOCABULARY - MARKS, VOCABULARY)])
    return encoder


def with_unknown(tokens: Tensor, known: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Replace a token of some texts (P, L) by one that no caption has.

    Args:
        tokens: of the texts, each with a start and an end token.
        known: which tokens occur in captions (V,).
        share: share of the texts that are changed.
        generator: source of randomness, on the CPU.
    """
    changed = tokens.clone()
    unknown = (~known).nonzero().flatten()
    if not len(unknown):
        return changed
    lengths = tokens.argmax(dim=1)  # the end token is the last of the vocabulary
    draws = torch.rand(3, len(tokens), generator=generator)
    place = 1 + (draws[0] * (lengths - 1)).long()
    chosen = (draws[1] < share) & (lengths > MARKS)
    drawn = unknown[(draws[2] * len(unknown)).long()]
    rows = chosen.nonzero().flatten()
    changed[rows, place[rows]] = drawn[rows]
    return changed


def export(
    folder: Path,
    architecture: ClipArchitecture,
    weights: Mapping[str, Tensor],
    lexicon: Lexicon,
    tokenizer: Tokenizer,
) -> None:
    """Write an open_clip folder: configuration, merges, weights in half precision, and the words.

    Only the tokens that captions need are written. open_clip's own tokenizer has to be given the
    list of merges as `bpe_path`; the model is like any other.
    """
    merges = folder / MERGES_FILE
    write(merges, packed_merges(tokenizer.merges(lexicon.pieces)))
    rows = rows_of(open_clip.SimpleTokenizer(str(merges)), tokenizer.plain)
    table = weights[TABLE]
    kept = {**weights, TABLE: table[rows.to(table.device)]}
    settings = {
        "model_cfg": architecture.open_clip(len(rows)),
        "preprocess_cfg": {
            "size": architecture.size,
            "mode": "RGB",
            "mean": MEAN,
            "std": DEVIATION,
            "interpolation": "bicubic",
            "resize_mode": "shortest",
        },
    }
    slim = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous().cpu()
        for name, tensor in kept.items()
    }
    with atomic(folder / WEIGHTS_FILES[0]) as temporary:
        save_file(slim, temporary)
    write(folder / CONFIG, (json.dumps(settings, indent=1) + "\n").encode())
    words = "".join(f"{word} {count}\n" for word, count in lexicon.sorted_words())
    write(folder / VOCABULARY_FILE, words.encode())


def load_weights(encoder: DualEncoder, folder: Path) -> None:
    """Continue from the weights of a folder that `export` wrote, strictly, with its tokens."""
    weights = {
        name: tensor.float() for name, tensor in load_file(folder / WEIGHTS_FILES[0]).items()
    }
    merges, table = folder / MERGES_FILE, weights[TABLE]
    if merges.exists():
        rows = rows_of(open_clip.SimpleTokenizer(str(merges)), encoder.tokens.plain)
        weights[TABLE] = table.new_zeros(VOCABULARY, table.shape[1])
        weights[TABLE][rows] = table
    encoder.learn(weights[TABLE].abs().sum(dim=1).nonzero().flatten().tolist())
    encoder.model.load_state_dict(weights)
