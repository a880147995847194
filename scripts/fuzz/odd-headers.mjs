// Headers that mean something to a server, with values that are right, wrong, huge, twice there or meant for somebody else.

const ENCODINGS = [
  "gzip",
  "br",
  "deflate",
  "zstd",
  "identity",
  "*",
  "gzip;q=0",
  "*;q=0",
  "identity;q=0",
  "gzip;q=2",
  "GZIP, br;q=0.1",
  ",",
  "x".repeat(3000),
];

/** By name, what a value is made of. */
const HEADERS = [
  ["Accept-Encoding", (draw) => draw.one(ENCODINGS)],
  [
    "Accept",
    (draw) =>
      draw.one([
        "text/html",
        "*/*",
        "application/json",
        "text/event-stream",
        "",
        "image/*;q=0",
        "text/html,application/xhtml+xml",
      ]),
  ],
  [
    "Origin",
    (draw, { port }) =>
      draw.one([
        `http://127.0.0.1:${port}`,
        "null",
        "https://evil.example",
        "http://127.0.0.1",
        "file://",
        "",
        "x".repeat(2000),
      ]),
  ],
  ["Referer", () => "https://evil.example/"],
  [
    "Sec-Fetch-Site",
    (draw) => draw.one(["cross-site", "same-origin", "same-site", "none", "CROSS-SITE", "x", ""]),
  ],
  ["Sec-Fetch-Mode", (draw) => draw.one(["navigate", "cors", "no-cors", "websocket", "x"])],
  ["Sec-Fetch-Dest", (draw) => draw.one(["document", "iframe", "image", "empty", "script"])],
  [
    "Range",
    (draw) =>
      draw.one([
        "bytes=0-0",
        "bytes=-1",
        "bytes=5-1",
        "bytes=0-,0-,0-,0-",
        "bytes=99999999999-",
        "lines=1",
        "bytes=",
      ]),
  ],
  ["If-None-Match", (draw) => draw.one(["*", '"x"', 'W/"x"', "x".repeat(4000)])],
  ["If-Modified-Since", (draw) => draw.one(["Sat, 01 Jan 2050 00:00:00 GMT", "yesterday", "0"])],
  ["If-Match", (draw) => draw.one(["*", '"x"'])],
  ["If-Range", () => '"x"'],
  [
    "Last-Event-ID",
    (draw, { eventId }) =>
      draw.chance(0.6)
        ? eventId(draw)
        : draw.one(["", "x", "01KAR8B1C0A1B2C000000000F7", "x".repeat(5000), "%00", "é"]),
  ],
  ["Expect", (draw) => draw.one(["100-continue", "200-ok", "", "100-continue, x"])],
  [
    "Host",
    (draw, { port }) =>
      draw.one([
        "evil.example",
        "",
        "localhost",
        `localhost:${port}`,
        "127.0.0.1.",
        "127.0.0.1@evil.example",
        "[::1]",
        "[::1",
        "127.0.0.1:99999",
        "127.1",
        "LOCALHOST",
        "x".repeat(300),
        "a b",
        "127.0.0.1,evil.example",
      ]),
  ],
  ["X-Forwarded-Host", () => "evil.example"],
  ["X-Forwarded-For", () => "10.0.0.1"],
  ["X-HTTP-Method-Override", () => "DELETE"],
  [
    "Authorization",
    (draw) =>
      draw.one([
        "Bearer",
        "Bearer x",
        "Basic dXNlcjpwYXNz",
        "bearer s3cret",
        "Bearer  ",
        `Bearer ${"x".repeat(4000)}`,
      ]),
  ],
  ["Cookie", (draw) => "a=b; ".repeat(draw.whole(1, 600))],
  [
    "Content-Type",
    (draw) =>
      draw.one([
        "text/plain",
        "application/xml",
        "application/json; charset=utf-16",
        "multipart/form-data",
        "x",
        "",
      ]),
  ],
  ["Content-Encoding", (draw) => draw.one(["gzip", "br", "x"])],
  ["Upgrade", (draw) => draw.one(["websocket", "h2c", "x"])],
  ["X-Long", (draw) => "x".repeat(draw.one([8_000, 17_000, 70_000]))],
  ["Keep-Alive", () => "timeout=99999"],
  ["Access-Control-Request-Method", () => "POST"],
  ["Access-Control-Request-Headers", () => "authorization,x-y"],
  ["TE", () => "trailers, deflate;q=0.5"],
  ["Purpose", () => "prefetch"],
];

/** Adds to `headers`, or puts in place of what is there. */
export function oddHeaders(draw, headers, about) {
  for (let left = draw.whole(1, 3); left > 0; left--) {
    const [name, make] = draw.one(HEADERS);
    const value = make(draw, about);
    const there = headers.findIndex(([other]) => other === name);
    if (there !== -1 && !draw.chance(0.3)) headers[there] = [name, value];
    else headers.push([draw.chance(0.1) ? name.toUpperCase() : name, value]);
    if (name === "Upgrade" && draw.chance(0.8)) headers.push(["Connection", "Upgrade"]);
    if (draw.chance(0.08)) headers.push([name, make(draw, about)]);
  }
  if (draw.chance(0.02)) for (let at = 0; at < 1500; at++) headers.push([`X-${at}`, "x"]);
}
