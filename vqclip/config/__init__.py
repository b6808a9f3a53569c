"""What is asked for: the configuration, its values, prompts and jobs; imports no torch."""
