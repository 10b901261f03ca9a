"""Cards as CSV: what Anki's text import and spreadsheets write."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.interchange.apkg.reading import block_id
from studyapp.interchange.csv_.reading import make_vault
from studyapp.interchange.csv_.records import harmless, meant, read_records, write_record
from studyapp.interchange.values import InterchangeError, VaultFiles
from studyapp.items.values import Content, Kind, Status
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import ItemDraft, VaultSettings

WEAK = {
    "answer-in-stem",
    "every-option-right",
    "option-names-place",
    "explanation-names-letter",
    "longest-is-right",
}
"""Remarks about a question that can be asked as it is."""


def items(files: VaultFiles) -> list[ItemDraft]:
    """The questions of the vault's notes, all of which can be asked."""
    found: list[ItemDraft] = []
    for path, text in files.notes.items():
        note = parse_note(path, text.encode(), VaultSettings())
        assert not {diagnostic.code for diagnostic in note.diagnostics} - WEAK
        found += note.items
    assert all(item.status is Status.READY for item in found)
    return found


def contents(text: str, name: str = "cards.csv") -> list[Content]:
    files = make_vault(text, name)
    assert files.remarks == ()
    return [item.content for item in items(files)]


BASIC = Content(Kind.BASIC, "What is STS?", "Security Token Service")


@pytest.mark.parametrize(
    "text",
    [
        "What is STS?,Security Token Service\n",
        "What is STS?;Security Token Service",
        "What is STS?\tSecurity Token Service\t",
        "Question,Answer\nWhat is STS?,Security Token Service\n",
        "Answer;Nobody knows;question\nSecurity Token Service;x;What is STS?\n",
        "#separator:Semicolon\n#html:false\nWhat is STS?;Security Token Service\n",
        '#separator:|\n"What is STS?"|Security Token Service\n',
        "#columns:back,front\nSecurity Token Service,What is STS?\n",
        "# a remark\n\n  \nWhat is STS?,Security Token Service\n",
    ],
)
def test_a_card_is_read_however_its_row_is_written(text: str) -> None:
    assert contents(text) == [BASIC]


def test_anki_s_plain_text_export_is_read_with_guids_decks_and_tags() -> None:
    text = (
        "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
        "#tags column:6\n"
        'p&1"x\tBasic\tCloud::STS\tWho <b>issues</b>?\t"STS<br>""only"""\taws::sts hard\n'
        "q\tBasic (and reversed card)\tCloud\tGetId\tIdentity ID\t\n"
        "r\tCloze\tCloud\tThe {{c1::ID}} token\tSo\t\n"
    )
    files = make_vault(text, "Selected Notes.txt")
    assert (files.title, files.remarks) == ("Selected Notes", ())
    assert list(files.notes) == ["Cloud/STS.md", "Cloud.md"]
    assert "#aws/sts #hard" in files.notes["Cloud/STS.md"]
    assert {item.explicit_id: item.content for item in items(files)} == {
        block_id('p&1"x'): Content(Kind.BASIC, "Who **issues**?", 'STS\n"only"'),
        block_id("q"): Content(Kind.BASIC, "GetId", "Identity ID"),
        f"{block_id('q')}/reversed": Content(Kind.REVERSED, "Identity ID", "GetId"),
        block_id("r"): Content(
            Kind.CLOZE,
            "The […] token",
            answer="ID",
            explanation="So",
            revealed="The ==ID== token",
        ),
    }


def test_a_field_may_have_lines_quotes_and_separators() -> None:
    text = 'a,"one, ""two""\n\n- three"\n'
    assert contents(text) == [Content(Kind.BASIC, "a", 'one, "two"\n\n- three')]


@pytest.mark.parametrize(
    ("options", "key", "right"),
    [
        ("one | two | three", "two", [1]),
        ("one | two | three", "B", [1]),
        ("one | two | three", "a, c", [0, 2]),
        ("A. one\nB. two\nC. three", "b", [1]),
        ("1) one\n2) two\n3) three", "3", [2]),
        ("one\n* two\nthree", "", [1]),
        ("[ ] one\n[x] two\n[x] three", "", [1, 2]),
        ("- [ ] one\n- [X] two\n- [ ] three", "", [1]),
    ],
)
def test_options_say_which_is_right_or_the_back_does(
    options: str, key: str, right: list[int]
) -> None:
    (found,) = contents(f'Front,Back,Options\nWhich?,"{key}","{options}"\n')
    assert [option.text for option in found.options] == ["one", "two", "three"]
    assert [at for at, option in enumerate(found.options) if option.correct] == right


def test_options_may_have_a_column_each() -> None:
    (found,) = contents("Question,Option A,Option B,Answer\nWhich?,one,two,B\n")
    assert [(option.text, option.correct) for option in found.options] == [
        ("one", False),
        ("two", True),
    ]


def test_a_bad_row_is_named_with_its_line_and_costs_nothing_else() -> None:
    text = (
        "#columns:front,back,kind,options,guid\n"
        'one,"1\n1",,,g\n'
        'two,"2" 2,,,\n'
        "three,,,,\n"
        ",4,,,\n"
        "five,5,riddle,,\n"
        "six,6,choice,a|b,\n"
        "seven,7,cloze,,\n"
        "eight,8,match,,\n"
        'nine,"9\n'
        "ten,10,,,g\n"
    )
    files = make_vault(text, "in/cards.csv")
    assert [item.content.prompt for item in items(files)] == ["one", "ten"]
    assert {remark.path for remark in files.remarks} == {"in/cards.csv"}
    said = {remark.line: remark.message for remark in files.remarks}
    assert list(said) == [4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert "a quote is opened here" in said[4]
    assert "no back" in said[5]
    assert "no front" in said[6]
    assert "there is no kind “riddle”; the kinds are basic" in said[7]
    assert "no option is right" in said[8]
    assert "without a gap" in said[9]
    assert "left → right" in said[10]
    assert "a quote is opened here" in said[11]
    assert "“g” is there twice" in said[12]


@pytest.mark.parametrize("text", ["", "\n\n", "just words\nand more\n", "#separator:comma\n"])
def test_a_file_without_a_card_is_refused(text: str) -> None:
    with pytest.raises(InterchangeError, match=r"“x\.csv” holds no card"):
        make_vault(text, "x.csv")


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("a,;\t\"\n#'|=-{}c1:[x] ")))
def test_no_text_is_too_broken_to_be_read(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= record.line <= lines for record in read_records(text, ","))
    with suppress(InterchangeError):
        assert make_vault(text, "x.csv").notes


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


@given(st.lists(CELLS, min_size=2))
def test_a_row_is_read_as_it_was_written(fields: list[str]) -> None:
    (found,) = read_records(write_record(fields), ",")
    assert [meant(field) for field in found.fields] == fields


@given(CELLS)
def test_nothing_that_is_written_is_a_formula(field: str) -> None:
    assert not harmless(field).startswith(("=", "+", "-", "@", "\t", "\r"))
