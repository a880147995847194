import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, giveBack, outputDirectory, serve, writeRun } from "../served-runs.test.fixture.ts";
import type { RunningServer } from "../start-server.ts";

const PAGE = '<!doctype html><script type="module" src="/assets/index-BX3.js"></script>';
const NAVIGATION = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
afterAll(giveBack);

describe("with the UI's built files", () => {
  let server: RunningServer;
  beforeAll(async () => {
    const directory = outputDirectory();
    const webRoot = join(directory, "web");
    mkdirSync(join(webRoot, "assets"), { recursive: true });
    writeFileSync(join(webRoot, "index.html"), PAGE);
    writeFileSync(join(webRoot, "assets", "index-BX3.js"), "export {};");
    writeFileSync(join(webRoot, ".env"), "SECRET");
    writeFileSync(join(directory, "secret.txt"), "SECRET");
    symlinkSync(join(directory, "secret.txt"), join(webRoot, "assets", "link.txt"));
    symlinkSync(directory, join(webRoot, "up"));
    await writeRun(join(directory, "output"));
    server = await serve({ outputDir: join(directory, "output"), webRoot });
  });

  it("serves the page at / and its files, which a browser may keep", async () => {
    expect(await ask(server, "/")).toMatchObject({
      status: 200,
      text: PAGE,
      headers: { "cache-control": "no-cache" },
    });
    expect(await ask(server, "/assets/index-BX3.js")).toMatchObject({
      status: 200,
      text: "export {};",
      headers: {
        "content-type": expect.stringContaining("javascript"),
        "cache-control": "public, max-age=31536000, immutable",
      },
    });
  });

  it("gives a browser that navigates to an address of the UI's own the page", async () => {
    for (const path of ["/runs/market-1", "/runs/market-1/turns/5?agent=alice", "/about"]) {
      expect(await ask(server, path, { headers: NAVIGATION }), path).toMatchObject({
        status: 200,
        text: PAGE,
      });
    }
  });

  it("does not, where the API or a file is asked for", async () => {
    for (const path of [
      "/simulations/none",
      "/simulations/market-1/nothing",
      "/compare/x",
      "/schema/none",
      "/docs/none",
      "/assets/gone.js",
    ]) {
      expect(await ask(server, path, { headers: NAVIGATION }), path).toMatchObject({
        status: 404,
        json: { code: expect.stringContaining("NOT_FOUND") },
      });
    }
    expect((await ask(server, "/runs/market-1", { headers: { accept: "application/json" } })).status).toBe(
      404,
    );
  });

  it("never leaves its directory", async () => {
    const paths = [
      "/assets/link.txt",
      "/up/secret.txt",
      "/up/output/market-1/run.json",
      "/.env",
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/assets/%2e%2e/%2e%2e/secret.txt",
      "/assets\\..\\..\\secret.txt",
      "//secret.txt",
    ];
    for (const path of paths) {
      const { status, text } = await ask(server, path);
      expect([400, 404], path).toContain(status);
      expect(text, path).not.toContain("SECRET");
    }
  });

  it("leaves the API as it is", async () => {
    expect((await ask(server, "/simulations", { headers: NAVIGATION })).json.simulations).toHaveLength(1);
  });
});

describe("without them", () => {
  it("names the API's addresses on a plain page", async () => {
    const server = await serve({ outputDir: outputDirectory() });
    const { status, text, headers } = await ask(server, "/", { headers: NAVIGATION });
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    for (const [, address = ""] of text.matchAll(/href="([^"]+)"/g))
      expect((await ask(server, address)).status, address).toBe(200);
    expect(text).toContain("/simulations/{id}/events");
    expect((await ask(server, "/runs/market-1", { headers: NAVIGATION })).status).toBe(404);
  });
});

describe("the documentation at /docs", () => {
  it("loads nothing from another host", async () => {
    const server = await serve({ outputDir: outputDirectory() });
    const { text } = await ask(server, "/docs");
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, address = ""]) => new URL(address, `${server.url}/docs`),
    );
    expect(loaded.length).toBeGreaterThan(3);
    for (const { origin, pathname } of loaded) {
      expect(origin).toBe(server.url);
      expect((await ask(server, pathname)).status, pathname).toBe(200);
    }
    const initializer = await ask(server, "/docs/static/swagger-initializer.js");
    expect(initializer.text).toContain('"validatorUrl":null');
    expect((await ask(server, "/docs/json")).json.openapi).toBe("3.1.0");
  });
});
