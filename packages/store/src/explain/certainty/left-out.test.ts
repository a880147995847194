import { verifyRun } from "@llm-sim/events/read";
import { BaseEngine, defineSimulation, runSimulation, type World } from "@llm-sim/simulation";
import { describe, expect, it } from "vitest";
import { openStore, type RunOnDisk } from "../../index.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";

interface Library extends World {
  global: { books: string; shelves: number };
}

/** In turn 2 a value is larger than an event may be; in turn 4 it is small again. */
class LibraryEngine extends BaseEngine<Library> {
  static readonly memory = "none";
  readonly actions = {};

  override initialState(): Library {
    return { global: { books: "few", shelves: 1 }, agents: { ann: {} } };
  }

  override afterActions(): void {
    this.rule("gift", (draft) => {
      draft.global.shelves += 1;
      if (this.turn === 2) draft.global.books = "many ".repeat(4000);
      if (this.turn === 4) draft.global.books = "some";
    });
  }
}

function inLibrary(ask: (run: RunOnDisk) => Promise<void>): Promise<void> {
  return inTemporaryDirectory(async (output) => {
    const simulation = defineSimulation({
      name: "library",
      turns: 5,
      engine: LibraryEngine,
      agents: [{ name: "ann", agent: () => ({ decision_type: "read" }) }],
      events: { max_event_size: 16_384 },
    });
    await runSimulation(simulation, {
      outputDir: output,
      simulationId: "library",
      verbosity: "STATE",
      signals: false,
    });
    const store = openStore(output, { sidecar: false });
    try {
      await ask(await store.openRun("library"));
    } finally {
      await store.close();
    }
  });
}

describe("a value that was left out for its size", () => {
  it("is not known until the next, in every answer that it is in", () =>
    inLibrary(async ({ explain }) => {
      for (const turn of [1, 4, 5]) expect(await explain.state({ turn })).toMatchObject({ exact: true });
      for (const turn of [2, 3]) {
        const { exact, gaps } = await explain.state({ turn });
        expect([exact, gaps.map(({ kind, variable }) => [kind, variable])]).toEqual([
          false,
          [
            ["lossy", "books"],
            ["disagreement", undefined],
          ],
        ]);
      }
      const lossy = { complete: false, gaps: [{ kind: "lossy", turn_start: 2, variable: "books" }] };
      expect(await explain.history({ variable: "books" })).toMatchObject(lossy);
      expect(await explain.find({ expression: 'books == "few"' })).toMatchObject(lossy);
      const why = await explain.why({ variable: "books", turn: 3 });
      expect(why.gaps.map(({ kind }) => kind)).toContain("lossy");
      expect(await explain.history({ variable: "shelves" })).toMatchObject({ complete: true });
    }));

  it("keeps the name of the rule that wrote it", () =>
    inLibrary(async ({ explain }) => {
      const { steps } = await explain.why({ variable: "books", turn: 2 });
      expect(steps.map(({ sentence }) => sentence).join(" ")).toContain("gift");
    }));

  it("is a loss to verify, and no violation", () =>
    inLibrary(async ({ directory }) => {
      expect(await verifyRun(directory)).toMatchObject({
        result: "loss",
        violations: [],
        losses: [{ error_type: "value_left_out", message: expect.stringContaining("books") }],
      });
    }));
});
