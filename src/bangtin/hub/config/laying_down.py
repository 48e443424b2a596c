"""The tables of a new installation, made from the models as they are: what all migrations together lead to.

Walking a new database through every migration costs ten times as much and ends in the same tables
(`tests/conventions/test_migrations.py` compares them). What migrations do to rows has nothing to do here.
"""

from django.apps import apps
from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database has no table at all."""
    return not connection.introspection.table_names()


def lay_down(connection: BaseDatabaseWrapper) -> None:
    """Make every table and note every migration as applied, all or nothing."""
    recorder = MigrationRecorder(connection)
    loader = MigrationLoader(None)
    with connection.schema_editor() as editor:
        for app in apps.get_app_configs():
            for model in router.get_migratable_models(app, connection.alias):
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        editor.create_model(recorder.Migration)
        recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in loader.graph.nodes)
