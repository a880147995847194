import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promptsAnswerSchema } from "@llm-sim/api";
import { describe, expect, it } from "vitest";
import { ask, temporaryDirectory } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();
const config = `simulation: { name: bank, turns: 3, seed: 1 }
engine: { type: market }
llm: { base_url: http://localhost:1/v1, model: made-up, sampling: { temperature: 0.5 } }
agents:
  - name: alice
    type: llm
    actions: [invest]
    prompt:
      system: { text: "You are {{ agent_id }}." }
      user: ./user.md
  - { name: bob, type: trader }
`;
writeFileSync(join(directory, "bank.yaml"), config);
writeFileSync(
  join(directory, "user.md"),
  "Turn {{ turn }}: you have {{ observation.me.wealth }}.\n\nWhat now?\n",
);

describe("llm-sim prompt", () => {
  it("prints what an agent of a config would be asked: each message under its role, with its line breaks", async () => {
    const { stdout, code } = await ask(directory, ["prompt", "bank.yaml", "--agent", "alice", "--turn", "1"]);
    expect(code).toBe(0);
    const [head] = stdout.split("# JSON Schema");
    expect(head).toBe(`agent alice/1/decide/0#1 · made-up · temperature 0.5

# system

You are alice.

# user

Turn 1: you have 1000.

What now?

`);
    expect(stdout).toContain('"const":"invest"');
  });

  it("prints the same as one document for programs", async () => {
    const { stdout } = await ask(directory, [
      "prompt",
      "bank.yaml",
      "--agent",
      "alice",
      "--turn",
      "1",
      "--json",
    ]);
    expect(promptsAnswerSchema.parse(JSON.parse(stdout))).toMatchObject({
      agent_id: "alice",
      turn: 1,
      prompts: [{ call: "agent alice/1/decide/0#1", messages: [{ role: "system" }, { role: "user" }] }],
    });
  });

  it.each([
    [
      "what rests on an answer",
      ["bank.yaml", "--agent", "alice", "--turn", "2"],
      "Before alice is asked in turn 2",
    ],
    [
      "who asks nobody",
      ["bank.yaml", "--agent", "bob", "--turn", "1"],
      "bob asks no language model in turn 1",
    ],
    ["who is not there", ["bank.yaml", "--agent", "alise", "--turn", "1"], 'did you mean "alice"?'],
    [
      "a config that is not there",
      ["bnk.yaml", "--agent", "alice", "--turn", "1"],
      "there is no such config",
    ],
    [
      "a run that is not there",
      ["nowhere", "--agent", "alice", "--turn", "1"],
      "There is no directory output",
    ],
  ])("says in a line why it cannot, of %s", async (_, args, message) => {
    const { stdout, stderr, code } = await ask(directory, ["prompt", ...args]);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
