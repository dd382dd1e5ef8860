"""How fast the site answers, measured beside a bare Flask in the same run: ``python -m bench``."""
