import { nameText } from "../../../logic/format/index.ts";
import { sameColumn, sortedBy, type WorldColumn } from "../../../logic/view/index.ts";
import { useRun, useView } from "../session.ts";

interface SortHeadProps {
  column: WorldColumn;
  label: string;
  title?: string;
  className?: string;
}

const BY_NAME: WorldColumn = { of: "agent" };

/** The head of a column, which sorts by it: once more turns it round. */
export function SortHead({ column, label, title, className }: SortHeadProps) {
  const { view } = useRun();
  const sort = useView((one) => one.worldSort);
  const isSorted = sameColumn(column, sort?.column ?? BY_NAME);
  const descending = sort?.descending ?? false;
  return (
    <th
      scope="col"
      className={className}
      title={title}
      aria-sort={isSorted ? (descending ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        aria-label={column.of === "agent" ? "Agent by name" : undefined}
        onClick={() => {
          const next = sortedBy(column, view.get().worldSort);
          view.set({ worldSort: next.column.of === "agent" && !next.descending ? undefined : next });
        }}
      >
        <bdi>{nameText(label)}</bdi>
        <span className="sort-mark" aria-hidden="true">
          {isSorted ? (descending ? "↓" : "↑") : ""}
        </span>
      </button>
    </th>
  );
}
