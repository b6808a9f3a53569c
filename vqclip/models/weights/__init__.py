"""Weights files of every published form, read as tensors and never as code."""
