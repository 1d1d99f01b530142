/** Where a key leads in a grid. Pure. */
export interface Place {
  row: number;
  column: number;
}

const PAGE = 8;

/** The cell that a key leads to from another one; null for a key that moves nothing. */
export function moved(event: KeyboardEvent, { row, column }: Place, size: { rows: number; columns: number }): Place | null {
  const far = event.ctrlKey || event.metaKey;
  const last = { row: size.rows - 1, column: size.columns - 1 };
  const to = (toRow: number, toColumn: number): Place => ({
    row: Math.max(0, Math.min(toRow, last.row)),
    column: Math.max(0, Math.min(toColumn, last.column)),
  });
  switch (event.key) {
    case "ArrowDown":
      return to(far ? last.row : row + 1, column);
    case "ArrowUp":
      return to(far ? 0 : row - 1, column);
    case "ArrowRight":
      return to(row, column + 1);
    case "ArrowLeft":
      return to(row, column - 1);
    case "Home":
      return to(far ? 0 : row, 0);
    case "End":
      return to(far ? last.row : row, last.column);
    case "PageDown":
      return to(row + PAGE, column);
    case "PageUp":
      return to(row - PAGE, column);
    default:
      return null;
  }
}
