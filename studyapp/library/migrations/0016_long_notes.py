from django.db import migrations, models


def list_long_notes(apps, schema_editor):
    """Those that an earlier import cut into parts."""
    versions = apps.get_model("library", "NoteVersion").objects.filter(
        parsed__has_key="parts",
        since__lte=models.F("vault__revision"),
        until__gt=models.F("vault__revision"),
    )
    for vault in apps.get_model("library", "Vault").objects.all():
        paths = versions.filter(vault=vault).order_by("note__path")
        if long_notes := list(paths.values_list("note__path", flat=True)):
            vault.long_notes = long_notes
            vault.save(update_fields=["long_notes"])


class Migration(migrations.Migration):
    dependencies = [("library", "0015_shared_vault")]

    operations = [
        migrations.AddField(
            model_name="vault",
            name="long_notes",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.RunPython(list_long_notes, migrations.RunPython.noop, elidable=True),
    ]
