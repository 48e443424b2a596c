from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class PlaylogConfig(AppConfig):
    name = "bangtin.hub.playlog"
    label = "playlog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bangtin.hub.playlog import shelf  # models are there from here on

        pre_migrate.connect(shelf.before_migrations, sender=self, dispatch_uid="playlog.shelf")
        post_migrate.connect(shelf.after_migrations, sender=self, dispatch_uid="playlog.shelf")
