from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("study", "0005_quiz_formats")]

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
                    ("zip", "QTI 2.1"),
                ],
                max_length=4,
            ),
        ),
    ]
