import { useEffect, useState } from "preact/hooks";
import type { ErrorFields as Problem } from "../../kernel/contract";
import type { RpcError } from "../../kernel/rpc";
import { Banner } from "../../ui/frame/Banner";
import { CodeButtons, CopyButton } from "../../ui/controls/CopyButton";
import { useUniqueId } from "../../view";
import type { Explorer } from "./explorer";
import type { SnippetPicture as Snippet } from "./contract";

const NAMES: Readonly<Record<string, string>> = {
  curl: "curl",
  httpx: "Python, httpx",
  requests: "Python, requests",
  mlflow: "MLflow Deployments SDK",
  "databricks-sdk": "Databricks SDK",
  pandas: "pandas, with this package",
  "%serving": "%serving",
  ai_query: "SQL, ai_query",
};

/** The draft as code that sends it. */
export function Code({ explorer, rev }: { explorer: Explorer; rev: number }) {
  const id = useUniqueId();
  const [open, setOpen] = useState(false);
  const [target, setTarget] = useState("pandas");
  const [made, setMade] = useState<Snippet[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (!open) return;
    let current = true;
    explorer.view.rpc.request("snippets", {}).then(
      (told) => {
        if (!current) return;
        setMade(told);
        setProblem(null);
      },
      (error: RpcError) => current && setProblem(error.problem),
    );
    return () => {
      current = false;
    };
  }, [open, rev]);
  const chosen = made.find((one) => one.target === target) ?? made[0];
  return (
    <details class="sw-schema-more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Code</summary>
      {problem && <Banner tone="error" problem={problem} />}
      {chosen && !problem && (
        <div class="sw-schema-pane">
          <div class="sw-bar">
            <label for={id} class="sw-muted">
              Code for
            </label>
            <select id={id} class="sw-schema-select" value={chosen.target} onChange={(event) => setTarget(event.currentTarget.value)}>
              {made.map((one) => (
                <option key={one.target} value={one.target}>
                  {NAMES[one.target] ?? one.target}
                </option>
              ))}
            </select>
            <CodeButtons text={chosen.code} what="the code" />
          </div>
          <pre class="sw-schema-raw sw-mono" tabIndex={0} role="region" aria-label="Code">
            {chosen.code}
          </pre>
          {chosen.files.map(([name, text]) => (
            <p key={name} class="sw-muted">
              It reads <code class="sw-code">{name}</code>: the request as JSON. <CopyButton text={text} what={name} />
            </p>
          ))}
        </div>
      )}
    </details>
  );
}
