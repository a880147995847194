// The request of a number: mostly one of the document's, its parts made well, at the edge or wrong, sent as HTTP or as bytes that are none.
import { Draw } from "../draws.mjs";
import { asCurl } from "./as-typed.mjs";
import { OPERATIONS } from "./document.mjs";
import { oddBytes } from "./odd-bytes.mjs";
import { oddHeaders } from "./odd-headers.mjs";
import { bodyFor, textFor } from "./values.mjs";

const NO_EVENT = "01KAR8B1C0A1B2C000000000F7";
const ODD_IDS = [
  "no-such-run",
  "..",
  ".",
  "%2e%2e",
  "..%2f..%2fetc%2fpasswd",
  "%2e%2e%5c",
  "commons%00",
  "commons%2fevents",
  "COMMONS",
  "link-out",
  "link-in",
  "a-file",
  "%",
  "%zz",
  "%ff%fe",
  "%c0%ae%c0%ae",
  "~",
  "x".repeat(500),
  "%e2%80%8f",
  "not%20an%20id",
  "commons;x=1",
  "commons?",
  "commons%3f",
];
const OTHER_PATHS = [
  "/",
  "/index.html",
  "/docs",
  "/docs/",
  "/docs/static/index.html",
  "/docs/json",
  "/openapi.json",
  "/favicon.ico",
  "/assets/../../package.json",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/..%5c..%5cetc/passwd",
  "//evil.example/",
  "/simulations//",
  "/simulations/commons//events",
  "/simulations/commons/",
  "/simulations/commons/nothing",
  "/compare/nothing",
  "/nothing",
  "/.git/config",
  "/simulations/../health",
  "/HEALTH",
  "*",
  "",
  "http://127.0.0.1/health",
  "http://evil.example/health",
  `/${"a/".repeat(4000)}`,
  "/health#x",
  "/health?",
  "/health?&&&",
  "/health?%",
];
const OTHER_METHODS = [
  "HEAD",
  "OPTIONS",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "QUERY",
  "get",
  "G\u0000T",
];

/** What takes a thread or a process of its own is asked more rarely, so that as much as possible is asked in all. */
const WEIGHTED = OPERATIONS.map((operation) => [
  /^\/compare|\/integrity$|\/forks$/.test(operation.path) ? 0.25 : 1,
  operation,
]);

/**
 * @typedef {object} MadeRequest
 * @property {"reading" | "writing"} server which of the two it goes to
 * @property {readonly (Buffer | number)[]} parts bytes, and milliseconds to wait in between
 * @property {readonly string[]} methods of the requests in it: so many answers are read
 * @property {string} target of the last one
 * @property {boolean} isHttp whether it is a whole request that a server has to answer
 * @property {boolean} hangsUp whether the client leaves once it has sent
 * @property {string} curl how a person sends it
 */

/**
 * @param {number} seed
 * @param {number} index
 * @param {import("./output.mjs").Known} known what there is to ask about
 * @returns {(ports: { reading: number, writing: number }, token: string) => MadeRequest}
 */
export function requestNumber(seed, index, known) {
  return (ports, token) => {
    const draw = new Draw(seed, index);
    const server = draw.chance(0.7) ? "reading" : "writing";
    const at = { port: ports[server], token: server === "writing" ? token : undefined };
    if (draw.chance(0.06)) return { server, ...oddBytes(draw, at, (more) => httpRequest(more, at, known)) };
    return { server, ...httpRequest(draw, at, known) };
  };
}

