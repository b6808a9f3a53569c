"""Where a latent starts: noise, codes, a picture, or one of the bank."""
