import type { PageOf } from "../../logic/compare/index.ts";
import { formatCount } from "../../logic/format/index.ts";

interface PagerProps {
  /** What there are pages of: "differences". */
  of: string;
  at: PageOf;
  total: number;
  onPage: (page: number) => void;
}

/** Where one is in a long list, and how to get on; nothing where all is on one page. */
export function Pager({ of, at: { page, pages, first, last }, total, onPage }: PagerProps) {
  if (pages === 1) return null;
  const to = (label: string, text: string, target: number) => (
    <button
      type="button"
      className="button"
      aria-label={`${label} page of ${of}`}
      disabled={target === page || target < 0 || target >= pages}
      onClick={() => onPage(target)}
    >
      {text}
    </button>
  );
  return (
    <nav className="pager" aria-label={`Pages of ${of}`}>
      <span className="button-group">
        {to("First", "«", 0)}
        {to("Previous", "‹", page - 1)}
        {to("Next", "›", page + 1)}
        {to("Last", "»", pages - 1)}
      </span>
      <span className="count" aria-live="polite">
        {formatCount(first)}–{formatCount(last)} of {formatCount(total)}
      </span>
    </nav>
  );
}
