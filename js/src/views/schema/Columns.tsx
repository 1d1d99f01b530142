import { count } from "../../page/words";
import { bare } from "./Grid";
import type { Schema, SchemaColumn as Column } from "./contract";

/** What a format takes, column by column and parameter by parameter, in words. */
export function Columns({ schema, open = false }: { schema: Schema; open?: boolean }) {
  const { columns, params, notes, more } = schema;
  const what = [columns.length > 0 ? count(columns.length + more, "column") : "", params.length > 0 ? count(params.length, "parameter") : ""].filter(Boolean);
  return (
    <>
      {what.length > 0 && (
        <details class="sw-schema-more" open={open}>
          <summary>{what.join(", ")}</summary>
          <div class="sw-schema-scroll" tabIndex={0} role="region" aria-label="Columns and parameters">
            <table class="sw-schema-rows">
              <caption class="sw-hidden">Columns and parameters</caption>
              <thead>
                <tr>
                  {["Name", "Type", "Required", "Default", "Description"].map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {columns.map((column) => (
                  <Row key={column.name} column={column} role="" />
                ))}
                {params.map((column) => (
                  <Row key={`p ${column.name}`} column={column} role="parameter" />
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
      {notes.length > 0 && (
        <details class="sw-schema-more">
          <summary>{count(notes.length, "note")} on how the schema was read</summary>
          <ul class="sw-schema-notes">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Row({ column, role }: { column: Column; role: string }) {
  const about = [role, column.choices.length ? `one of ${column.choices.map(bare).join(", ")}` : "", column.description, column.listed ? "" : "listed for another format only"];
  return (
    <tr>
      <th scope="row" class="sw-mono">
        {column.name}
      </th>
      <td>
        {column.type}
        {column.nullable ? " or null" : ""}
      </td>
      <td>{column.required ? "required" : "optional"}</td>
      <td class="sw-mono">{column.default ?? ""}</td>
      <td class="sw-schema-about">{about.filter(Boolean).join("; ")}</td>
    </tr>
  );
}
