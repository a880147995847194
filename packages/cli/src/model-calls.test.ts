import { rmSync } from "node:fs";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import { type Event, eventSchema } from "@llm-sim/events/schema";
import type { Attempt } from "@llm-sim/events/tape";
import { recordAttempt, recordHaggling } from "@llm-sim/events/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, jsonLines, temporaryDirectory } from "./cli.test.fixture.ts";
import { displayWidth } from "./terminal/index.ts";

const directory = temporaryDirectory();
const llmSim = (...args: string[]) => ask(directory, args);
const onTerminal = (columns: number, ...args: string[]) => ask(directory, args, columns);
const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((row) => row.split("\t"));

const LONG_NAME = `agent of the ${"very ".repeat(20)}long name`;

async function recordLong(outputDir: string): Promise<void> {
  const stream = await openEventStream({
    outputDir,
    simulationId: "long",
    signals: false,
    verbosity: "STATE",
  });
  for (let turn = 1; turn <= 3; turn++) {
    stream.startTurn(turn);
    for (const agent_id of [LONG_NAME, "bo"]) {
      const attempt: Attempt = {
        coordinate: {
          actor: { type: "agent", agent_id },
          turn,
          purpose: "a purpose that goes on and on and on and on",
          key: "with a key",
          ordinal: 0,
          attempt: 1,
        },
        model: "accounts/somebody/models/a-model-with-a-long-name-32b-instruct",
        sampling: {},
        messages: [
          {
            role: "user",
            content: `${"many words ".repeat(40)}${"a-word-that-does-not-end".repeat(9)}\n\u001b[2J${"line\n".repeat(40)}end`,
          },
        ],
        outcome: "response",
        text: "日本語 ".repeat(60),
        usage: { input_tokens: 1_234_567, output_tokens: 89, estimated: true },
        latency_ms: 123_456,
      };
      await recordAttempt(stream, attempt);
    }
  }
  await stream.close();
}

/** A run in which what was asked and answered has got everywhere that it can. */
async function recordSecrets(outputDir: string): Promise<void> {
  const stream = await openEventStream({
    outputDir,
    simulationId: "secrets",
    signals: false,
    verbosity: "DETAIL",
    provenance: { config: { agents: [{ name: "alice", persona: "SECRET persona" }, { name: "bob" }] } },
  });
  stream.startTurn(1);
  const attempt = await recordAttempt(
    stream,
    {
      coordinate: {
        actor: { type: "agent", agent_id: "alice" },
        turn: 1,
        purpose: "offer",
        ordinal: 0,
        attempt: 1,
      },
      model: "llama3.1",
      sampling: {},
      messages: [
        { role: "system", content: "SECRET persona" },
        { role: "user", content: "SECRET prompt" },
      ],
      outcome: "response",
      text: "SECRETANSWER",
      reasoning: "SECRET thought",
      usage: { input_tokens: 9, output_tokens: 3 },
      latency_ms: 7,
    },
    {
      status: "failure",
      error_type: "no_json",
      error: "no JSON: SECRETANSWER",
      description: "failed: SECRETANSWER",
    },
  );
  stream.system("failure", {
    error_type: "agent_error",
    subject_agent_id: "alice",
    description: "alice could not decide: SECRETANSWER",
    details: { error: "SECRETANSWER", deep: [{ said: ["SECRET"] }] },
    caused_by: attempt,
  });
  const decision = stream.decision("alice", "offer", {
    old_value: "SECRET",
    new_value: { to: "bob", amount: 30, words: "SECRETANSWER", "SECRET key, with a space": 1 },
    details: { rule: "SECRET", reason: "SECRET thought", memory: { conversation: ["SECRET prompt"] } },
    description: "SECRET",
    caused_by: attempt,
  });
  const action = stream.action(
    "alice",
    "offer",
    { to: "bob", amount: 30, accepts: true, says: "SECRETANSWER" },
    { caused_by: decision, participating_agent_ids: ["alice", "bob"], description: "SECRET" },
  );
  stream.state("said", {
    agent_id: "alice",
    old_value: null,
    new_value: "SECRETANSWER",
    change: "added",
    caused_by: action,
  });
  stream.state("offered", {
    agent_id: "alice",
    old_value: null,
    new_value: 30,
    change: "added",
    caused_by: action,
  });
  stream.detail("weighed", { text: "SECRET", weight: 0.5 }, { agent_id: "alice", caused_by: decision });
  await stream.close({ description: "SECRET end" });
}

