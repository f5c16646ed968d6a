"""A field that names a colleague: offers while one types, and reads what was typed or chosen.

Without a script the login or the full name is typed; a name that several bear is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.reads import directory
from caseflow.reads import frame as frame_reads
from caseflow.reads.directory import Colleague
from caseflow.reads.frame import UnitName
from caseflow.vocabulary import Forbidden, Invalid, PostHeld, Verb
from caseflow.web.house import actor, surveying
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _
from caseflow.web.words import joined

bp = Blueprint("colleagues", __name__)

_BETWEEN = " · "
# Whose forms name people of the whole bureau.
_VERBS = (Verb.GRANT_SIGHT, Verb.MARK_SENSITIVE, Verb.TRACE_POWERS)
_NAMED_AT_MOST = 5


@bp.get("/colleagues")
def offers() -> str:
    """The people that what was typed so far may mean, as options of a field."""
    if not any(policy.may(actor(), verb) for verb in _VERBS):
        raise Forbidden("not_your_post", roles=["city_director", "district_director", "auditor"])
    typed = request.args.get("login", "") or request.args.get("person", "")
    with surveying() as session:
        found = directory.find(session, typed)
        return render_template("ui/offers.html", offers=told(session, found))


def told(session: Session, found: Sequence[Colleague]) -> list[str]:
    """Each as the field shows them once chosen."""
    units = frame_reads.units_of(session, [post for each in found for post in each.posts])
    return [words(each, units) for each in found]


def words(each: Colleague, units: Mapping[int, UnitName]) -> str:
    """张晓晨 · 甘井子区局 税源管理一科 税收管理员 · zhangxc."""
    parts = (name_of(each.name, each.name_en), joined(places(each.posts, units)), each.login)
    return _BETWEEN.join(part for part in parts if part)


def places(posts: Sequence[PostHeld], units: Mapping[int, UnitName]) -> list[str]:
    """Each post with its section and the district above it."""
    return [
        _("%(unit)s %(role)s", unit=_whole_name(post, units), role=say(post.role)) for post in posts
    ]


def _whole_name(post: PostHeld, units: Mapping[int, UnitName]) -> str:
    way = [units[int(part)] for part in post.unit_path.split("/") if part and int(part) in units]
    names = [name_of(unit.name, unit.name_en) for unit in way]
    return " ".join(names[1:] or names) or post.unit_name


def login_of(session: Session, typed: str) -> str:
    """The login that a field means: chosen from the offers, or typed as login or name.

    What nobody bears goes on as it is: the verb says so.

    Raises:
        Invalid: several people bear this name.
    """
    last = last_part(typed)
    found = directory.named(session, last)
    if len(found) > 1:
        raise Invalid("person_ambiguous", name=last, found=told(session, found[:_NAMED_AT_MOST]))
    return found[0].login if found else last


def chosen(session: Session, typed: str, offered: Sequence[Colleague]) -> int:
    """The id of whom a field means among those it offers: by number, login, name, or a part.

    Raises:
        Invalid: nobody, or several.
    """
    text, last = typed.strip(), last_part(typed)
    for fits in (
        lambda each: text == str(each.id),
        lambda each: last == each.login,
        lambda each: text in (each.name, each.name_en),
        lambda each: bool(text) and text in each.name,
    ):
        found = [each for each in offered if fits(each)]
        if len(found) == 1:
            return found[0].id
        if found:
            few = told(session, found[:_NAMED_AT_MOST])
            raise Invalid("person_ambiguous", name=text, found=few)
    raise Invalid("person_unknown", name=text)


def last_part(typed: str) -> str:
    """The login of what was chosen from the offers; the whole text when it was typed."""
    return typed.rpartition(_BETWEEN.strip())[2].strip()
