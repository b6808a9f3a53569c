"""The measure: pictures of a list of prompts, and whether a judge finds each one's prompt again."""
