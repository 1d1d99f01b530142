import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { ErrorFields as Problem } from "../../kernel/contract";
import { FROZEN } from "../../kernel/live";
import { canReopen, reopen } from "../../kernel/reconnect";
import { useView } from "../../view";
import { isRefused } from "./LastChecked";
import { Banner } from "../frame/Banner";

interface LinkBannerProps {
  own?: boolean;
  /** What says how the last act went, where a view offers more than the words. */
  outcome?: ComponentChildren;
}

/**
 * What came of the last act, and what stands between the view and a live picture, when something does. The latter is said
 * for both by what a view stands in, unless `own` tells that the trouble is this one's.
 */
export function LinkBanner({ own = false, outcome = <Outcome /> }: LinkBannerProps) {
  return (
    <>
      <Trouble own={own} />
      {outcome}
    </>
  );
}

function Outcome() {
  const { outcome } = useView();
  if (!outcome.value) return null;
  const { text, follow } = outcome.value;
  return <Banner tone="news" problem={{ code: "", message: text, hint: "" }} action={follow} onDismiss={() => (outcome.value = null)} />;
}

function Trouble({ own }: { own: boolean }) {
  const view = useView();
  const { link } = view.store.state.value;
  const failed = view.refreshing.value.problem;
  const retry = { label: "Retry", onClick: () => void view.refresh() };
  if (view.nested && !own && !failed) return null;
  if (view.live.state.value === "frozen") return <Frozen />;
  if (failed) return <Banner tone="error" problem={failed} action={retry} onDismiss={() => view.forgetRefresh()} />;
  // What passes by itself need not be said aloud; what a person has to end is, with the way to do it.
  const lasting = link.state === "stale" && isRefused(link);
  if ((link.state === "error" || lasting) && link.problem) return <Banner tone="error" problem={link.problem} action={retry} />;
  return null;
}

/** The kernel is gone. Where the host has another one, that can open the same connection and the same view again. */
function Frozen() {
  const { model, store, replace } = useView();
  // True while it is being opened; then what went wrong, if anything did.
  const [state, setState] = useState<Problem | true | null>(null);
  const doing = state === true;
  const connect = (): void => {
    if (doing) return;
    setState(true);
    reopen(model, store.state.value).then(replace, setState);
  };
  const action = replace && canReopen(model, store.state.value) && { label: doing ? "Reconnecting…" : "Reconnect", onClick: connect };
  const problem = doing || !state ? { code: "", message: FROZEN, hint: "" } : state;
  return <Banner tone="frozen" problem={problem} action={action || undefined} />;
}
