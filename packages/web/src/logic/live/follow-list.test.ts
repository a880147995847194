import type { EventCriteria } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BREAKS, type Break, fakeLiveRun } from "../../testing/fake-live-run.ts";
import { fakeRun } from "../../testing/fake-run.ts";
import { createApiClient } from "../api/index.ts";
import { createEventPager, type EventPager } from "../events/index.ts";
import { followList } from "./index.ts";

const WHOLE = fakeRun({ turns: 8 });
const PAGE = 10;
const FILTERS: readonly EventCriteria[] = [
  {},
  { event_types: ["ACTION"] },
  { event_types: ["STATE", "SYSTEM"] },
  { agent_ids: ["bob"] },
  { turn_start: 2 },
  { turn_end: 1 },
];
const matches = (
  event: Event,
  { event_types: types, agent_ids: agents, turn_start, turn_end }: EventCriteria,
) =>
  (types?.includes(event.event_type) ?? true) &&
  (agents === undefined || (event.agent_id !== undefined && agents.includes(event.agent_id))) &&
  event.turn_number >= (turn_start ?? 0) &&
  event.turn_number <= (turn_end ?? Number.POSITIVE_INFINITY);

/** A page that shows a list of a live run, and whose filter and place in the list are changed. */
function livePage(run = fakeLiveRun()) {
  const api = createApiClient({
    baseUrl: "",
    fetch: run.fetch,
    token: () => undefined,
    onReachable: () => {},
    retryDelays: [],
  });
  let close = () => {};
  let pager: EventPager;
  let criteria: EventCriteria = {};
  function filterBy(next: EventCriteria): void {
    close();
    criteria = next;
    const list = createEventPager(
      (paging, signal) => api.events({ id: "live", ...next, ...paging }, signal),
      PAGE,
    );
    pager = list;
    list.want(0, PAGE - 1);
    const stop = followList(
      { api, run: "live", criteria: next, pager: list },
      { onState: () => {}, onEnd: () => {}, batchEvery: 1, delays: [1] },
    );
    close = () => {
      stop();
      list.close();
    };
  }
  filterBy({});
  return {
    run,
    filterBy,
    look: (first: number) => pager.want(first, first + PAGE),
    close: () => close(),
    /** The list as one scrolls through all of it. */
    async rows(): Promise<(string | undefined)[]> {
      const ids: (string | undefined)[] = [];
      for (let row = 0; row < (pager.total ?? 0); row++) ids.push((await pager.fetchEvent(row))?.event_id);
      return ids;
    },
    held: () => Array.from({ length: pager.total ?? 0 }, (_, row) => pager.event(row)?.event_id),
    truth: () => run.events.filter((event) => matches(event, criteria)).map(({ event_id: id }) => id),
  };
}

type Act =
  | { act: "write"; count: number }
  | { act: "break"; how: Break }
  | { act: "mend" }
  | { act: "filter"; filter: EventCriteria }
  | { act: "look"; at: number }
  | { act: "wait"; milliseconds: number };

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ act: fc.constant("write" as const), count: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ act: fc.constant("break" as const), how: fc.constantFrom(...BREAKS) }),
  fc.record({ act: fc.constant("mend" as const) }),
  fc.record({ act: fc.constant("filter" as const), filter: fc.constantFrom(...FILTERS) }),
  fc.record({ act: fc.constant("look" as const), at: fc.integer({ min: 0, max: 60 }) }),
  fc.record({ act: fc.constant("wait" as const), milliseconds: fc.integer({ min: 0, max: 6 }) }),
);

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("a list of a run that is being written", () => {
  it(
    "is the server's after whatever was changed while it was away, in whatever way it was",
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(anyAct, { minLength: 3, maxLength: 25 }), async (acts) => {
          const page = livePage();
          const { run } = page;
          let written = 0;
          for (const one of acts) {
            if (one.act === "write") {
              run.write(WHOLE.slice(written, written + one.count));
              written += one.count;
            } else if (one.act === "break") run.breakDown(one.how);
            else if (one.act === "mend") run.mend();
            else if (one.act === "filter") page.filterBy(one.filter);
            else if (one.act === "look") page.look(one.at);
            else await pause(one.milliseconds);
          }
          run.mend();
          try {
            await expect.poll(() => page.rows(), { interval: 2, timeout: 3000 }).toEqual(page.truth());
            run.write(WHOLE.slice(written, written + 7));
            await expect.poll(() => page.rows(), { interval: 2, timeout: 3000 }).toEqual(page.truth());
          } finally {
            page.close();
          }
        }),
        { numRuns: 120 },
      ),
    60_000,
  );

  it("fills the rows in sight by itself where a page was older than what was sent", async () => {
    const page = livePage();
    page.run.write(WHOLE.slice(0, 5));
    await expect.poll(() => page.held()).toEqual(page.truth());
    page.run.write(WHOLE.slice(5, 13));
    await expect.poll(() => page.held()).toEqual(page.truth());
    page.close();
  });

  it("asks anew where something is sent that stands in between", async () => {
    const page = livePage();
    const [first, second, third, ...more] = WHOLE.slice(0, 40);
    if (!first || !second || !third) throw new Error("too short");
    page.run.write([first, third]);
    await expect.poll(() => page.held()).toEqual([first.event_id, third.event_id]);
    page.run.write([second]);
    await expect.poll(() => page.held()).toEqual(page.truth());
    page.run.write(more);
    await expect.poll(() => page.rows()).toEqual(page.truth());
    page.close();
  });

  it("is asked for anew where the log is another one when the server is back", async () => {
    const page = livePage();
    page.run.write(WHOLE.slice(0, 12));
    await expect.poll(() => page.rows()).toEqual(page.truth());
    page.run.breakDown("refuses");
    page.run.lose(3);
    page.run.mend();
    page.run.write(WHOLE.slice(20, 25));
    await expect.poll(() => page.rows()).toEqual(page.truth());
    page.close();
  });
});
