"""Every cell of the policy matrix is tried through the action: what the policies allow is done, all else refused."""

import pytest

from bangtin.hub.accounts.models import User
from tests.conventions import matrix
from tests.conventions.policy_matrix import PAGE

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def test_every_cell_is_as_the_policies_say_and_the_page_is_up_to_date() -> None:
    wrong: list[str] = []

    def cell(move: str, one: matrix.Situation, user: User) -> str:
        done = attempt(move, one, user)
        if not done and move in matrix.STEPS:  # who may take the next step takes no other one
            for other in set(matrix.STEPS) - set(one.moves):
                if not attempt(other, one, user):
                    wrong.append(f"{one.title}: {user.username} may {other}")
        return done

    def attempt(move: str, one: matrix.Situation, user: User) -> str:
        told, done = matrix.predicted(move, one, user), matrix.attempt(move, one, user)
        if told != done:
            wrong.append(f"{one.title}: {user.username} {move}: policies {told or 'allow'}, action {done or 'allows'}")
        return done

    page = matrix.text(cell)
    assert not wrong, "\n".join(wrong)
    assert page == PAGE.read_text(), "python -m tests.conventions.policy_matrix --write"
