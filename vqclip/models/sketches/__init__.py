"""The sketch model: a transformer that turns texts into codes of a VQGAN."""
