import type { ErrorFields as Problem } from "../../kernel/contract";
import { Button } from "../controls/Button";
import { Icon, type IconName } from "../controls/Icon";
import { Prose } from "./Prose";

interface BannerProps {
  tone: "error" | "info" | "frozen" | "news";
  problem: Problem;
  icon?: IconName;
  action?: { label: string; onClick(): void };
  onDismiss?(): void;
}

/** What happened, and what to do about it. */
export function Banner({ tone, problem, icon, action, onDismiss }: BannerProps) {
  return (
    <div class={`sw-banner sw-banner-${tone}`} role={tone === "error" ? "alert" : undefined}>
      <Icon name={icon ?? (tone === "error" ? "alert" : tone === "news" ? "check" : "pause")} />
      <div class="sw-grow">
        <Prose text={problem.message} />
        {problem.hint && (
          <div class="sw-muted">
            <Prose text={problem.hint} />
          </div>
        )}
      </div>
      {action && <Button onClick={action.onClick}>{action.label}</Button>}
      {onDismiss && (
        <Button look="quiet" label="Dismiss" onClick={onDismiss}>
          <Icon name="close" />
        </Button>
      )}
    </div>
  );
}
