"""How the small pair's world is drawn: captioned pictures without end, and what is made of them."""
