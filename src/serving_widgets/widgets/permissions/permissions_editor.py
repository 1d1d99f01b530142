"""PermissionsEditor: who may do what with one endpoint; edits are staged, shown as the request they are, then sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, Literal, cast

import traitlets

from serving_widgets.api.errors import ActionRefused, ApiError, ConfigError, ErrorFields, PermissionDenied, ServingError
from serving_widgets.api.permissions.access_changes import AccessPlan
from serving_widgets.api.permissions.access_control_list import (
    LEVELS,
    PRINCIPAL_PATTERNS,
    AccessControlList,
    PermissionLevel,
    Principal,
    PrincipalKind,
)
from serving_widgets.api.permissions.grants_file import read_grants, write_grants
from serving_widgets.widgets.core.act import impact_ops
from serving_widgets.widgets.core.base import EndpointWidget
from serving_widgets.widgets.core.channel import Args, Op, Progress, text_of
from serving_widgets.widgets.core.snapshot import why
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace.changes.grants import AccessChanged, change_access, read_access, read_levels, who_asks

from . import snapshot
from .contract import AccessPicture, Exported, PermissionsBody, Saved, Taken, Who
from .draft import AccessDraft, key_of

#: Names of endpoints that are offered at once, to copy from.
MOST_NAMES = 20

_SERVER_ERRORS = 500


class PermissionsEditor(EndpointWidget):
    """Who may do what with an endpoint, and why; grant, change and take away.

    Edits are staged here, in the kernel: an error or a reload of the page loses none of them. They are shown as the
    very request that saving sends, and it is sent as shown or not at all: when another change came first, nothing is
    sent and the edits are staged again on the list as it is now.

    Parameters
    ----------
    endpoint : str or Endpoint
        The endpoint's name, or a handle.
    workspace : Workspace or str, optional
        A workspace or its name; the active one unless given.
    **kwargs : Any
        Traits of every ipywidgets widget, such as ``layout``; an unknown name is an error.

    Attributes
    ----------
    staged : dict of Principal to str or None
        The level that each shall have, None to take it away. Read-only; ``observe`` it: observers run on a thread of
        their own and may call the synchronous API.

    Examples
    --------
    >>> editor = sw.PermissionsEditor("churn")
    >>> editor.observe(lambda change: print(change.new), "staged")
    """

    staged = traitlets.Dict(read_only=True)

    _kind = "permissions_editor"
    _facts = False

    def __init__(self, endpoint: str | Endpoint, *, workspace: Session | str | None = None, **kwargs: Any) -> None:
        name = endpoint.name if isinstance(endpoint, Endpoint) else str(endpoint)
        self._draft = AccessDraft(name)
        self._levels: tuple[PermissionLevel, ...] = ()
        self._unread: ServingError | None = None
        self._failed: ServingError | None = None
        self._refused = False
        self._saving = False
        # Reading and saving take turns: a list that was read before a save must not replace the one after it.
        self._turn = asyncio.Lock()
        super().__init__(endpoint, workspace=workspace, **kwargs)

    def _ops(self) -> dict[str, Op]:
        return {
            **super()._ops(),
            **impact_ops(self.workspace, self._endpoint),
            "add": self._add,
            "stage": self._stage,
            "unstage": self._unstage,
            "discard": self._discard,
            "seen": self._seen,
            "save": self._save,
            "names": self._names,
            "copy_from": self._copy_from,
            "export": self._export,
            "import": self._import,
        }

    # The picture ------------------------------------------------------------------------------------------------------

    def _body(self) -> PermissionsBody:
        body = super()._body()
        endpoint_id = body["endpoint"]["id"] if body["endpoint"] is not None else None
        return {**body, "access": self._access(endpoint_id)}

    def _access(self, endpoint_id: str | None) -> AccessPicture:
        draft = self._draft
        return {
            "known": draft.acl is not None,
            "unread": self._unread_problem(),
            "can": self._why_not(),
            "rows": snapshot.rows(draft),
            "matrix": snapshot.matrix(draft.acl, draft.user),
            "levels": snapshot.levels(self._levels),
            "forms": dict(PRINCIPAL_PATTERNS),
            "me": snapshot.caller(draft.user),
            "plan": snapshot.plan(self.workspace, self._endpoint, endpoint_id, draft),
            "news": snapshot.news(draft, refused=self._refused),
            "failed": None if self._failed is None else self._failed.problem(),
            "saving": self._saving,
            "question": self.workspace.guard.question(self._endpoint),
        }

    def _set_public(self) -> None:
        self.set_trait("staged", dict(self._draft.staged))

    def _static(self) -> Mapping[str, str]:
        from serving_widgets.render import access_table, message

        acl = self._draft.acl
        if acl is None:
            if self._unread is None:
                return super()._static()
            said: Any = message(f"Permissions of {self._endpoint} – {self.workspace.where}\n\n{self._unread}")
        else:
            said = access_table(acl, self._endpoint, where=self.workspace.where)
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    def _why_not(self) -> str | None:
        """Return why the list can't be changed, None when it can."""
        denied = str(self._unread) if isinstance(self._unread, PermissionDenied) else None
        return self._refused_here() or denied

    def _refused_here(self) -> str | None:
        seen = self.workspace.watcher.store.get(self._endpoint)
        if seen is None:
            return None
        if seen.deleted:
            # Who may not view an endpoint finds it missing from the list, as if it were deleted.
            return None if isinstance(self._unread, PermissionDenied) else f"{self._endpoint} is deleted."
        refusal = self.workspace.why_not("permissions", seen.info)
        return why(refusal)

    def _unread_problem(self) -> ErrorFields | None:
        if self._unread is None:
            return None
        problem = self._unread.problem()
        if isinstance(self._unread, PermissionDenied):
            # What is known of the caller's level says more than the service does.
            problem["hint"] = self._refused_here() or problem["hint"]
        return problem

    # Reading: on display, on hello and when asked to; the list is not polled ------------------------------------------

    async def _first_look(self) -> None:
        await super()._first_look()
        await self._read()

    async def _hello(self, args: Args, progress: Progress) -> None:
        await super()._hello(args, progress)
        await self._read()

    async def _refresh(self, args: Args, progress: Progress) -> None:
        await super()._refresh(args, progress)
        await self._read()

    async def _read(self) -> None:
        async with self._turn:
            await self._read_now()
        self._show()

    async def _read_now(self) -> None:
        if self.workspace.watcher.store.get(self._endpoint) is None:
            # That it can't be looked at is said already, and is why.
            return
        self._draft.user, self._levels = await asyncio.gather(who_asks(self.workspace), self._known_levels())
        try:
            self._draft.take(await read_access(self.workspace, self._endpoint))
        except ServingError as error:
            self._unread = error
        else:
            self._unread = None

    async def _known_levels(self) -> tuple[PermissionLevel, ...]:
        try:
            return self._levels or await read_levels(self.workspace, self._endpoint)
        except ServingError:
            # They are known; only what the service says of them is missing.
            return ()

    def _show(self) -> None:
        """Publish at once: a person waits for what came of a click."""
        if self._due is not None:
            self._due.cancel()
        self._publish()

    # Staging ----------------------------------------------------------------------------------------------------------

    async def _add(self, args: Args, _: Progress) -> Who:
        self._check_may_edit()
        text = args.get("principal")
        if not isinstance(text, str) or not text.strip():
            raise ConfigError(
                "No principal was given.",
                hint="Name a user by e-mail, a group by name, a service principal by application id.",
            )
        principal = Principal.named(text)
        self._draft.stage(principal, self._level(args.get("level")))
        self._edited()
        return {"kind": principal.kind, "name": principal.name}

    async def _stage(self, args: Args, _: Progress) -> None:
        self._check_may_edit()
        level = args.get("level")
        self._draft.stage(_principal(args), None if level is None else self._level(level))
        self._edited()

    async def _unstage(self, args: Args, _: Progress) -> None:
        self._check_not_saving()
        self._draft.unstage([_principal(args)])
        self._edited()

    async def _discard(self, _: Args, __: Progress) -> None:
        self._check_not_saving()
        self._draft.unstage(list(self._draft.staged))
        self._edited()

    async def _seen(self, _: Args, __: Progress) -> None:
        self._draft.forget_news()
        self._refused = False
        self._show()

    def _edited(self) -> None:
        self._failed = None
        self._refused = self._refused and bool(self._draft.staged)
        self._show()

    def _level(self, value: object) -> str:
        known = [level.level for level in self._levels] or LEVELS
        if isinstance(value, str) and value in known:
            return value
        raise ConfigError(f"There is no permission level {value!r}.", hint=f"There are {', '.join(known)}.")

    def _check_may_edit(self) -> None:
        self._check_not_saving()
        reason = self._why_not()
        if reason is not None or self._draft.acl is None:
            raise self._refusal(reason or "The permissions were not read yet.", code="not_editable")

    def _check_not_saving(self) -> None:
        if self._saving:
            raise self._refusal("The edits are being saved.", code="saving")

    def _refusal(self, message: str, *, hint: str = "", code: str) -> ActionRefused:
        return ActionRefused(message, action="permissions", endpoint=self._endpoint, hint=hint, code=code)

    # Saving -----------------------------------------------------------------------------------------------------------

    async def _save(self, args: Args, _: Progress) -> Saved:
        """Send what was shown; tell what came of it. The details are in the picture, where a reload finds them."""
        if self._saving:
            # Another view's click, or another click: one request is enough.
            return {"outcome": "saving"}
        self._check_may_edit()
        planned = self._draft.plan
        if planned.method is None:
            raise self._refusal("Nothing is staged, so there is nothing to save.", code="nothing_staged")
        if args.get("plan") != key_of(planned):
            raise self._refusal(
                "The edits were changed in another view. Nothing was sent.",
                hint="Review them again, then save.",
                code="plan_changed",
            )
        if planned.concerns and args.get("confirm") is not True:
            raise self._refusal(
                " ".join(concern.message for concern in planned.concerns) + " Nothing was sent.",
                hint="Confirm that this is meant.",
                code="not_confirmed",
            )
        question = self.workspace.guard.question(self._endpoint)
        if (question == "typed" and args.get("typed") != self._endpoint) or (
            question == "click" and args.get("confirm") is not True
        ):
            raise self._refusal(
                f"Nothing was sent: changes of {self._endpoint} are confirmed first.",
                hint="Type its name exactly as shown." if question == "typed" else "Confirm that this is meant.",
                code="not_confirmed",
            )
        staged, base = self._draft.staged, self._draft.acl
        self._saving, self._failed, self._refused = True, None, False
        self._draft.faults.clear()
        self._draft.forget_news()
        self._show()
        try:
            async with self._turn:
                return {"outcome": await self._carry_out(planned, staged, base)}
        finally:
            self._saving = False
            self._show()

    async def _carry_out(
        self, planned: AccessPlan, staged: Mapping[Principal, str | None], base: AccessControlList | None
    ) -> Literal["saved", "changed", "failed"]:
        draft = self._draft
        try:
            acl = await change_access(
                self.workspace, self._endpoint, staged, base=base, shown=planned, confirm=bool(planned.concerns)
            )
        except AccessChanged as error:
            draft.take(error.acl)
            self._refused = True
            return "changed"
        except ServingError as error:
            self._failed = error
            if not draft.blame(error) and _may_have_been_done(error):
                draft.sent = staged
                await self._take_outcome()
            return "failed"
        draft.begin_anew(acl)
        if any(concern.code == "own_access" for concern in planned.concerns):
            await self._read_now()
        return "saved"

    async def _take_outcome(self) -> None:
        # Only the list can tell. Where it can't be read either, the error of the write is the one to show.
        with contextlib.suppress(ServingError):
            self._draft.take(await read_access(self.workspace, self._endpoint))

    # From elsewhere ---------------------------------------------------------------------------------------------------

    async def _names(self, args: Args, _: Progress) -> list[str]:
        """Return names of endpoints that hold a text, those that begin with it first."""
        watcher = self.workspace.watcher
        if not watcher.store.listed:
            await watcher.list_all()
        text = str(args.get("text") or "").casefold()
        fitting = [
            name
            for name, info in watcher.seen().items()
            if text in name.casefold() and name != self._endpoint and info.id is not None
        ]
        return sorted(fitting, key=lambda name: (not name.casefold().startswith(text), name))[:MOST_NAMES]

    async def _copy_from(self, args: Args, _: Progress) -> Taken:
        self._check_may_edit()
        name = text_of(args, "name")
        if name == self._endpoint:
            raise ConfigError(f"These are the permissions of {name} already.", hint="Name another endpoint.")
        acl = await read_access(self.workspace, name)
        self._check_may_edit()
        return self._stage_grants(acl.direct, args)

    async def _export(self, _: Args, __: Progress) -> Exported:
        if self._draft.acl is None:
            raise ConfigError("The permissions could not be read, so there is nothing to export.")
        text = write_grants(self._endpoint, self._draft.acl.direct)
        return {"file": f"{self._endpoint}-permissions.json", "text": text}

    async def _import(self, args: Args, _: Progress) -> Taken:
        self._check_may_edit()
        text = args.get("json")
        known = [level.level for level in self._levels] or list(LEVELS)
        return self._stage_grants(read_grants(text if isinstance(text, str) else "", known), args)

    def _stage_grants(self, grants: Mapping[Principal, str], args: Args) -> Taken:
        before = self._draft.staged
        direct = self._draft.acl.direct if self._draft.acl is not None else {}
        gone = [who for who in {**direct, **before} if who not in grants] if args.get("replace") is True else []
        self._draft.stage_all({**dict.fromkeys(gone), **grants})
        self._edited()
        now = self._draft.staged
        return {"grants": len(grants), "staged": sum(who not in before or before[who] != now[who] for who in now)}


def _may_have_been_done(error: ServingError) -> bool:
    if isinstance(error, ApiError):
        return error.status >= _SERVER_ERRORS
    return not isinstance(error, ActionRefused | ConfigError)


def _principal(args: Args) -> Principal:
    given = args.get("principal")
    if isinstance(given, Mapping) and given.get("kind") in PRINCIPAL_PATTERNS and isinstance(given.get("name"), str):
        return Principal(cast(PrincipalKind, given["kind"]), given["name"])
    raise ConfigError("The page sent no principal.", hint="Reload the page.", code="bad_request")
