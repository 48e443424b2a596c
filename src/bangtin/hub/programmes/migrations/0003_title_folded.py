"""Titles as they are searched, filled for the versions that are there."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from bangtin.hub.kit.folding import fold


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """In Python: no database of ours folds Vietnamese by itself."""
    versions = apps.get_model("programmes", "ProgrammeVersion")
    for row in versions.objects.only("id", "title").iterator():
        versions.objects.filter(pk=row.pk).update(title_folded=fold(row.title))


class Migration(migrations.Migration):
    dependencies = (("programmes", "0002_uploads"),)

    operations = (
        migrations.AddField(
            model_name="programmeversion",
            name="title_folded",
            field=models.CharField(blank=True, editable=False, max_length=400),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    )
