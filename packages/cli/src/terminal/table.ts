import { displayWidth, fit, pad } from "./width.ts";

const GAP = "  ";

export interface Column<Row> {
  title: string;
  /** Without control characters. */
  cell(row: Row): string;
  align?: "left" | "right";
  /** Applied after cutting and filling up. */
  paint?(text: string, row: Row): string;
  /** Takes what width is left; cut where there is little. One column of a table may. */
  isFlexible?: boolean;
  /** Cells; wider content is cut. Default 24. */
  maxWidth?: number;
  /** Left out, the highest first, where the flexible column would otherwise have less than `leftOutBelow` cells. */
  expendable?: number;
  /** Default 30, which is comfortable. */
  leftOutBelow?: number;
}

const DEFAULT_MAX_WIDTH = 24;
const COMFORTABLE_FLEXIBLE_WIDTH = 30;

interface FittedColumn<Row> extends Column<Row> {
  width: number;
}

/** A table that fits into a number of cells: widths are settled by the first rows, so that more can follow. */
export class Table<Row> {
  readonly #columns: readonly FittedColumn<Row>[];

  constructor(columns: readonly Column<Row>[], sample: readonly Row[], cells: number) {
    this.#columns = fitted(columns, sample, cells);
  }

  header(): string {
    return this.#join((column) => pad(fit(column.title, column.width), column.width, column.align));
  }

  row(row: Row): string {
    return this.#join((column) => {
      const text = pad(fit(column.cell(row), column.width), column.width, column.align);
      return column.paint ? column.paint(text, row) : text;
    });
  }

  #join(cellOf: (column: FittedColumn<Row>) => string): string {
    return this.#columns.map(cellOf).join(GAP).trimEnd();
  }
}

function fitted<Row>(
  columns: readonly Column<Row>[],
  sample: readonly Row[],
  cells: number,
): FittedColumn<Row>[] {
  const wanted = columns.map((column) => ({ ...column, width: naturalWidth(column, sample) }));
  const widthOf = (some: readonly FittedColumn<Row>[]) =>
    some.reduce((sum, column) => sum + column.width, 0) + GAP.length * Math.max(0, some.length - 1);
  let kept = wanted;
  for (;;) {
    const flexible = kept.find((column) => column.isFlexible);
    const left = cells - widthOf(kept) + (flexible?.width ?? 0);
    const isTooLittleFor = ({ leftOutBelow = COMFORTABLE_FLEXIBLE_WIDTH }: Column<Row>) =>
      left < Math.min(flexible?.width ?? 0, leftOutBelow);
    const dispensable = kept
      .filter((column) => column.expendable !== undefined && isTooLittleFor(column))
      .toSorted((a, b) => (b.expendable ?? 0) - (a.expendable ?? 0))[0];
    if (!dispensable) {
      // In the middle of a table room that nothing needs only draws it apart; at the end, later rows may need it.
      const most = flexible === kept.at(-1) ? left : Math.min(left, flexible?.width ?? 0);
      if (flexible) flexible.width = Math.max(1, most);
      return kept;
    }
    kept = kept.filter((column) => column !== dispensable);
  }
}

function naturalWidth<Row>(column: Column<Row>, sample: readonly Row[]): number {
  let width = displayWidth(column.title);
  for (const row of sample) width = Math.max(width, displayWidth(column.cell(row)));
  return column.isFlexible ? width : Math.min(width, column.maxWidth ?? DEFAULT_MAX_WIDTH);
}
