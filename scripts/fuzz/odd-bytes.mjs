// What no HTTP client sends: lines that are no requests, requests in halves, many at once, with two lengths or wrong ones.
import { asPrintf } from "./as-typed.mjs";

/** Each gives parts of what is sent, and what may come back. */
const KINDS = {
  "a line that is no request": (draw, host) => ({
    parts: [
      `${draw.one(["", "GET", "GET /health", "GET  /health HTTP/1.1", "GET /health HTTP/9.9", "GET /health http/1.1", "\u0016\u0003\u0001\u0002", "PRI * HTTP/2.0", "GET /he alth HTTP/1.1", "\u0000\u0000", "GET /health HTTP/1.1 x", "x".repeat(20_000), "GET /\u00ff HTTP/1.1", "GET /health\tHTTP/1.1"])}\r\n${host}\r\n`,
    ],
    mayAnswer: 1,
  }),
  "bytes at random": (draw) => ({
    parts: [Buffer.from(Array.from({ length: draw.whole(1, 400) }, () => draw.whole(0, 255)))],
    mayAnswer: 1,
    hangsUp: true,
  }),
  "a header that is none": (draw, host) => ({
    parts: [
      `GET /health HTTP/1.1\r\n${host}${draw.one([": x", "no colon", " folded: x", "a b: c", "X\u0000: y", "X: a\u0000b", "X: a\rb", "Content-Length: x", "Content-Length: -1", "Transfer-Encoding: x", "Transfer-Encoding: chunked, chunked", "X: \u0080\u00ff"])}\r\n\r\n`,
    ],
    mayAnswer: 1,
  }),
  "the version before": (draw, host) => ({
    parts: [`GET /health HTTP/1.0\r\n${draw.chance(0.5) ? host : ""}\r\n`],
    mayAnswer: 1,
  }),
  "half a request, and gone": (draw, host) => ({
    parts: [`GET /simulations HTTP/1.1\r\n${host}X: ${"y".repeat(draw.whole(0, 500))}`],
    mayAnswer: 0,
    hangsUp: true,
  }),
  "a request in pieces": (draw, host) => {
    const text = `GET /health HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
    const cut = draw.whole(1, text.length - 1);
    return { parts: [text.slice(0, cut), draw.whole(1, 30), text.slice(cut)], mayAnswer: 1 };
  },
  "two lengths": (draw, host) => ({
    parts: [
      `POST /simulations/commons/notes HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 5\r\n${draw.one(["Content-Length: 6", "Transfer-Encoding: chunked"])}\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n${host}\r\n`,
    ],
    mayAnswer: 2,
    hangsUp: true,
  }),
  "a body that never comes": (_, host) => ({
    parts: [
      `POST /simulations/commons/notes HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"text"`,
      20,
    ],
    mayAnswer: 1,
    hangsUp: true,
  }),
  "chunks that are none": (draw, host) => ({
    parts: [
      `POST /simulations/commons/notes HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${draw.one(["zz\r\n", "-1\r\n", "ffffffffffffffffff\r\n", "5\r\nabc\r\n0\r\n\r\n", "5;x=y\r\n{}   \r\n0\r\nTrailer: x\r\n\r\n"])}`,
    ],
    mayAnswer: 2,
    hangsUp: true,
  }),
  "a body where none belongs": (_, host) => ({
    parts: [`GET /health HTTP/1.1\r\n${host}Content-Length: 4\r\nConnection: close\r\n\r\nabcd`],
    mayAnswer: 1,
  }),
};

/**
 * @param {import("../draws.mjs").Draw} draw
 * @param {{ port: number, token?: string }} at
 * @param {(draw: import("../draws.mjs").Draw) => object} httpRequest makes a whole request
 */
export function oddBytes(draw, { port, token }, httpRequest) {
  if (draw.chance(0.3)) return pipelined(draw, port, httpRequest);
  const kind = draw.one(Object.keys(KINDS));
  const host = `Host: 127.0.0.1:${port}\r\n${token === undefined ? "" : `Authorization: Bearer ${token}\r\n`}`;
  const { parts, mayAnswer, hangsUp = false } = KINDS[kind](draw, host);
  const sent = parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part));
  return {
    parts: sent,
    methods: Array.from({ length: mayAnswer }, () => "GET"),
    target: `(${kind})`,
    headers: [],
    isHttp: false,
    hangsUp,
    curl: asPrintf(sent, port),
  };
}

/** Several requests behind each other, without waiting for an answer. */
function pipelined(draw, port, httpRequest) {
  const requests = Array.from({ length: draw.whole(2, 8) }, () => httpRequest(draw)).filter(
    ({ method, headers }) => (method === "GET" || method === "HEAD") && headers.length <= 3,
  );
  const parts = requests.map((request) => request.parts[0]);
  return {
    parts: [Buffer.concat(parts)],
    methods: requests.map(({ method }) => method),
    target: requests.map(({ target }) => target).join(" "),
    headers: [],
    isHttp: false,
    hangsUp: draw.chance(0.2),
    curl: asPrintf(parts, port),
  };
}
