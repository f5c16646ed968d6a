"""In which post somebody signed: of those that a step asks for, the one that was held that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Post
from caseflow.vocabulary import Role

# The posts that people ever held, by person, in the order in which they were given.
Posts = Mapping[int, Sequence[Post]]


def post_zh(session: Session, user_id: int | None, roles: Sequence[str], on: date) -> str:
    """A post in words; of the members of a panel, whom no role names, the first that they hold.

    Who no longer held any that day (a deputy signs for the person named) has that of the step.
    """
    posts = posts_of(session, [] if user_id is None else [user_id])
    return zh_of(posts.get(user_id or 0, ()), roles, on)


def posts_of(session: Session, user_ids: Collection[int]) -> Posts:
    """The posts of several people, one statement for all."""
    found: dict[int, list[Post]] = defaultdict(list)
    for post in session.scalars(select(Post).where(Post.user_id.in_(user_ids)).order_by(Post.id)):
        found[post.user_id].append(post)
    return found


def zh_of(posts: Sequence[Post], roles: Sequence[str], on: date) -> str:
    """As ``post_zh``, of the posts that the person ever held."""
    asked = [Role(role) for role in roles]
    held = [post.role for post in posts if _is_held(post, on)]
    known = [role for role in asked if role in held] or held or asked
    return known[0].zh if known else ""


def _is_held(post: Post, on: date) -> bool:
    """``policy.held_on``, of a row at hand."""
    return post.valid_from <= on and (post.valid_to is None or post.valid_to >= on)
