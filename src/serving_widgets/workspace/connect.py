"""connect(): from what is given or found to an open workspace."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from serving_widgets.api.error_body import looks_like_secret
from serving_widgets.api.errors import ConfigError
from serving_widgets.client import Credential
from serving_widgets.workspace.login.report import ARGUMENTS, EMBEDDED, PROFILE, SettingsSource, explain, incomplete
from serving_widgets.workspace.login.resolve import Target, find_target
from serving_widgets.workspace.login.settings import placed
from serving_widgets.workspace.session.handle import Reference, revived_by
from serving_widgets.workspace.session.reconnect_lines import mock_line, real_line, spelled_arguments
from serving_widgets.workspace.session.session import Session
from serving_widgets.workspace.session.write_guard import Guard, Protection, locked, protection

from .open_connections import activate, active, connections, lock, opened_as, register
from .recorded import File, checked_file, furnished, only_replay, replayed
from .workspace import Workspace

if TYPE_CHECKING:
    from serving_widgets.mock import Scenario

#: What ``colour=`` takes, and the colour that it means.
COLOURS = {
    "prod": "red",
    "staging": "orange",
    "dev": "green",
    **{plain: plain for plain in ("red", "orange", "green", "blue", "purple", "grey")},
}


def connect(
    target: str | None = None,
    *,
    host: str | None = None,
    token: str | None = None,
    profile: str | None = None,
    config: Any = None,
    scenario: str | Scenario | None = None,
    speed: float | None = None,
    clock: str | None = None,
    name: str | None = None,
    read_only: bool | None = None,
    protect: Sequence[str] | Mapping[str, str] = (),
    colour: str | None = None,
    record: File | None = None,
    replay: File | None = None,
    keep_names: bool = False,
    history: File = "kernel",
) -> Workspace:
    """Open a workspace and make it the active one.

    Parameters
    ----------
    target : {"mock"}, optional
        ``"mock"`` for the embedded workspace; nothing for a real one.
    host, token : str, optional
        A real workspace, writable.
    profile : str, optional
        A section of ``~/.databrickscfg`` (or of ``DATABRICKS_CONFIG_FILE``).
    config : databricks.sdk.core.Config, optional
        A ``databricks.sdk.core.Config``: any method of logging in that the official SDK has. It comes with the extra
        ``databricks``, which is also needed where a profile or the environment holds anything but a token.
    scenario : str or serving_widgets.mock.Scenario, optional
        What the embedded workspace holds; ``"demo"`` unless given.
    speed : float, optional
        How many service seconds pass there in a second; 60 unless given.
    clock : {"demo", "scaled", "manual"}, optional
        Who moves its clock.
    name : str, optional
        What to call the connection, to have several at once. Opening a second one of the same name closes the first.
    read_only : bool, optional
        Whether to refuse every change. A real workspace that was not named, found in the environment or the file, opens
        read-only unless this is False.
    protect : sequence of str or dict of str to str, optional
        Patterns of endpoint names, as in a shell, that may not be changed: ``["prod-*"]``. As a dictionary, how lines
        ask before they change what a pattern names: ``{"prod-*": "typed", "dev-*": "none"}``; ``"typed"`` wants the
        name, ``"click"`` a yes, ``"none"`` asks nothing, and ``"refuse"`` does not let it be changed.
    colour : str, optional
        A color that widgets of this connection are marked with, beside its name: ``"prod"``, ``"staging"`` and
        ``"dev"`` have one each, or ``"red"``, ``"orange"``, ``"green"``, ``"blue"``, ``"purple"``, ``"grey"``.
    record : str or path, optional
        A new file that each request is written to, with its answer: without tokens and secrets, and with pseudonyms
        for e-mail addresses, names of people, ids and hosts. ``ws.recorder.summary`` tells what was replaced.
    replay : str or path, optional
        A recording that answers instead of a workspace; nothing is sent.
    keep_names : bool
        Whether a recording keeps addresses, names, ids and hosts as they are.
    history : {"kernel", "file"} or path
        Where changes are remembered, so that they can be undone: in this kernel, or in a file that outlives it, in the
        folder that your system keeps programs' data in, or where a path says. The file holds no secrets, and several
        kernels may use it at once.

    Returns
    -------
    Workspace
        Without arguments: what the environment names, else the file's default profile, else the embedded workspace.

    Raises
    ------
    ConfigError
        When the arguments don't go together, or what they name can't be used.

    Notes
    -----
    ``ws.sources`` tells of every place where settings were looked for why it is used or not. Proxies are those of
    ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``; trusted are the authorities in what ``SSL_CERT_FILE``,
    ``SSL_CERT_DIR``, ``REQUESTS_CA_BUNDLE`` and ``CURL_CA_BUNDLE`` name, all of them, else the public ones. (The
    official SDK, where it logs in, knows the last two.)

    Examples
    --------
    >>> ws = sw.connect("mock")
    >>> ws.label
    'mock workspace (demo)'
    """
    given = {"host": host, "token": token, "profile": profile, "name": name, "clock": clock, "colour": colour}
    wrong = [key for key, value in given.items() if not isinstance(value, str | None)]
    given["config"] = config
    real = [key for key in ("host", "token", "profile", "config") if given[key] is not None]
    # From here on the token is in the one object that it lives in: no frame of a traceback shall show it, also not of
    # the error that it is none.
    given.clear()
    fault = None
    try:
        credential = Credential(token) if isinstance(token, str) else None
    except ConfigError as error:
        fault = error
    finally:
        token = None
    if fault is not None:
        raise placed(fault, "The argument token")
    if wrong:
        raise ConfigError(f"{wrong[0]}= is not text.", hint=f'For example {wrong[0]}="…".')
    for key, file in (("record", record), ("replay", replay), ("history", history)):
        if not isinstance(file, str | os.PathLike | None):
            raise ConfigError(f"{key}= is not a path.", hint=f'For example {key}="dev.recording".')
    if colour is not None and colour not in COLOURS:
        raise ConfigError(f"There is no colour {colour!r}.", hint=f"There are {', '.join(COLOURS)}.")
    settings = (("scenario", scenario), ("speed", speed), ("clock", clock))
    embedded = {key: value for key, value in settings if value is not None}
    patterns = protection(protect)
    again: dict[str, Any] = {"name": name, "read_only": read_only, "colour": colour, **_told(embedded)}
    again["protect"] = dict(protect) if isinstance(protect, Mapping) else list(protect) or None
    if target is not None and target != "mock":
        if looks_like_secret(str(target)):
            raise ConfigError(
                "The argument target looks like a token, which is nothing to connect to.",
                hint='Set DATABRICKS_TOKEN to it, and write sw.connect(host="https://…").',
            )
        raise ConfigError(
            f"{target!r} can't be connected to.",
            hint=f'sw.connect("mock") for the embedded workspace, sw.connect(profile={target!r}) for a profile, '
            'sw.connect(host="https://…") for an address, with its token in DATABRICKS_TOKEN.',
        )
    if target == "mock" and real:
        raise ConfigError(f'"mock" and {real[0]}= exclude each other.', hint='sw.connect("mock") takes no address.')
    if target is None and embedded and not real:
        raise ConfigError(
            f"{next(iter(embedded))}= belongs to the embedded workspace.",
            hint=f'sw.connect("mock", {spelled_arguments(embedded)})',
        )
    for alone in ("profile", "config"):
        if len(real) > 1 and alone in real:
            raise ConfigError(f"{alone}= and host= or token= exclude each other.", hint="Give one or the other.")
    if embedded and real:
        raise ConfigError(f"{next(iter(embedded))}= and {real[0]}= exclude each other.", hint="Leave one out.")
    others = [*([] if target is None else ['"mock"']), *(f"{key}=" for key in (*real, *embedded))]
    replaying = only_replay(replay, others if record is None else [*others, "record="])
    if replaying is not None:
        shade = COLOURS.get(colour or "")
        opened = register(replayed(replaying, name=name, read_only=bool(read_only), protect=patterns, colour=shade))
        again["replay"] = str(replay)
        return furnished(opened, None, keep_names=False, history=history, reconnect=again)
    record = checked_file(record, keep_names=keep_names)
    if target == "mock":
        sources = explain(ARGUMENTS, given='"mock"')
        opened = register(_mock(name, bool(read_only), patterns, colour, "the argument", sources, **embedded))
        again = {"target": "mock", **again}
        return furnished(opened, record, keep_names=keep_names, history=history, reconnect=again)
    found = find_target(host=host, credential=credential, profile=profile, config=config)
    if found is None:
        opened = _embedded(name, bool(read_only), patterns, colour)
        if lacking := incomplete(opened.sources):
            warnings.warn(f"{lacking}: this is the {opened.label}.", stacklevel=2)
        return furnished(opened, record, keep_names=keep_names, history=history, reconnect=again)
    address = {"profile": profile} if profile is not None else {"host": found.host} if config is None else {}
    given_words = ", ".join(f"{key}=" for key in real if key != "profile")
    opened = _real(found, address, name, read_only, patterns, colour, given=given_words, token=credential is not None)
    # A configuration of the SDK can't be kept: what is at hand for its host then is taken instead.
    again = {**({} if found.found else address or {"host": found.host}), **again}
    return furnished(opened, record, keep_names=keep_names, history=history, reconnect=again)


def reconnect(record: Mapping[str, Any]) -> Workspace:
    """Open a connection again, as after a restart of the kernel; one of that name that is open stays.

    Parameters
    ----------
    record : mapping
        What ``ws.reconnect.to_dict()`` gave. The token comes from where this process has one.

    Raises
    ------
    ConfigError
        When what this process has is for another workspace.
    """
    arguments, host = dict(record["arguments"]), record["host"]
    opened = connections().get(record["name"])
    if opened is not None and opened.reconnect.to_dict() == dict(record):
        return activate(opened.name)
    opened = connect(arguments.pop("target", None), **arguments)
    if host and opened.host != host:
        found = opened.label
        opened.close()
        raise ConfigError(
            f"This was a connection to {host}, and what is configured here is for {found}.",
            hint=f'sw.connect(host="{host}") takes the token from DATABRICKS_TOKEN.',
        )
    return opened


def open_found(*, read_only: bool | None = None, protect: Sequence[str] | Mapping[str, str] = ()) -> Workspace:
    """Open what :func:`connect` opens without arguments; whoever calls it says which workspace that is."""
    patterns = protection(protect)
    found = find_target()
    if found is None:
        return _embedded(None, bool(read_only), patterns, None)
    return _real(found, {}, None, read_only, patterns, None)


def workspace(name: str | None = None) -> Workspace:
    """Return an open workspace: the active one, opened as :func:`connect` does where there is none, or one by name.

    Parameters
    ----------
    name : str, optional
        What the connection was called when it was opened.

    Raises
    ------
    ConfigError
        When none of that name is open.
    """
    with lock:
        return opened_as(name) if name is not None else active() or connect()


def settled(*, read_only: bool | None = None, protect: Sequence[str] | Mapping[str, str] = ()) -> Workspace:
    """Return the active workspace, opened or opened anew as :func:`connect` does where none was chosen.

    One that was found by itself gives way when something else is configured now. What may be changed in one that is
    opened is said as for :func:`connect`.
    """
    opened = active()
    if opened is None:
        return open_found(read_only=read_only, protect=protect)
    winner = next((each.name for each in opened.sources if each.used), ARGUMENTS)
    if winner in (ARGUMENTS, PROFILE):
        return opened
    now = explain(winner)
    if [each.found for each in now] == [each.found for each in opened.sources]:
        return opened
    return open_found(read_only=read_only, protect=protect)


def _told(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of an embedded workspace that can be written down; a scenario of one's own can't."""
    return {key: value for key, value in settings.items() if isinstance(value, str | int | float)}


