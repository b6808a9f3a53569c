"""The catalogue of named models, and their downloads."""
