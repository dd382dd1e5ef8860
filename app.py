"""The WSGI entry: ``app`` serves the current build, with settings from the environment."""

from ccin_ld.config import Settings
from ccin_ld.web.app import create_app

app = create_app(Settings.from_env())
