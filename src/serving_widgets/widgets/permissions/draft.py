"""The edits of an access control list that have not been sent yet. Pure; used on the loop thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from serving_widgets.api.errors import ActionRefused, ApiError, ServingError
from serving_widgets.api.permissions.access_changes import AccessPlan
from serving_widgets.api.permissions.access_control_list import AccessControlList, GrantChange, Principal, grant_changes
from serving_widgets.api.permissions.users import CurrentUser
from serving_widgets.widgets.core.shown_mark import mark_of
from serving_widgets.workspace.changes.grants import names_principal, plan_for


class AccessDraft:
    """Edits staged on a list as it was last read.

    Attributes
    ----------
    acl
        The list, None until it was read.
    user
        Whom the connection belongs to, None where that is not known.
    staged
        The level that each principal shall have, None to take it away. Replaced as a whole, never changed in place.
    faults
        What the service had against single edits when they were sent last.
    news
        What others changed since the edits were staged.
    sent
        Edits that were sent and whose outcome is not known: if it shows in the list, it was not another user's change.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._since: AccessControlList | None = None
        self.acl: AccessControlList | None = None
        self.user: CurrentUser | None = None
        self.staged: Mapping[Principal, str | None] = {}
        self.faults: dict[Principal, ApiError] = {}
        self.news: tuple[GrantChange, ...] = ()
        self.sent: Mapping[Principal, str | None] = {}

    @property
    def plan(self) -> AccessPlan:
        """What saving would send."""
        return plan_for(self.acl, self.staged, self.user) if self.acl is not None else AccessPlan()

    def take(self, acl: AccessControlList) -> None:
        """Go on from a list that was read anew: the edits stay, but for those that are so already."""
        if self._since is None or not (self.staged or self.news):
            self._since = acl
        others = grant_changes(self._since.direct, acl.direct)
        own, self.sent = self.sent, {}
        self.news = tuple(each for each in others if each.principal not in own or own[each.principal] != each.after)
        self.acl = acl
        self._stage_all(self.staged)

    def begin_anew(self, acl: AccessControlList) -> None:
        """Go on from a list with nothing staged: the edits were saved."""
        self.staged, self.sent, self.news, self._since, self.acl = {}, {}, (), acl, acl
        self.faults.clear()

    def stage(self, principal: Principal, level: str | None) -> None:
        """Have a principal get a level, or with None lose what was granted to it here.

        Raises
        ------
        ActionRefused
            When nothing was granted to it here that could be taken away.
        """
        direct = self.acl.direct if self.acl is not None else {}
        if level is None and principal not in direct and principal not in self.staged:
            raise ActionRefused(
                f"Nothing was granted to {principal} on {self._name} itself.",
                action="permissions",
                endpoint=self._name,
                hint="What is inherited can only be changed where it comes from.",
                code="no_grant",
            )
        self.stage_all({principal: level})

    def stage_all(self, wanted: Mapping[Principal, str | None]) -> None:
        """Add edits to those that are staged."""
        for principal in wanted:
            self.faults.pop(principal, None)
        self._stage_all({**self.staged, **wanted})

    def unstage(self, principals: Iterable[Principal]) -> None:
        """Take edits back."""
        gone = set(principals)
        for principal in gone:
            self.faults.pop(principal, None)
        self.staged = {principal: level for principal, level in self.staged.items() if principal not in gone}
        if not self.staged:
            self.forget_news()

    def forget_news(self) -> None:
        """Count what others changed as known."""
        self.news, self._since = (), self.acl

    def blame(self, error: ServingError) -> bool:
        """Note at the edits that the service names in its refusal what it has against them; False if it names none."""
        if not isinstance(error, ApiError):
            return False
        self.faults = {who: error for who in self.staged if names_principal(error.said, who.name)}
        return bool(self.faults)

    def _stage_all(self, wanted: Mapping[Principal, str | None]) -> None:
        direct = self.acl.direct if self.acl is not None else {}
        self.staged = {who: level for who, level in wanted.items() if direct.get(who) != level}


def key_of(plan: AccessPlan) -> str:
    """Return a short name of what a plan does, by which a page says which one was looked at."""
    return mark_of(plan.method, sorted(plan.grants.items()), plan.changes, plan.concerns)
