"""The page to draw on: a queue of drawings, a gallery, series and settings, in a browser."""
