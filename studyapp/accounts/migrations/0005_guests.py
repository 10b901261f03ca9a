from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_invite")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_guest",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="user",
            name="tries_sample",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                condition=models.Q(("is_guest", True)), fields=["date_joined"], name="guests_by_age"
            ),
        ),
    ]
