"""The triples of a build, by ``protocol.Store``: LocalStore here, RemoteStore in an engine elsewhere.

Pool answers what strangers ask, whichever of the two holds them.

Nothing is imported here: a query worker lives in this room and loads the engine only.
"""
