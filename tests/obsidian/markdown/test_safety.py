"""Whatever a vault holds: rendering ends, soon, and what comes out is harmless."""

import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.obsidian.markdown.sanitise import sanitise
from studyapp.obsidian.render import MAX_TEXT, Hrefs, render_fragment, render_note
from studyapp.obsidian.values import ParsedNote, VaultSettings

from .pairs import LINKS, html

PIECES = [
    *"*_~=`#>-+!|$%^&\\<>[](){}:;\"'/ \t\n\n\n\n",
    *("**", "==", "~~", "```\n", "~~~", "$$", "%%", "> ", ">> ", "- ", "- [ ] ", "1. ", "1) "),
    *(
        "[!note]- ",
        "[[Note]]",
        "![[pic.png|9]]",
        "[a](Note)",
        "[^1]",
        "[^1]: ",
        "^[",
        "^id",
        "a",
        "b c",
    ),
    *(
        "|a|b|\n|-|-|\n",
        "---\n",
        "    ",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<p>",
        "<table>",
        "<td>",
    ),
    *(
        "<script>",
        "</script>",
        "<style>",
        "<a href=javascript:x>",
        "<img src=x onerror=y>",
        "<svg>",
    ),
    *(
        "<math>",
        "<details>",
        "<summary>",
        "<h1>",
        "<li>",
        "<!--",
        "-->",
        "&lt;",
        "&#x26;",
        "<button>",
    ),
    *(
        "javascript:alert(1)",
        "data:text/html,x",
        "http://a.b",
        "\x02",
        "\x03",
        "\0",
        "é",
        "—",
        "\u2028",
    ),
    *(
        "\x02wzxhzdk:0\x03",
        "\x02klzzwxh:0000\x03",
        "<br>",
        "{{c1::x}}",
        "#tag",
        "[…]",
        "[r]: Note\n",
    ),
]
ALLOWED = re.compile(
    r"<(?!/?(?:a|abbr|audio|b|blockquote|br|caption|center|cite|code|col|colgroup|dd|del|details|dfn"
    r"|div|dl|dt|em|figcaption|figure|h[1-6]|hr|i|img|input|ins|kbd|li|mark|ol|p|pre|q|rp|rt|ruby|s"
    r"|samp|section|small|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|u|ul|var"
    r"|video|wbr)[ >])"
)
markdown = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200)


@settings(max_examples=300, deadline=None)
@given(markdown)
def test_any_text_renders_to_harmless_html_that_the_sanitiser_leaves_alone(source):
    rendered = render_fragment(source, Hrefs(LINKS), VaultSettings())
    tags = re.findall(r"<[^>]*>", rendered)
    assert not ALLOWED.search(rendered)
    assert not [tag for tag in tags if re.search(r"\s(on\w+|style|hx-|data-hx)", tag)]
    assert not [
        tag for tag in tags if re.search(r'(href|src)="\s*(javascript|data|vbscript):', tag)
    ]
    assert sanitise(rendered, settle=False) == rendered
    assert "klzzwxh" not in rendered or "klzzwxh" in source
    assert "wzxhzdk" not in rendered or "wzxhzdk" in source


@settings(max_examples=100, deadline=None)
@given(markdown)
def test_any_note_renders(source):
    note = render_note(ParsedNote("Note.md", source, "Note"), Hrefs(LINKS), VaultSettings())
    ids = re.findall(r'\sid="([^"]*)"', note.html)
    assert len(ids) == len(set(ids)) or "<" in source


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
        "<p style='position:fixed'>x</p>",
        "<div hx-get='/logout' data-hx-post='/x'>x</div>",
        "<form action='/x'><input name=a><button>x</button></form>",
        "<iframe src='https://a.b'></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
        "<base href='https://a.b'>",
        "<meta http-equiv=refresh content='0;url=https://a.b'>",
        "[x](javascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "<javascript:alert(1)>",
        '![[Note|"onerror=alert(1)]]',
        "`<script>`<script>",
        "$<script>alert(1)</script>$",
        '> [!x" onclick="y] z',
    ],
)
def test_what_could_run_does_not(source):
    tags = "".join(re.findall(r"<[^>]*>", html(source))).lower()
    tags = re.sub(r'title="[^"]*"', "", tags)
    for harmful in ("script", "onerror", "onclick", "style", "hx-", "<form", "<button", "iframe"):
        assert harmful not in re.sub(r'data-callout="[^"]*"', "", tags)


