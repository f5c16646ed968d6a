"""A house that forgets under which keys acts were done: what the batteries must find out.

``python -m tests.support.forgetful up`` runs it; its web processes are made here.
"""

from flask import Flask

from caseflow import app
from caseflow.cli import main, up
from caseflow.config import Config
from caseflow.services import tasks


def create_app() -> Flask:
    """The web, whose verbs never know that an act was done before."""
    tasks._was_done_under = lambda *_: False  # noqa: SLF001 - the fault that is planted
    return app.create_app()


def _programs(config: Config) -> dict[str, list[str]]:
    honest = _honest(config)
    web = [word.replace("caseflow.app:", "tests.support.forgetful:") for word in honest["web"]]
    return {**honest, "web": web}


if __name__ == "__main__":
    _honest, up._programs = up._programs, _programs  # noqa: SLF001 - the fault that is planted
    main()