const idsOf = async (kind: string, ...rest: string[]) =>
  jsonLines<{ event_id: string }>(
    (await llmSim("events", "haggle", "--type", kind, "--json", ...rest)).stdout,
  ).map(({ event_id }) => event_id);

beforeAll(async () => {
  const output = join(directory, "output");
  await recordHaggling(output, "haggle");
  await recordHaggling(output, "hashed", { tape: "hash" });
  await recordHaggling(output, "bare", { tape: "full" });
  rmSync(join(output, "bare", "tape.jsonl"));
  await recordLong(output);
  await recordSecrets(output);
});

describe("llm-sim calls", () => {
  it("gives a pipe a row for each attempt, and what they come to on standard error", async () => {
    const { code, stdout, stderr } = await llmSim("calls", "haggle");
    expect(code).toBe(0);
    expect(rowsOf(stdout).map((row) => row.slice(0, 10))).toEqual([
      ["1", "alice", "offer", "gpt-4o-mini", "1", "100", "20", "800.5", "0.0004", "ok"],
      ["1", "bob", "offer", "gpt-4o-mini", "1", "100", "20", "800.5", "0.0004", "ok"],
      ["2", "alice", "offer", "gpt-4o-mini", "1", "100", "20", "800.5", "0.0004", "ok"],
      ["2", "bob", "offer", "gpt-4o-mini", "1", "100", "20", "800.5", "0.0004", "no_json, retried"],
      ["2", "bob", "offer", "gpt-4o-mini", "2", "100", "20", "800.5", "0.0004", "ok (fenced)"],
      ["3", "alice", "offer", "gpt-4o-mini", "1", "100", "20", "800.5", "0.0004", "ok"],
      ["3", "bob", "offer", "gpt-4o-mini", "1", "-", "-", "800.5", "-", "network"],
      ["3", "engine", "judge", "house-model", "1", "100", "20", "800.5", "-", "ok"],
    ]);
    expect(stderr).toBe("8 calls: 840 tokens, $0.0024; 1 call without a known price.\n");
  });

  it("is filtered, and says what nothing matches", async () => {
    const count = async (...args: string[]) =>
      jsonLines((await llmSim("calls", "haggle", "--json", ...args)).stdout).length;
    expect(await count("--agent", "bob", "--turns", "2..")).toBe(3);
    expect(await count("--purpose", "judge")).toBe(1);
    expect(await count("--status", "retry")).toBe(1);
    expect(await count("--model", "house-model")).toBe(1);
    expect(await count("--limit", "3")).toBe(3);
    expect((await llmSim("calls", "haggle", "--purpose", "nothing")).stderr).toBe("No model call matches.\n");
    expect((await llmSim("calls", "haggle", "--agent", "zoe")).stderr).toContain('no agent "zoe"');
    expect((await llmSim("calls", "haggle", "--status", "perhaps")).code).toBe(2);
  });

  it("fits a terminal, whatever the names, with totals by agent and by model below", async () => {
    for (const columns of [80, 100, 120]) {
      const { stdout } = await onTerminal(columns, "calls", "haggle");
      const lines = stdout.trimEnd().split("\n");
      expect(lines[0]).toMatch(/^TURN {2}WHO +PURPOSE .*TRY +IN +OUT +TIME +COST {2}OUTCOME/);
      expect(lines.at(-1)).toBe("8 calls: 840 tokens, $0.0024; 1 call without a known price.");
      expect(stdout).toMatch(/^all +8 +1 +1 +700 +140/m);
      const long = await onTerminal(columns, "calls", "long");
      for (const line of [...lines, ...long.stdout.split("\n")])
        expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
      expect(long.stdout).toContain("agent of");
    }
  });

  it("gives totals alone, also as one document", async () => {
    const { stdout } = await llmSim("calls", "haggle", "--totals");
    expect(rowsOf(stdout).map((row) => row.slice(0, 3))).toEqual([
      ["who", "alice", "3"],
      ["who", "bob", "4"],
      ["who", "engine", "1"],
      ["who", "all", "8"],
      ["model", "gpt-4o-mini", "7"],
      ["model", "house-model", "1"],
    ]);
    const answer = JSON.parse((await llmSim("calls", "haggle", "--totals", "--json")).stdout);
    expect(answer.totals).toMatchObject({ calls: 8, unpriced: 1 });
    expect(Object.keys(answer)).toEqual(["totals", "by_agent", "by_model", "complete", "gaps"]);
  });
});

