from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("study", "0004_card_export")]

    operations = [
        migrations.AlterField(
            model_name="cardexport",
            name="format",
            field=models.CharField(
                choices=[
                    ("apkg", "A deck for Anki"),
                    ("csv", "CSV"),
                    ("gift", "GIFT"),
                    ("xml", "Moodle XML"),
                ],
                max_length=4,
            ),
        ),
    ]
