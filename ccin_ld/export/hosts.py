"""Configuration for the hosts that serve an export: nginx, Apache, and those that only have files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..represent import ALL, HTML, Representation
from ..web.embeds import CSP as FRAME_CSP
from ..web.respond import CSP, EXPOSED, FOREVER, NO_CACHE
from .names import SERVER_ONLY
from .pages import base_path

if TYPE_CHECKING:
    from .site import Export

NGINX, APACHE = "hosting/nginx.conf", ".htaccess"
# A page in a frame of another site; the rest may not be framed.
_FRAMES = r"(?:/[a-z]{2})?/embed/"
# What is compressed already.
_CODED = {"application/gzip", "application/zip"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": EXPOSED,
    "Vary": "Accept",
}


_NGINX = r"""# nginx for this export. Change "listen" and "root".{root_says}

worker_processes auto;
pid nginx.pid;
error_log stderr warn;

events {{
    worker_connections 1024;
}}

http {{
    access_log off;
    server_tokens off;
    absolute_redirect off;
    map_hash_bucket_size 512;
    map_hash_max_size 65536;
    gzip on;
    gzip_types {coded};
    gzip_min_length 1024;

    # What Accept wants. nginx knows no q-values: what is named first counts.
    map $http_accept $wanted {{
        default .html;
{suffixes}    }}
    # Addresses without an ending that are no pages.
    map $uri $own {{
        default .html;
{bare}    }}
    # A state of a page, as ?page=2, has a file of its own; one without a file needs a server.
    map $args $state {{
        default "~";
        "" "";
        "~^(?<name>[a-z_-]+)=(?<value>[A-Za-z0-9_-]+)$" "~$name-$value";
    }}
    map $uri $gone {{
        default "";
{gone}    }}
    map $uri $moved {{
        default "";
{moved}    }}
    map $uri $policy {{
        default "{csp}";
        "{frames}" "{frame_csp}";
    }}
    map $uri $frame_options {{
        default DENY;
        "{frames}" "";
    }}
    map $uri $kept {{
        default no-cache;
{immutable}    }}

    types {{
{types}    }}
    default_type application/octet-stream;
    charset utf-8;
    charset_types {charsets};

    server {{
        listen 8080;
        root /srv/www;

{headers}        add_header Content-Security-Policy $policy always;
        add_header X-Frame-Options $frame_options always;
        add_header Cache-Control $kept always;

        error_page 404 {base}/404.html;
        error_page 501 {base}/needs-a-server.html;
        error_page 410 @withdrawn;

        location / {{
            rewrite ^(.*[^/])/+$ $1 permanent;
            if ($moved) {{
                return 301 $moved;
            }}
            if ($gone) {{
                return 410;
            }}
            try_files $uri$state$wanted $uri$state.html $uri$state$own $uri$state @missing;
        }}
        location = {base}/ {{
            try_files {base}/index.html =404;
        }}
        # As they are, whatever is asked for: the query of the request goes on with an error.
        location = {base}/404.html {{ }}
        location = {base}/needs-a-server.html {{ }}
        # A thing: the document about it, suffix and query kept.
        location ~ ^{base}/id/(?<thing>[^/]+/.+)$ {{
            if ($moved) {{
                return 303 $moved;
            }}
            if ($gone) {{
                return 410;
            }}
            return 303 {base}/doc/$thing$is_args$args;
        }}
        location ~ ^{base}(?:/[a-z][a-z])?/(?:{services})$ {{
            return 501;
        }}
        location @withdrawn {{
            try_files $uri$wanted $uri.html $uri =404;
        }}
        location @missing {{
            if ($args) {{
                return 501;
            }}
            return 404;
        }}
{odd}    }}
}}
"""

_APACHE = r"""# Apache 2.4 for this export: mod_rewrite, mod_headers, mod_mime, mod_dir; AllowOverride All.

Options -Indexes -MultiViews
DirectoryIndex index.html
DirectorySlash Off
FileETag MTime Size
ErrorDocument 404 {base}/404.html
ErrorDocument 501 {base}/needs-a-server.html
{gone}
{types}
<IfModule mod_headers.c>
{headers}    Header always set Content-Security-Policy "{csp}"
    Header always set X-Frame-Options DENY
    Header always set Cache-Control "{ask}"
{immutable}    Header always set Content-Security-Policy "{frame_csp}" "expr=%{{REQUEST_URI}} =~ m#^{frames}#"
    Header always unset X-Frame-Options "expr=%{{REQUEST_URI}} =~ m#^{frames}#"
