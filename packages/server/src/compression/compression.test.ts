import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  giveBack,
  openRun,
  outputDirectory,
  serve,
  writeRun,
  writeTurn,
} from "../served-runs.test.fixture.ts";
import type { RunningServer } from "../start-server.ts";
import { acceptedEncoding } from "./accepted-encoding.ts";

const SCRIPT = `export const text = ${JSON.stringify("very much the same ".repeat(400))};`;
const PAGE = `<!doctype html>${"<p>a page</p>".repeat(300)}`;
afterAll(giveBack);

let server: RunningServer;
let outputDir: string;
beforeAll(async () => {
  const directory = outputDirectory();
  outputDir = join(directory, "output");
  const webRoot = join(directory, "web");
  mkdirSync(join(webRoot, "assets"), { recursive: true });
  writeFileSync(join(webRoot, "index.html"), PAGE);
  writeFileSync(join(webRoot, "assets", "index-BX3.js"), SCRIPT);
  writeFileSync(join(webRoot, "assets", "index-BX3.js.gz"), gzipSync(SCRIPT));
  writeFileSync(join(webRoot, "assets", "plain-C1.js"), SCRIPT);
  utimesSync(join(webRoot, "assets", "index-BX3.js"), 1e9, 1e9);
  await writeRun(outputDir, "market-1", 40);
  server = await serve({ outputDir, webRoot });
});

interface Raw {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

function raw(path: string, headers: Record<string, string> = {}, options: RequestOptions = {}): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, { ...options, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}

const EVENTS = "/simulations/market-1/events?limit=1000";

describe("a large answer", () => {
  it("is compressed as the client accepts it, and is the same", async () => {
    const plain = await raw(EVENTS);
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.headers["content-length"]).toBe(String(plain.body.length));
    const brotli = await raw(EVENTS, { "accept-encoding": "gzip, deflate, br" });
    expect(brotli.headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    expect(brotli.body.length).toBeLessThan(plain.body.length / 5);
    const gzip = await raw(EVENTS, { "accept-encoding": "gzip" });
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
    for (const { headers } of [plain, brotli, gzip])
      expect(headers.vary?.toLowerCase()).toContain("accept-encoding");
  });

  it("is compressed in pieces where it is sent in pieces", async () => {
    const stream = await openRun(outputDir, "large");
    for (let turn = 1; turn <= 150; turn++) writeTurn(stream, turn, ["ann", "ben", "cid", "dan", "eve"]);
    await stream.close();
    const path = "/simulations/large/events?limit=10000";
    const plain = await raw(path);
    expect(plain.body.length).toBeGreaterThan(600_000);
    const brotli = await raw(path, { "accept-encoding": "br" });
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
  });

  it("has no body for HEAD, and the same form", async () => {
    const head = await raw(EVENTS, { "accept-encoding": "br" }, { method: "HEAD" });
    expect(head).toMatchObject({ status: 200, headers: { "content-encoding": "br" } });
    expect(head.headers["content-length"]).toBeUndefined();
    expect(head.body).toHaveLength(0);
  });
});

it("leaves a small answer as it is", async () => {
  const { headers, body } = await raw("/health", { "accept-encoding": "br" });
  expect(headers["content-encoding"]).toBeUndefined();
  expect(body.length).toBe(Number(headers["content-length"]));
});

it("never holds back an event of a stream", async () => {
  const { headers, body } = await raw("/simulations/market-1/stream", { "accept-encoding": "br, gzip" });
  expect(headers["content-encoding"]).toBeUndefined();
  expect(body.toString()).toContain("event: end");
});

describe("the UI's files", () => {
  const file = "/assets/index-BX3.js";

  it("go out as they were compressed when they were built, for a year", async () => {
    const { headers, body } = await raw(file, { "accept-encoding": "gzip" });
    expect(headers).toMatchObject({
      "content-encoding": "gzip",
      "content-type": expect.stringContaining("javascript"),
      "cache-control": "public, max-age=31536000, immutable",
    });
    expect(headers.vary?.toLowerCase()).toContain("accept-encoding");
    expect(gunzipSync(body).toString()).toBe(SCRIPT);
  });

  it("are compressed on the way where they were not", async () => {
    const script = await raw("/assets/plain-C1.js", { "accept-encoding": "br" });
    expect(brotliDecompressSync(script.body).toString()).toBe(SCRIPT);
    const page = await raw("/", { "accept-encoding": "br" });
    expect(page.headers).toMatchObject({ "content-encoding": "br", "cache-control": "no-cache" });
    expect(brotliDecompressSync(page.body).toString()).toBe(PAGE);
    const route = await raw("/runs/market-1", { "accept-encoding": "gzip", accept: "text/html" });
    expect(gunzipSync(route.body).toString()).toBe(PAGE);
  });

  it("are not sent again to who has them, in either form", async () => {
    const tags = new Set<string>();
    for (const encoding of ["identity", "gzip"]) {
      const { headers } = await raw(file, { "accept-encoding": encoding });
      const tag = headers.etag ?? "";
      tags.add(tag);
      const again = await raw(file, { "accept-encoding": encoding, "if-none-match": tag });
      expect(again).toMatchObject({ status: 304 });
      expect(again.body).toHaveLength(0);
    }
    // One form is not the other's.
    expect(tags.size).toBe(2);
  });

  it("are sent in parts as they are", async () => {
    const part = await raw("/assets/plain-C1.js", { "accept-encoding": "br", range: "bytes=0-2047" });
    expect(part).toMatchObject({
      status: 206,
      headers: { "content-range": `bytes 0-2047/${SCRIPT.length}` },
    });
    expect(part.headers["content-encoding"]).toBeUndefined();
    expect(part.body.toString()).toBe(SCRIPT.slice(0, 2048));
  });

  it("have no body for HEAD", async () => {
    for (const path of [file, "/assets/plain-C1.js"]) {
      const { status, headers, body } = await raw(path, { "accept-encoding": "gzip" }, { method: "HEAD" });
      expect([status, headers["content-encoding"], body.length]).toEqual([200, "gzip", 0]);
    }
  });
});

describe("what a client accepts", () => {
  it.each([
    [undefined, undefined],
    ["", undefined],
    ["identity", undefined],
    ["gzip, deflate, br, zstd", "br"],
    ["GZIP", "gzip"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["*", "br"],
    ["*;q=0.1, br;q=0", "gzip"],
    ["*;q=0", undefined],
    ["identity;q=1, br;q=0.5", undefined],
    ["br; q=1.0", "br"],
    ["gzip;q=nonsense", undefined],
    ["zstd", undefined],
  ])("%s is answered by %s", (accepted, encoding) => {
    expect(acceptedEncoding(accepted)).toBe(encoding);
  });
});
