"""Checkpoints of every published form, read as tensors alone."""
