import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, giveBack, outputDirectory, serve } from "../served-runs.test.fixture.ts";
import type { RunningServer } from "../start-server.ts";
import { prefersPage } from "./shared-addresses.ts";

const PAGE = "<!doctype html><title>llm-sim</title>";
const FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
afterAll(giveBack);

describe("a page is preferred", () => {
  it.each<[accept: string | undefined, isPreferred: boolean]>([
    [FIREFOX, true],
    ["text/html", true],
    ["TEXT/HTML; charset=utf-8", true],
    ["text/*, application/json;q=0.5", true],
    ["application/json", false],
    ["application/json, text/html;q=0.9", false],
    ["application/json, text/html", false],
    ["*/*", false],
    ["text/html;q=0, */*", false],
    ["text/html;q=nothing", false],
    ["text/event-stream", false],
    ["", false],
    [undefined, false],
  ])("by Accept: %s: %s", (accept, isPreferred) => {
    expect(prefersPage(accept)).toBe(isPreferred);
  });
});

describe("an address that both the API and the UI have", () => {
  let server: RunningServer;
  let guarded: RunningServer;
  let bare: RunningServer;
  beforeAll(async () => {
    const directory = outputDirectory();
    const webRoot = join(directory, "web");
    const outputDir = join(directory, "output");
    mkdirSync(webRoot);
    mkdirSync(outputDir);
    writeFileSync(join(webRoot, "index.html"), PAGE);
    server = await serve({ outputDir, webRoot });
    guarded = await serve({ outputDir, webRoot, token: "open-sesame" });
    bare = await serve({ outputDir });
  });

  const ADDRESSES = [
    "/batches",
    "/batches/",
    "/batches?x=1",
    "/batches/sweep-1",
    "/batches/sweep-1?outcome=fish",
  ];

  it("gives who navigates the page, with no token asked for", async () => {
    for (const one of [server, guarded])
      for (const path of ADDRESSES) {
        const { status, text, headers } = await ask(one, path, { headers: { accept: FIREFOX } });
        expect([status, text, headers["content-type"]], path).toEqual([
          200,
          PAGE,
          "text/html; charset=utf-8",
        ]);
        expect(headers.vary, path).toMatch(/\bAccept\b/);
        expect(headers["cache-control"], path).toBe("no-cache");
      }
  });

  it("gives anybody else the API's answer, which caches keep apart", async () => {
    for (const accept of ["application/json", "*/*", undefined])
      for (const path of ADDRESSES) {
        const { headers } = await ask(server, path, { headers: accept === undefined ? {} : { accept } });
        expect(headers["content-type"], path).toBe("application/json; charset=utf-8");
        expect(headers.vary, path).toMatch(/\bAccept\b/);
      }
  });

  it("is the API's alone below these, and where there is no UI", async () => {
    for (const [one, path] of [
      [server, "/batches/sweep-1/curves"],
      [server, "/batches/sweep-1/nothing"],
      [bare, "/batches"],
    ] as const) {
      const { headers } = await ask(one, path, { headers: { accept: FIREFOX } });
      expect(headers["content-type"], path).toBe("application/json; charset=utf-8");
    }
  });

  it("takes part in nothing but reading", async () => {
    const { status, headers } = await ask(server, "/batches", {
      method: "POST",
      headers: { accept: FIREFOX },
    });
    expect([status, headers["content-type"]]).toEqual([405, "application/json; charset=utf-8"]);
    const head = await ask(server, "/batches/sweep-1", { method: "HEAD", headers: { accept: FIREFOX } });
    expect([head.status, head.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  });
});
