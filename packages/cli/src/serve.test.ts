import { join } from "node:path";
import { readManifest } from "@llm-sim/events/run";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { cli, startCli, temporaryDirectory, writeConfig } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();

beforeAll(async () => {
  writeConfig(directory, "bank.yaml");
  await cli(directory, "run", "bank.yaml", "--id", "served", "--quiet");
});

async function serving(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const server = startCli(directory, ["serve", "--port", "0", ...args], env);
  let address = "";
  server.child.stdout?.on("data", (text: string) => {
    address = /at (\S+)/.exec(text)?.[1] ?? address;
  });
  await server.said("Ctrl+C");
  return { ...server, address: new URL(address) };
}

describe("serve", () => {
  it("answers for ./output until it is interrupted, with exit code 130", async () => {
    const server = await serving([]);
    const health = await fetch(new URL("/health", server.address));
    expect(await health.json()).toMatchObject({ status: "healthy" });
    const runs = await fetch(new URL("/simulations", server.address));
    expect(await runs.json()).toMatchObject({ simulations: [{ id: "served", status: "completed" }] });
    server.child.kill("SIGINT");
    expect(await server.ended).toMatchObject({
      code: 130,
      stdout: `Serving output at ${server.address.href}\n`,
    });
  });

  it("ends with 0 when it is told to by SIGTERM", async () => {
    const server = await serving(["output"]);
    server.child.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it("asks for the token of --token or LLM_SIM_TOKEN, and prints the address with it", async () => {
    const server = await serving([], { LLM_SIM_TOKEN: "sesame" });
    expect(server.address.hash).toBe("#token=sesame");
    expect((await fetch(new URL("/simulations", server.address))).status).toBe(401);
    const headers = { authorization: "Bearer sesame" };
    expect((await fetch(new URL("/simulations", server.address), { headers })).status).toBe(200);
    server.child.kill("SIGTERM");
    await server.ended;
  });

  it("with --allow-write asks for a token of its own making, and starts forks that go on without it", async () => {
    const market = join(import.meta.dirname, "../../../examples/market/simulation.yaml");
    await cli(directory, "run", market, "--id", "parent", "--turns", "3", "--verbosity", "STATE", "--quiet");
    const server = await serving(["--allow-write"]);
    const token = /^#token=([\w-]{32})$/.exec(server.address.hash)?.[1] ?? "";
    const post = async (
      body: object,
      headers: Record<string, string> = { authorization: `Bearer ${token}` },
    ) => {
      const answer = await fetch(new URL("/simulations/parent/forks", server.address), {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      return { status: answer.status, json: await answer.json() };
    };
    const set = (variable: string) => [{ variable, value: -1 }];
    expect((await post({ turn: 2, set: set("alice.wealth") }, {})).status).toBe(401);
    expect(await post({ turn: 2, set: set("alice.welth") })).toMatchObject({
      status: 400,
      json: { code: "INVALID_ARGUMENT", message: expect.stringContaining('did you mean "alice.wealth"?') },
    });
    expect(await post({ turn: 2, set: set("alice.wealth"), id: "child" })).toEqual({
      status: 202,
      json: { simulation_id: "child" },
    });
    server.child.kill("SIGTERM");
    await server.ended;
    await vi.waitFor(
      () => expect(readManifest(join(directory, "output", "child"))?.status).toBe("completed"),
      {
        timeout: 10_000,
        interval: 50,
      },
    );
  });

  it("fails in one line where the port is taken", async () => {
    const server = await serving([]);
    const second = await cli(directory, "serve", "--port", server.address.port);
    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.stderr).toMatch(/^error: [^\n]*already listens[^\n]*\n$/);
    server.child.kill("SIGTERM");
    await server.ended;
  });

  it("refuses a directory that is not there", async () => {
    expect(await cli(directory, "serve", "nowhere")).toMatchObject({ code: 2, stdout: "" });
  });
});
