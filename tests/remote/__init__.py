"""The triples in an engine somewhere else: the same product, but for listed differences."""
