"""CreateEndpoint: a form that creates an endpoint from the model registry."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from serving_widgets.api.errors import ActionRefused, ConfigError, ServingError
from serving_widgets.widgets.core import snapshot
from serving_widgets.widgets.core.act import shown
from serving_widgets.widgets.core.base import ServingWidget
from serving_widgets.widgets.core.channel import Args, Op, Progress
from serving_widgets.widgets.core.shown_mark import mark_of
from serving_widgets.widgets.core.versions import version_choices
from serving_widgets.widgets.panel.endpoint_panel import EndpointPanel
from serving_widgets.workspace import Endpoints, Session
from serving_widgets.workspace.changes.config_draft import TYPES
from serving_widgets.workspace.changes.dry_run import plan
from serving_widgets.workspace.changes.request_bodies import create_body

from .contract import CreateBody
from .new_endpoint import SIZE_MEANINGS, NewEndpoint

if TYPE_CHECKING:
    from serving_widgets.widgets.core.contract import VersionChoice
    from serving_widgets.workspace.watch.events import Change

#: Names that one list of a form offers; others can be typed.
MOST_NAMES = 500


class CreateEndpoint(ServingWidget):
    """A form that creates an endpoint: its name, a model and a version of the registry, size, tags, budget policy.

    The name is checked while it is typed, models and versions are picked from the registry or, where that may not be
    read, typed. The exact request stands on screen before it is sent. Once it is, the form gives way to the panel of
    the new endpoint.

    Parameters
    ----------
    name : str, optional
        The name to begin with.
    workspace : Workspace or str, optional
        A workspace or its name; the active one unless given.
    **kwargs : Any
        Traits of every ipywidgets widget, such as ``layout``; an unknown name is an error.

    Attributes
    ----------
    created : str or None
        The name of the endpoint that was created; ``observe`` it.

    Examples
    --------
    >>> sw.CreateEndpoint("ads")
    <CreateEndpoint of mock workspace (demo)>
    """

    created = traitlets.Unicode(None, allow_none=True, read_only=True)

    _kind = "create_endpoint"

    def __init__(self, name: str = "", *, workspace: Session | str | None = None, **kwargs: Any) -> None:
        if not isinstance(name, str):
            raise ConfigError(f"CreateEndpoint begins with a name, not {name!r}.", hint='For example "ads".')
        self._new = NewEndpoint(name)
        self._models: list[str] | None = None
        self._unread = ""
        self._versions: dict[str, list[VersionChoice]] = {}
        self._reading = 0
        self._sending = False
        self._problem: ServingError | None = None
        self._made: str | None = None
        self._panel: EndpointPanel | None = None
        #: What shows the new endpoint instead of the form's own panel.
        self.shows: Callable[[str], Coroutine[Any, Any, None]] | None = None
        self._following: asyncio.Task[None] | None = None
        super().__init__(workspace=workspace, **kwargs)

    def close(self) -> None:
        """Close the form, and the panel of what it created.

        Examples
        --------
        >>> form = sw.CreateEndpoint()
        >>> form.close()
        """
        panel = getattr(self, "_panel", None)
        if panel is not None:
            panel.close()
        super().close()

    def _ops(self) -> dict[str, Op]:
        return {**super()._ops(), "edit": self._edit, "create": self._create, "again": self._again}

    def _concerned(self, change: Change) -> bool:
        return True

    def _set_public(self) -> None:
        self.set_trait("created", self._made)

    # The picture ------------------------------------------------------------------------------------------------------

    def _body(self) -> CreateBody:
        new, versions = self._new, self._known_versions()
        fault = new.name_fault(self._taken())
        faults = new.faults(versions)
        body = None
        if not (fault or faults):
            try:
                body = create_body(new.name, None, new.settled(versions))
            except ConfigError as error:
                faults = [f"{error.message} {error.hint}".strip()]
        paths = self._paths()
        catalogs = sorted({path[0] for path in paths})
        schemas = sorted({path[1] for path in paths if path[0] == new.catalog})
        models = sorted(".".join(path) for path in paths if path[:2] == [new.catalog, new.schema])
        return {
            "draft": new.picture(),
            "name_fault": fault,
            "faults": faults,
            "catalogs": catalogs[:MOST_NAMES],
            "schemas": schemas[:MOST_NAMES],
            "models": models[:MOST_NAMES],
            "versions": versions,
            "unread": self._unread,
            "reading": self._reading > 0,
            "sizes": [{"key": size, "means": means} for size, means in SIZE_MEANINGS.items()],
            "types": list(TYPES),
            "request": None if body is None else shown(plan("create", new.name, body)),
            "recipe": None
            if body is None
            else snapshot.recipe(self.workspace, "create", new.name, fields=new.fields()),
            "mark": "" if body is None else mark_of(json.dumps(body, sort_keys=True)),
            "sending": self._sending,
            "problem": None if self._problem is None else self._problem.problem(),
            "created": self._made,
            "panel": None if self._panel is None else f"IPY_MODEL_{self._panel.model_id}",
        }

    def _arguments(self) -> Mapping[str, object]:
        return {"name": self._new.name}

    def _known_versions(self) -> list[VersionChoice]:
        return self._versions.get(self._new.model, [])

    def _paths(self) -> list[list[str]]:
        """Return catalog, schema and name of each model."""
        return [name.split(".", 2) for name in self._models or [] if name.count(".") >= 2]

    def _taken(self) -> bool:
        seen = self.workspace.watcher.store.get(self._new.name)
        return seen is not None and not seen.deleted and self._made != self._new.name

    def _static(self) -> Mapping[str, str]:
        from serving_widgets.render import message

        line = "%serving create NAME --entity CATALOG.SCHEMA.MODEL --version VERSION"
        said = message(
            f"Create an endpoint – {self.workspace.where}\n\nThe form needs a kernel. A line does it, too: {line}"
        )
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    # Reading ----------------------------------------------------------------------------------------------------------

    async def _first_look(self) -> None:
        if not self.workspace.watcher.store.listed:
            await self.workspace.watcher.list_all()
        await self._read_models()

    async def _hello(self, args: Args, progress: Progress) -> None:
        await super()._hello(args, progress)
        if self._models is None:
            await self._read_models()
            self._publish()

    async def _refresh(self, args: Args, progress: Progress) -> None:
        await super()._refresh(args, progress)
        self._versions.clear()
        await self._read_models()
        await self._read_versions()

    async def _read_models(self) -> None:
        try:
            found = await self.workspace.client().list_models(None, None)
        except ServingError as error:
            self._models, self._unread = [], f"{error.message} Type the model's name and version."
            return
        self._models, self._unread = [each.full_name for each in found], ""
        self._pick_only()

    async def _read_versions(self) -> None:
        model = self._new.model
        if not model or model in self._versions or self._unread:
            return
        self._reading += 1
        self._publish()
        try:
            self._versions[model], _ = await version_choices(self.workspace, model)
        finally:
            self._reading -= 1
        if self._new.model == model and not self._new.version:
            found = self._versions[model]
            champion = next((each for each in found if "Champion" in each["aliases"]), None)
            first = champion or max(found, key=lambda each: int(each["version"]), default=None)
            if first is not None:
                self._new = self._new.edited("version", first["version"])

    def _pick_only(self) -> None:
        """Pick a catalog or a schema that is the only one."""
        paths = self._paths()
        for place, field in enumerate(("catalog", "schema")):
            there = {path[place] for path in paths if place == 0 or path[0] == self._new.catalog}
            if not getattr(self._new, field) and len(there) == 1:
                self._new = self._new.edited(field, there.pop())

    # Operations -------------------------------------------------------------------------------------------------------

    async def _edit(self, args: Args, _: Progress) -> None:
        if self._sending:
            raise ConfigError("The request is being sent.", hint="Wait for the answer.", code="busy")
        before = self._new
        self._new, self._problem = before.edited(args.get("field"), args.get("value")), None
        if self._new.typing is before.typing and not self._new.typing:
            self._pick_only()
        if self._new.model != before.model:
            await self._read_versions()
        self._publish()

    async def _create(self, args: Args, _: Progress) -> None:
        """Send the request that the page shows, and no other one."""
        body = self._body()
        if not body["mark"] or args.get("mark") != body["mark"] or self._sending or self._made:
            raise ActionRefused(
                "The form has just changed. Nothing was sent.",
                action="create",
                endpoint=self._new.name,
                hint="Review the request again, then create.",
                code="changed_meanwhile",
            )
        name, fields = self._new.name, self._new.settled(self._known_versions())
        self._sending, self._problem = True, None
        self._publish()
        try:
            await Endpoints(self.workspace).aio.create(name, **fields)
        except ServingError as error:
            self._problem = error
            raise
        else:
            self._made = name
            if self.shows is None and not self._ended:
                self._panel = self._channel.within(lambda: EndpointPanel(name, workspace=self.workspace))
        finally:
            self._sending = False
            self._publish()
        if self.shows is not None:
            # It closes the form, which has to answer first.
            self._following = asyncio.ensure_future(self.shows(name))

    async def _again(self, _: Args, __: Progress) -> None:
        """Begin another one."""
        panel, self._panel, self._made = self._panel, None, None
        self._new = NewEndpoint()
        self._pick_only()
        self._publish()
        if panel is not None:
            self._channel.within(panel.close)
