from django.apps import AppConfig


class PlaylogConfig(AppConfig):
    name = "bangtin.hub.playlog"
    label = "playlog"
    default_auto_field = "django.db.models.BigAutoField"
