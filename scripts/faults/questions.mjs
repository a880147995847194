// What is asked of a run: every documented route that reads, and every command that does.
import { OPERATIONS, problemOfAnswer, problemOfError, problemOfEvent } from "../fuzz/document.mjs";

const NO_EVENT = "01KAR8B1C0A1B2C000000000F7";

/** Beside the plain question of a route, these. */
const MORE = {
  "/simulations/{id}/events": [
    "?limit=5&offset=3",
    "?q=x",
    "?q=trade&in=payload",
    "?involving=alice&turn_start=1",
    "?event_types=STATE&limit=10000",
    `?caused_by=${NO_EVENT}`,
  ],
  "/simulations/{id}/calls/{event_id}": ["?delta=true"],
  "/simulations/{id}/causality/{event_id}": ["?depth=20&turn_markers=true"],
  "/simulations/{id}/timeline": ["?by=time&buckets=7", "?q=x"],
  "/simulations/{id}/state": ["?turn=2", `?event_id=${NO_EVENT}`, "?agent_id=alice"],
  "/simulations/{id}/history": ["?variable=alice.wealth", "?variable=*.wealth&limit=3"],
  "/simulations/{id}/values": ["?variable=*.wealth", "?variable=__proto__.wealth"],
  "/simulations/{id}/why": [
    "?variable=alice.wealth",
    "?variable=alice.wealth&turn=3&depth=5",
    `?event_id=${NO_EVENT}`,
  ],
  "/simulations/{id}/find": ["?expression=*.wealth<90", "?expression=alice.wealth>bob.wealth"],
  "/simulations/{id}/search": ["?q=trade", "?q=x&in=payload"],
  "/simulations/{id}/interactions": ["?agent_id=alice&parameter=amount"],
  "/simulations/{id}/variables": ["?q=w&points=3"],
  "/simulations/{id}/widest": ["?horizon=20&limit=100"],
};

/** Routes that take no question without their parameters, and get it from `MORE` alone. */
const NOT_PLAIN = new Set(["history", "values", "find", "search", "why"]);

const READS = OPERATIONS.filter(({ method }) => method === "GET");

/** @param ids of events of the run, and others */
export function addressesOf(id, ids, other) {
  return READS.flatMap((operation) => {
    const { path } = operation;
    if (path.startsWith("/batches"))
      return [
        {
          operation,
          address: path.replace("{id}", id) + (path.endsWith("curves") ? "?variable=alice.wealth" : ""),
        },
      ];
    if (path.startsWith("/compare")) {
      const [left, right] = path === "/compare" ? [id, other] : [other, id];
      return [{ operation, address: `${path}?left=${left}&right=${right}` }];
    }
    if (!path.includes("{id}")) return [{ operation, address: path }];
    const name = path.split("/").at(-1);
    const rests = [...(NOT_PLAIN.has(name) ? [] : [""]), ...(MORE[path] ?? [])];
    const bare = path.replace("{id}", encodeURIComponent(id));
    const filled = bare.includes("{event_id}")
      ? [...ids, NO_EVENT].map((event) => bare.replace("{event_id}", encodeURIComponent(event)))
      : [bare];
    return filled.flatMap((address) => rests.map((rest) => ({ operation, address: address + rest })));
  });
}

/** @returns {string | undefined} what is wrong with an answer, whatever was asked */
export function problemOf(operation, { status, type, text }) {
  if (status >= 500 && status !== 503) return `status ${status}: ${text.slice(0, 300)}`;
  if (/\n\s+at .+:\d+:\d+/.test(text) && type === "application/json" && status >= 400)
    return `a stack trace: ${text.slice(0, 300)}`;
  if (type === "text/event-stream") return problemOfMessages(text);
  if (type === "text/html" && operation.path.startsWith("/batches") && status === 200) return undefined;
  let json;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return `no JSON (${error.message}): ${text.slice(0, 200)}`;
  }
  if (status >= 400) return problemOfError(json) ?? problemOfAnswer(operation, status, type, json);
  return problemOfAnswer(operation, status, type, json);
}

function problemOfMessages(text) {
  for (const block of text.split("\n\n").slice(0, -1)) {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data === undefined || /^event: /m.test(block)) continue;
    let json;
    try {
      json = JSON.parse(data);
    } catch {
      return `a message that is no JSON: ${data.slice(0, 200)}`;
    }
    const problem = problemOfEvent(json);
    if (problem !== undefined) return `a message: ${problem}`;
  }
  return undefined;
}

/** Every reading command's calls for a run. */
export function callsFor(id, [event = NO_EVENT], other) {
  const json = [
    ["events", id],
    ["tail", id],
    ["show", id],
    ["show", id, event],
    ["calls", id],
    ["causes", id, event],
    ["effects", id, event],
    ["why", id, "alice.wealth"],
    ["state", id],
    ["state", id, "--turn", "2"],
    ["history", id, "alice.wealth"],
    ["find", id, "*.wealth < 90"],
    ["widest", id],
    ["diff", id, other],
    ["verify", id],
    ["prompt", id, "--agent", "alice", "--turn", "2"],
  ];
  const exported = ["events", "state", "calls"].flatMap((table) =>
    ["jsonl", "csv"].map((format) => ["export", id, "--format", format, "--table", table]),
  );
  return [...json.flatMap((call) => [call, [...call, "--json"]]), ...exported];
}
