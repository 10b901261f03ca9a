from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("study", "0006_qti")]

    operations = [
        migrations.AddField(
            model_name="cardexport",
            name="items",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
