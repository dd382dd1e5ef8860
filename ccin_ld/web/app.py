"""The WSGI application: routes, errors, and what is decided before a route is looked for."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, request
from flask import current_app as flask_app
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from ..build import Build
from ..config import Settings
from ..errors import BadRequest, LinkedDataError
from ..questions import questions as read_questions
from ..reports import Rate
from ..stories import folder_of
from ..stories import stories as read_stories
from . import (
    browse,
    catalog,
    changes,
    crawlers,
    documents,
    embeds,
    endpoint,
    explain,
    files,
    find,
    linking,
    memento,
    pictures,
    questions,
    reconciliation,
    signposts,
    stories,
    uses,
    vocabularies,
)
from .cache import CachedApp
from .language import moved
from .problems import Problem, answer, problem_of
from .respond import options, query_suffix, redirect_to, see_other
from .site import CurrentSite, FixedSite, Sites

log = logging.getLogger("ccin_ld")
_HOST = re.compile(r"[A-Za-z0-9._-]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
# Keys are in small letters; the names of terms are not: Project is a class, project a property.
_LOWER_CASE = re.compile(r"/(?:id|doc|data|def(?!/(?:ccin|shapes)/[^/]))(?:/|$)")


class App:
    """The site as a WSGI callable. ``close`` stops its query workers."""

    def __init__(self, flask: Flask, sites: Sites, settings: Settings) -> None:
        self.flask, self.sites = flask, sites
        inner: Callable[..., Iterable[bytes]] = flask.wsgi_app
        if settings.trusted_proxies:
            count = settings.trusted_proxies
            inner = ProxyFix(inner, x_for=count, x_proto=count, x_host=count)
        self.cached = CachedApp(inner, sites, settings.cache_bytes, settings.threads // 2)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.cached(environ, start_response)

    def close(self) -> None:
        """Stop the query workers."""
        self.sites.close()


def create_app(settings: Settings | None = None, *, build: Build | None = None) -> App:
    """Return the site of the current build, or of *build* alone, as a WSGI application."""
    settings = settings or Settings.from_env()
    # A file that cannot be asked or told is told of now, not to a visitor.
    read_stories(folder_of(settings), read_questions(settings.queries_dir))
    sites: Sites = FixedSite(build, settings) if build else CurrentSite(settings)
    flask = Flask("ccin_ld", static_folder=None, template_folder=None)
    flask.url_map.strict_slashes = True
    flask.url_map.redirect_defaults = False
    flask.before_request(_before)
    flask.register_blueprint(documents.bp)
    flask.register_blueprint(catalog.bp)
    flask.register_blueprint(crawlers.bp)
    flask.register_blueprint(files.bp)
    flask.register_blueprint(vocabularies.bp)
    flask.register_blueprint(signposts.bp)
    flask.register_blueprint(linking.bp)
    flask.register_blueprint(pictures.bp)
    flask.register_blueprint(browse.bp)
    flask.register_blueprint(find.bp)
    flask.register_blueprint(endpoint.bp)
    flask.register_blueprint(questions.bp)
    flask.register_blueprint(stories.bp)
    flask.register_blueprint(embeds.bp)
    flask.register_blueprint(uses.bp)
    flask.register_blueprint(reconciliation.bp)
    flask.register_blueprint(changes.bp)
    flask.register_blueprint(memento.bp)
    flask.extensions[uses.RATE] = Rate()
    flask.register_error_handler(LinkedDataError, _problem)
    flask.register_error_handler(HTTPException, _problem)
    flask.register_error_handler(Exception, _unexpected)
    return App(flask, sites, settings)


def _before() -> Response | None:
    """Send the other spellings of an address to the one, and answer OPTIONS for every route."""
    if not _HOST.fullmatch(request.headers.get("Host", "localhost")):
        # The name goes into links of the answer: nothing but a name and a port may.
        raise BadRequest("the Host header is not the name of a server")
    path = request.path
    if any(ord(sign) < 32 or sign in "\\\x7f" for sign in path):
        # A browser drops some of these signs, and the rest of the path would name another site.
        raise BadRequest("the address holds a sign that no address may hold")
    one = path.rstrip("/") or "/"
    if _LOWER_CASE.match(one):
        one = one.lower()
    if one != path and request.method in ("GET", "HEAD") and not one.startswith("//"):
        return see_other(quote(one) + query_suffix(), status=301)
    elsewhere = moved(request.environ)
    if elsewhere is not None and request.method in ("GET", "HEAD") and not elsewhere.startswith("//"):
        return redirect_to(quote(elsewhere) + query_suffix())
    if explain.is_asked():
        return explain.answer(flask_app.wsgi_app)
    if request.method == "OPTIONS" and request.url_rule is not None:
        return _options()
    return memento.gate()


def _options() -> Response:
    allowed = sorted(request.url_rule.methods or ()) if request.url_rule else []
    return options(allowed, endpoint.options_headers() if request.path == endpoint.PATH else ())


def _problem(error: Exception) -> Response:
    problem = problem_of(error)
    if problem.status == 405 and request.url_rule is None:
        problem = _with_allow(problem)
    # Programs ask the endpoint, match lists, follow changes: they are told in their format.
    programs = request.path == endpoint.PATH or request.path.startswith(f"{changes.PATH}.")
    programs = programs or reconciliation.owns(request.path)
    return answer(problem, None if programs else partial(_page, error))


def _with_allow(problem: Problem) -> Problem:
    if any(name == "Allow" for name, _ in problem.headers):
        return problem
    return Problem(problem.status, problem.title, problem.detail, headers=(("Allow", "GET, HEAD, OPTIONS"),))


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error at %s", request.path, exc_info=error)
    return answer(problem_of(error), partial(_page, error))


def _page(error: Exception, problem: Problem) -> str:
    context = documents.page_context(request.path, offers=())
    html = documents.html_pages()
    detail, said = problem.said(error)
    return html.error(problem.status, problem.title, detail, problem.hints, context, said)
