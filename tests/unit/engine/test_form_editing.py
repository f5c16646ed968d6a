"""A form edited field by field: what is not touched comes back as it was."""

import json
from pathlib import Path

import pytest

from caseflow.engine.forms import editing
from caseflow.engine.forms.editing import BadFormEdit

FORMS = sorted((Path(__file__).parents[3] / "forms").glob("*.form"))
SMALL = {
    "id": "small",
    "components": [
        {"type": "textfield", "key": "a", "label": "甲", "kept": {"by": "us"}},
        {
            "type": "radio",
            "key": "b",
            "label": "乙",
            "values": [{"value": "yes", "label": "是", "hue": 3}, {"value": "no", "label": "否"}],
        },
        {
            "type": "dynamiclist",
            "path": "rows",
            "label": "行",
            "components": [{"type": "number", "key": "n", "label": "数"}],
        },
    ],
    "type": "default",
}


def _bytes(content: object = SMALL) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def _edited(path: str, **values: str) -> dict[str, object]:
    after = json.loads(editing.edited(_bytes(), {path: values}))
    *around, last = path.split(".")
    found = after["components"]
    for part in around:
        found = found[int(part)]["components"]
    return dict(found[int(last)])


@pytest.mark.parametrize("path", FORMS, ids=[path.stem for path in FORMS])
def test_every_form_edited_with_what_it_says_stays_as_it_is(path: Path) -> None:
    data = path.read_bytes()
    said = {item.path: dict(item.values) for item in editing.items(data)}
    assert editing.edited(data, said) == data


def test_fields_are_listed_in_order_with_those_of_lists_below_theirs() -> None:
    found = [(item.path, item.depth, item.values["key"]) for item in editing.items(_bytes())]
    assert found == [("0", 0, "a"), ("1", 0, "b"), ("2", 0, "rows"), ("2.0", 1, "n")]
    assert [item.is_choosing for item in editing.items(_bytes())] == [False, True, False, False]


def test_values_go_where_the_modeller_of_forms_keeps_them() -> None:
    after = _edited(
        "0", label_en="A", required="true", max_length="20", hide="=b = null", key="aa", digits="x"
    )
    assert after == {
        "type": "textfield",
        "key": "aa",
        "label": "甲",
        "kept": {"by": "us"},
        "properties": {"label_en": "A"},
        "validate": {"required": True, "maxLength": 20},
        "conditional": {"hide": "=b = null"},
        "decimalDigits": "x",
    }


def test_what_is_emptied_goes_with_the_part_it_leaves_empty() -> None:
    once = editing.edited(_bytes(), {"0": {"required": "true", "routing": "true"}})
    twice = editing.edited(once, {"0": {"required": "", "routing": "false"}})
    assert twice == _bytes()


def test_choices_are_lines_and_keep_what_else_they_carry() -> None:
    assert _edited("1", choices="yes = 是的\n\nmaybe")["values"] == [
        {"value": "yes", "label": "是的", "hue": 3},
        {"label": "maybe", "value": "maybe"},
    ]
    assert "values" not in _edited("1", choices="")


def test_a_field_that_becomes_a_group_may_hold_fields() -> None:
    assert _edited("0", type="group")["components"] == []
    assert _edited("2", key="lines")["path"] == "lines"
    assert _edited("2.0", min="0", max="1.5")["validate"] == {"min": 0, "max": "1.5"}


def test_texts_and_dates_keep_their_label_under_their_own_name() -> None:
    kinds = {"components": [{"type": "text", "text": "a"}, {"type": "datetime", "dateLabel": "b"}]}
    assert [item.values["label"] for item in editing.items(_bytes(kinds))] == ["a", "b"]
    after = json.loads(editing.edited(_bytes(kinds), {"0": {"label": "x"}, "1": {"label": "y"}}))
    assert (after["components"][0]["text"], after["components"][1]["dateLabel"]) == ("x", "y")


def test_new_fields_get_a_key_that_nobody_has() -> None:
    once = editing.with_field(_bytes(), "0")
    twice = editing.with_field(editing.with_field(once, "2", copied=True), "")
    keys = [item.values["key"] for item in editing.items(twice) if not item.depth]
    assert keys == ["a", "field_1", "b", "field_2", "rows", "field_3"]


def test_fields_move_among_their_neighbours_and_no_farther() -> None:
    def keys(data: bytes) -> list[str]:
        return [item.values["key"] for item in editing.items(data) if not item.depth]

    assert keys(editing.with_field_moved(_bytes(), "0", 1)) == ["b", "a", "rows"]
    assert keys(editing.with_field_moved(_bytes(), "0", -1)) == ["a", "b", "rows"]
    assert editing.items(editing.without_field(_bytes(), "2.0"))[-1].values["key"] == "rows"


def test_the_indent_of_a_file_is_kept() -> None:
    flat = json.dumps(SMALL, ensure_ascii=False).encode()
    tabbed = json.dumps(SMALL, ensure_ascii=False, indent="\t").encode()
    assert b"\n" not in editing.edited(flat, {"0": {"label": "丙"}})
    assert b"\n\t\t\t" in editing.edited(tabbed, {"0": {"label": "丙"}})


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"components": 1}',
        b'{"components": [1]}',
    ],
)
def test_what_is_no_form_is_refused(data: bytes) -> None:
    with pytest.raises(BadFormEdit, match="form_broken"):
        editing.items(data)


@pytest.mark.parametrize("path", ["9", "x", "-1", "2.9", "0.0", "99999"])
def test_a_place_that_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(BadFormEdit):
        editing.without_field(_bytes(), path)


def test_a_part_that_is_no_part_is_left_alone() -> None:
    odd = {"components": [{"type": "radio", "key": "a", "validate": 3, "values": [1]}]}
    assert editing.items(_bytes(odd))[0].values["choices"] == ""
    with pytest.raises(BadFormEdit, match="form_broken"):
        editing.edited(_bytes(odd), {"0": {"required": "true"}})


def test_more_choices_than_anybody_reads_are_refused() -> None:
    lines = "\n".join(f"c{n} = {n}" for n in range(201))
    with pytest.raises(BadFormEdit, match="form_choices_many"):
        editing.edited(_bytes(), {"1": {"choices": lines}})
