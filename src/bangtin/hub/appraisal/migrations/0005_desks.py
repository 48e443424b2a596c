"""Whose turn the versions are that came before there were routes: they all went appraisal, then confirmation."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TURNS = {"received": "appraisal.decide", "proposed": "appraisal.confirm"}


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    versions = apps.get_model("programmes", "ProgrammeVersion").objects.using(schema_editor.connection.alias)
    mandates = apps.get_model("regulations", "Mandate").objects.using(schema_editor.connection.alias)
    for instrument, agency in mandates.filter(task="appraise", ends_on=None).values_list("instrument_id", "agency_id"):
        for state, step in TURNS.items():
            versions.filter(state=state, awaits="", programme__instrument_id=instrument).update(
                awaits=step, desk_id=agency
            )


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0004_routes"), ("regulations", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
