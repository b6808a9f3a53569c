"""What captions say: synonyms, phrasings, and attributes that can be swapped."""
