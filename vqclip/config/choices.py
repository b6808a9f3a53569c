"""What the keys of the configuration may be, by name; the engine's tables have the same keys."""

from __future__ import annotations

START_KINDS = ("auto", "sketch", "smooth", "codes", "pixels", "gradient", "fractal")
AUGMENTATIONS = (
    *("flip", "affine", "perspective"),
    *("jitter", "grayscale", "sharpness", "noise", "erasing"),
)
LAWS = ("power", "normal")
PADDINGS = ("reflect", "edge", "gray")
NONE = "none"
SEAMLESS = (NONE, "x", "y", "xy")
DITHERS = (NONE, "ordered", "diffusion")
OPTIMIZERS = ("adam", "adamw", "radam", "adamax", "adagrad", "rmsprop")
DECAYS = ("constant", "cosine", "step")
TARGETS = ("text", "prior", "mix")
PRECISIONS = ("auto", "float32", "bfloat16")
FORMATS = ("png", "jpg", "webp")
FORMAT_OF = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".webp": "webp"}
"""Format of a picture by the suffix of its file."""
MINI, MINI_JUDGE = "mini", "mini-judge"
"""The small pair inside the package, and the second perceptor inside it, which judges."""
MINI_SIZE = 128
"""Width and height in pixels of the pictures that the VQGAN inside the package was made for."""

GENERATORS = (
    MINI,
    "imagenet_f16_16384",
    "imagenet_f16_1024",
    "boris_f16_16384",
    "gumbel_f8_8192",
    "sber_gumbel_f8",
    "wikiart_1024",
    "wikiart_16384",
    "wikiart_7mil",
    "coco_8k",
    "coco_oi_8k",
    "coco_first_stage",
    "faceshq",
    "imagenet_vqgan_2020",
    "faces_erwann",
    "sflckr",
    "ldm_celebahq_f4",
    "ithq_f8",
    "amused_f16",
    "ldm_vq_f4",
    "ldm_vq_f4_noattn",
    "ldm_vq_f8",
    "ldm_vq_f8_n256",
    "ldm_vq_f16",
)
"""The VQGANs that have a name: the one inside the package, and those of the catalogue."""

START_NOISE = 0.5
"""Random part of a start without a picture, in standard deviations of the codebook."""
PICTURE_NOISE = 0.05
"""The same for a start that is a picture: enough to part the seeds, too little to lose it."""
