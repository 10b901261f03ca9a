from django.db import migrations, models

import studyapp.sandbox.models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0003_functions_and_snapshots")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="edition",
            field=models.PositiveBigIntegerField(default=studyapp.sandbox.models.new_edition),
        ),
        # Of the minute that began at a moment to the minute's number: what was counted in the
        # minute of the change is let go of.
        migrations.RemoveField(model_name="account", name="minute"),
        migrations.AddField(
            model_name="account",
            name="minute",
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
