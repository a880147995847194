import { join } from "node:path";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import { expect, it, vi } from "vitest";
import { Pace } from "../pace/index.ts";
import { RunReader, type RunView } from "../reader/index.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { writeRun } from "../testing/write-run.ts";
import { type ParsedCriteria, parseCriteria } from "./parse-filter.ts";
import { Selection } from "./selection.ts";

const LINES = [...generateLog({ events: 30_000, agents: 2, simulationId: "run" })];

/** How often others could have had their turn while the matching events were looked for, and how many match. */
async function looked(view: RunView, criteria: ParsedCriteria): Promise<{ looks: number; total: number }> {
  const pace = new Pace([view]);
  let looks = 0;
  vi.spyOn(pace, "isDue", "get").mockImplementation(() => {
    looks++;
    return true;
  });
  const { total } = await new Selection(view.index, criteria).rows(pace);
  return { looks, total };
}

it("events that are looked for one by one are looked for a little at a time", () =>
  inTemporaryDirectory(async (output) => {
    const directory = join(output, "run");
    writeRun(directory, { segments: [LINES] });
    const reader = new RunReader("run", directory, { sidecar: false });
    await reader.look(async (view) => {
      const involving = ["agent_000", "agent_001"];
      const all = await looked(view, parseCriteria({ involving }));
      expect(all.total).toBeGreaterThan(20_000);
      // Each list of a kind, of an agent's own and of those that involve it, has a look at its end, too.
      expect(all.looks).toBeGreaterThanOrEqual(Math.floor(all.total / 4096));
      const own = await looked(view, parseCriteria({ involving, agent_ids: ["agent_000"] }));
      expect(own.looks).toBeGreaterThanOrEqual(Math.floor(own.total / 4096));
      // What is counted without being gone through is there at once.
      const plain = await looked(view, parseCriteria({ event_types: [...EVENT_TYPES] }));
      expect(plain).toEqual({ looks: 0, total: LINES.length });
    });
    await reader.close();
  }));
