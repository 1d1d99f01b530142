"""The directory: users, groups and service principals, selected and in pages."""

import pytest

SCIM = "/api/2.0/preview/scim/v2"
VERA = "vera@example.com"


def listed(ask, kind, user="ada@example.com", **query):
    text = "&".join(f"{key}={value}" for key, value in query.items())
    return ask("GET", f"{SCIM}/{kind}?{text}", user=user).body


def names(ask, kind, **query):
    return [one["displayName"] for one in listed(ask, kind, **query)["Resources"]]


def test_everyone_of_the_workspace_is_listed(ask):
    body = listed(ask, "Users")
    assert (body["totalResults"], body["startIndex"], body["itemsPerPage"]) == (6, 1, 6)
    assert "Ada Nyman" in names(ask, "Users")
    assert names(ask, "ServicePrincipals") == ["batch-scoring"]
    assert names(ask, "Groups") == ["admins", "analysts", "applications", "data-science", "users"]


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("Users", 'userName eq "ben@example.com"', ["Ben Okafor"]),
        ("Users", 'USERNAME EQ "BEN@example.com"', ["Ben Okafor"]),
        ("Users", 'displayName co "a" and displayName sw "V"', ["Vera Lind"]),
        ("Users", 'userName eq "x" or displayName ew "Roy"', ["Quentin Roy"]),
        ("Users", 'displayName eq "a or b"', []),
        ("Groups", 'displayName eq "admins"', ["admins"]),
        ("ServicePrincipals", 'applicationId eq "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60"', ["batch-scoring"]),
    ],
)
def test_a_filter_selects(ask, kind, text, found):
    assert names(ask, kind, filter=text.replace(" ", "%20").replace('"', "%22")) == found


def test_pages_are_cut_by_start_and_count(ask):
    every = names(ask, "Users")
    assert names(ask, "Users", startIndex=2, count=3) == every[1:4]
    assert listed(ask, "Users", startIndex=7)["Resources"] == []
    assert listed(ask, "Users", startIndex=5, count=10)["itemsPerPage"] == 2


def test_groups_have_their_members_and_members_their_groups(ask):
    (group,) = listed(ask, "Groups", filter="displayName%20eq%20%22applications%22")["Resources"]
    assert [one["display"] for one in group["members"]] == ["Quentin Roy", "batch-scoring"]
    quentin = ask("GET", f"{SCIM}/{group['members'][0]['$ref']}").body
    assert group["id"] in [one["value"] for one in quentin["groups"]]
    assert ask("GET", f"{SCIM}/Groups/{group['id']}").body == group


def test_the_caller_has_the_id_that_the_list_tells(ask):
    me = ask("GET", f"{SCIM}/Me", user=VERA).body
    (found,) = listed(ask, "Users", filter=f"userName%20eq%20%22{VERA}%22")["Resources"]
    assert found["id"] == me["id"]


def test_members_and_groups_are_shown_to_administrators_alone(ask):
    assert "members" not in listed(ask, "Groups", user=VERA)["Resources"][0]
    assert "groups" not in listed(ask, "Users", user=VERA)["Resources"][0]
    assert listed(ask, "Users", user=VERA)["Resources"][0]["displayName"] == "Ada Nyman"


def test_attributes_can_be_chosen_and_left_out(ask):
    assert set(listed(ask, "Users", attributes="userName")["Resources"][0]) == {"id", "schemas", "userName"}
    assert "members" not in listed(ask, "Groups", excludedAttributes="members")["Resources"][0]


@pytest.mark.parametrize("query", ["filter=nonsense", "startIndex=x", "count=-1", "filter=userName%20gt%20%221%22"])
def test_a_query_that_makes_no_sense_is_refused(ask, query):
    assert ask("GET", f"{SCIM}/Users?{query}").status == 400


def test_an_id_that_is_not_there_is_404(ask):
    assert ask("GET", f"{SCIM}/Users/1").status == 404
