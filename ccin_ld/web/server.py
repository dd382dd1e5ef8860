"""The production server: granian around the WSGI application, ended cleanly by SIGTERM."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from ..config import Settings
from ..errors import BadSettings
from .app import App, create_app


def serve(settings: Settings, *, say: Callable[[str], None] = print) -> None:
    """Serve the current build until SIGTERM or SIGINT. Raises BadSettings when the port cannot be had."""
    port = _free_port(settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    read_end, write_end = os.pipe()
    server = Granian(
        "ccin_ld.web.app:create_app",
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.threads,
        # No more at once than there are threads: what waits longer waits in the kernel's queue.
        backpressure=settings.threads,
        log_enabled=False,
        http1_settings=HTTP1Settings(max_buffer_size=256 * 1024),
    )
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    say(f"Serving http://{shown}:{port}/ (Ctrl+C ends it)")
    server.serve(target_loader=_loader(settings, read_end, write_end))


def _loader(settings: Settings, read_end: int, write_end: int) -> Callable[..., App]:
    """Return what makes the application in the serving process, which is a child of this one."""

    def load(*_: Any) -> App:
        os.close(write_end)
        threading.Thread(target=_end_with_parent, args=(read_end,), daemon=True).start()
        return create_app(settings)

    return load


def _end_with_parent(read_end: int) -> None:
    # The other end is open in the parent alone: this returns when the parent is gone, kill -9 included.
    os.read(read_end, 1)
    os._exit(1)


def _free_port(settings: Settings) -> int:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BadSettings(
                f"{settings.host} port {settings.port} cannot be listened on: {error.strerror}",
                hint="end the program that uses it, or name another with --port",
            ) from error
        return int(probe.getsockname()[1])
