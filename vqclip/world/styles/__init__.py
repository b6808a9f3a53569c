"""Styles: filters that make a drawing look painted, printed or built."""
