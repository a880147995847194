/** Where a list stands that is gone through by keys, in rows. */
export interface KeyedRows {
  from: number;
  /** As many as a page has. */
  page: number;
  last: number;
}

/** The row that a key leads to, which may lie outside the list; `undefined` where it leads nowhere. */
export function rowAtKey(key: string, { from, page, last }: KeyedRows): number | undefined {
  switch (key) {
    case "j":
    case "ArrowDown":
      return from + 1;
    case "k":
    case "ArrowUp":
      return from - 1;
    case "PageDown":
      return from + page;
    case "PageUp":
      return from - page;
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}
