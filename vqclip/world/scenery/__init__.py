"""Where things are: landscapes, skies and weather, space, under water."""
