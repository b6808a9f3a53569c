"""vqclip."""
