from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0017_intake_into")]

    operations = [
        migrations.AddField(
            model_name="vault",
            name="is_sample",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
