// Questions of every route that reads, drawn from what a run holds: the same for the same seed.
import { Draw } from "../draws.mjs";
import { knownOfLists, questionsOfLists } from "./list-questions.mjs";

const NO_EVENT = "01KAR8B1C0A1B2C000000000F7";
const KINDS = ["MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL", "SYSTEM"];
const TEXTS = [
  "trade",
  "x",
  "ALICE",
  "Turn 3",
  "%",
  "_",
  "\\",
  "'",
  "é",
  "no such text",
  '"',
  "K",
  "wealth",
  "turn_start",
  "\n",
  "1",
  "true",
  "c3",
  "STARTED",
  "e t",
];

/** What there is to ask about in a run, as its events tell. */
export function knownOf(events) {
  const unique = (list) => [...new Set(list.filter((item) => item !== undefined && item !== null))];
  const turns = events.map(({ turn_number }) => turn_number);
  const states = events.filter(({ event_type }) => event_type === "STATE");
  return {
    ids: unique([...events.map(({ event_id }) => event_id), NO_EVENT]),
    agents: unique([...events.map(({ agent_id }) => agent_id), "nobody", "alice"]),
    variables: unique([
      ...states.map(({ agent_id, variable_name }) =>
        agent_id === undefined ? `global.${variable_name}` : `"${agent_id}".${variable_name}`,
      ),
      "*.wealth",
      "nothing",
    ]),
    times: unique(events.map(({ timestamp }) => timestamp)),
    lastTurn: Math.max(3, ...turns.filter(Number.isSafeInteger)),
    calls: unique(
      events
        .filter(({ details }) => details?.system_event_type === "model_call")
        .map(({ event_id }) => event_id),
    ),
    lists: knownOfLists(events),
  };
}

/** Criteria of events: few at a time, so that something is left. */
export function drawCriteria(draw, { ids, agents, times, lastTurn }) {
  const criteria = [];
  const add = (name, value) => criteria.push([name, String(value)]);
  const some = (name, list, most) => {
    for (let left = draw.whole(1, most); left > 0; left--) add(name, draw.one(list));
  };
  if (draw.chance(0.4)) some("event_types", KINDS, 3);
  if (draw.chance(0.3)) some("agent_ids", agents, 2);
  if (draw.chance(0.25)) some("involving", agents, 2);
  if (draw.chance(0.3)) add("turn_start", draw.whole(0, lastTurn));
  if (draw.chance(0.3)) add("turn_end", draw.whole(0, lastTurn + 2));
  if (draw.chance(0.15) && times.length > 0) add("start_timestamp", draw.one(times));
  if (draw.chance(0.15) && times.length > 0) add("end_timestamp", draw.one(times));
  if (draw.chance(0.1)) add("caused_by", draw.one(ids));
  if (draw.chance(0.15)) add("q", draw.one(TEXTS));
  if (draw.chance(0.1)) add("in", draw.one(["payload", "description"]));
  return criteria;
}

/** A condition that becomes true and ceases to be, of several variables, nested. */
function drawExpression(draw, variables, lastTurn, depth = 2) {
  const nested = () => drawExpression(draw, variables, lastTurn, depth - 1);
  const value = () => draw.one([...variables, "*.wealth", "*.wealth"]);
  const leaf = () =>
    draw.one([
      () => `${value()} ${draw.one(["<", ">=", "==", "!="])} ${draw.whole(0, 120)}`,
      () => `${value()} ${draw.one(["<", ">"])} ${value()}`,
      () => `${value()} == null`,
      () => `turn ${draw.one([">", "<", "=="])} ${draw.whole(0, lastTurn)}`,
      () => `turn % 2 == ${draw.whole(0, 1)}`,
    ])();
  if (depth === 0 || draw.chance(0.3)) return leaf();
  return draw.one([
    () => `${nested()} and ${nested()}`,
    () => `(${nested()}) or (${nested()})`,
    () => `not (${nested()})`,
  ])();
}

const address = (path, parameters = []) => {
  const query = new URLSearchParams(parameters).toString();
  return query === "" ? path : `${path}?${query}`;
};

