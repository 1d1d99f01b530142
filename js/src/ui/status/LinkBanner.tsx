import { FROZEN } from "../../kernel/live";
import { useView } from "../../view";
import { isRefused } from "./LastChecked";
import { Banner } from "../frame/Banner";
import { OutcomeBanner } from "./OutcomeBanner";

/**
 * What came of the last act, and what stands between the view and a live picture, when something does. The latter is said
 * for both by what a view stands in, unless `own` tells that the trouble is this one's.
 */
export function LinkBanner({ own = false }: { own?: boolean }) {
  return (
    <>
      <Trouble own={own} />
      <OutcomeBanner />
    </>
  );
}

function Trouble({ own }: { own: boolean }) {
  const view = useView();
  const { link } = view.store.state.value;
  const failed = view.refreshing.value.problem;
  const retry = { label: "Retry", onClick: () => void view.refresh() };
  if (view.nested && !own && !failed) return null;
  if (view.live.state.value === "frozen") {
    return <Banner tone="frozen" problem={{ code: "frozen", message: FROZEN, hint: "" }} />;
  }
  if (failed) return <Banner tone="error" problem={failed} action={retry} onDismiss={() => view.forgetRefresh()} />;
  // What passes by itself need not be said aloud; what a person has to end is, with the way to do it.
  const lasting = link.state === "stale" && isRefused(link);
  if ((link.state === "error" || lasting) && link.problem) return <Banner tone="error" problem={link.problem} action={retry} />;
  return null;
}