describe("llm-sim show of a decision", () => {
  it("has what its model was asked beside the call before, and what was answered", async () => {
    const [id = ""] = await idsOf("DECISION", "--agent", "bob", "--turns", "2");
    const { stdout, stderr } = await llmSim("show", "haggle", id);
    expect(stderr).toBe("");
    const [before, attempt] = rowsOf((await llmSim("calls", "haggle", "--agent", "bob")).stdout);
    expect(
      stdout
        .split("\n")
        .slice(stdout.split("\n").indexOf("") + 1)
        .join("\n"),
    ).toContain(`
bob asked for offer, attempt 1 of 2
  gpt-4o-mini (gpt-4o-mini-2024-07-18)  100 tokens in, 20 out  801 ms  $0.0004
  no_json, retried  ${attempt?.at(-1)}
  … 2 messages as in bob's call before, ${before?.at(-1)}
  assistant   {"amount":10}
  user        Turn 2, bob: your offer?
  answer      Twenty, I think.
  error       the answer holds no JSON: Twenty, I think.

bob asked for offer, attempt 2 of 2
`);
    const full = await llmSim("show", "haggle", id, "--full");
    expect(full.stdout).toContain("  system      You haggle over a boat.\n              Be brief.\n  user ");
    expect(full.stdout).toContain("  schema      {\n");
    expect(full.stdout).not.toContain("as in bob's call before");
  });

  it("has the same of the attempt's own event, and all of it as one document", async () => {
    const [, , , retried = []] = rowsOf((await llmSim("calls", "haggle")).stdout);
    const id = retried.at(-1) ?? "";
    const { stdout } = await llmSim("show", "haggle", id);
    expect(stdout.match(/asked for offer/g)).toHaveLength(1);
    const document = JSON.parse((await llmSim("show", "haggle", id, "--json", "--full")).stdout);
    expect(document).toMatchObject({ event: { event_id: id }, calls: [{ text: "Twenty, I think." }] });
    expect(JSON.parse((await llmSim("show", "haggle", id, "--json")).stdout)).toEqual(document.event);
  });

  it("says in one line what the tape does not have, and ends with 3 where that is asked for", async () => {
    for (const [run, why] of [
      ["hashed", "hashes alone"],
      ["bare", "no tape.jsonl"],
    ] as const) {
      const [row = []] = rowsOf((await llmSim("calls", run)).stdout);
      const { code, stdout, stderr } = await llmSim("show", run, row.at(-1) ?? "", "--strict");
      expect([code, stderr.trimEnd().split("\n").length]).toEqual([3, 1]);
      expect(stderr).toContain(why);
      expect(stdout).toContain("alice asked for offer");
      expect(stdout).not.toContain("You haggle");
    }
  });

  it("folds what is long, breaks no line beyond the terminal's edge, and lets no text move its cursor", async () => {
    const [row = []] = rowsOf((await llmSim("calls", "long", "--agent", "bo", "--limit", "1")).stdout);
    const { stdout } = await onTerminal(80, "show", "long", row.at(-1) ?? "");
    const said = stdout.slice(stdout.indexOf("bo asked for"));
    expect(said).toContain("more lines (--full)");
    expect(said).toContain("about 1,234,567 tokens in, 89 out");
    expect(stdout).not.toContain("\u001b");
    for (const line of said.split("\n").slice(2)) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
    const full = await onTerminal(80, "show", "long", row.at(-1) ?? "", "--full");
    expect(full.stdout.match(/line$/gm)?.length).toBe(40);
  });
});

