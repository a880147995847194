/** A stretch of a long list. */
export interface PageOf {
  /** From 0; the last where one beyond it was asked for. */
  page: number;
  pages: number;
  /** The first and the last that are on it, from 1; both 0 where there is nothing. */
  first: number;
  last: number;
}

export function pageOf(total: number, size: number, page: number): PageOf {
  const pages = Math.max(1, Math.ceil(total / size));
  const at = Math.min(Math.max(0, page), pages - 1);
  const last = Math.min(total, (at + 1) * size);
  return { page: at, pages, first: total === 0 ? 0 : at * size + 1, last };
}
