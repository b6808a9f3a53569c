"""Files of a small VQGAN in every form in which real VQGANs are published."""

from __future__ import annotations

import re
import sys
from collections import OrderedDict, defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from tests.tiny import taming_tensors

NEW, OLD = ("to_q", "to_k", "to_v", "to_out.0"), ("query", "key", "value", "proj_attn")


def lightning(tensors: dict[str, Tensor], **more: Any) -> dict[str, Any]:
    """What a trainer writes: the generator, its losses and its optimiser."""
    losses = {
        "loss.perceptual_loss.lin0.model.1.weight": torch.ones(1, 4, 1, 1),
        "loss.discriminator.main.3.num_batches_tracked": torch.tensor(7),
        "encoder.norm.num_batches_tracked": torch.tensor(7),
        "colorize": torch.ones(3, 2),
    }
    return {
        "epoch": 3,
        "global_step": 900,
        "pytorch-lightning_version": "1.0.8",
        "state_dict": OrderedDict({**tensors, **losses}),
        "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(4)}}, "param_groups": []}],
        "lr_schedulers": [],
        **more,
    }


def net2net(tensors: dict[str, Tensor], prefix: str = "first_stage_model.") -> dict[str, Any]:
    """What taming's transformers and latent diffusion write, with a second VQGAN."""
    other = {f"cond_stage_model.{key}": value + 1 for key, value in tensors.items()}
    own = {f"{prefix}{key}": value for key, value in tensors.items()}
    rest = {
        "transformer.blocks.0.attn.query.weight": torch.ones(4, 4),
        "permuter.forward_shuffle_idx": torch.arange(4),
        "model_ema.decoderconv_inweight": torch.ones(1),
    }
    return lightning({**other, **own, **rest})


def diffusers(tensors: dict[str, Tensor], attention: tuple[str, ...] = NEW) -> dict[str, Tensor]:
    """The names and shapes of diffusers' `VQModel`."""
    numbers = [re.match(r"decoder.up.(\d)", key) for key in tensors]
    levels = 1 + max(int(match[1]) for match in numbers if match)
    found = {}
    for key, value in tensors.items():
        name = re.sub(r"^encoder\.down\.(\d)", r"encoder.down_blocks.\1", key)
        name = re.sub(
            r"^decoder\.up\.(\d)",
            lambda match: f"decoder.up_blocks.{levels - 1 - int(match[1])}",
            name,
        )
        name = name.replace("mid.block_1", "mid_block.resnets.0")
        name = name.replace("mid.block_2", "mid_block.resnets.1")
        name = name.replace("mid.attn_1", "mid_block.attentions.0")
        name = re.sub(r"\.block\.(\d)", r".resnets.\1", name)
        name = re.sub(r"\.attn\.(\d)", r".attentions.\1", name)
        name = name.replace("downsample.conv", "downsamplers.0.conv")
        name = name.replace("upsample.conv", "upsamplers.0.conv")
        name = name.replace("nin_shortcut", "conv_shortcut").replace("norm_out", "conv_norm_out")
        if ".attentions." in name:
            name = name.replace(".norm.", ".group_norm.")
            for old, new in zip(("q", "k", "v", "proj_out"), attention, strict=True):
                name = re.sub(rf"\.{old}\.(weight|bias)$", rf".{new}.\1", name)
        square = ".attentions." in name and value.ndim == 4  # (C, C, 1, 1) -> (C, C)
        found[name] = (value.flatten(1) if square else value).contiguous()
    return found


class Borrowed:
    """Classes that are pickled under names of a package that need not be installed."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.modules: dict[str, ModuleType] = {}

    def __enter__(self) -> list[type]:
        classes = []
        for name in self.names:
            module, _, short = name.rpartition(".")
            parts = module.split(".")
            for end in range(1, len(parts) + 1):
                path = ".".join(parts[:end])
                if path not in self.modules:
                    self.modules[path] = ModuleType(path)
            borrowed = type(short, (), {"__module__": module})
            setattr(self.modules[module], short, borrowed)
            classes.append(borrowed)
        self.before = {path: sys.modules.get(path) for path in self.modules}
        sys.modules.update(self.modules)
        return classes

    def __exit__(self, *_: object) -> None:
        for path, module in self.before.items():
            if module is None:
                del sys.modules[path]
            else:
                sys.modules[path] = module


CALLBACK = "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint"
OMEGACONF = (
    "omegaconf.dictconfig.DictConfig",
    "omegaconf.listconfig.ListConfig",
    "omegaconf.nodes.AnyNode",
    "omegaconf.base.Metadata",
    "omegaconf.base.ContainerMetadata",
)


def save_with_callback(path: Path, tensors: dict[str, Tensor], *, zipped: bool = True) -> None:
    """Write a checkpoint of an old Lightning, with the class of a callback as a key."""
    with Borrowed(CALLBACK) as (callback,):
        content = lightning(tensors, callbacks={callback: {"best_model_score": torch.ones(1)}})
        torch.save(content, path, _use_new_zipfile_serialization=zipped)


def save_with_omegaconf(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write a checkpoint as `save_with_callback` does, with a configuration and a defaultdict."""
    with Borrowed(CALLBACK, *OMEGACONF) as (callback, table, *others):
        config = table()
        config._content = {"parts": [other() for other in others]}
        config._flags = defaultdict(list, {"a": [1]})
        content = lightning(
            tensors,
            callbacks={callback: {}},
            hyper_parameters={"config": config, "types": [dict, list, int, set, tuple, Any]},
        )
        torch.save(content, path)


def write_forms(folder: Path) -> dict[str, Path]:
    """Write the small VQGAN in every form; return the paths by the name of the form."""
    tensors = taming_tensors()
    paths = {}

    def path(name: str, suffix: str) -> Path:
        paths[name] = folder / f"{name}{suffix}"
        return paths[name]

    save_file(tensors, path("raw-safe", ".safetensors"))
    torch.save(tensors, path("raw-pt", ".pt"))
    own = {key: torch.nn.Parameter(tensor) for key, tensor in tensors.items()}
    torch.save(own, path("parameters", ".pth"))
    torch.save(lightning(tensors), path("lightning", ".ckpt"))
    torch.save(
        lightning(tensors), path("old-pickle", ".ckpt"), _use_new_zipfile_serialization=False
    )
    save_with_callback(path("callback", ".ckpt"), tensors)
    save_with_callback(path("old-callback", ".ckpt"), tensors, zipped=False)
    save_with_omegaconf(path("omegaconf", ".ckpt"), tensors)
    torch.save(net2net(tensors), path("net2net", ".ckpt"))
    save_file(net2net(tensors)["state_dict"], path("net2net-safe", ".safetensors"))
    torch.save({f"vqvae.{key}": tensor for key, tensor in tensors.items()}, path("prefixed", ".pt"))
    torch.save(diffusers(tensors), path("diffusers", ".bin"))
    torch.save(diffusers(tensors, OLD), path("diffusers-old", ".bin"))
    save_file(diffusers(tensors), path("diffusers-safe", ".safetensors"))
    return paths
