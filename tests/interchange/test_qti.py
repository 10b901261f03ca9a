"""QTI 2.1 as other programs write it, what is named as lost, and files that mean harm."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.interchange.qti import item_paths, read_item
from studyapp.interchange.qti_writing import ItemWriter, manifest
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import Entry, QuizFile, Reading, vault_of
from studyapp.interchange.values import InterchangeError
from studyapp.items.values import Kind, NumberKey, Status
from tests.interchange.quizzing import contents, items, said

HEAD = (
    '<?xml version="1.0"?>\n<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" '
    'identifier="i1" title="One" adaptive="false" timeDependent="false">\n'
)
CHOICE = (
    '<responseDeclaration identifier="R" cardinality="single" baseType="identifier">'
    "<correctResponse><value>B</value></correctResponse></responseDeclaration>"
    '<itemBody><p>Look: <img src="../img/a%20b.png" alt="x"/></p>'
    '<choiceInteraction responseIdentifier="R" shuffle="false" maxChoices="1">'
    "<prompt>Who <strong>issues</strong> it?</prompt>"
    '<simpleChoice identifier="A">Pool<feedbackInline identifier="A" outcomeIdentifier="F">'
    "JWTs only.</feedbackInline></simpleChoice>"
    '<simpleChoice identifier="B">STS</simpleChoice></choiceInteraction></itemBody>'
    '<modalFeedback identifier="B" outcomeIdentifier="F">Right.</modalFeedback>'
    '<modalFeedback identifier="all" outcomeIdentifier="F">See STS.</modalFeedback>'
)


def read(body: str) -> QuizFile:
    reading = Reading("items/1.xml")
    data = f"{HEAD}{body}</assessmentItem>".encode()
    read_item(data, reading, "items/1.xml", {"img/a b.png": b"PNG"})
    return reading.done()


def test_a_choice_comes_with_picture_reasons_and_order() -> None:
    quiz = read(CHOICE)
    assert said(quiz) == []
    (found,) = items(quiz)
    assert found.status is Status.READY
    content = found.content
    assert content.prompt == "Look: ![[attachments/a b.png]]\n\nWho **issues** it?"
    assert quiz.media == {"attachments/a b.png": b"PNG"}
    assert [(o.text, o.correct, o.why) for o in content.options] == [
        ("Pool", False, "JWTs only."),
        ("STS", True, "Right."),
    ]
    assert (content.explanation, content.shuffle) == ("See STS.", False)


def test_answers_that_a_mapping_gives_and_numbers_with_their_tolerance() -> None:
    mapped = (
        '<responseDeclaration identifier="R" cardinality="single" baseType="string"><mapping>'
        '<mapEntry mapKey="STS" mappedValue="1"/><mapEntry mapKey="sts*" mappedValue="1"/>'
        '<mapEntry mapKey="no" mappedValue="0"/></mapping></responseDeclaration><itemBody>'
        '<p>Ask <textEntryInteraction responseIdentifier="R"/> for it.</p></itemBody>'
    )
    (content,) = contents(read(mapped))
    assert content.kind is Kind.TEXT
    assert content.prompt == r"Ask \_\_\_\_\_ for it."
    assert content.accept == ("STS", "sts*")
    number = (
        '<responseDeclaration identifier="R" cardinality="single" baseType="float">'
        "<correctResponse><value>200</value></correctResponse></responseDeclaration>"
        '<itemBody><p>How many?</p><p><textEntryInteraction responseIdentifier="R"/></p></itemBody>'
        '<responseProcessing><equal toleranceMode="relative" tolerance="10 10"/>'
        "</responseProcessing>"
    )
    (content,) = contents(read(number))
    assert content.prompt == "How many?"
    assert content.number == NumberKey(Decimal(200), Decimal(20))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<itemBody><p>Q</p></itemBody>", "it has nothing to answer"),
        (CHOICE.replace("<value>B</value>", ""), "no option is right"),
        (CHOICE.replace('identifier="R" card', 'identifier="X" card'), "what is right is not said"),
        (
            CHOICE.replace("choiceInteraction", "hotspotInteraction"),
            "a <hotspotInteraction> is not read",
        ),
        (
            CHOICE.replace("</itemBody>", "<orderInteraction/></itemBody>"),
            "it has several things to answer, which is not read",
        ),
        ("<p", "it breaks off at line 3"),
    ],
)
def test_what_is_no_question_says_why(body: str, why: str) -> None:
    quiz = read(body)
    ((_, message),) = said(quiz)
    assert why in message
    assert quiz.entries == ()


def test_an_entity_is_refused_and_a_file_that_is_not_there_named() -> None:
    reading = Reading("items/1.xml")
    read_item(b'<!DOCTYPE a [<!ENTITY b "c">]><assessmentItem/>', reading, "x.xml", {})
    assert "declares entities" in reading.remarks[0].message
    with pytest.raises(InterchangeError):
        item_paths(b'<!DOCTYPE a [<!ENTITY b "c">]><manifest/>', "imsmanifest.xml")
    quiz = read(CHOICE.replace("a%20b", "../../etc/passwd"))
    assert "which is not in it" in said(quiz)[0][1]


def test_pictures_travel_and_the_manifest_names_every_item() -> None:
    writer = ItemWriter({"img/a b.png": ("a b.png", b"PNG")}.get)
    question = Question(Kind.TRUE_FALSE, "Is ![[img/a b.png|300]] it, ![[gone.png]]?", "true")
    text = writer.written(Entry(0, question, key="q-1"), question)
    assert writer.files == {"media/a b.png": b"PNG"}
    reading = Reading("x.zip")
    read_item(text.encode(), reading, "items/00001.xml", writer.files)
    (found,) = reading.entries
    assert found.question is not None
    assert found.question.prompt == "Is ![[attachments/a b.png]] it, ![[gone.png]]?"
    assert item_paths(manifest(2).encode(), "imsmanifest.xml") == [
        *("items/00001.xml", "items/00002.xml"),
    ]


PIECES = st.sampled_from(
    [
        *("<itemBody>", "</itemBody>", "<p>", "</p>", "Q", "1 2", '<span class="markdown">'),
        *("<matchInteraction responseIdentifier='R'>", "</matchInteraction>", "<simpleMatchSet/>"),
        *("<textEntryInteraction responseIdentifier='R'/>", "</span>", "<value>", "</value>"),
        *("<responseDeclaration identifier='R' baseType='float'>", "</responseDeclaration>"),
        *("<correctResponse>", "</correctResponse>", "<mapEntry mappedValue='x'/>", "<equal/>"),
    ]
)


@given(st.lists(PIECES, max_size=16))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_item_breaks_it(pieces: list[str]) -> None:
    quiz = read("".join(pieces))
    if quiz.entries:
        vault_of(quiz, "x.zip")
