import pytest

from .pairs import html, inline, picture


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[[Note]]", '<a class="wikilink" href="/v/note">Note</a>'),
        ("[[ Note ]]", '<a class="wikilink" href="/v/note">Note</a>'),
        ("[[Note|said so]]", '<a class="wikilink" href="/v/note">said so</a>'),
        ("[[Note#Part]]", '<a class="wikilink" href="/v/note#h-part">Note &gt; Part</a>'),
        (
            "[[Note#Part#Sub]]",
            '<a class="wikilink" href="/v/note#h-sub">Note &gt; Part &gt; Sub</a>',
        ),
        ("[[Note#^id|there]]", '<a class="wikilink" href="/v/note#b-id">there</a>'),
        ("[[#Part]]", '<a class="wikilink" href="/v/this#h-part">Part</a>'),
        ("**[[Note]]**", '<strong><a class="wikilink" href="/v/note">Note</a></strong>'),
        ("[[Note|*so*]]", '<a class="wikilink" href="/v/note"><em>so</em></a>'),
        ("`[[Note]]`", "<code>[[Note]]</code>"),
        (r"\[[Note]]", "[[Note]]"),
        ("[[]]", "[[]]"),
        (
            "[[Gone#Part]]",
            '<span class="link--broken" title="Not in this vault: Gone#Part">Gone &gt; Part</span>',
        ),
        (
            '[["><script>]]',
            '<span class="link--broken" title="Not in this vault: &quot;&gt;&lt;script&gt;">'
            '"&gt;&lt;script&gt;</span>',
        ),
    ],
)
def test_links_between_notes(markdown, expected):
    assert inline(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("![[pic.png]]", picture('alt="pic" {src}')),
        ("![[pic.png|250]]", picture('alt="pic" {src} width="250"')),
        (
            "![[pic.png|A pool|250x100]]",
            picture('alt="A pool" class="sized" height="100" {src} width="250"'),
        ),
        ("![[folder/my pic.svg]]", picture('alt="my pic" {src}', "/f/my%20pic.svg")),
        ("![[paper.pdf]]", '<a class="embed" href="/f/paper.pdf">paper.pdf</a>'),
        (
            "![[paper.pdf#page=3]]",
            '<a class="embed" href="/f/paper.pdf#page=3">paper.pdf, page 3</a>',
        ),
        (
            "![[paper.pdf#page=3|The quotas]]",
            '<a class="embed" href="/f/paper.pdf#page=3">The quotas</a>',
        ),
        ("![[Note#Part]]", '<a class="embed" href="/v/note#h-part">Note &gt; Part</a>'),
        (
            "![[sub/gone.png|300]]",
            '<span class="missing" title="Not in this vault: sub/gone.png">gone.png</span>',
        ),
        (
            "![[Version 1.2]]",
            '<span class="link--broken" title="Not in this vault: Version 1.2">Version 1.2</span>',
        ),
    ],
)
def test_embeds(markdown, expected):
    assert inline(markdown) == expected


def test_sound_and_film_play_only_when_asked():
    assert inline("![[talk.mp3]]") == (
        '<span class="player">'
        '<audio aria-label="talk.mp3" controls="" preload="none" src="/f/talk.mp3"></audio>'
        '<a class="player__name" href="/f/talk.mp3">talk.mp3</a></span>'
    )
    assert inline("![[film.mp4|A sign-in|320x180]]").startswith(
        '<span class="player">'
        '<video aria-label="A sign-in" controls="" height="180" preload="none" src="/f/film.mp4" '
        'width="320">'
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Board.canvas", "canvas"), ("Table.base", "base"), ("Sketch.excalidraw", "drawing")],
)
def test_what_is_not_read_is_named_so(name, kind):
    title = f'title="This {kind} is not read here; the link gives its file."'
    url = f"/f/{name}"
    assert inline(f"[[{name}]]") == f'<a class="wikilink" href="{url}" {title}>{name}</a>'
    assert inline(f"![[{name}]]") == (
        f'<span class="unread"><a class="embed" href="{url}" {title}>{name}</a>'
        f" ({kind}, not shown here)</span>"
    )


def test_a_picture_in_a_link_or_a_title_that_folds_is_no_link_of_its_own():
    assert inline("[![[pic.png]]](Note)").startswith('<a href="/v/note"><img ')
    assert 'class="picture"' not in html("> [!note]- See ![[pic.png]]")
    assert 'class="picture"' in html("> [!note] See ![[pic.png]]")


def test_in_a_table_the_bar_of_an_alias_is_escaped():
    assert '<td><a class="wikilink" href="/v/note">so</a></td>' in html(
        "| a |\n|---|\n| [[Note\\|so]] |"
    )
    assert 'width="90"' in html("| a |\n|---|\n| ![[pic.png\\|90]] |")