/** @returns {{ path: string, headers?: Record<string, string>, pages?: number }[]} `pages` follows so many cursors */
export function questionsOf(id, known, others, { seed, many }) {
  const draw = new Draw(seed);
  const run = `/simulations/${encodeURIComponent(id)}`;
  const { ids, agents, variables, lastTurn, calls } = known;
  const ask = (route, parameters) => ({ path: address(`${run}${route}`, parameters) });
  const turn = () => String(draw.whole(0, lastTurn + 1));
  const event = () => encodeURIComponent(draw.one(ids));
  const optional = (probability, ...pairs) => (draw.chance(probability) ? pairs : []);
  const drawn = [
    () => ({
      ...ask("/events", [...drawCriteria(draw, known), ["limit", String(draw.one([1, 2, 7, 50, 1500]))]]),
      pages: 3,
    }),
    () =>
      ask("/events", [
        ...drawCriteria(draw, known),
        ["limit", String(draw.one([1, 5, 20]))],
        ["offset", String(draw.one([0, 1, 3, 30, 100_000]))],
      ]),
    () => ask(`/events/${event()}`),
    () =>
      ask(`/causality/${event()}`, [
        ["depth", String(draw.one([1, 2, 5, 20]))],
        ...optional(0.3, ["turn_markers", "true"]),
      ]),
    () =>
      ask("/timeline", [
        ...drawCriteria(draw, known),
        ...optional(0.7, ["buckets", String(draw.one([1, 2, 7, 100, 1000]))]),
        ...optional(0.4, ["by", draw.one(["time", "turn"])]),
      ]),
    () => ask("/state", draw.one([[["turn", turn()]], [["event_id", draw.one(ids)]], []])),
    () =>
      ask("/state", [
        ["turn", turn()],
        ["agent_id", draw.one(agents)],
      ]),
    () =>
      ask("/history", [
        ["variable", draw.one(variables)],
        ...optional(0.3, ["limit", "3"], ["offset", "1"]),
        ...optional(0.3, ["turn_start", turn()]),
      ]),
    () =>
      ask("/history", [
        ["variable", draw.one(variables)],
        ["limit", String(draw.one([1, 2, 5]))],
        ["offset", String(draw.one([0, 1, 2, 6, 1000]))],
        ...optional(0.5, ["turn_start", turn()]),
        ...optional(0.5, ["turn_end", turn()]),
        ...optional(0.2, ["agent_id", draw.one(agents)]),
      ]),
    () => ask("/values", [["variable", draw.one(variables)]]),
    () =>
      ask("/values", [
        ["variable", draw.one([...variables, "*.wealth", "*.goods"])],
        ...optional(0.5, ["turn_start", turn()]),
        ...optional(0.5, ["turn_end", turn()]),
        ...optional(0.6, ["limit", String(draw.one([1, 2, 5, 9, 20]))]),
      ]),
    () =>
      ask("/why", [
        ["variable", draw.one(variables)],
        ...optional(0.5, ["turn", turn()], ["depth", "5"]),
        ...optional(0.3, ["since", draw.one(["0", "1", "3"])]),
      ]),
    () => ask("/why", [["event_id", draw.one(ids)]]),
    () => ask(`/effects/${event()}`, optional(0.5, ["depth", "3"])),
    () => ask("/find", [["expression", `${draw.one(variables)} > ${draw.whole(0, 100)}`]]),
    () =>
      ask("/find", [
        ["expression", drawExpression(draw, variables, lastTurn)],
        ...optional(0.3, ["limit", String(draw.one([1, 2, 5]))]),
        ...optional(0.3, ["offset", String(draw.one([1, 3, 100]))]),
      ]),
    () => ask("/interactions", optional(0.5, ["turn_start", turn()], ["parameter", "amount"])),
    () =>
      ask("/variables", [
        ...optional(0.4, ["q", "w"]),
        ...optional(0.4, ["points", "3"], ["limit", "2"], ["offset", "1"]),
      ]),
    () =>
      ask("/calls", [...optional(0.5, ["limit", "3"]), ...optional(0.4, ["agent_ids", draw.one(agents)])]),
    () =>
      ask(
        `/calls/${encodeURIComponent(draw.one([...calls, ...ids.slice(0, 3)]))}`,
        optional(0.5, ["delta", "true"]),
      ),
    () => ask("/search", [["q", draw.one(TEXTS)], ...optional(0.5, ["in", "payload"])]),
    () => ({
      ...ask("/stream", drawCriteria(draw, known)),
      ...(draw.chance(0.5) && { headers: { "last-event-id": draw.one(ids) } }),
    }),
    () => ({
      path: address(draw.one(["/compare", "/compare/differences", "/compare/values"]), [
        ["left", id],
        ["right", draw.one(others)],
      ]),
    }),
  ];
  const always = [
    ask(""),
    ask("/events", [["limit", "10000"]]),
    ask("/timeline"),
    ask("/state"),
    ask("/phases"),
    ask("/variables"),
    ask("/interactions"),
    ask("/widest", [["horizon", "3"]]),
    ask("/integrity"),
    ask("/notes"),
    ask("/calls"),
    ask("/stream"),
    ask("/events", [["cursor", "nonsense"]]),
    ask("/timeline", [["buckets", "0"]]),
    ask("/state", [
      ["turn", "1"],
      ["event_id", NO_EVENT],
    ]),
    ask("/find", [["expression", "wealth >"]]),
  ];
  const random = Array.from({ length: many }, (_, at) => (drawn[at % drawn.length] ?? (() => ask("")))());
  const lists = questionsOfLists(known).map(([route, parameters, pages = 0]) => ({
    ...ask(route, parameters),
    pages,
  }));
  return [...always, ...lists, ...random];
}

/** What is asked of all runs together. */
export function questionsOfAll(batches) {
  return [
    "/health",
    "/simulations",
    "/simulations/no-such-run",
    "/simulations/no-such-run/events",
    "/simulations/..%2Fwhole",
    "/compare?left=whole&right=no-such-run",
    "/batches",
    "/batches/no-such-batch",
    ...batches.flatMap(({ id, variables }) => {
      const batch = `/batches/${encodeURIComponent(id)}`;
      return [
        batch,
        ...["*.catch > 1", "*.wealth > 23 and turn > 2", "*.wealth <", "nothing > 1", "*.wealth < 23"].map(
          (text) => `${batch}?outcome=${encodeURIComponent(text)}`,
        ),
        `${batch}?outcome=wealth&outcome=${encodeURIComponent("*.wealth > 60")}`,
        ...variables.flatMap((variable) => [
          `${batch}?outcome=${encodeURIComponent(variable)}`,
          `${batch}/curves?variable=${encodeURIComponent(variable)}`,
          `${batch}/curves?variable=${encodeURIComponent(variable)}&agent_id=alice`,
          `${batch}/curves?variable=${encodeURIComponent(`bob.${variable}`)}`,
        ]),
        `${batch}/curves?variable=nothing`,
        `${batch}/curves?variable=wealth&agent_id=nobody`,
        `${batch}/curves`,
        `${batch}?outcomes=wealth`,
      ];
    }),
  ].map((path) => ({ path }));
}
