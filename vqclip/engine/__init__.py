"""The optimisation: latents, cutouts, guidance, losses, and the loop over steps."""
