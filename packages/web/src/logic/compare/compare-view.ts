import { RELATIONS, type Relation, VALUE_ORDERS, type ValueOrder } from "@llm-sim/api";
import { EVENT_TYPES, type EventType } from "@llm-sim/events/schema";

/** Which differences are listed; what is absent is any. */
export interface DifferenceChoice {
  /** Empty: of no agent. */
  agent?: string | undefined;
  kind?: EventType | undefined;
  name?: string | undefined;
  relation?: Relation | undefined;
}

/** What a page that compares two runs shows; a link carries it whole. */
export interface CompareView {
  /** Whose curves are drawn; `undefined` is the page's own choice. */
  variable: string | undefined;
  order: ValueOrder;
  /** The turn at whose end values are compared; `undefined` is each run's end. */
  turn: number | undefined;
  /** Values that are the same are listed, too. */
  equal: boolean;
  /** From 0. */
  valuesPage: number;
  chosen: DifferenceChoice;
  /** From 0. */
  page: number;
}

export type CompareParameters = Record<string, string | undefined>;

/** `?order=relative&turn=4&who=alice&kind=DECISION&name=strategy&page=2` */
export function writeCompareView(view: CompareView): CompareParameters {
  const { chosen } = view;
  return {
    variable: view.variable,
    order: view.order === "difference" ? undefined : view.order,
    turn: view.turn === undefined ? undefined : String(view.turn),
    equal: view.equal ? "1" : undefined,
    values: view.valuesPage === 0 ? undefined : String(view.valuesPage + 1),
    who: chosen.agent === "" ? undefined : chosen.agent,
    nobody: chosen.agent === "" ? "1" : undefined,
    kind: chosen.kind,
    name: chosen.name,
    relation: chosen.relation,
    page: view.page === 0 ? undefined : String(view.page + 1),
  };
}

/** Reads what `writeCompareView` wrote, and whatever a person made of it. */
export function readCompareView(parameters: Readonly<Record<string, unknown>>): CompareView {
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return {
    variable: text("variable"),
    order: VALUE_ORDERS.find((order) => order === text("order")) ?? "difference",
    turn: wholeNumber(text("turn")),
    equal: text("equal") === "1",
    valuesPage: pageNumber(text("values")),
    chosen: {
      agent: text("nobody") === "1" ? "" : text("who"),
      kind: EVENT_TYPES.find((kind) => kind === text("kind")),
      name: text("name"),
      relation: RELATIONS.find((relation) => relation === text("relation")),
    },
    page: pageNumber(text("page")),
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function pageNumber(text: string | undefined): number {
  return Math.max(0, (wholeNumber(text) ?? 1) - 1);
}

export function isAnyDifference({ agent, kind, name, relation }: DifferenceChoice): boolean {
  return [agent, kind, name, relation].every((one) => one === undefined);
}