def _real(
    found: Target,
    address: Mapping[str, str],
    name: str | None,
    read_only: bool | None,
    protect: Protection,
    colour: str | None,
    *,
    given: str = "",
    token: bool = False,
) -> Workspace:
    """Open a real workspace; what was found by itself is read-only unless the caller says otherwise."""
    reason = None
    if found.found and read_only is None:
        reason = f"This workspace was found automatically, in {found.source}, and opened read-only."
    elif read_only:
        reason = "This workspace was opened read-only."
    guard = locked(Guard(reason, real_line(address, name, protect, colour, found=found.found, token=token), *protect))
    return register(
        Workspace(
            name=name or found.name,
            host=found.host,
            credential=found.credential,
            source=found.source,
            sources=explain(
                found.origin,
                given=given,
                profile=address.get("profile"),
                notes=found.notes,
                unlock=guard.unlock if found.found and guard.read_only is not None else "",
            ),
            profile=found.profile,
            colour=COLOURS.get(colour or ""),
            guard=guard,
        )
    )


def _embedded(name: str | None, read_only: bool, protect: Protection, colour: str | None) -> Workspace:
    """Open the embedded workspace, because no real one can be opened, and say why that is so."""
    sources = explain(EMBEDDED)
    source = incomplete(sources) or "nothing else: no host, no profile and no configuration file were found"
    return register(_mock(name, read_only, protect, colour, source, sources))


