"""LogViewer: the server and build logs of one endpoint, followed live."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import traitlets

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.api.logs.builds import compare_builds, failing_packages
from serving_widgets.api.logs.log_lines import without_escapes
from serving_widgets.widgets.core.base import EndpointWidget
from serving_widgets.widgets.core.channel import Args, Op, Progress
from serving_widgets.widgets.core.contract import RecipePicture, SavedFile
from serving_widgets.widgets.core.observer_thread import post
from serving_widgets.widgets.core.snapshot import recipe
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace.logs.line_buffer import LEVELS, shortened
from serving_widgets.workspace.logs.log_feed import LogFeed, LogSource, Sort, log_feed
from serving_widgets.workspace.logs.read_log import candidates, choose, read_log
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.watch.events import Change

from . import snapshot
from .contract import Compared, LogBody, PackageChangePicture
from .questions import LogQuestions, bad_request, read_query

#: Seconds that displaying waits for a log beyond the first picture of it.
SHORT = 0.5


class LogViewer(EndpointWidget):
    """The logs of one endpoint: of its model servers and of the builds of their images, followed as they grow.

    Parameters
    ----------
    endpoint : str or Endpoint
        The endpoint's name, or a handle.
    entity : str, optional
        The served entity whose log to show first; unless given the only one there is, or the one in trouble, or the
        first. The view has a list to choose from.
    sort : {"server", "build"}
        ``"server"`` or ``"build"``: which log to show first.
    config_version : int, optional
        The version of the configuration; the present one unless given.
    beside : sequence of str
        Other entities whose lines stand between, in one order of time and each with the name of its entity.
    follow : bool
        Whether new lines are asked for while the view is on screen.
    workspace : Workspace or str, optional
        A workspace or its name; the active one unless given.
    **kwargs : Any
        Traits of every ipywidgets widget, such as ``layout``; an unknown name is an error.

    Attributes
    ----------
    entity, sort : str
        Whose log is open, and which. Read-only; ``observe`` them: observers run on a thread of their own and may call
        the synchronous API.

    Examples
    --------
    >>> sw.LogViewer("churn", sort="build")
    <LogViewer 'churn' of mock workspace (demo)>
    """

    entity = traitlets.Unicode("", read_only=True)
    sort = traitlets.Unicode("", read_only=True)

    _kind = "log_viewer"

    def __init__(
        self,
        endpoint: str | Endpoint,
        entity: str | None = None,
        *,
        sort: Literal["server", "build"] = "server",
        config_version: int | None = None,
        beside: Sequence[str] = (),
        follow: bool = True,
        workspace: Session | str | None = None,
        **kwargs: Any,
    ) -> None:
        self._entity = entity
        self._sort = _sort(sort)
        self._version = config_version
        self._beside = tuple(beside)
        self._follow = bool(follow)
        self._feed: LogFeed | None = None
        self._refused: ConfigError | None = None
        self._leave: Callable[[], None] = _nothing
        self._reading: asyncio.Future[None] | None = None
        self._questions = LogQuestions(lambda: self._feed)
        super().__init__(endpoint, workspace=workspace, **kwargs)

    def _ops(self) -> dict[str, Op]:
        return {
            **super()._ops(),
            **self._questions.ops(),
            "open": self._open,
            "follow": self._set_follow,
            "save": self._save,
            "link": self._link,
            "compare": self._compare,
        }

    # The picture ----------------------------------------------------------------------------------------------------

    def _body(self) -> LogBody:
        info = self._info()
        seen = self.workspace.watcher.store.get(self._endpoint)
        # Of an endpoint that only the list told of, it is not known yet what it serves.
        awaited = info is None and (seen is None or not seen.fresh)
        trouble = self._problem if awaited and seen is not None else None
        return {
            **super()._body(),
            "entities": [] if info is None else snapshot.entities(info, self._entity, self._version),
            "entity": self._entity,
            "version": self._version,
            "beside": list(self._beside),
            "sort": self._sort,
            "follow": self._follow,
            "recipe": self._recipe(),
            "log": snapshot.log(self._feed, self._refused or trouble, awaited=awaited),
            "tail": None
            if self._feed is None or self._feed.state.tail is None
            else snapshot.part(self._feed.state.tail),
        }

    def _recipe(self, **shown: Any) -> RecipePicture:
        action = "logs" if self._sort == "server" else "build_logs"
        asked = {"entity": self._entity, "config_version": self._version, "beside": self._beside, **shown}
        return recipe(self.workspace, action, self._endpoint, **asked)

    def _publish(self, *, again: bool = False) -> None:
        """Send what changed; the whole snapshot to a new view only, and where there is none, for whoever saves it."""
        if again or not self._views:
            super()._publish(again=again)
            return
        self._due = None
        if self._ended:
            return
        self._published = time.monotonic()
        old, new = self.state, self._snapshot()
        left_out = ("rev", "clock") if new["log"]["reading"] else ("rev", "clock", "tail")
        patch = {key: new[key] for key in new if key not in left_out and _said(new[key]) != _said(old.get(key))}
        if not patch and new["clock"]["rate"] == old["clock"]["rate"]:
            return
        base, self._rev = self._rev, self._rev + 1
        self.state = {**new, "rev": self._rev}
        self._publish_patch(base, {**patch, "clock": new["clock"]})
        post(self._set_public)

    def _set_public(self) -> None:
        self.set_trait("entity", self.state.get("entity") or "")
        self.set_trait("sort", self.state.get("sort") or "")

    def _static(self) -> Mapping[str, str]:
        from serving_widgets.render.blocks.document import TextBlock

        said = TextBlock(f"{self._title()} – {self.workspace.where}", self._last_words())
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    def _title(self) -> str:
        names = ", ".join(filter(None, (self._entity, *self._beside)))
        whose = f"{names} of {self._endpoint}" if names else self._endpoint
        return f"{_NOUN[self._sort]} of {whose}"

    def _last_words(self) -> str:
        state = None if self._feed is None else self._feed.state
        problem = self._problem or self._refused or (state.problem if state is not None else None)
        if state is None or state.tail is None:
            return str(problem) if problem is not None else "There are no lines."
        lines = [shortened(without_escapes(line), snapshot.SAVED_WIDTH) for line in state.tail.text.split("\n")]
        before = state.total - len(lines)
        return "\n".join([*([f"… {before:,} lines before these"] if before else []), *lines])

    # Whose log it is --------------------------------------------------------------------------------------------------

    def _info(self) -> EndpointInfo | None:
        seen = self.workspace.watcher.store.get(self._endpoint)
        return None if seen is None or not seen.info.detailed else seen.info

    def _changed(self, change: Change) -> None:
        super()._changed(change)
        if self._endpoint in change.names and not self._ended:
            self._settle()
            if self._feed is not None:
                self._feed.wake()

    def _settle(self) -> None:
        """Choose an entity where none was chosen, and take to its log."""
        info = self._info()
        if info is None:
            return
        if self._entity is None:
            self._entity = snapshot.likely(info, self._sort, self._version)
        if self._entity is None:
            return
        self._refused = None
        if self._feed is None and self._version is None:
            try:
                for name in (self._entity, *self._beside):
                    choose(info, name)
            except ConfigError as error:
                self._refused = error
                self._publish_soon()
                return
        self._beside = tuple(name for name in dict.fromkeys(self._beside) if name != self._entity)
        source = LogSource(self._endpoint, self._entity, self._sort, self._version, self._beside)
        if self._feed is not None and self._feed.source == source:
            return
        self._leave_feed()
        self._feed = log_feed(self.workspace, source)
        self._leave = self._feed.subscribe(self._publish_soon)
        self._follow_feed()
        self._publish_soon()

    def _follow_feed(self) -> None:
        if self._feed is not None:
            for view in self._views:
                (self._feed.follow if self._follow else self._feed.unfollow)(view)

    def _leave_feed(self) -> None:
        if self._feed is not None:
            for view in self._views:
                self._feed.unfollow(view)
        self._leave()
        self._feed, self._leave = None, _nothing

    async def _first_look(self) -> None:
        await super()._look(self._endpoint)
        info = self._info()
        if info is not None and self._entity is None and self._version is not None:
            await self._find_version(info, self._version)
        self._settle()
        if self._feed is not None:
            # A long log takes a while to read; its end is there before. Any other is read before the cell ends, so that
            # what comes after it finds nothing under way.
            self._reading = asyncio.ensure_future(self._read())
            await self._feed.begun()
            await asyncio.wait({self._reading}, timeout=SHORT)

    async def _find_version(self, info: EndpointInfo, version: int) -> None:
        """Choose the entity that a version of the configuration had."""
        try:
            found = candidates(info, None, self._sort, version)
            if len(found) > 1:
                log = await read_log(self.workspace, self._endpoint, self._sort, None, version)
                found = [log.entity]
            self._entity = found[0]
        except ConfigError as error:
            # Which of several is for the person to choose; the likeliest is shown first.
            self._refused = None if error.code == "which_entity" else error
        except ServingError as error:
            self._problem = error

    async def _look(self, name: str, *, patient: bool = True) -> None:
        await super()._look(name, patient=patient)
        self._settle()
        await self._read(patient=patient)

    async def _read(self, *, patient: bool = True) -> None:
        if self._feed is not None:
            try:
                await self._feed.read(patient=patient)
            except ServingError:
                # The feed tells of it itself.
                return

    def _end(self) -> None:
        self._leave_feed()
        super()._end()

    # Operations -----------------------------------------------------------------------------------------------------

    async def _hello(self, args: Args, progress: Progress) -> None:
        self._settle()
        await super()._hello(args, progress)
        self._follow_feed()

    async def _bye(self, args: Args, progress: Progress) -> None:
        if self._feed is not None:
            self._feed.unfollow(str(args.get("view")))
        await super()._bye(args, progress)

    async def _refresh(self, _: Args, __: Progress) -> None:
        await self.workspace.watcher.look(self._endpoint)
        self._settle()
        if self._feed is not None:
            await self._feed.read()

    async def _open(self, args: Args, _: Progress) -> None:
        """Take to another log; what is left out stays as it is."""
        entity, version = args.get("entity", self._entity), args.get("version", self._version)
        if (entity is not None and not isinstance(entity, str)) or isinstance(version, bool):
            raise bad_request()
        if version is not None and not isinstance(version, int):
            raise bad_request()
        beside = args.get("beside", () if "entity" in args or "sort" in args else self._beside)
        if not isinstance(beside, list | tuple) or not all(isinstance(name, str) for name in beside):
            raise bad_request()
        self._sort = _sort(args.get("sort", self._sort))
        self._entity, self._version, self._beside = entity or None, version, tuple(beside)
        self._problem = None
        self._settle()
        self._publish()
        await self._read()

    async def _set_follow(self, args: Args, _: Progress) -> None:
        self._follow = bool(args.get("on"))
        self._follow_feed()
        self._publish_soon()

    async def _save(self, args: Args, progress: Progress) -> SavedFile:
        """Send the log, or what is shown of it, and what to call the file."""
        await self._questions.text(args, progress)
        version = "" if self._version is None else f"-v{self._version}"
        part = "" if args.get("shown") is None else "-shown"
        return {"name": f"{self._endpoint}-{self._entity or 'log'}{version}-{self._sort}{part}.log"}

    async def _link(self, args: Args, _: Progress) -> RecipePicture:
        """Tell the lines that show in a cell what the page shows."""
        query = read_query(args)
        grep = query.text if query.regex else _SIGNS.sub(r"\\\g<0>", query.text)
        return self._recipe(
            level=LEVELS[min(query.levels)] if query.levels else None,
            grep=grep if query.exact or not grep else f"(?i){grep}",
            since=None if query.since is None else max(self.workspace.clock.now() - query.since, 1.0),
        )

    async def _compare(self, args: Args, _: Progress) -> Compared:
        """Tell how the packages of another build differ from those of the one that is open."""
        entity, version = args.get("entity"), args.get("version")
        if not isinstance(entity, str) or self._entity is None:
            raise bad_request()
        texts = []
        for source in (
            LogSource(self._endpoint, entity, "build", version if isinstance(version, int) else None),
            LogSource(self._endpoint, self._entity, "build", self._version),
        ):
            build = log_feed(self.workspace, source)
            await build.read()
            texts.append("".join(await build.ask(lambda archive: list(archive.plain()))))
        for text, of in zip(texts, (entity, self._entity), strict=True):
            if not text:
                raise ConfigError(
                    f"There is no build log of {of} to compare.",
                    hint="A build's log can be read once the build has ended, for 30 days.",
                    code="no_build_log",
                )
        changes = await event_loop.elsewhere(compare_builds, *texts)
        blamed = await event_loop.elsewhere(failing_packages, texts[1])
        pictures: list[PackageChangePicture] = [
            {"name": each.name, "before": each.before, "after": each.after, "blamed": each.name in blamed}
            for each in changes
        ]
        return {"changes": sorted(pictures, key=lambda picture: not picture["blamed"])}


# What a regular expression would not take as it is.
_SIGNS = re.compile(r"[.*+?^${}()|\[\]\\]")
_NOUN = {"server": "Server log", "build": "Build log"}


def _sort(sort: object) -> Sort:
    if sort == "server":
        return "server"
    if sort == "build":
        return "build"
    raise ConfigError(f"There is no log of sort {sort!r}.", hint=f"Known are {', '.join(get_args(Sort))}.")


def _said(value: Any) -> Any:
    """Return what a part of a snapshot says beside the time at which it says so."""
    if isinstance(value, dict) and "seen" in value:
        return {key: each for key, each in value.items() if key != "seen"}
    return value


def _nothing() -> None:
    return None
