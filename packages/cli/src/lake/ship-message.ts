/** What the process that ships beside runs is told. */
export type ShipOrder =
  | { type: "run"; directory: string }
  /** No run comes any more, and those that are there are over. */
  | { type: "end" };

/** What it answers, in words for a person. */
export type ShipReport =
  | { type: "notice"; text: string }
  /** All of a run is in the lake, or there was never anything of it. */
  | { type: "shipped"; directory: string }
  /** Not all of a run is in the lake. */
  | ({ type: "left" } & LeftRun);

export interface LeftRun {
  directory: string;
  why: string;
}
