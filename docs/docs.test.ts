import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const run = promisify(execFile);
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "llm-sim-docs-"));
  await symlink(join(root, "node_modules"), join(home, "node_modules"));
});

afterAll(() => rm(home, { recursive: true }));

/** The code of a page, block by block. */
async function blocksOf(page: string, language: string): Promise<string[]> {
  const text = await readFile(join(root, page), "utf8");
  return [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, name, code]) =>
    name === language && code ? [code] : [],
  );
}

async function eventsOf(directory: string, kinds: readonly string[]): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { event } of readEvents(directory))
    if (kinds.includes(event.event_type)) events.push(event);
  return events;
}

async function runModule(code: string): Promise<string> {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: home });
  return stdout;
}

describe("README.md", () => {
  it("has a library example that runs as it stands and leaves a whole log", async () => {
    const [example = ""] = await blocksOf("README.md", "js");
    await runModule(example);
    const directory = join(home, "output", "my-run");
    expect(await verifyRun(directory)).toMatchObject({ result: "ok", violations: [], events: 7 });
    await rm(join(home, "output"), { recursive: true });
  });

  it("shows lines that are events", async () => {
    const [log = ""] = await blocksOf("README.md", "json");
    const { eventSchema } = await import("@llm-sim/events/schema");
    for (const line of log.trim().split("\n"))
      expect(eventSchema.safeParse(JSON.parse(line)).error).toBeUndefined();
  });
});

describe("docs/events.md", () => {
  it("has examples that run as they stand", async () => {
    const [open = "", explicit = "", times = "", read = "", testing = ""] = await blocksOf(
      "docs/events.md",
      "js",
    );
    await runModule(`${open}\n${explicit}\nawait stream.close();`);
    const reading = await runModule(read);
    expect(reading).toContain("Turn 2 started");
    expect(reading.trim().split("\n").at(-1)).toBe("ok");
    await runModule(times);
    expect(await verifyRun(join(home, "output/old-run"))).toMatchObject({ result: "ok", violations: [] });
    const [decision, action] = await eventsOf(join(home, "output/old-run"), ["DECISION", "ACTION"]);
    expect(decision).toMatchObject({ timestamp: "2024-03-01T10:00:02.500000Z", new_value: "north" });
    expect(action).toMatchObject({ timestamp: "2024-03-01T10:00:03.100000Z", action_type: "walk" });
    expect(action?.caused_by).toContain(decision?.event_id);
    expect(await runModule(testing)).toBe("buy\n");
  });
});

describe("docs/simulation.md", () => {
  it("shows the commons example as it is", async () => {
    const files = ["simulation.yaml", "fishery.ts", "boats.ts"];
    const example = await Promise.all(
      files.map((file) => readFile(join(root, "examples/commons", file), "utf8")),
    );
    const page = "docs/simulation.md";
    const blocks = [...(await blocksOf(page, "ts")), ...(await blocksOf(page, "yaml"))];
    expect(blocks).toHaveLength(4);
    for (const block of blocks)
      expect(
        example.filter((file) => file.includes(block.trim())),
        block,
      ).toHaveLength(1);
  });

  it("has a program that prints what it says", async () => {
    const [program = ""] = await blocksOf("docs/simulation.md", "js");
    const text = await readFile(join(root, "docs/simulation.md"), "utf8");
    const printed = text.trim().split("```").at(-2)?.trim();
    const example = join(root, "examples/commons/simulation.yaml");
    const output = await runModule(program.replace("examples/commons/simulation.yaml", example));
    expect(output.trim()).toBe(printed);
  });
});

describe("the pages", () => {
  it("link to files that are there", async () => {
    const pages = [
      "README.md",
      "CONTRIBUTING.md",
      ...(await readdir(join(root, "docs"))).map((name) => join("docs", name)),
    ];
    const broken: string[] = [];
    for (const page of pages.filter((name) => name.endsWith(".md"))) {
      const text = await readFile(join(root, page), "utf8");
      for (const [, target = ""] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^https?:/.test(target)) continue;
        if (!existsSync(join(root, dirname(page), target))) broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});
