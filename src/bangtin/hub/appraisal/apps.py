from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AppraisalConfig(AppConfig):
    name = "bangtin.hub.appraisal"
    label = "appraisal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bangtin.hub.appraisal import separation  # models are there from here on

        pre_migrate.connect(separation.before_migrations, sender=self, dispatch_uid="appraisal.separation")
        post_migrate.connect(separation.after_migrations, sender=self, dispatch_uid="appraisal.separation")
