from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programmes", "0006_subtitles_and_frames")]

    operations = [
        migrations.AddField(
            model_name="submissionfacts",
            name="subject",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