@pytest.mark.parametrize(
    "address",
    ["https://a.b/x.png", "//a.b/x.png", "/\\a.b/x.png", "/\t/a.b/x.png", "data:image/png,x"],
)
def test_nothing_is_fetched_from_an_address_in_a_note(address):
    for source in (
        f"<img src='{address}'>",
        f"![x](<{address}>)",
        f"<video src='{address}'>x</video>",
    ):
        assert " src=" not in html(source)


def test_ids_and_classes_of_the_page_cannot_be_taken():
    assert html("<div id='main' class='reader tag'>x</div>") == '<div class="tag">x</div>'


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "[",
            "[a][",
            "[a](",
            "![",
            "[[",
            "[[a",
            "[a](<",
            "[a](b '",
            "<",
            "<a ",
            "<a>",
            "<!--",
            "&a",
        ),
        *(
            "*a ",
            "*a* ",
            "**a",
            "_a ",
            "*_",
            "a**b",
            "==a ",
            "~~a ",
            "`",
            "`a ",
            "$a",
            "$$a",
            "%%a",
        ),
        *(
            "^[",
            "[^1]",
            "> ",
            ">> a\n",
            "- ",
            "- a\n",
            "1. ",
            "# a\n",
            "|",
            "a|b\n",
            "```\n",
            "$$\n",
        ),
        *(
            "https://a ",
            "https://(",
            "<b>",
            "<div>\n",
            "<b><p>",
            "> [!note]\n",
            "a ^b\n\n",
            "[a]: b\n",
        ),
    ],
)
def test_twenty_kilobytes_of_one_thing_take_no_time(piece):
    source = piece * (20_000 // len(piece))
    start = process_time()  # other processes may be busy
    html(source)
    assert process_time() - start < 3


def test_deep_nesting_is_cut_off():
    quotes = html("\n".join(">" * depth + " a" for depth in range(1, 200)))
    lists = html("\n".join("  " * depth + "- a" for depth in range(200)))
    assert quotes.count("<blockquote>") < 40
    assert lists.count("<ul>") < 40


def test_raw_tags_left_open_are_cut_off():
    assert html("<b>" * 1_000).count("<b>") < 50


LARGE: dict[str, str] = {
    "a table of rows": "| a | b |\n|---|---|\n" + "| x | y |\n" * 6_000,
    "a table of columns": "|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n" + "|b" * 20_000 + "|",
    "links": "[[Note]] " * 5_000,
    "links in many lines": "[[Note]] and [so](Note)\n\n" * 5_000,
    "pictures": "![[pic.png]]\n\n" * 5_000,
    "a line of words": "word " * 200_000,
    "a line of marks": "*a* ==b== `c` " * 70_000,
    "lists in lists": "\n".join("  " * (n % 40) + "- a" for n in range(5_000)),
    "quotes in quotes": "\n".join(">" * (n % 40) + " a" for n in range(5_000)),
    "callouts in callouts": "\n".join("> " * (n % 30 + 1) + "[!tip] a" for n in range(3_000)),
    "elements in elements": "<div>" * 20_000 + "a",
    "elements that are closed again": "<b>" * 20_000 + "a" + "</b>" * 20_000,
    "nested elements in lines": "\n\n".join("<div><section>a" for _ in range(5_000)),
    "footnotes": "a^[b] " * 3_000,
    "tags": "#a/b " * 10_000,
    "code": "```py\n" + "x = 1\n" * 50_000 + "```",
}


@pytest.mark.parametrize("what", LARGE)
def test_what_is_large_is_shown_soon_and_is_no_deeper_than_the_sanitiser_bears(what):
    start = process_time()
    rendered = html(LARGE[what])
    assert process_time() - start < 8
    depth = deepest = 0
    for closing, tag in re.findall(r"<(/?)([a-z0-9]+)", rendered):
        if tag not in ("br", "hr", "img", "input", "wbr", "col"):
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    assert depth == 0
    assert deepest < 120


def test_a_note_over_the_limit_is_shown_as_its_source_as_far_as_that():
    note = render_note(
        ParsedNote("Note.md", "<b>" * MAX_TEXT, "Note"), Hrefs(LINKS), VaultSettings()
    )
    assert len(note.html) < 5 * MAX_TEXT
    assert note.html.startswith("<pre>&lt;b&gt;")
    assert [found.code for found in note.diagnostics] == ["note-too-long"]
