import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig, promptsOf } from "@llm-sim/simulation";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_PROMPT } from "./default-prompt.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/llm-agents.md"), "utf8");
const [, section = ""] = page.split("## An agent in YAML");
const folder = mkdtempSync(join(tmpdir(), "llm-sim-documented-"));
afterAll(() => rmSync(folder, { recursive: true }));

const block = (start: RegExp) => start.exec(section)?.groups?.code ?? "";

describe("the page on agents that are language models", () => {
  it("shows the built-in templates as they are", () => {
    expect(block(/```jinja file=system\.md\n(?<code>.*?)```/s)).toBe(DEFAULT_PROMPT.system);
    expect(block(/```jinja file=user\.md\n(?<code>.*?)```/s)).toBe(DEFAULT_PROMPT.user);
  });

  it("shows a config and a template that go together", async () => {
    writeFileSync(join(folder, "bank.yaml"), block(/```yaml\n(?<code>.*?)```/s));
    writeFileSync(join(folder, "user.md"), block(/`user\.md`, say:\n\n```\n(?<code>.*?)```/s));
    const simulation = await loadConfig(join(folder, "bank.yaml"));
    const [prompt] = await promptsOf(simulation, { agent_id: "alice", turn: 1 });
    expect(prompt?.request.model).toBe("qwen2.5");
    expect(prompt?.request.messages[1]?.content).toBe(
      "It is turn 1. You have 1000.00 and 20 goods, worth 10 each.\nNobody sells anything.",
    );
  });
});
