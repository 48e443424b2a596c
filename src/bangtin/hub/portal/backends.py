"""How an account is read at each request: with whether a notice is on air, so that the banner costs no question."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import queries
from bangtin.hub.kit import clock


class AccountBackend(ModelBackend):
    """Django's own, reading one thing more."""

    def get_user(self, user_id: int) -> User | None:
        """The account with `is_alert_on_air`; None if it is gone or closed."""
        running = queries.running(clock.now()).order_by()
        user = User.objects.annotate(is_alert_on_air=Exists(running)).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
