"""What PostgreSQL wants: its index over what can be found, as 0003 makes SQLite's, and room for
long ids, paths and headings, which SQLite never minded.

The vectors are columns that the database derives from each row, so they follow rows that come and
go. Django does not know of them. A later migration that alters one of the texts they are derived
from has to drop them first and run ``make_index`` again.

Words are what ``search.spotting`` takes for words. Every text is a run of words with single spaces
when PostgreSQL's parser sees it: left to itself it would keep ``queue.send`` as the name of a host.
"""

from __future__ import annotations

import sys
import unicodedata
from itertools import groupby
from typing import Any

from django.db import migrations, models


def _accents() -> str:
    """All combining characters, as ranges of a bracket expression."""
    codes = [code for code in range(sys.maxunicode) if unicodedata.combining(chr(code))]
    runs = groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0])
    ends = [[code for _, code in run] for _, run in runs]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in ends)


# Upper case and letters of every script are ICU's affair: a database may know only ASCII's.
_WORDS = r"""
CREATE FUNCTION library_words(text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE RETURN
CASE WHEN octet_length($1) = length($1) THEN
    regexp_replace(lower($1 COLLATE "C"), '[^a-z0-9]+', ' ', 'g') COLLATE "default"
ELSE
    regexp_replace(
        translate(
            regexp_replace(
                normalize(lower($1 COLLATE "und-x-icu"), NFD), '[{accents}]', '', 'g'
            ),
            'ς', 'σ'
        ),
        '[^[:alnum:]]+', ' ', 'g'
    ) COLLATE "default"
END
"""

# The word between two texts keeps a phrase from running over. A text of too many different words is
# found by those in its first part.
_VECTOR = """
CREATE FUNCTION library_vector(title text, headings text, body text, context text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    size integer := length(body);
BEGIN
    LOOP
        BEGIN
            RETURN setweight(to_tsvector('simple', library_words(title)), 'A') || '_:1'
                || setweight(to_tsvector('simple', library_words(headings)), 'B') || '_:1'
                || setweight(to_tsvector('simple', library_words(left(body, size))), 'C') || '_:1'
                || setweight(to_tsvector('simple', library_words(context)), 'D');
        EXCEPTION WHEN program_limit_exceeded THEN
            IF size = 0 THEN
                RETURN '';
            END IF;
            size := size / 2;
        END;
    END LOOP;
END $$
"""

_LETTERS = """
CREATE FUNCTION library_letters(whole text) RETURNS tsvector IMMUTABLE STRICT PARALLEL SAFE RETURN
array_to_tsvector(ARRAY(
    SELECT substr(whole, at, 3) FROM generate_series(1, length(whole) - 2) at
))
"""

# Most searches are answered from ``heads``: it and what the filters read stay in the row, everything
# long is kept apart.
_COLUMNS = """
ALTER TABLE library_searchentry
    ADD heads tsvector GENERATED ALWAYS AS (
        library_vector(title, headings, '', '')
        || array_to_tsvector(
            CASE kind WHEN '' THEN ARRAY['=' || left(btrim(whole), 200)] ELSE '{}' END
        )
    ) STORED,
    ADD words tsvector GENERATED ALWAYS AS (library_vector(title, headings, body, '')) STORED,
    ADD placed tsvector GENERATED ALWAYS AS (
        CASE kind WHEN '' THEN NULL ELSE library_vector(title, headings, body, context) END
    ) STORED,
    ADD letters tsvector GENERATED ALWAYS AS (
        CASE kind WHEN '' THEN library_letters(left(whole, 204)) END
    ) STORED,
    ALTER heads SET STORAGE MAIN,
    ALTER letters SET STORAGE MAIN,
    ALTER words SET STORAGE EXTERNAL,
    ALTER placed SET STORAGE EXTERNAL,
    SET (toast_tuple_target = 256)
"""


# Which entries say something, always by the index: the planner takes reading all the long vectors to
# be cheap.
_SAYING = """
CREATE FUNCTION library_{column}_say(query tsquery) RETURNS TABLE (id bigint, version_id bigint)
LANGUAGE sql STABLE SET enable_seqscan = off SET search_path FROM CURRENT AS $$
    SELECT id, version_id FROM library_searchentry WHERE {column} @@ query
$$
"""
_SERVED = (
    "CREATE INDEX search_served ON library_noteversion (vault_id, until, since) INCLUDE (id)"
)

# The names of a topic's path may be longer than an index holds; nothing is looked up by it.
_TOPIC_PATH = (
    "ALTER TABLE library_topic DROP CONSTRAINT topic_path",
    "CREATE UNIQUE INDEX topic_path ON library_topic (vault_id, md5(path))",
)


def make_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    words = _WORDS.replace("{accents}", _accents())
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
        if cursor.fetchone() is None:  # a server built without ICU
            words = words.replace(' COLLATE "und-x-icu"', "")
    for statement in (*_TOPIC_PATH, words, _VECTOR, _LETTERS, _COLUMNS):
        schema_editor.execute(statement)
    for column in ("heads", "words", "placed", "letters"):
        schema_editor.execute(
            f"CREATE INDEX search_{column} ON library_searchentry USING gin ({column})"
        )
    for column in ("words", "placed"):
        schema_editor.execute(_SAYING.format(column=column))
    schema_editor.execute(_SERVED)


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("DROP INDEX search_served")
    for column in ("words", "placed"):
        schema_editor.execute(f"DROP FUNCTION library_{column}_say")
    schema_editor.execute(
        "ALTER TABLE library_searchentry DROP heads, DROP words, DROP placed, DROP letters,"
        " RESET (toast_tuple_target)"
    )
    for function in ("library_vector", "library_letters", "library_words"):
        schema_editor.execute(f"DROP FUNCTION {function}")
    schema_editor.execute("DROP INDEX topic_path")
    schema_editor.execute("ALTER TABLE library_topic ADD CONSTRAINT topic_path UNIQUE (vault_id, path)")


class Migration(migrations.Migration):
    dependencies = [("library", "0006_edits")]

    operations = [
        migrations.AlterField(
            model_name="placement", name="explicit_id", field=models.TextField(blank=True)
        ),
        migrations.AlterField(
            model_name="placement", name="group", field=models.TextField(blank=True)
        ),
        migrations.RunPython(make_index, drop_index),
    ]
