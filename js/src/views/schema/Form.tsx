import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { useUniqueId } from "../../view";
import type { Explorer } from "./explorer";
import { bare } from "./Grid";
import type { BodyFinding as Finding, Cell, Field } from "./contract";

/** The request as a form: its parameters, and the members of its objects. */
export function Form({ explorer, fields, errors, locked }: { explorer: Explorer; fields: Field[]; errors: Finding[]; locked: string | null }) {
  const box = useRef<HTMLDivElement>(null);
  const target = explorer.target.value;
  useEffect(() => {
    if (target?.view !== "form") return;
    explorer.target.value = null;
    box.current?.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(target.pointer)}"]`)?.focus();
  }, [target]);
  return (
    <div ref={box} class="sw-schema-form" role="group" aria-label="Request form">
      {fields.map((field) =>
        field.group ? (
          <div key={field.pointer} class="sw-schema-group" style={{ paddingLeft: `${field.depth * 16}px` }}>
            <span class="sw-mono">{field.name}</span> <span class="sw-muted">{field.description || "object"}</span>
          </div>
        ) : (
          <One key={field.pointer} explorer={explorer} field={field} error={errors.find(({ pointer }) => pointer === field.pointer)} locked={locked} />
        ),
      )}
    </div>
  );
}

function One({ explorer, field, error, locked }: { explorer: Explorer; field: Field; error?: Finding; locked: string | null }) {
  const id = useUniqueId();
  const [typed, setTyped] = useState<string | null>(null);
  const { cell, required } = field;
  const out = cell === false;
  const text = typed ?? (Array.isArray(cell) ? `${cell[0]}…` : cell || "");
  const described = `${id}-about${error ? ` ${id}-error` : ""}`;
  const set = async (value: Cell): Promise<void> => {
    await explorer.edit("field", { pointer: field.pointer, cell: value });
    setTyped(null);
  };
  const leave = (): void => {
    if (typed !== null) void set(typed);
  };
  const shared = {
    id,
    "data-pointer": field.pointer,
    "aria-describedby": described,
    "aria-invalid": error ? (true as const) : undefined,
    "aria-required": required || undefined,
  };
  const hint = out ? `Left out${field.default === null ? "" : `: ${field.default} is taken`}` : cell === null ? "null" : "";
  const options = field.boolean ? ["true", "false"] : field.options.map((option) => (option === null ? "null" : String(option)));
  return (
    <div class="sw-schema-field" style={{ paddingLeft: `${field.depth * 16}px` }}>
      <label for={id}>
        <span class="sw-mono">{field.name}</span>
        {required && <span class="sw-muted"> required</span>}
      </label>
      <div class="sw-schema-control">
        {options.length > 0 && (out || cell === null || options.includes(text)) ? (
          <select
            {...shared}
            class="sw-input"
            disabled={locked !== null}
            value={out ? "" : cell === null ? "null" : text}
            onChange={(event) => void set(event.currentTarget.value === "" ? false : event.currentTarget.value)}
          >
            <option value="">{hint && out ? hint : "Left out"}</option>
            {cell === null && !options.includes("null") && <option value="null">null</option>}
            {options.map((option) => (
              <option key={option} value={option}>
                {option}
              </option>
            ))}
          </select>
        ) : field.long ? (
          <textarea
            {...shared}
            class="sw-input sw-mono"
            rows={Math.min(8, Math.max(2, text.split("\n").length))}
            spellcheck={false}
            readOnly={locked !== null || Array.isArray(cell)}
            placeholder={hint}
            value={text}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onBlur={leave}
          />
        ) : (
          <input
            {...shared}
            class="sw-input sw-mono"
            type="text"
            spellcheck={false}
            autocomplete="off"
            readOnly={locked !== null}
            placeholder={hint}
            value={text}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && leave()}
            onBlur={leave}
          />
        )}
        {!out && !locked && (
          <Button look="quiet" label={`Leave ${field.name} out`} onClick={() => void set(false)}>
            <Icon name="close" />
          </Button>
        )}
      </div>
      <div id={`${id}-about`} class="sw-caption">
        {[field.type, field.default === null ? "" : `default ${bare(field.default)}`, field.description].filter(Boolean).join(" · ")}
      </div>
      {error && (
        <div id={`${id}-error`} class="sw-schema-fault">
          {error.message} {error.fix}
        </div>
      )}
    </div>
  );
}
