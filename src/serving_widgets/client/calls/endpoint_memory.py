"""What a client has seen of endpoints: enough to know where a query goes, and who may do what."""

from __future__ import annotations

from serving_widgets.api.endpoint.models import EndpointInfo


class SeenEndpoints:
    """Endpoints by name, as they were last seen."""

    def __init__(self) -> None:
        self._seen: dict[str, EndpointInfo | None] = {}
        self._listed: dict[str, EndpointInfo] = {}
        self._digest = b""

    def note(self, info: EndpointInfo) -> None:
        """Remember an endpoint."""
        self._seen[info.name] = info

    def note_missing(self, name: str) -> None:
        """Remember that nothing could be learned about a name, so that it is not asked for before each query."""
        self._seen.setdefault(name, None)

    def note_all(self, infos: list[EndpointInfo], digest: bytes) -> None:
        """Remember what there is, and forget what there is no more."""
        self._listed, self._digest = {info.name: info for info in infos}, digest
        self._seen = {**self._listed}

    def listed_again(self, digest: bytes) -> list[EndpointInfo] | None:
        """Return the last list where its answer had this digest, and remember it as if it had been read."""
        if digest != self._digest:
            return None
        self._seen = {**self._listed}
        return list(self._listed.values())

    def forget(self, name: str) -> None:
        """Forget an endpoint that is gone."""
        self._seen.pop(name, None)

    def of(self, name: str | None) -> EndpointInfo | None:
        """Return an endpoint as it was last seen."""
        return None if name is None else self._seen.get(name)

    def by_id(self, id: str) -> EndpointInfo | None:
        """Return the endpoint that has an id."""
        return next((info for info in self._seen.values() if info is not None and info.id == id), None)

    def __contains__(self, name: str) -> bool:
        return name in self._seen
