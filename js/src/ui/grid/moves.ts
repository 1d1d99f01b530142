/** Where a key leads in a grid. Pure. */
export interface Place {
  /** -1 is the header. */
  row: number;
  column: number;
}

interface GridSize {
  rows: number;
  columns: number;
  /** Rows that a Page key leads over. */
  page: number;
  /** The header can be walked to. */
  header?: boolean;
}

/** The cell that a key leads to from another one; null for a key that moves nothing. */
export function moved(event: KeyboardEvent, { row, column }: Place, { rows, columns, page, header = false }: GridSize): Place | null {
  const far = event.ctrlKey || event.metaKey;
  const last = { row: rows - 1, column: columns - 1 };
  const to = (toRow: number, toColumn: number, first = 0): Place => ({
    row: Math.max(first, Math.min(toRow, last.row)),
    column: Math.max(0, Math.min(toColumn, last.column)),
  });
  switch (event.key) {
    case "ArrowDown":
      return to(far ? last.row : row + 1, column);
    case "ArrowUp":
      return to(far ? 0 : row - 1, column, header && !far ? -1 : 0);
    case "ArrowRight":
      return { ...to(0, column + 1), row };
    case "ArrowLeft":
      return { ...to(0, column - 1), row };
    case "Home":
      return { ...to(0, 0), row: far ? 0 : row };
    case "End":
      return { ...to(0, last.column), row: far ? last.row : row };
    case "PageDown":
      return to(row + page, column);
    case "PageUp":
      return to(row - page, column);
    default:
      return null;
  }
}
