import {
  type InteractionCell,
  type InteractionsAnswer,
  type interactionsQuerySchema,
  NOBODY,
  OTHERS,
} from "@llm-sim/api";
import { type ActionEvent, EVENT_TYPES } from "@llm-sim/events/schema";
import type { Pace } from "../../pace/index.ts";
import type { Parsed } from "../../parsed.ts";
import { requireOrder } from "../../query/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { batchesOf } from "../rows/index.ts";
import { ActionTypes } from "./action-types.ts";
import { partnersOf } from "./partners.ts";

const ACTION = EVENT_TYPES.indexOf("ACTION");
/** Actions that are read between two looks at the clock. */
const PIECE = 512;
const ALONE = "";

type Query = Parsed<typeof interactionsQuerySchema>;
type Tally = Omit<InteractionCell, "from" | "to">;

/** Who acted with or on whom. */
export async function interactionsOf(
  view: RunView,
  query: Query,
  pace: Pace,
): Promise<Omit<InteractionsAnswer, "complete" | "gaps">> {
  requireOrder(query, "turn_start", "turn_end");
  const { index } = view;
  const tallies = new Tallies(query, (text) => index.names.agents.find(text) !== undefined);
  for (const batch of batchesOf(index, rowsOf(view, query))) {
    for (let start = 0; start < batch.length; start += PIECE) {
      for (const event of view.events(batch.slice(start, start + PIECE))) {
        if (event.event_type === "ACTION") tallies.add(event);
      }
      await pace.yieldIfDue();
    }
  }
  return { simulation_id: view.id, ...tallies.answer() };
}

/** Counts who acts with or on whom, action by action, in their order. What is held is a count for each pair. */
export class Tallies {
  readonly #query: Query;
  readonly #isAgent: (text: string) => boolean;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #types = new ActionTypes();
  readonly #byAgent = new Map<string, Map<string, Tally>>();
  #actions = 0;
  #withPartner = 0;

  /** @param isAgent whether the log has an agent of that name */
  constructor(query: Query, isAgent: (text: string) => boolean) {
    this.#query = query;
    this.#isAgent = (text) => text !== ALONE && isAgent(text);
    this.#wanted = query.action_types && new Set(query.action_types);
  }

  /** An action of the turns that are asked about. */
  add(event: ActionEvent): void {
    const partners = partnersOf(event, this.#isAgent);
    const { agent_id: of, parameter } = this.#query;
    if (of !== undefined && event.agent_id !== of && !partners.has(of)) return;
    this.#types.add(event);
    if (this.#wanted?.has(event.action_type) === false) return;
    this.#actions++;
    if (partners.size > 0) this.#withPartner++;
    const amount = amountOf(event, parameter);
    const own = this.#byAgent.get(event.agent_id) ?? new Map<string, Tally>();
    this.#byAgent.set(event.agent_id, own);
    for (const [partner, takesPart] of partners.size === 0 ? [[ALONE, false] as const] : partners)
      add(own, partner, event.event_id, takesPart, amount);
  }

  answer(): Omit<InteractionsAnswer, "simulation_id" | "complete" | "gaps"> {
    const { agents, others } = foremost(this.#byAgent, this.#query.agents);
    return {
      agents,
      others,
      actions: this.#actions,
      with_partner: this.#withPartner,
      action_types: this.#types.foremost(),
      cells: cellsOf(this.#byAgent, agents),
    };
  }
}

function rowsOf(
  { index }: RunView,
  { turn_start = 0, turn_end = Number.POSITIVE_INFINITY }: Query,
): number[] {
  const list = index.rowsOf(NO_AGENT, ACTION);
  const rows: number[] = [];
  list.each(0, list.length, (row) => {
    const turn = index.columns.turn(row);
    if (turn >= turn_start && turn <= turn_end) rows.push(row);
  });
  return rows;
}

function amountOf({ action_payload }: ActionEvent, parameter: string | undefined): number | undefined {
  if (parameter === undefined || !Object.hasOwn(action_payload, parameter)) return undefined;
  const amount = action_payload[parameter];
  return typeof amount === "number" ? amount : undefined;
}

function add(
  own: Map<string, Tally>,
  partner: string,
  eventId: string,
  takesPart: boolean,
  amount: number | undefined,
): void {
  const tally = own.get(partner) ?? { count: 0, taking_part: 0, event_id: eventId };
  own.set(partner, tally);
  tally.count++;
  if (takesPart) tally.taking_part++;
  if (amount !== undefined) tally.sum = within((tally.sum ?? 0) + amount);
}

/** JSON has no infinity. */
function within(sum: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum));
}

function foremost(
  tallies: ReadonlyMap<string, ReadonlyMap<string, Tally>>,
  most: number,
): { agents: string[]; others: number } {
  const activity = new Map<string, number>();
  const count = (agent: string, more: number) => activity.set(agent, (activity.get(agent) ?? 0) + more);
  for (const [actor, partners] of tallies) {
    for (const [partner, tally] of partners) {
      count(actor, tally.count);
      if (partner !== ALONE) count(partner, tally.count);
    }
  }
  const sorted = [...activity].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return {
    agents: sorted.slice(0, most).map(([agent]) => agent),
    others: Math.max(0, sorted.length - most),
  };
}

function cellsOf(
  tallies: ReadonlyMap<string, ReadonlyMap<string, Tally>>,
  agents: readonly string[],
): InteractionCell[] {
  const places = new Map(agents.map((agent, at) => [agent, at]));
  const cells = new Map<string, InteractionCell>();
  for (const [actor, partners] of tallies) {
    for (const [partner, tally] of partners) {
      const from = places.get(actor) ?? OTHERS;
      const to = partner === ALONE ? NOBODY : (places.get(partner) ?? OTHERS);
      const key = `${from} ${to}`;
      const known = cells.get(key);
      cells.set(key, known === undefined ? { from, to, ...tally } : joined(known, tally));
    }
  }
  return [...cells.values()];
}

function joined(cell: InteractionCell, { count, taking_part, sum, event_id }: Tally): InteractionCell {
  const sums = [cell.sum, sum].filter((one) => one !== undefined);
  return {
    ...cell,
    count: cell.count + count,
    taking_part: cell.taking_part + taking_part,
    ...(sums.length > 0 && { sum: within(sums.reduce((all, one) => all + one, 0)) }),
    event_id: cell.event_id < event_id ? cell.event_id : event_id,
  };
}
