"""The production server: granian around the WSGI application, ended cleanly by SIGTERM."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from ..config import Settings
from ..errors import BadSettings, LinkedDataError
from .app import App, create_app


def serve(settings: Settings, *, say: Callable[[str], None] = print) -> None:
    """Serve the current build until SIGTERM or SIGINT. Raises BadSettings when the port cannot be had."""
    port = _free_port(settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    server = Granian(
        "ccin_ld.web.app:create_app",
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.threads,
        # Of connections, not of requests: idle ones that are kept alive must not keep others out.
        backpressure=1024,
        log_enabled=False,
        workers_kill_timeout=10,
        http=HTTPModes.http1,
        # A head that does not come is not waited for (milliseconds).
        http1_settings=HTTP1Settings(max_buffer_size=256 * 1024, header_read_timeout=5000),
    )
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    _wake_main_thread_on_signals()
    say(f"Serving http://{shown}:{port}/ (Ctrl+C ends it)")
    server.serve(target_loader=_Loader(settings))


@dataclass(frozen=True)
class _Loader:
    """Makes the application in the serving process, which is a child of this one."""

    settings: Settings

    def __call__(self, *_: Any) -> App:
        _wake_main_thread_on_signals()
        threading.Thread(target=_end_with_parent, daemon=True).start()
        app = create_app(self.settings)
        # The build is opened before the first visitor comes; what stands in the way is told to each of them.
        with suppress(LinkedDataError):
            app.sites.get()
        return app


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        # Becomes readable when the parent is gone, kill -9 included.
        wait([parent.sentinel])
        os._exit(1)


def _wake_main_thread_on_signals() -> None:
    """Make sure that SIGTERM and SIGINT reach the main thread, which waits for them on a lock.

    Python runs signal handlers in the main thread only. A signal that the system gives to another thread, or
    in the moment before the main thread falls asleep, would wait until something else wakes it: for ever.
    """
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    main = threading.main_thread().ident
    assert main is not None

    def pass_on() -> None:
        number = os.read(read_end, 1)[0]
        while True:
            time.sleep(0.1)
            signal.pthread_kill(main, number)

    threading.Thread(target=pass_on, daemon=True).start()


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