function httpRequest(draw, { port, token }, known) {
  const operation = draw.weighted(WEIGHTED);
  const run = draw.one(known.runs);
  const eventId = (more) => anyEventId(more, run, known);
  const method = methodFor(draw, operation);
  const target = draw.chance(0.05)
    ? draw.one(OTHER_PATHS)
    : targetFor(draw, operation, { run, eventId, known });
  const headers = [["Host", `127.0.0.1:${port}`]];
  if (token !== undefined && !draw.chance(0.05)) headers.push(["Authorization", `Bearer ${token}`]);
  let body;
  if (method !== "GET" && method !== "HEAD" && (operation.body !== undefined || draw.chance(0.3))) {
    body = bodyBytes(draw, operation, eventId);
    if (!draw.chance(0.05)) headers.push(["Content-Type", "application/json"]);
    headers.push(["Content-Length", String(body.length)]);
  }
  if (draw.chance(0.25)) oddHeaders(draw, headers, { port, eventId });
  if (draw.chance(0.5)) headers.push(["Connection", "close"]);
  const head = `${method} ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  return {
    parts: [Buffer.concat([Buffer.from(head, "utf8"), body ?? Buffer.alloc(0)])],
    methods: [method],
    method,
    target,
    headers,
    isHttp: true,
    hangsUp: draw.chance(0.02),
    curl: asCurl({ method, target, headers, body, port }),
  };
}

function methodFor(draw, { method }) {
  if (draw.chance(0.88)) return method;
  return draw.chance(0.5) ? "HEAD" : draw.one(OTHER_METHODS);
}

function anyEventId(draw, run, { runs, liveId }) {
  const how = draw.number();
  if (how < 0.8 && run.eventIds.length > 0) return draw.one(run.eventIds);
  if (how < 0.9) return draw.one(runs.find(({ eventIds }) => eventIds.length > 0)?.eventIds ?? [liveId]);
  return draw.one([NO_EVENT, NO_EVENT.toLowerCase(), "0", "x".repeat(27), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"]);
}

function targetFor(draw, { path, parameters }, { run, eventId, known }) {
  const isBatch = path.startsWith("/batches");
  const id = isBatch ? draw.one([...known.batches, known.batches[0], "no-such"]) : run.id;
  let address = path
    .replace("{id}", () => (draw.chance(0.06) ? draw.one(ODD_IDS) : encodeURIComponent(id)))
    .replace("{event_id}", () => encodeURIComponent(eventId(draw)));
  if (draw.chance(0.03)) address += "/";
  const query = parameters.filter((parameter) => parameter.in === "query");
  // Many parameters at once fit no event at all: a few of them, what is required mostly among them.
  const wanted = query.length === 0 ? 0 : Math.min(3 / query.length, 0.6);
  const pairs = [];
  for (const parameter of query) {
    const times = (parameter.required ? draw.chance(0.95) : draw.chance(wanted))
      ? draw.chance(0.05)
        ? 2
        : 1
      : 0;
    for (let time = 0; time < times; time++) {
      const isRun = parameter.name === "left" || parameter.name === "right";
      const text = isRun && draw.chance(0.9) ? draw.one(known.runs).id : textFor(draw, parameter, eventId);
      pairs.push(`${parameter.name}=${encoded(draw, text)}`);
    }
  }
  if (draw.chance(0.04))
    pairs.push(
      draw.one([
        "colour=red",
        "limit",
        "=",
        "__proto__=1",
        "LIMIT=1",
        "limit[]=1",
        "q.x=1",
        "%6cimit=1",
        "a%00=1",
      ]),
    );
  return pairs.length === 0 ? address : `${address}?${pairs.join(draw.chance(0.01) ? ";" : "&")}`;
}

/** As browsers encode it, mostly; as bytes, twice or hardly, now and then. What would end the request line never stands bare. */
function encoded(draw, text) {
  const plain = encodeURIComponent(text.isWellFormed() ? text : text.toWellFormed());
  const how = draw.number();
  if (how < 0.9) return plain;
  if (how < 0.93) return plain.replaceAll("%20", "+");
  if (how < 0.95) return encodeURIComponent(plain);
  if (how < 0.97) return plain.replaceAll(/%([89A-F])/g, "%$1").toLowerCase();
  if (how < 0.985) return `${plain}%`;
  return `${plain}%ff%fe`;
}

function bodyBytes(draw, { body }, eventId) {
  const how = draw.number();
  const text = JSON.stringify(body === undefined ? { a: 1 } : bodyFor(draw, body, eventId));
  if (how < 0.85) return Buffer.from(text);
  if (how < 0.88) return Buffer.from(text.slice(0, -1));
  if (how < 0.9) return Buffer.alloc(0);
  if (how < 0.92) return Buffer.from(`{"text":"${"x".repeat(300_000)}"}`);
  if (how < 0.94) return Buffer.from(`\ufeff${text}`);
  if (how < 0.95) return Buffer.from(text, "utf16le");
  if (how < 0.96) return Buffer.from([0xff, 0xfe, 0, 1, 2, 0x80]);
  if (how < 0.97) return Buffer.from(`{"__proto__":{"text":"x"},"text":"a","text":"b"}`);
  if (how < 0.98) return Buffer.from(`{"text":${"[".repeat(50_000)}${"]".repeat(50_000)}}`);
  return Buffer.from(draw.one(["null", "[]", '"text"', "1", "{}", "[{}]", "{,}", "NaN"]));
}
