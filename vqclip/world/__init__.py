"""The small pair's world: scenes and captions drawn by code."""
