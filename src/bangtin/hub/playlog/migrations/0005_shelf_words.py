"""The title with its marks on the shelf; its words are indexed apart, so the index by time need not hold them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("playlog", "0004_shelf_covering"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="shelfentry", name="shelf_by_time"),
        migrations.AddField(
            model_name="shelfentry",
            name="title",
            field=models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="shelfentry",
            index=models.Index(
                fields=[
                    "-submitted_at",
                    "-programme",
                    "instrument_id",
                    "agency_id",
                    "state",
                    "category",
                    "language",
                    "is_aired",
                    "version",
                ],
                name="shelf_by_time",
            ),
        ),
    ]
