import { useRef, useState } from "preact/hooks";
import type { Picture } from "../../kernel/contract";
import { Button } from "./Button";
import { CodeButtons } from "./CopyButton";
import { Icon } from "./Icon";
import { Popover } from "./Popover";

/** The lines that do what the buttons do, for a notebook that should do it again. */
export function Recipes({ picture }: { picture: Picture }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const recipes = Object.entries(picture.recipes ?? {});
  if (recipes.length === 0) return null;
  return (
    <>
      <Button buttonRef={anchor} look="quiet" popup expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="code" />
        Recipe
      </Button>
      {open && (
        <Popover anchor={anchor} role="group" label={`Recipes for ${picture.name}`} onClose={() => setOpen(false)}>
          <div class="sw-recipes">
            {recipes.map(([action, { magic, python }]) => (
              <section key={action}>
                <div class="sw-caption">{sentence(action)}</div>
                <CodeLine text={magic} what={`the magic line: ${action}`} />
                <CodeLine text={python} what={`the Python line: ${action}`} />
              </section>
            ))}
          </div>
        </Popover>
      )}
    </>
  );
}

export function CodeLine({ text, what }: { text: string; what: string }) {
  return (
    <div class="sw-codeline">
      <code>{text}</code>
      <CodeButtons text={text} what={what} />
    </div>
  );
}

function sentence(action: string): string {
  return action.charAt(0).toUpperCase() + action.slice(1).replaceAll("_", " ");
}
