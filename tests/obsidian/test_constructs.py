"""Everything that Obsidian's notes are known to hold, a row each, and what becomes of it.

A table of the whole for who wants to know whether something is read; the files beside this one go
into each syntax and shape.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studyapp.items.values import Kind, Status
from studyapp.obsidian.links import Resolver
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.render import Hrefs, render_note
from studyapp.obsidian.settings import parse_settings
from studyapp.obsidian.values import Dialect, Link, LinkKind, ParsedNote, VaultSettings

from .markdown.pairs import LINKS

PLUGIN = ".obsidian/plugins/obsidian-spaced-repetition/data.json"


def read(text: str, settings: VaultSettings | None = None) -> ParsedNote:
    return parse_note("Note.md", text.encode(), settings or VaultSettings())


def shown(text: str, settings: VaultSettings | None = None) -> str:
    """The note's page, without line breaks and the places of lines."""
    note = render_note(read(text, settings), Hrefs(LINKS, tags="/t/"), settings or VaultSettings())
    html = note.html.replace(' rel="noopener noreferrer"', "").replace("\n", "")
    return re.sub(r' data-line="\d+"| id="L\d+"|<span id="L\d+"></span>', "", html)


# --- questions ----------------------------------------------------------------------------------

Asked = tuple[str, str, str, str]
"""Shape, prompt, answer, explanation."""

QUESTIONS: dict[str, tuple[str, list[Asked]]] = {
    "S1: the title asks, the body answers": (
        "> [!question] What is STS?\n> A service.\n> A remark.",
        [("S1", "What is STS?", "A service.\nA remark.", "")],
    ),
    "S1h: a rule parts answer and explanation": (
        "> [!question] What is STS?\n> A service.\n>\n> ---\n> It is global.",
        [("S1h", "What is STS?", "A service.", "It is global.")],
    ),
    "S2: a label for a title, the question below": (
        "> [!question] Example question\n> What is STS?\n>\n> A service.\n>\n> ---\n> Global.",
        [("S2", "What is STS?", "A service.", "Global.")],
    ),
    "S4: the title is the takeaway": (
        "> [!question] STS is global\n> Which service is it?\n> ---\n> - STS",
        [("S4", "Which service is it?", "- STS", "STS is global")],
    ),
    "S0: a question without an answer, before a list": (
        "> [!question] What is STS?\n\n- not the answer",
        [("S0", "What is STS?", "", "")],
    ),
    "S8: a topic for a title": (
        "> [!question] Temporary credentials\n> STS issues them.",
        [("S8", "Temporary credentials", "STS issues them.", "")],
    ),
    "S5a: lettered options and a nested answer": (
        "> [!question] Which?\n> A. STS\n> B. S3\n"
        "> > [!success]- Answer\n> > A\n> > Rationale: so.",
        [("S5a", "Which?", "STS", "so.")],
    ),
    "S5b: true or false": (
        "> [!question] True or false: STS is global?\n> > [!success]- Answer\n> > True. It is.",
        [("S5b", "True or false: STS is global?", "True", "It is.")],
    ),
    "S5d: an open question and a nested answer": (
        "> [!question] What is STS?\n> In a word.\n> > [!success]- Answer\n> > A service",
        [("S5d", "What is STS?\n\nIn a word.", "A service", "")],
    ),
    "S5c: two groups and arrows": (
        "> [!question] Match\n> a) STS\n> b) S3\n>\n> x) tokens\n> y) files\n>\n"
        "> > [!success]- Answer\n> > a) -> x)\n> > b) -> y)",
        [("S5c", "Match", "STS → tokens\nS3 → files", "")],
    ),
    "S6: boxes that are ticked": (
        "> [!question] Which?\n> - [x] STS\n> - [ ] S3",
        [("S6", "Which?", "STS", "")],
    ),
    "S6: a to-do list is no question": ("- [x] STS\n- [ ] S3", []),
    "S7: a number, and callouts for options": (
        "1. Which?\n\n> [!success] STS\n> It issues them.\n\n> [!fail] S3",
        [("S7", "Which?", "STS", "")],
    ),
    "spaced repetition in a line": (
        "#flashcards\n\nWhat is STS?::A service",
        [("spaced-repetition", "What is STS?", "A service", "")],
    ),
    "spaced repetition both ways": (
        "#flashcards\n\nSecurity Token Service:::the service of STS",
        [
            ("spaced-repetition", "Security Token Service", "the service of STS", ""),
            ("spaced-repetition", "the service of STS", "Security Token Service", ""),
        ],
    ),
    "spaced repetition in lines, to the blank one": (
        "#flashcards\n\nWhat is STS?\n?\nA service\n\nNo answer",
        [("spaced-repetition", "What is STS?", "A service", "")],
    ),
    "spaced repetition without its tag: a field": ("Status:: open\nwhat::this", []),
    "spaced repetition: no card in code or an ARN": (
        "#flashcards\n\n`std::vector` and arn:aws:iam::123:role/x\n\n```\na::b\n```",
        [],
    ),
    "clozes: numbered": (
        "{{c1::STS::who?}} issues tokens.",
        [("prose-cloze", "[…] issues tokens.", "STS", "")],
    ),
    "clozes: in braces": (
        "{1:STS} issues {@{tokens}@}.",
        [
            ("prose-cloze", "[…] issues tokens.", "STS", ""),
            ("prose-cloze", "STS issues […].", "tokens", ""),
        ],
    ),
    "clozes: said so, highlighted": (
        "> [!question|cloze]\n> ==STS== issues tokens.",
        [("cloze", "[…] issues tokens.", "STS", "")],
    ),
    "clozes: highlights and bold are emphasis": ("==STS== issues **tokens**.", []),
    "headings and labels are prose": ("## What is STS?\nA service.\n\nQ: a\nA: b", []),
    "details": (
        "1. Which?\n   - A. STS\n   - B. S3\n\n"
        "   <details>Correct answer: A\n\n   Explanation: so.</details>",
        [("details", "Which?", "STS", "so.")],
    ),
    "other plugins: #card": (
        "What is STS? #card\nA service",
        [("card", "What is STS?", "A service", "")],
    ),
    "other plugins: START and END": (
        "START\nBasic\nWhat is STS?\nBack: A service\n<!--ID: 1234-->\nEND",
        [("anki-block", "What is STS?", "A service", "")],
    ),
    "callouts of a title alone are remarks": ("> [!tip] STS is global\n\n> [!note] So is IAM", []),
}


