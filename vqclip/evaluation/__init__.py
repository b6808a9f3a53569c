"""Evaluation: pictures of a list of prompts, and how often a judge recognizes their prompts."""
