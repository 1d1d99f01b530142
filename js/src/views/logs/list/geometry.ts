/** Where rows are: all alike, or as high as their wrapped text. */

export const ROW = 20;

export interface Geometry {
  /** Pixels from the top of the first row to the top of this one. */
  top(row: number): number;
  /** The row at this many pixels. */
  at(pixels: number): number;
  height: number;
}

export function even(count: number): Geometry {
  return {
    top: (row) => row * ROW,
    at: (pixels) => Math.max(0, Math.min(Math.floor(pixels / ROW), count - 1)),
    height: count * ROW,
  };
}

/** Rows of which each takes its own number of lines on screen. */
export function uneven(heights: Uint16Array): Geometry {
  const tops = new Float64Array(heights.length + 1);
  for (let row = 0; row < heights.length; row++) tops[row + 1] = tops[row]! + heights[row]! * ROW;
  return {
    top: (row) => tops[row] ?? 0,
    at: (pixels) => {
      let low = 0;
      let high = heights.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (tops[middle + 1]! <= pixels) low = middle + 1;
        else high = middle;
      }
      return Math.max(0, Math.min(low, heights.length - 1));
    },
    height: tops[heights.length]!,
  };
}

/** How many lines on screen a text takes that is broken wherever it has to be. */
export function linesOnScreen(text: string, columns: number): number {
  return Math.min(Math.max(1, Math.ceil((text.includes("\t") ? text.length + 7 : text.length) / columns)), 60_000);
}