@pytest.mark.parametrize("row", QUESTIONS)
def test_questions(row: str) -> None:
    text, expected = QUESTIONS[row]
    asked = [(item.shape, item.content) for item in read(text).items]
    assert [(s, c.prompt, c.answer, c.explanation) for s, c in asked] == expected


@pytest.mark.parametrize(
    ("dialect", "text", "kind"),
    [
        (Dialect.HEADINGS, "## What is STS?\nA service.", Kind.BASIC),
        (Dialect.HEADINGS, "## Question (en)\nWhat?\n\n## Answer (en)\nThis.", Kind.BASIC),
        (Dialect.LABELS, "Q: What is STS?\nA: A service.", Kind.BASIC),
        (Dialect.CARDS, "What is STS?::A service.", Kind.BASIC),
        (Dialect.CARDS, "What is STS?\n?\nA service.", Kind.BASIC),
        (Dialect.HIGHLIGHTS, "==STS== issues tokens.", Kind.CLOZE),
        (Dialect.BOLD, "**STS** issues tokens.", Kind.CLOZE),
    ],
)
def test_ways_of_asking_that_are_switched_on(dialect: Dialect, text: str, kind: Kind) -> None:
    (item,) = read(text, VaultSettings(dialects=(("", dialect),))).items
    assert (item.content.kind, item.status) == (kind, Status.READY)
    assert read(text).offers == {dialect: 1}


def test_separators_marks_and_history_of_the_plugin() -> None:
    settings, _ = parse_settings(
        {PLUGIN: b'{"settings": {"singleLineCardSeparator": ";;", "flashcardTags": ["#deck"]}}'}
    )
    (item,) = read("#deck\n\nWhat?;;This <!--SR:!2026-01-02,3,250-->", settings).items
    assert item.content.answer == "This"
    assert item.schedule is not None
    assert (item.schedule.interval, item.schedule.ease) == (3, 250)


# --- what is shown ------------------------------------------------------------------------------

