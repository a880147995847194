/** What of a batch's page stands in its address. */
export interface BatchView {
  /** Whose fans are shown, by name; empty: those that the page chooses. */
  variables: readonly string[];
  /** Conditions and variables that are columns of the table. */
  outcomes: readonly string[];
  /** Runs that are picked out, by id. */
  runs: readonly string[];
  sort: ColumnOrder;
  /** What the heat map shows; `undefined`: what the page chooses. */
  heat: string | undefined;
}

export interface ColumnOrder {
  column: string;
  descending: boolean;
}

/** By settings, then seed, as the server has them. */
export const AS_MADE: ColumnOrder = { column: "", descending: false };

/** As an address has it; of what is given several times, each stands on a line. */
export type BatchParameters = Record<string, string>;

export function readBatchView(parameters: Readonly<Record<string, string | undefined>>): BatchView {
  const lines = (text = "") => [...new Set(text.split("\n").map((line) => line.trim()))].filter(Boolean);
  const sort = parameters.sort ?? "";
  return {
    variables: lines(parameters.variable),
    outcomes: lines(parameters.outcome),
    runs: lines(parameters.runs?.replaceAll(",", "\n")),
    sort: { column: sort.replace(/^-/, ""), descending: sort.startsWith("-") },
    heat: parameters.heat || undefined,
  };
}

/** `?variable=fish&outcome=fish+<+50&runs=sweep-s1,sweep-s2`; what is as by default is left out. */
export function writeBatchView({ variables, outcomes, runs, sort, heat }: BatchView): BatchParameters {
  const all = {
    variable: variables.join("\n"),
    outcome: outcomes.join("\n"),
    runs: runs.join(","),
    sort: `${sort.column !== "" && sort.descending ? "-" : ""}${sort.column}`,
    heat: heat ?? "",
  };
  return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ""));
}
