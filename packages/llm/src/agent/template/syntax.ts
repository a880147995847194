import type { TemplatePlace } from "./template-error.ts";

// What a template is made of, once it is read.

export type Expression =
  | { is: "literal"; value: string | number | boolean | null }
  | Path
  | { is: "not"; of: Expression }
  | { is: "and" | "or"; left: Expression; right: Expression }
  | { is: "comparison"; sign: Comparison; left: Expression; right: Expression; at: TemplatePlace }
  | { is: "contained"; member: Expression; in: Expression; isNegated: boolean; at: TemplatePlace }
  | { is: "defined"; path: Path; isNegated: boolean }
  | {
      is: "filtered";
      name: FilterName;
      of: Expression;
      args: readonly (string | number)[];
      at: TemplatePlace;
    };

/** `observation.offers["bob"].price` */
export interface Path {
  is: "path";
  root: string;
  steps: readonly (string | number | Path)[];
  at: TemplatePlace;
}

export const COMPARISONS = ["==", "!=", "<=", ">=", "<", ">"] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const FILTERS = ["json", "length", "join", "fixed"] as const;
export type FilterName = (typeof FILTERS)[number];

export type Node =
  | string
  | { is: "value"; of: Expression; at: TemplatePlace }
  | { is: "if"; branches: readonly { when: Expression; body: readonly Node[] }[]; otherwise: readonly Node[] }
  | {
      is: "for";
      /** One for the items of a list; two for the keys and values of a mapping. */
      names: readonly string[];
      of: Expression;
      body: readonly Node[];
      otherwise: readonly Node[];
      at: TemplatePlace;
    };

/** What a loop says of where it is: `loop.index` from 1, `loop.first`, `loop.last`, `loop.length`. */
export const LOOP = "loop";
