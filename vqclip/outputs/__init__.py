"""The files of pictures: names, recipes, checkpoints."""
