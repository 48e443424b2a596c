from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0005_routes_and_editions"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="frame_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="programmeversion",
            name="subtitles_name",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="programmeversion",
            name="subtitles_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
