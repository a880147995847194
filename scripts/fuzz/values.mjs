// Values for parameters and members of bodies: such as fit their schema, such as lie at its edges, and such as do not fit.
const AGENTS = ["alice", "bob", "boat-1", "agent 1", "__proto__", "🧙🔥", "e\u0301", "a.b", "nobody", " "];
const VARIABLES = [
  "fish",
  "boat-1.caught",
  "*.caught",
  "alice.gold",
  "global.fish",
  '"a.b".gold',
  "__proto__.gold",
  "gold",
  "fish.",
  "a..b",
  '"',
  "🧙🔥.gold",
];
const EXPRESSIONS = [
  "fish < 50",
  "fish > 0 and *.caught > 10",
  "boat-1.caught >= 1 or fish == 500",
  "*.gold > 3",
  "sum(*.caught) > 100",
  "gold",
  "fish <",
  "((((((",
  "1",
  "fish < 1e400",
  "__proto__ > 1",
  "constructor.constructor('return process')()",
  `${"(".repeat(300)}1${")".repeat(300)}`,
];
const TIMES = [
  "2026-11-26T10:00:00.000000Z",
  "2020-01-01",
  "2040-01-01T00:00:00+05:30",
  "2026-11-26T13:40:26.778151Z",
  "1969-12-31",
  "9999-12-31T23:59:59.999999Z",
];
const TEXTS = [
  "a",
  "fish",
  "decides",
  "boat-1",
  "ß",
  "İ",
  "\\u00e9",
  "%",
  '"',
  "\u0000",
  " ",
  "a b",
  "💥",
  "e\u0301",
];
/** What does not fit anywhere, or hardly. */
const ODD = [
  "",
  " ",
  "-1",
  "-0",
  "0x10",
  "1e3",
  "1.5",
  "01",
  "+1",
  "NaN",
  "Infinity",
  "null",
  "true",
  "[]",
  "{}",
  "9007199254740991",
  "9007199254740992",
  "99999999999999999999",
  "1,2",
  ",",
  ",,a,",
  "a,a,a",
  "\u0000",
  "\ud83d\ude00",
  "\r\nX-Injected: 1",
  "../../etc/passwd",
  "<script>alert(1)</script>",
  "' OR 1=1 --",
  "{{7*7}}",
  "%00",
  "x".repeat(5000),
  "[".repeat(200),
];

/** By a parameter's name, what fits it better than what its schema alone tells. */
const KNOWN = {
  variable: VARIABLES,
  expression: EXPRESSIONS,
  agent_id: AGENTS,
  agent_ids: AGENTS,
  involving: AGENTS,
  start_timestamp: TIMES,
  end_timestamp: TIMES,
  q: TEXTS,
  cursor: ["NTguMDFNOEMxQzIxTkQ2NzVCWllGODJLVEZBWlM", "MQ", "x", "eA", "LTEuMDE"],
  action_types: ["harvest", "buy", "greet", "toString"],
  parameter: ["amount", "quantity", "length", "__proto__"],
  purpose: ["offer", "decide"],
  model: ["gpt-4o-mini", "none"],
  name: ["fish", "harvest", "__proto__"],
  outcome: ["fish", "fish < 50", "boat-1.caught", "*.caught", "fish <"],
  author: ["ann", "<b>bold</b>", "x".repeat(200)],
  text: ["Here it begins.", "", "\u0000\u2028", "x".repeat(16_384), "# mark\n\n[a](javascript:alert(1))"],
};
/** Large numbers that are allowed and cost, if they do what they say: drawn now and then only. */
const RARELY_ABOVE = 50;

/**
 * A value for a parameter, as text.
 *
 * @param {import("../draws.mjs").Draw} draw
 * @param {(draw: import("../draws.mjs").Draw) => string} eventId
 */
export function textFor(draw, { name, schema }, eventId) {
  const how = draw.weighted([
    [70, "fits"],
    [18, "edge"],
    [12, "odd"],
  ]);
  if (how === "odd") return draw.one(ODD);
  if (schema.type === "array") {
    const values = Array.from({ length: draw.whole(1, how === "edge" ? 12 : 3) }, () =>
      oneFor(draw, name, schema.items ?? {}, how, eventId),
    );
    return values.join(",");
  }
  return oneFor(draw, name, schema, how, eventId);
}

function oneFor(draw, name, schema, how, eventId) {
  if (isEventId(schema)) return eventId(draw);
  if (schema.enum !== undefined)
    return how === "fits" ? draw.one(schema.enum) : draw.one(schema.enum).toLowerCase();
  if (schema.type === "integer") return String(wholeFor(draw, schema, how));
  if (schema.type === "boolean")
    return draw.one(["true", "false", ...(how === "edge" ? ["TRUE", "1", ""] : [])]);
  if (KNOWN[name] !== undefined) return draw.one(KNOWN[name]);
  return draw.one(TEXTS);
}

function wholeFor(draw, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER }, how) {
  if (how === "edge")
    return draw.one([minimum, maximum, minimum - 1, BigInt(maximum) + 1n, minimum + 1, maximum - 1]);
  return draw.chance(0.9)
    ? draw.whole(minimum, Math.min(maximum, minimum + RARELY_ABOVE))
    : draw.whole(minimum, Math.min(maximum, 20_000));
}

const isEventId = ({ pattern }) => pattern?.startsWith("^[0-7]") === true;

/** A body for a command: mostly as its schema says, with a member that does not fit, is missing or is one too many now and then. */
export function bodyFor(draw, schema, eventId) {
  const members = {};
  for (const [name, member] of Object.entries(schema.properties)) {
    if (!schema.required?.includes(name) && !draw.chance(0.35)) continue;
    members[name] = draw.chance(0.12) ? oddValue(draw) : valueFor(draw, name, member, eventId);
  }
  if (draw.chance(0.06)) delete members[draw.one(Object.keys(schema.properties))];
  if (draw.chance(0.05)) members[draw.one(["colour", "__proto__x", "constructor"])] = oddValue(draw);
  return members;
}

function valueFor(draw, name, schema, eventId) {
  if (schema.type === "array")
    return Array.from({ length: draw.whole(0, 3) }, () => valueFor(draw, name, schema.items, eventId));
  if (schema.type === "object") return bodyFor(draw, schema, eventId);
  if (schema.type === "integer") return Number(wholeFor(draw, schema, draw.chance(0.2) ? "edge" : "fits"));
  if (isEventId(schema)) return eventId(draw);
  if (schema.type === "string") return oneFor(draw, name, schema, "fits", eventId);
  return oddValue(draw);
}

function oddValue(draw) {
  return draw.one([
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    "",
    "x",
    [],
    {},
    [[[[]]]],
    { a: { b: [null] } },
    "\u0000",
    "\ud800",
  ]);
}
