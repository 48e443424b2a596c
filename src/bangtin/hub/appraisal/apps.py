from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AppraisalConfig(AppConfig):
    name = "bangtin.hub.appraisal"
    label = "appraisal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bangtin.hub.appraisal import separation  # models are there from here on
        from bangtin.hub.appraisal.actions import reception
        from bangtin.hub.programmes import signals

        pre_migrate.connect(separation.before_migrations, sender=self, dispatch_uid="appraisal.separation")
        post_migrate.connect(separation.after_migrations, sender=self, dispatch_uid="appraisal.separation")
        signals.received.connect(reception.receive, dispatch_uid="appraisal.reception")
        signals.found_unusable.connect(reception.stay_with_editor, dispatch_uid="appraisal.reception")
