"""What a draft of permissions remembers of a refusal: whose edit the service names, by the whole name."""

import pytest

from serving_widgets.api.errors import ApiError
from serving_widgets.api.permissions.access_control_list import Principal
from serving_widgets.widgets.permissions.draft import AccessDraft

ADA, BOTH = Principal("user", "ada@example.com"), Principal("user", "bob+ada@example.com")


@pytest.mark.parametrize(
    ("said", "blamed"),
    [
        ("Principal: UserName(bob+ada@example.com) does not exist", BOTH),
        ("Principal: UserName(ada@example.com) does not exist", ADA),
        ("bob+ada@example.com does not exist", BOTH),
    ],
)
def test_the_one_whom_the_service_names_is_blamed_and_not_whose_name_is_a_part_of_it(said, blamed):
    draft = AccessDraft("churn")
    draft.stage_all({ADA: "CAN_VIEW", BOTH: "CAN_VIEW"})
    assert draft.blame(ApiError(404, "RESOURCE_DOES_NOT_EXIST", said))
    assert set(draft.faults) == {blamed}