SHOWN: dict[str, tuple[str, str]] = {
    "a list straight after a line": ("a\n- b", "<p>a</p><ul><li>b</li></ul>"),
    "a fence straight after a line": ("a\n```\nb\n```", "<p>a</p><pre"),
    "a list nested by two": ("- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
    "a list nested by three": ("1. a\n   - b", "<ol><li>a<ul><li>b</li></ul></li></ol>"),
    "1)": ("1) a", "<ol><li>a</li></ol>"),
    "a list after a quote": ("> a\n- b", "<blockquote><p>a</p></blockquote><ul><li>b</li></ul>"),
    "a fence in a list": ("- a\n  ```\n  b\n  ```", "<ul><li>a<pre"),
    "a fence in a quote": ("> ```\n> b\n> ```", "<blockquote><pre"),
    "a line is a line": ("a\nb", "<p>a<br>b</p>"),
    "callouts one after the other": (
        "> [!tip] So it is\n> [!note] And so",
        '<p class="callout__title"><span class="callout__label">Tip</span> So it is</p></div>'
        '<div class="callout" data-callout="note">',
    ),
    "a callout in a list": ("- > [!tip] a", '<ul><li><div class="callout" data-callout="tip">'),
    "a type with spaces": ("> [!my type] a", 'data-callout="my type"'),
    "a callout glued to text": ("a\n> [!tip] b", '<p>a</p><div class="callout"'),
    "callouts in callouts": ("> [!tip] a\n> > [!note] b", '__body"><div class="callout"'),
    "a callout of a title alone": ("> [!tip] So it is", "</span> So it is</p></div>"),
    "a folded callout": ("> [!tip]- a", '<details class="callout" data-callout="tip"><summary'),
    "an open one that folds": ("> [!tip]+ a", 'data-callout="tip" open="">'),
    "upper case": ("> [!TIP] a", 'data-callout="tip"'),
    "a wikilink": ("[[Note]]", '<a class="wikilink" href="/v/note">Note</a>'),
    "an alias": ("[[Note|so]]", 'href="/v/note">so</a>'),
    "a heading": ("[[Note#Part#Sub]]", 'href="/v/note#h-sub">'),
    "a block": ("[[Note#^id]]", 'href="/v/note#b-id">'),
    "a bar in a table": ("| a |\n|---|\n| [[Note\\|so]] |", 'href="/v/note">so</a></td>'),
    "a picture": ("![[pic.png]]", '<a class="picture" href="/f/pic.png"><img alt="pic"'),
    "its width": ("![[pic.png|100]]", 'src="/f/pic.png" width="100"'),
    "width and height": ("![[pic.png|100x50]]", 'height="50" loading="lazy" src="/f/pic.png" wid'),
    "a picture from elsewhere": ("![250](https://a.b/c.png)", '<a class="external" href="https://'),
    "sound": ("![[talk.mp3]]", '<audio aria-label="talk.mp3" controls=""'),
    "film": ("![[film.mp4]]", '<video aria-label="film.mp4" controls=""'),
    "a page of a PDF": (
        "![[paper.pdf#page=3]]",
        'href="/f/paper.pdf#page=3">paper.pdf, page 3</a>',
    ),
    "a canvas": ("![[Board.canvas]]", "(canvas, not shown here)"),
    "bold in italics": ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
    "a tag at a line's start": ("#tag", '<p><a class="tag" href="/t/tag/">#tag</a></p>'),
    "a nested tag": ("a #b/c", 'href="/t/b/c/">#b/c</a>'),
    "a number is no tag": ("a #1984", "<p>a #1984</p>"),
    "a highlight": ("==a==", "<mark>a</mark>"),
    "struck out": ("~~a~~", "<del>a</del>"),
    "a bare address": ("see https://a.b.", 'href="https://a.b">https://a.b</a>.'),
    "a task": ("- [x] a", '<li class="task"><input aria-label="done" checked="" disabled=""'),
    "a formula": ("$x$", '<span class="math">x</span>'),
    "a formula of its own": ("$$\nx\n$$", '<div class="math">x</div>'),
    "a footnote": ("a[^1]\n\n[^1]: b", '<li id="fn-1"><p>b '),
    "a footnote in place": ("a^[b]", '<li id="fn-1">b '),
    "a comment": ("a %%b%% c", "<p>a c</p>"),
    "a comment of lines": ("a\n\n%%\nb\n%%\n\nc", "<p>a</p><p>c</p>"),
    "a block id": ("a ^id", '<p id="b-id">a</p>'),
    "a block id in code": ("`a ^id`", "<code>a ^id</code>"),
    "a block id after a list": ("- a\n\n^id", '<ul id="b-id">'),
    "no definition list": ("a\n: b", "<p>a<br>: b</p>"),
    "a script": ("a <script>b</script>", "<p>a </p>"),
    "code in colour": ("```py\nx = 1\n```", '<span class="n">x</span>'),
    "a diagram": ("```mermaid\ngraph\n```", '<pre class="mermaid"'),
    "a Dataview field": ("Status:: open", "<p>Status:: open</p>"),
    "a Dataview field in a line": ("on [due:: 2026-01-01]", "<p>on [due:: 2026-01-01]</p>"),
    "a Dataview query": ("```dataview\nTABLE x\n```", 'class="language-dataview">TABLE x'),
    "a placeholder": ("<your-bucket>", "<p>&lt;your-bucket&gt;</p>"),
    "an escaped star": (r"\*a\*", "<p>*a*</p>"),
}


@pytest.mark.parametrize("row", SHOWN)
def test_what_is_shown(row: str) -> None:
    text, expected = SHOWN[row]
    assert expected in shown(text)


def test_the_vault_may_want_lines_joined() -> None:
    settings, _ = parse_settings({".obsidian/app.json": b'{"strictLineBreaks": true}'})
    assert "<br>" not in shown("a\nb", settings)


BUILT_IN = [
    *("note", "abstract", "summary", "tldr", "info", "todo", "tip", "hint", "important"),
    *("success", "check", "done", "question", "help", "faq", "warning", "caution", "attention"),
    *("failure", "fail", "missing", "danger", "error", "bug", "example", "quote", "cite"),
]


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_type_of_callout_of_obsidians_own_has_its_colour(kind: str) -> None:
    css = Path(__file__).parents[2] / "static" / "css" / "components" / "callout.css"
    assert f'[data-callout="{kind}"]' in css.read_text()
    assert f'data-callout="{kind}"' in shown(f"> [!{kind.upper()}]\n> a")


# --- properties ---------------------------------------------------------------------------------

FRONT: dict[str, tuple[str, dict[str, object]]] = {
    "a colon in a value": ("title: a: b\ntags: x", {"title": "a: b", "tags": "x"}),
    "a template's braces": ("date: {{date}}\nx: 1", {"x": 1}),
    "a key that is a number": ("1: a", {"1": "a"}),
    "a link that is not quoted": ("up: [[Note]]", {"up": "[[Note]]"}),
    "a date without seconds": ("at: 2026-01-02T10:20", {"at": "2026-01-02T10:20"}),
    "yes and no": ("done: true", {"done": True}),
    "a list": ("a:\n  - b\n  - c", {"a": ["b", "c"]}),
}


@pytest.mark.parametrize("row", FRONT)
def test_properties(row: str) -> None:
    text, expected = FRONT[row]
    for mark in ("", "\ufeff"):
        note = read(f"{mark}---\n{text}\n---\nbody\n\n---\n\nmore")
        assert {key: note.frontmatter.get(key) for key in expected} == expected
        assert shown(f"{mark}---\n{text}\n---\nbody\n\n---\n\nmore") == (
            "<p>body</p><hr><p>more</p>"
        )


# --- links --------------------------------------------------------------------------------------

PATHS = ["Note.md", "a/Note.md", "a/b/Deep.md", "c/Déjà.md", "c/Other.md"]
FOUND: dict[str, tuple[str, str | None]] = {
    "a name": ("Note", "Note.md"),
    "with its extension": ("Note.md", "Note.md"),
    "whatever its case": ("nOTE", "Note.md"),
    "a path from the root": ("/a/Note", "a/Note.md"),
    "the end of a path": ("b/Deep", "a/b/Deep.md"),
    "relative": ("../Note", "Note.md"),
    "here": ("./b/Deep", "a/b/Deep.md"),
    "decomposed accents": ("De\u0301ja\u0300", "c/Déjà.md"),
    "white space around": (" Deep ", "a/b/Deep.md"),
    "an attachment": ("pic.png", "files/pic.png"),
    "an attachment without its extension": ("pic", None),
    "an alias, where nothing else is": ("Otherwise", "c/Other.md"),
    "nothing": ("Gone", None),
}


@pytest.mark.parametrize("row", FOUND)
def test_where_a_link_leads(row: str) -> None:
    written, path = FOUND[row]
    resolver = Resolver(PATHS, ["files/pic.png"], {"Otherwise": "c/Other.md"})
    target = resolver.resolve(Link(LinkKind.WIKILINK, written, "", "", 1), "a/Home.md")
    assert (target.path if target else None) == path
