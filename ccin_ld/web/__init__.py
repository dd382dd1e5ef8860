"""The site: the only room that knows requests and responses."""
