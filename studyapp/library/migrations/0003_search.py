"""What can be found, and SQLite's index over it.

The index holds no text of its own: FTS5 reads it from ``library_searchentry`` and the triggers tell
it of rows that come and go (rows never change). A later migration that makes SQLite rebuild that
table drops the triggers with it and has to run ``make_index`` again.

The columns that every search reads stand before the long texts, which SQLite keeps on pages of
their own.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

INDEXES = {
    "library_search": (
        "title, headings, body, context, whole",
        "tokenize='unicode61 remove_diacritics 2', prefix='2 3'",
    ),
    "library_search_titles": ("whole", "tokenize='trigram'"),
}


def make_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    for name, (columns, options) in INDEXES.items():
        new = ", ".join(f"new.{column}" for column in columns.split(", "))
        old = new.replace("new.", "old.")
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5({columns},"
            f" content='library_searchentry', content_rowid='id', {options})"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {name}_insert AFTER INSERT ON library_searchentry BEGIN"
            f" INSERT INTO {name}(rowid, {columns}) VALUES (new.id, {new}); END"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {name}_delete AFTER DELETE ON library_searchentry BEGIN"
            f" INSERT INTO {name}({name}, rowid, {columns}) VALUES ('delete', old.id, {old}); END"
        )


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    for name in INDEXES:
        schema_editor.execute(f"DROP TRIGGER {name}_insert")
        schema_editor.execute(f"DROP TRIGGER {name}_delete")
        schema_editor.execute(f"DROP TABLE {name}")


class Migration(migrations.Migration):
    dependencies = [("library", "0002_intake")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entries",
                        to="library.noteversion",
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=12)),
                ("status", models.CharField(blank=True, max_length=14)),
                ("line", models.PositiveIntegerField()),
                ("last_line", models.PositiveIntegerField(default=0)),
                ("path", models.TextField()),
                ("topic", models.TextField()),
                ("tags", models.TextField(blank=True)),
                ("title", models.TextField(blank=True)),
                ("whole", models.TextField(blank=True)),
                ("context", models.TextField(blank=True)),
                ("headings", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
    ]