</IfModule>

RewriteEngine On
RewriteBase {base}/
# The pages of errors are found already.
RewriteCond %{{ENV:REDIRECT_STATUS}} !^(?:|200)$
RewriteRule ^ - [END]
{gone_rules}{moved}RewriteRule ^(.*[^/])/+$ {base}/$1 [R=301,L]
# A thing: the document about it, suffix and query kept.
RewriteRule ^id/([^/]+/.+)$ {base}/doc/$1 [R=303,L]
RewriteRule ^(?:[a-z][a-z]/)?(?:{services})$ - [R=501,L]
{bare}# What Accept wants. Apache's rules know no q-values: what is named first counts.
RewriteRule ^ - [E=WANTED:.html]
{wanted}# A state of a page, as ?page=2, has a file of its own; one without a file needs a server.
RewriteCond %{{QUERY_STRING}} ^([a-z_-]+)=([A-Za-z0-9_-]+)$
RewriteCond %{{REQUEST_FILENAME}}~%1-%2%{{ENV:WANTED}} -f
RewriteRule ^(.+)$ $1~%1-%2%{{ENV:WANTED}} [END,QSD]
RewriteCond %{{QUERY_STRING}} ^([a-z_-]+)=([A-Za-z0-9_-]+)$
RewriteCond %{{REQUEST_FILENAME}}~%1-%2.html -f
RewriteRule ^(.+)$ $1~%1-%2.html [END,QSD]
RewriteCond %{{QUERY_STRING}} .
RewriteRule ^ - [R=501,L]
RewriteCond %{{REQUEST_FILENAME}}%{{ENV:WANTED}} -f
RewriteRule ^(.+)$ $1%{{ENV:WANTED}} [END]
RewriteCond %{{REQUEST_FILENAME}}.html -f
RewriteRule ^(.+)$ $1.html [END]
"""


def files(export: Export, dataset: str) -> dict[str, str]:
    """Return the configuration files by their names. *dataset* is the IRI of what is published."""
    return {NGINX: _nginx(export), APACHE: _apache(export), ".nojekyll": ""}


def content_types(export: Export) -> tuple[dict[str, str], dict[str, str]]:
    """Return the Content-Type of each ending, and of each file that has another one."""
    counts: dict[str, Counter[str]] = {}
    for name, content_type in sorted(export.types.items()):
        counts.setdefault(_ending(name), Counter())[content_type] += 1
    usual = {ending: one.most_common(1)[0][0] for ending, one in counts.items() if ending}
    withdrawn = {export.places[address] for address in export.gone}  # their status comes first
    odd = {
        name: one
        for name, one in sorted(export.types.items())
        if usual.get(_ending(name)) != one and name not in withdrawn
    }
    return dict(sorted(usual.items())), odd


def _ending(name: str) -> str:
    last = name.rpartition("/")[2]
    return last.rpartition(".")[2] if "." in last.removeprefix(".") else ""


def wanted() -> list[tuple[str, Representation]]:
    """Return patterns of ``Accept`` and what each wants, the first that fits: first named, then anywhere.

    A web server knows no q-values: what a client names first is taken for what it likes best.
    """
    offers = [one for one in ALL if one.negotiable]
    named = {one: "|".join(map(re.escape, (one.media_type, *one.aliases))) for one in offers}
    after = r"\s*(?:[,;]|$)"
    first = [(rf"^\s*(?:{types}){after}", one) for one, types in named.items()]
    anywhere = [(rf"(?:{types}){after}", one) for one, types in named.items()]
    return first + anywhere


def _bare(export: Export) -> dict[str, str]:
    """Return the endings of addresses that have none and are no pages."""
    found = {}
    for address, name in sorted(export.places.items()):
        if "?" not in address and not name.endswith(".html") and name != address[1:]:
            found[address] = name.removeprefix(address[1:])
    return found


def _redirects(export: Export) -> dict[str, tuple[str, int]]:
    """Return where addresses moved to that no rule leads there."""
    found = {}
    for address, target in sorted(export.moved.items()):
        rule = address.startswith("/id/") and target == address.replace("/id/", "/doc/", 1)
        if not rule and "?" not in address:
            found[address] = target, (303 if address.startswith("/id/") else 301)
    return found


def _nginx(export: Export) -> str:
    base = base_path(export.public)
    usual, odd = content_types(export)
    types = "".join(f"        {_mime(one)} {ending};\n" for ending, one in usual.items())
    charsets = sorted(
        {_mime(one) for one in (*usual.values(), *odd.values()) if "charset=utf-8" in one} - {HTML.media_type}
    )
    return _NGINX.format(
        base=base,
        root_says=f" The export is the folder {base[1:]} there." if base else "",
        suffixes=_map_lines({f"~*{pattern}": f".{one.extension}" for pattern, one in wanted()}),
        bare=_map_lines({base + address: ending for address, ending in _bare(export).items()}),
        gone=_map_lines({base + address: "1" for address in sorted(export.gone)}),
        moved=_map_lines({base + one: base + to for one, (to, _) in _redirects(export).items()}),
        services="|".join(one[1:] for one in SERVER_ONLY),
        frames=f"~^{base}{_FRAMES}",
        frame_csp=FRAME_CSP,
        csp=CSP,
        immutable=_map_lines({base + "/" + name: f'"{FOREVER}"' for name in sorted(export.immutable)}),
        types=types,
        charsets=" ".join(charsets),
        coded=" ".join(sorted(set(map(_mime, usual.values())) - _CODED - {HTML.media_type})),
        odd="".join(
            f'        location = {base}/{name} {{ types {{}} default_type "{one}"; }}\n'
            for name, one in odd.items()
        ),
        headers="".join(f'        add_header {name} "{value}" always;\n' for name, value in _HEADERS.items()),
    )


def _map_lines(rows: Mapping[str, str]) -> str:
    return "".join(f'        "{key}" {value};\n' for key, value in rows.items())


def _mime(content_type: str) -> str:
    return content_type.partition(";")[0]


def _apache(export: Export) -> str:
    base = base_path(export.public)
    usual, odd = content_types(export)
    lines = [f"AddType {_mime(one)} .{ending}\n" for ending, one in usual.items()]
    lines += [f"AddCharset utf-8 .{ending}\n" for ending, one in usual.items() if "charset=utf-8" in one]
    lines += [_typed(name, one, base) for name, one in odd.items()]
    return _APACHE.format(
        base=base,
        types="".join(lines),
        headers="".join(f'    Header always set {name} "{value}"\n' for name, value in _HEADERS.items()),
        csp=CSP,
        frame_csp=FRAME_CSP,
        frames=base + _FRAMES,
        ask=NO_CACHE,
        immutable="".join(
            f'    Header always set Cache-Control "{FOREVER}" "expr=%{{REQUEST_URI}} =~ m#^{base}/{one}#"\n'
            for one in _folders(export)
        ),
        gone="".join(_withdrawn(one, export, base) for one in sorted(export.gone)),
        gone_rules="".join(
            f"RewriteRule ^{re.escape(one[1:])}$ - [R=410,L]\n" for one in sorted(export.gone)
        ),
        moved="".join(
            f"RewriteRule ^{re.escape(one[1:])}$ {base}{to} [R={status},L]\n"
            for one, (to, status) in _redirects(export).items()
        ),
        bare="".join(
            f"RewriteRule ^{re.escape(one[1:])}$ {one[1:]}{ending} [L]\n"
            for one, ending in _bare(export).items()
        ),
        services="|".join(one[1:] for one in SERVER_ONLY),
        wanted="".join(_apache_wanted(pattern, one) for pattern, one in wanted()),
    )


def _typed(name: str, content_type: str, base: str) -> str:
    """Return the lines that give one file a type of its own."""
    quoted = content_type.replace('"', '\\"')
    return f'Header always set Content-Type "{quoted}" "expr=%{{REQUEST_URI}} == \'{base}/{name}\'"\n'


def _folders(export: Export) -> list[str]:
    """Return the folders whose files never change."""
    return sorted({name.rpartition("/")[0] + "/" for name in export.immutable})


def _withdrawn(address: str, export: Export, base: str) -> str:
    place = f"{base}/{export.places[address]}"
    return f"<If \"%{{REQUEST_URI}} == '{base}{address}'\">\n    ErrorDocument 410 {place}\n</If>\n"


def _apache_wanted(pattern: str, offer: Representation) -> str:
    return f'RewriteCond %{{HTTP_ACCEPT}} "{pattern}" [NC]\nRewriteRule ^ - [E=WANTED:.{offer.extension}]\n'
