import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { useView } from "../../view";
import { Banner } from "./Banner";

/** Round every view: what screen readers are told, and the last resort when drawing fails. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { said } = useView();
  const [error, reset] = useErrorBoundary();
  return (
    <>
      {error ? (
        <Banner
          tone="error"
          problem={{ code: "", message: `This view couldn't be shown: ${String(error.message ?? error)}`, hint: "" }}
          action={{ label: "Try again", onClick: reset }}
        />
      ) : (
        children
      )}
      <div class="sw-hidden" aria-live="polite">
        {said}
      </div>
    </>
  );
}
