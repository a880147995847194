import type { EVENT_TYPES } from "@llm-sim/events/schema";

export interface LogShape {
  /** How many events, at least 2. */
  events: number;
  /** Default 50. */
  agents?: number;
  simulationId?: string;
  /** Microseconds since 1970. */
  start?: number;
  seed?: number;
}

/** Lines of a run, without newlines, as this project's writer lays them out: about 400 bytes each, causes and state whole. */
export function* generateLog({
  events,
  agents = 50,
  simulationId = "generated-run",
  start = 1_763_882_100_000_000,
  seed = 1,
}: LogShape): Generator<string> {
  const random = randomNumbers(seed);
  const names = Array.from({ length: agents }, (_, index) => `agent_${String(index).padStart(3, "0")}`);
  const wealth = names.map(() => 1000);
  const lastWrite: (string | undefined)[] = names.map(() => undefined);
  let price = 100;
  let lastPrice: string | undefined;
  let now = start;
  let emitted = 0;
  let turn = 0;

  const head = (
    type: (typeof EVENT_TYPES)[number],
    agent: string | undefined,
    causes: readonly string[],
    description: string,
  ) => {
    now += 1 + Math.floor(random() * 60);
    const id = generatedId(now, emitted++);
    const text =
      `{"event_id":"${id}","timestamp":"${timestamp(now)}","turn_number":${turn},"event_type":"${type}",` +
      `"simulation_id":"${simulationId}"${agent === undefined ? "" : `,"agent_id":"${agent}"`}` +
      `${causes.length === 0 ? "" : `,"caused_by":["${causes.join('","')}"]`},"description":"${description}"`;
    return { id, text };
  };

  const opening = head("MILESTONE", undefined, [], `Simulation started with ${agents} agents`);
  yield `${opening.text},"milestone_type":"simulation_start","details":{"name":"market","config":{"turns":1000,"seed":${seed}}}}`;
  let lastId = opening.id;
  for (;;) {
    if (emitted >= events - 1) break;
    turn++;
    const turnStart = head("MILESTONE", undefined, [lastId], `Turn ${turn} begins`);
    yield `${turnStart.text},"milestone_type":"turn_start"}`;
    for (const [index, agent] of names.entries()) {
      if (emitted >= events - 1) break;
      const partner = names[Math.floor(random() * agents)] ?? agent;
      const reads = [turnStart.id, lastWrite[index], lastPrice].filter((id) => id !== undefined);
      const decision = head(
        "DECISION",
        agent,
        reads,
        `${agent} decided to trade with ${partner} in turn ${turn}`,
      );
      yield `${decision.text},"decision_type":"trade","old_value":"hold","new_value":{"choice":"trade","with":"${partner}","confidence":${random().toFixed(4)}}}`;
      if (emitted >= events - 1) break;
      const amount = Math.floor(random() * 100);
      const together =
        partner === agent
          ? ""
          : `,"interaction_type":"trade","participating_agent_ids":["${agent}","${partner}"]`;
      const action = head("ACTION", agent, [decision.id], `${agent} trades ${amount} with ${partner}`);
      yield `${action.text},"action_type":"trade","action_payload":{"partner":"${partner}","amount":${amount},"price":${price.toFixed(2)}}${together}}`;
      if (emitted >= events - 1) break;
      const before = wealth[index] ?? 0;
      const after = Math.round((before + (random() - 0.5) * amount) * 100) / 100;
      wealth[index] = after;
      const state = head("STATE", agent, [action.id], `${agent}.wealth: ${before} → ${after}`);
      yield `${state.text},"variable_name":"wealth","old_value":${before},"new_value":${after},"scope":"agent"}`;
      lastWrite[index] = state.id;
      if (emitted >= events - 1) break;
      if (random() < 0.3) {
        const detail = head("DETAIL", agent, [action.id], `Interest for ${agent}`);
        yield `${detail.text},"calculation_type":"interest","intermediate_values":{"principal":${after},"rate":0.05,"steps":[${after},${(after * 1.05).toFixed(2)}],"note":"compound \\"daily\\""}}`;
      } else if (random() < 0.03) {
        const system = head("SYSTEM", undefined, [decision.id], `The model was asked again for ${agent}`);
        yield `${system.text},"status":"retry","error_type":"timeout","retry_count":1,"subject_agent_id":"${agent}"}`;
      }
    }
    if (emitted >= events - 1) break;
    const oldPrice = price;
    price = Math.round((price + random() - 0.5) * 100) / 100;
    const priceState = head("STATE", undefined, [turnStart.id], `price: ${oldPrice} → ${price}`);
    yield `${priceState.text},"variable_name":"price","old_value":${oldPrice},"new_value":${price},"scope":"global"}`;
    lastPrice = priceState.id;
    if (emitted >= events - 1) break;
    const turnEnd = head("MILESTONE", undefined, [turnStart.id], `Turn ${turn} ends`);
    yield `${turnEnd.text},"milestone_type":"turn_end","details":{"state_hash":"${"0123456789abcdef".repeat(4)}"}}`;
    lastId = turnEnd.id;
  }
  const end = head("MILESTONE", undefined, [lastId], "Simulation ended");
  yield `${end.text},"milestone_type":"simulation_end"}`;
}

/** A ULID of that millisecond whose random part counts up: monotonic, and the same on every run. */
export function generatedId(microseconds: number, serial: number): string {
  return `${base32(Math.floor(microseconds / 1000), 10)}0A1B2C${base32(serial, 10)}`;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function base32(value: number, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32))
    text = (ALPHABET[rest % 32] ?? "") + text;
  return text;
}

let second = -1;
let secondText = "";

/** As `formatTimestamp`, with the seconds remembered: a million events are made in seconds. */
function timestamp(microseconds: number): string {
  const whole = Math.floor(microseconds / 1_000_000);
  if (whole !== second) {
    second = whole;
    secondText = new Date(whole * 1000).toISOString().slice(0, 19);
  }
  return `${secondText}.${String(microseconds % 1_000_000).padStart(6, "0")}Z`;
}

/** mulberry32 (public domain, T. Ettinger): small, and good enough for test data. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
