"""How the sketch model learns."""
