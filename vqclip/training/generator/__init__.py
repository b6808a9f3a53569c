"""How the VQGAN learns."""
