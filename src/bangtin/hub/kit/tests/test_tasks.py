"""What a killed worker had begun is begun again; what another one runs is left alone."""

import pytest
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from bangtin.hub.kit import tasks

pytestmark = pytest.mark.django_db


@task()
def nothing() -> None:
    """Does nothing, later."""


def test_a_killed_workers_tasks_are_taken_back_and_anothers_are_not() -> None:
    for worker_id in ("embedded", "embedded-2"):
        result = nothing.enqueue()
        DBTaskResult.objects.filter(pk=result.id).update(status=TaskResultStatus.RUNNING, worker_ids=[worker_id])
    assert tasks.take_back_interrupted("embedded") == 1
    left = DBTaskResult.objects.get(status=TaskResultStatus.RUNNING)
    assert left.worker_ids == ["embedded-2"]
