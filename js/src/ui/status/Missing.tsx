import type { EndpointViewState as EndpointState } from "../../kernel/contract";
import { useView } from "../../view";
import { StatusMark } from "./StatusMark";

/** What the service says of an endpoint that there is not. */
const GONE: readonly string[] = ["not_found", "resource_does_not_exist"];

/** In place of a status, while there is none: the first look is still under way, or there is no such endpoint. */
export function Missing() {
  const { store, live } = useView<EndpointState>();
  const { link } = store.state.value;
  if (link.state === "loading" && live.state.value !== "frozen") {
    return (
      <span role="status" class="sw-status sw-muted">
        Loading…
      </span>
    );
  }
  return (
    <span role="status" class="sw-status">
      <StatusMark phase="other" />
      <span class="sw-muted">{link.state === "live" || GONE.includes(link.problem?.code ?? "") ? "Not found" : "Status unknown"}</span>
    </span>
  );
}