describe("llm-sim events --text", () => {
  it("finds what was said, also where a model was asked or answered it", async () => {
    const found = async (text: string) =>
      jsonLines<Event>((await llmSim("events", "haggle", "--json", "--text", text)).stdout).map(
        ({ event_type, turn_number }) => `${event_type} ${turn_number}`,
      );
    expect(await found("turn 3, ALICE")).toEqual(["SYSTEM 3", "DECISION 3"]);
    expect(await found("fair enough")).toEqual(["SYSTEM 3"]);
    expect(await found("no such text")).toEqual([]);
  });

  it("looks into descriptions alone where that is asked for", async () => {
    const count = async (...where: string[]) =>
      jsonLines<Event>((await llmSim("events", "haggle", "--json", "--text", "fair enough", ...where)).stdout)
        .length;
    expect([await count("--in", "payload"), await count("--in", "description")]).toEqual([1, 0]);
    expect((await llmSim("events", "haggle", "--text", "x", "--in", "everything")).code).toBe(2);
  });
});

describe("llm-sim export", () => {
  it("has model calls as a table, an attempt a row", async () => {
    const { stdout } = await llmSim("export", "haggle", "bare", "--table", "calls", "--format", "jsonl");
    const rows = jsonLines<Record<string, unknown>>(stdout);
    expect(rows.map(({ run }) => run)).toEqual([...Array(8).fill("haggle"), ...Array(8).fill("bare")]);
    expect(rows[4]).toMatchObject({
      turn: 2,
      agent: "bob",
      attempt: 2,
      marks: ["fenced"],
      input_tokens: 100,
      tokens_estimated: false,
      cost_usd: 0.0004,
      error: null,
    });
    const [head = "", ...csv] = (
      await llmSim("export", "haggle", "--table", "calls", "--format", "csv")
    ).stdout
      .trimEnd()
      .split("\n");
    expect(csv).toHaveLength(8);
    expect(head.split(",")).toEqual(Object.keys(rows[0] ?? {}));
  });

  it("without texts has nothing of what was asked and answered, and all numbers, names and structure", async () => {
    for (const table of ["events", "state", "calls"])
      for (const format of ["jsonl", "csv"]) {
        const args = ["export", "secrets", "--table", table, "--format", format];
        const { code, stdout } = await llmSim(...args, "--no-texts");
        expect([code, stdout.includes("SECRET")], args.join(" ")).toEqual([0, false]);
        expect(stdout.split("\n").length).toBe((await llmSim(...args)).stdout.split("\n").length);
      }
    const events = jsonLines<Event>(
      (await llmSim("export", "secrets", "--format", "jsonl", "--no-texts")).stdout,
    );
    for (const event of events) expect(eventSchema.safeParse(event).success, event.event_type).toBe(true);
    const of = (kind: string) => events.find(({ event_type }) => event_type === kind);
    expect(of("DECISION")).toMatchObject({
      decision_type: "offer",
      old_value: null,
      new_value: { to: "bob", amount: 30, words: null },
    });
    expect(of("ACTION")).toMatchObject({
      action_payload: { to: "bob", amount: 30, accepts: true, says: null },
      participating_agent_ids: ["alice", "bob"],
    });
    expect(of("SYSTEM")).toMatchObject({
      error_type: "no_json",
      details: {
        call: "agent alice/1/offer/0#1",
        model: "llama3.1",
        usage: { input_tokens: 9 },
        error: null,
      },
    });
    expect(of("DETAIL")).toMatchObject({ calculation_type: "weighed", intermediate_values: { weight: 0.5 } });
    const states = jsonLines(
      (await llmSim("export", "secrets", "--table", "state", "--format", "jsonl", "--no-texts")).stdout,
    );
    expect(states).toContainEqual({
      run: "secrets",
      turn: 1,
      agent: "alice",
      variable: "offered",
      value: 30,
    });
    expect(states).toContainEqual({ run: "secrets", turn: 1, agent: "alice", variable: "said", value: null });
  });
});