def _mock(
    name: str | None,
    read_only: bool,
    protect: Protection,
    colour: str | None,
    source: str,
    sources: tuple[SettingsSource, ...],
    **settings: Any,
) -> Workspace:
    from serving_widgets.mock import MockWorkspace

    try:
        mock = MockWorkspace(**settings).start()
    except (TypeError, ValueError) as error:
        # The mock stands on its own and has none of our errors.
        raise ConfigError(
            f"The embedded workspace can't be opened: {error}.",
            hint='For example sw.connect("mock", scenario="demo", speed=60, clock="demo").',
        ) from None
    return Workspace(
        name=name or "mock",
        host=mock.host,
        credential=Credential(mock.own_token),
        source=source,
        sources=sources,
        guard=Guard(
            "This workspace was opened read-only." if read_only else None,
            mock_line(name, protect, colour, settings),
            *protect,
        ),
        colour=COLOURS.get(colour or ""),
        mock=mock,
    )


def reopened(name: str, host: str, *, profile: str | None, protect: Protection) -> Workspace:
    """Open a real workspace again, read-only, by the credentials that this process has for its address.

    Raises
    ------
    ConfigError
        When it has none.
    """
    reason = "This workspace was opened again by a saved view, and therefore read-only."
    guard = locked(Guard(reason, real_line({"host": host}, name, protect, None, found=False, token=True), *protect))
    try:
        target = Reference(name, host, profile, False, guard).target()
    except ConfigError:
        raise ConfigError(
            f"This kernel has no credential for {host}.",
            hint="Run the cell that connects, or set DATABRICKS_HOST and DATABRICKS_TOKEN.",
        ) from None
    return register(
        Workspace(
            name=name,
            host=target.host,
            credential=target.credential,
            source=target.source,
            profile=target.profile,
            guard=guard,
        )
    )


def _revive(reference: Reference) -> Session:
    """Return the connection that a handle from another process means: the open one, else one made from what is here."""
    with lock:
        opened: Session | None = connections().get(reference.connection)
        if opened is not None and opened.host == reference.host:
            return opened
        opened = _revived.get(reference)
        if opened is None or opened.closed:
            target = reference.target()
            opened = _revived[reference] = Workspace(
                name=reference.connection,
                host=target.host,
                credential=target.credential,
                source=f"a handle from another process, and {target.source}",
                profile=target.profile,
                guard=locked(reference.guard),
            )
        return opened


_revived: dict[Reference, Session] = {}
revived_by(_revive)
