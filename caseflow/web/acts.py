"""An act asked for on a page: done and told there, or the page once more with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Concatenate, ParamSpec, TypeVar

from flask import flash, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow.vocabulary import Actor, Invalid
from caseflow.web.house import acting, actor, reading

P = ParamSpec("P")
R = TypeVar("R")
Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Page:
    """The page on which an act is asked for: where it is, and how it looks after a refusal."""

    address: str
    again: Callable[[Session, Invalid], str]

    def act(
        self,
        told: str | Callable[[R], str],
        verb: Callable[Concatenate[Session, Actor, P], R],
        *args: P.args,
        **said: P.kwargs,
    ) -> Answer:
        """Let a verb do what is asked for; ``told`` says on the page that it is done."""
        try:
            with acting() as session:
                done = verb(session, actor(), *args, **said)
        except Invalid as refusal:
            with reading() as session:
                return self.again(session, refusal), HTTPStatus.UNPROCESSABLE_ENTITY
        flash(told if isinstance(told, str) else told(done), "ok")
        return redirect(self.address, 303)
