"""Drawings of things: each function draws one in a given color."""
