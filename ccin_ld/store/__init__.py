"""The triples of a build: LocalStore reads them in this process, Pool answers what strangers ask.

Nothing is imported here: a query worker lives in this room and loads the engine only.
"""
