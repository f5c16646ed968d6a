"""A next version of a process: edited, handed in, approved by a second person, on the record."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from caseflow.models import Definition, DefinitionDraft
from caseflow.models.record import RecordEvent
from caseflow.record_format import DEFINITIONS_STREAM
from caseflow.services import definitions, drafts
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    Conflict,
    DraftStatus,
    Forbidden,
    Invalid,
    NotFound,
    Role,
    Stale,
)
from tests import cast, factories
from tests.cast import Cast
from tests.services.test_separation import also

WV = "warning_verification"
FORM = "wv_review.form"
REASON = "请示后放宽，见会议纪要"


def edited(name: str = FORM, old: str = '"label"', new: str = '"label" ') -> bytes:
    """A file of the shipped bundle with one thing changed."""
    shipped = factories.bundle()[name].decode()
    assert old in shipped
    return shipped.replace(old, new, 1).encode()


def begun(session: Session, people: Cast) -> DefinitionDraft:
    definitions.deploy(session, SYSTEM, factories.bundle())
    return drafts.begin(session, people.sysadmin, WV)


def saved(
    session: Session, who: Actor, draft: DefinitionDraft, files: Mapping[str, bytes]
) -> DefinitionDraft:
    for name, data in files.items():
        seen = drafts.digest(draft, name)
        drafts.save(session, who, draft.id, seen=seen, name=name, data=data)
    return draft


def submitted(session: Session, people: Cast, who: Actor | None = None) -> DefinitionDraft:
    draft = begun(session, people)
    saved(session, who or people.sysadmin, draft, {FORM: edited()})
    return drafts.submit(
        session,
        who or people.sysadmin,
        draft.id,
        revision=draft.revision,
        title="改",
        reason=REASON,
    )


def approved(session: Session, people: Cast) -> Definition:
    draft = submitted(session, people)
    return drafts.approve(session, people.division, draft.id, revision=draft.revision, note="")


def test_an_approved_draft_is_the_version_of_new_cases(session: Session) -> None:
    people = cast.enter(session)
    old = factories.case(session, factories.taxpayer(session))
    approved(session, people)
    new = factories.case(session, factories.taxpayer(session, serial=2))
    versions = {
        each: session.get_one(Definition, each.definition_id).version for each in (old, new)
    }
    assert list(versions.values()) == [1, 2]


def test_a_version_says_who_handed_it_in_and_who_approved_it(session: Session) -> None:
    people = cast.enter(session)
    version = approved(session, people)
    assert version.files[FORM].encode() == edited()
    assert (version.deployed_by, version.approved_by) == (
        people.sysadmin.user_id,
        people.division.user_id,
    )
    assert version.reason == REASON


def test_every_act_on_a_draft_is_on_the_record(session: Session) -> None:
    people = cast.enter(session)
    approved(session, people)
    actions = session.scalars(
        select(RecordEvent.action)
        .where(RecordEvent.stream == DEFINITIONS_STREAM)
        .order_by(RecordEvent.seq)
    ).all()
    assert actions == [
        "definition.deployed",
        "definition.draft_begun",
        "definition.draft_saved",
        "definition.submitted",
        "definition.deployed",
        "definition.approved",
    ]


def test_a_second_begin_opens_the_same_draft(session: Session) -> None:
    people = cast.enter(session)
    draft = begun(session, people)
    assert drafts.begin(session, people.analyst, WV) is draft


def test_what_two_people_save_at_once_is_not_lost(session: Session) -> None:
    people = cast.enter(session)
    draft = begun(session, people)
    seen = drafts.digest(draft, FORM)
    drafts.save(session, people.sysadmin, draft.id, seen=seen, name=FORM, data=edited())
    with pytest.raises(Stale) as refusal:
        drafts.save(session, people.analyst, draft.id, seen=seen, name=FORM, data=b"{}")
    assert refusal.value.code == "draft_file_changed"
    assert refusal.value.values["seen"] == drafts.digest(draft, FORM)
    assert draft.files[FORM].encode() == edited()


def test_different_files_of_a_draft_are_saved_by_two_people_at_once(session: Session) -> None:
    people = cast.enter(session)
    draft = begun(session, people)
    other = "wv_assign.form"
    seen, seen_too = drafts.digest(draft, FORM), drafts.digest(draft, other)
    drafts.save(session, people.sysadmin, draft.id, seen=seen, name=FORM, data=edited())
    drafts.save(session, people.analyst, draft.id, seen=seen_too, name=other, data=edited(other))
    assert draft.files[FORM].encode() == edited()
    assert draft.files[other].encode() == edited(other)
    assert draft.revision == 3


def test_a_file_that_appeared_meanwhile_is_not_overwritten_as_if_new(session: Session) -> None:
    people = cast.enter(session)
    draft = begun(session, people)
    drafts.save(session, people.sysadmin, draft.id, seen="", name="wv_new.form", data=b"{}")
    with pytest.raises(Stale, match="draft_file_changed"):
        drafts.save(session, people.analyst, draft.id, seen="", name="wv_new.form", data=b"[]")


def test_a_broken_draft_is_saved_but_not_handed_in(session: Session) -> None:
    people = cast.enter(session)
    draft = saved(session, people.sysadmin, begun(session, people), {FORM: b"{"})
    with pytest.raises(Invalid) as refusal:
        drafts.submit(
            session, people.sysadmin, draft.id, revision=draft.revision, title="改", reason=REASON
        )
    assert refusal.value.code == "bundle_refused"
    assert FORM in {f.file for f in drafts.findings(draft) if f.level == "error"}


def test_a_draft_without_a_change_is_not_handed_in(session: Session) -> None:
    people = cast.enter(session)
    draft = begun(session, people)
    with pytest.raises(Invalid, match="draft_unchanged"):
        drafts.submit(
            session, people.sysadmin, draft.id, revision=draft.revision, title="改", reason=REASON
        )


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("../wv.form", b"{}", "draft_file_name"),
        ("readme.txt", b"{}", "draft_file_name"),
        ("wv_new.form", b"x" * (drafts.LARGEST_FILE + 1), "draft_file_too_large"),
        ("wv_new.form", "流程".encode("gb18030"), "draft_file_encoding"),
        ("wv_new.form", b" \n", "draft_file_empty"),
        ("wv_new.form", b"{\0}", "draft_file_empty"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused(
    session: Session, name: str, data: bytes, code: str
) -> None:
    people = cast.enter(session)
    draft = begun(session, people)
    before = dict(draft.files)
    with pytest.raises(Invalid, match=code):
        drafts.save(
            session,
            people.sysadmin,
            draft.id,
            seen=drafts.digest(draft, name),
            name=name,
            data=data,
        )
    assert draft.files == before


def test_a_file_taken_out_is_gone(session: Session) -> None:
    people = cast.enter(session)
    draft = begun(session, people)
    drafts.remove(session, people.sysadmin, draft.id, seen=drafts.digest(draft, FORM), name=FORM)
    assert FORM not in draft.files
    with pytest.raises(NotFound):
        drafts.remove(session, people.sysadmin, draft.id, seen="", name=FORM)


def test_the_process_keeps_its_identity(session: Session) -> None:
    people = cast.enter(session)
    drawing = f"{WV}.bpmn"
    data = edited(drawing, f'process id="{WV}"', 'process id="another"')
    data = data.replace(f'"{WV}"'.encode(), b'"another"')
    draft = saved(session, people.sysadmin, begun(session, people), {"another.bpmn": data})
    drafts.remove(
        session, people.sysadmin, draft.id, seen=drafts.digest(draft, drawing), name=drawing
    )
    with pytest.raises(Invalid) as refusal:
        drafts.submit(
            session, people.sysadmin, draft.id, revision=draft.revision, title="改", reason=REASON
        )
    assert refusal.value.code == "draft_other_process", refusal.value


@pytest.mark.parametrize("login", ["officer", "chief", "director", "division", "auditor"])
def test_others_may_not_draft(session: Session, login: str) -> None:
    people = cast.enter(session)
    definitions.deploy(session, SYSTEM, factories.bundle())
    with pytest.raises(Forbidden):
        drafts.begin(session, people.people[login], WV)


def test_the_author_may_not_approve_whatever_the_post(session: Session) -> None:
    people = cast.enter(session)
    both = also(session, people.sysadmin, Role.DIVISION_CHIEF, people.division)
    both = _with_line(session, both)
    draft = submitted(session, people)
    with pytest.raises(Forbidden, match="own_draft"):
        drafts.approve(session, both, draft.id, revision=draft.revision, note="")


def test_who_has_changed_it_may_not_approve_what_another_handed_in(session: Session) -> None:
    people = cast.enter(session)
    both = _with_line(session, also(session, people.analyst, Role.DIVISION_CHIEF, people.division))
    draft = saved(session, both, begun(session, people), {FORM: edited()})
    drafts.submit(
        session, people.sysadmin, draft.id, revision=draft.revision, title="改", reason=REASON
    )
    with pytest.raises(Forbidden, match="own_draft"):
        drafts.approve(session, both, draft.id, revision=draft.revision, note="")


def _with_line(session: Session, who: Actor) -> Actor:
    """The same person as chief of the division that owns the procedure."""
    session.execute(
        text("UPDATE posts SET line = 'admin_tech_division' WHERE role = 'division_chief'")
    )
    return cast.people_on_file(session).people[
        session.execute(
            text("SELECT login FROM users WHERE id = :id"), {"id": who.user_id}
        ).scalar_one()
    ]


def test_the_chief_of_another_division_may_not_approve(session: Session) -> None:
    people = cast.enter(session)
    other = also(session, people.director, Role.DIVISION_CHIEF, people.division)
    draft = submitted(session, people)
    with pytest.raises(Forbidden, match="not_the_owner"):
        drafts.approve(session, other, draft.id, revision=draft.revision, note="")


@pytest.mark.parametrize("login", ["sysadmin", "analyst", "chief", "director"])
def test_others_may_not_approve(session: Session, login: str) -> None:
    people = cast.enter(session)
    draft = submitted(session, people)
    with pytest.raises(Forbidden, match="not_your_post"):
        drafts.approve(session, people.people[login], draft.id, revision=draft.revision, note="")


def test_what_is_approved_is_what_was_looked_at(session: Session) -> None:
    people = cast.enter(session)
    draft = submitted(session, people)
    with pytest.raises(Stale):
        drafts.approve(session, people.division, draft.id, revision=draft.revision - 1, note="")


def test_a_draft_in_approval_is_not_edited_until_it_is_taken_back(session: Session) -> None:
    people = cast.enter(session)
    draft = submitted(session, people)
    with pytest.raises(Conflict, match="draft_submitted"):
        drafts.save(
            session,
            people.sysadmin,
            draft.id,
            seen=drafts.digest(draft, FORM),
            name=FORM,
            data=b"{}",
        )
    drafts.take_back(session, people.sysadmin, draft.id)
    saved(session, people.sysadmin, draft, {FORM: b"{}"})
    assert draft.status is DraftStatus.DRAFT


def test_a_rejected_draft_is_begun_anew_with_its_changes(session: Session) -> None:
    people = cast.enter(session)
    draft = submitted(session, people)
    drafts.reject(session, people.division, draft.id, revision=draft.revision, note="再斟酌一下")
    again = drafts.resume(session, people.sysadmin, draft.id)
    assert draft.status is DraftStatus.REJECTED
    assert again.id != draft.id
    assert again.files == draft.files


def test_a_rejection_says_why(session: Session) -> None:
    people = cast.enter(session)
    draft = submitted(session, people)
    with pytest.raises(Invalid, match="reason_length"):
        drafts.reject(session, people.division, draft.id, revision=draft.revision, note="不")


def test_a_withdrawn_draft_makes_room_for_another(session: Session) -> None:
    people = cast.enter(session)
    draft = begun(session, people)
    drafts.withdraw(session, people.sysadmin, draft.id)
    assert drafts.begin(session, people.sysadmin, WV).id != draft.id
    with pytest.raises(Conflict, match="uq_definition_drafts_one_open"):
        drafts.resume(session, people.sysadmin, draft.id)


def test_a_draft_of_an_old_version_is_carried_over_first(session: Session) -> None:
    people = cast.enter(session)
    draft = saved(session, people.sysadmin, begun(session, people), {FORM: edited()})
    other = {**factories.bundle(), "wv_reply.form": edited("wv_reply.form")}
    definitions.deploy(session, SYSTEM, other)
    with pytest.raises(Conflict, match="draft_outdated"):
        drafts.submit(
            session, people.sysadmin, draft.id, revision=draft.revision, title="改", reason=REASON
        )
    assert drafts.changed_on_both_sides(session, draft) == ()
    drafts.rebase(session, people.sysadmin, draft.id, revision=draft.revision)
    assert draft.files[FORM].encode() == edited()
    assert draft.files["wv_reply.form"].encode() == other["wv_reply.form"]


@pytest.mark.parametrize(("mine", "kept"), [((FORM,), '"label" '), ((), '"label"  ')])
def test_of_a_file_that_both_changed_one_side_is_chosen(
    session: Session, mine: tuple[str, ...], kept: str
) -> None:
    people = cast.enter(session)
    draft = saved(session, people.sysadmin, begun(session, people), {FORM: edited()})
    definitions.deploy(session, SYSTEM, {**factories.bundle(), FORM: edited(new='"label"  ')})
    assert drafts.changed_on_both_sides(session, draft) == (FORM,)
    drafts.rebase(session, people.sysadmin, draft.id, revision=draft.revision, mine=mine)
    assert draft.files[FORM].encode() == edited(new=kept)


def test_nobody_overtakes_an_approved_version_alone(session: Session) -> None:
    people = cast.enter(session)
    version = approved(session, people)
    other = {**factories.bundle(), "wv_reply.form": edited("wv_reply.form")}
    with pytest.raises(Conflict, match="version_needs_approval"):
        definitions.deploy(session, SYSTEM, other)
    assert definitions.latest(session, WV).id == version.id
    assert definitions.deploy(session, SYSTEM, factories.bundle()).version == 1


def test_an_upgrade_follows_a_version_that_the_house_brought_along(session: Session) -> None:
    definitions.deploy(session, SYSTEM, factories.bundle())
    other = {**factories.bundle(), "wv_reply.form": edited("wv_reply.form")}
    assert definitions.deploy(session, SYSTEM, other).version == 2


def test_a_bureau_may_go_back_to_what_an_older_version_said(session: Session) -> None:
    people = cast.enter(session)
    approved(session, people)
    draft = drafts.begin(session, people.sysadmin, WV)
    saved(session, people.sysadmin, draft, {FORM: factories.bundle()[FORM]})
    drafts.submit(
        session, people.sysadmin, draft.id, revision=draft.revision, title="改回", reason=REASON
    )
    back = drafts.approve(session, people.division, draft.id, revision=draft.revision, note="")
    first = session.scalars(select(Definition).where(Definition.version == 1)).one()
    assert (back.version, back.sha256) == (3, first.sha256)


def test_a_version_cannot_be_changed_by_the_application(session: Session) -> None:
    cast.enter(session)
    definitions.deploy(session, SYSTEM, factories.bundle())
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("UPDATE definitions SET note = 'x'"))
