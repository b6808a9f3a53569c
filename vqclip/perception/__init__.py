"""CLIP as a tool: embeddings of pictures and words, and what is asked of them."""
