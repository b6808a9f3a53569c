"""Moving pictures: one latent, optimised frame after frame, that a motion carries along."""
