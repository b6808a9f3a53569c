"""People: faces and figures, what they wear, hold and do, and the words for them."""
