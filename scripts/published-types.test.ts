import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { publicDeclarations, publicPackages } from "./public-declarations.mjs";

const ROOT = join(import.meta.dirname, "..");
const packages = publicPackages(ROOT).map(
  (folder) => [basename(folder), publicDeclarations(folder)] as const,
);

describe("the types that are published", () => {
  it("are found from what the packages export", () => {
    const found = Object.fromEntries(
      packages.map(([name, declarations]) => [name, declarations.map((one) => one.name)]),
    );
    expect(found.events).toEqual(
      expect.arrayContaining(["EventHandle", "Scope", "openEventStream", "StreamStats"]),
    );
    expect(found.simulation).toEqual(expect.arrayContaining(["BaseEngine", "Random", "ActionRule"]));
    expect(found.store).toEqual(expect.arrayContaining(["Run", "AskedRun", "EventPage", "WriteCheck"]));
    expect(found.server).toContain("startServer");
  });

  it.each(packages)("of %s need none of Node's", (_, declarations) => {
    const needing = declarations.filter(
      ({ text, uses }) =>
        /\bBuffer\b|\bNodeJS\./.test(text) || [...uses.values()].some((from) => from.startsWith("node:")),
    );
    expect(needing.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
  });

  it("show nothing of the inside", () => {
    const of = (name: string, declaration: string) =>
      packages.find(([one]) => one === name)?.[1].find((one) => one.name === declaration)?.text ?? "";
    const members = (text: string) =>
      [
        ...text.matchAll(
          /^ {4}(?:static |readonly |protected |private |abstract |get |set )*(\w+|#private)/gm,
        ),
      ].map(([, name]) => name);
    expect(new Set(members(of("events", "EventHandle")))).toEqual(
      new Set(["none", "isMadeByEmitting", "constructor", "event_id", "event_ids"]),
    );
    expect(new Set(members(of("events", "Scope")))).toEqual(
      new Set([
        "#private",
        "constructor",
        "cause",
        "decision",
        "action",
        "state",
        "detail",
        "system",
        "phase",
        "because",
      ]),
    );
    expect(members(of("events", "EventStream"))).not.toContain("closeNow");
    expect(members(of("simulation", "Random"))).not.toContain("follow");
    const ofEngine = members(of("simulation", "BaseEngine"));
    expect(ofEngine).toContain("observe");
    for (const name of ["prepare", "begin", "show", "state", "recorder"])
      expect(ofEngine).not.toContain(name);
  });

  it("let a small program be written, without Node's types, and no other", () => {
    const folder = mkdtempSync(join(tmpdir(), "llm-sim-types-"));
    try {
      mkdirSync(join(folder, "node_modules", "@llm-sim"), { recursive: true });
      for (const name of ["events", "simulation", "store"])
        symlinkSync(join(ROOT, "packages", name), join(folder, "node_modules", "@llm-sim", name));
      symlinkSync(join(ROOT, "node_modules", "zod"), join(folder, "node_modules", "zod"));
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      writeFileSync(join(folder, "program.ts"), PROGRAM);
      const options = [
        "--noEmit",
        "--strict",
        "--module",
        "nodenext",
        "--target",
        "es2023",
        "--types",
        "",
        "--skipLibCheck",
      ];
      const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
      const run = () =>
        execFileSync(process.execPath, [tsc, ...options, "program.ts"], { cwd: folder, encoding: "utf8" });
      let said = "";
      try {
        run();
      } catch (error) {
        said = error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
      }
      expect(said).toBe("");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const PROGRAM = `
import { EventHandle, openEventStream, type Causes, type Scope } from "@llm-sim/events";
import { parseEventLine } from "@llm-sim/events/read";
import { BaseEngine, type World } from "@llm-sim/simulation";
import { openStore, parseFilter } from "@llm-sim/store";
import * as z from "zod";

const stream = await openEventStream({ outputDir: "output", simulationId: "lake" });
const tell = (scope: Scope, cause: Causes = EventHandle.none): EventHandle =>
  scope.action("alice", "buy", { amount: 3 }, { caused_by: [cause].flat() });
stream.turn(1, (turn) => tell(turn, turn.decision("alice", "trade")));
// @ts-expect-error: not a handle, though it has what one has
tell(stream, { event_id: "x", event_ids: [] });
// @ts-expect-error: handles are made by emitting
new EventHandle();
// @ts-expect-error: nothing of the inside
EventHandle.none.block;
// @ts-expect-error: nothing of the inside
stream.emitter;

interface LakeWorld extends World {
  global: { fish: number };
}

export class Lake extends BaseEngine<LakeWorld> {
  readonly actions = {
    fish: this.action(z.strictObject({ amount: z.number() }), (draft, { payload }) => {
      draft.global.fish = payload.amount;
    }),
  };
}

const run = await openStore("output").openRun("lake");
const { answer, skipped } = await run.ask((asked) => asked.query(parseFilter({ limit: 5 })));
const bytes: Uint8Array[] = answer.lines;
const isBytes: 0 extends 1 & (typeof answer.lines)[number] ? false : true = true;
const [line] = bytes;
export const first = line && isBytes && parseEventLine(line).ok ? skipped : 0;
// @ts-expect-error: it has not been parsed
await run.ask((asked) => asked.query({ limit: 5, offset: 0 }));
`;
