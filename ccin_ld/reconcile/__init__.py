"""Matching lists of others to things here: names, codes and properties as evidence, and what it is worth."""
