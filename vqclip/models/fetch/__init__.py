"""The catalogue of models that have a name, and their downloads."""
