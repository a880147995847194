import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fakeApi } from "../../testing/fake-api.ts";
import { fakeRun } from "../../testing/fake-run.ts";
import { createApiClient } from "../api/index.ts";
import { createEventPager } from "../events/index.ts";
import { createViewStore, SPEEDS } from "../view/index.ts";
import {
  createPlayback,
  createPlayClock,
  moveByEvents,
  moveByTurns,
  rewindAtEnd,
  STEPS_PER_SECOND,
} from "./index.ts";

describe("the clock of the playback", () => {
  it("makes as many steps as time and speed ask for, however the frames fall", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(...SPEEDS),
        fc.constantFrom("turn", "event"),
        (frames, speed, step) => {
          const clock = createPlayClock();
          let time = 5000;
          let steps = clock.due(time, step, speed);
          for (const frame of frames) {
            time += frame;
            steps += clock.due(time, step, speed);
          }
          expect(steps + clock.share).toBeCloseTo(((time - 5000) / 1000) * STEPS_PER_SECOND[step] * speed, 6);
        },
      ),
    );
  });

  it("does not race after a pause, nor after the tab was hidden", () => {
    const clock = createPlayClock();
    clock.due(0, "turn", 16);
    expect(clock.due(60_000, "turn", 16)).toBe(4);
    clock.reset();
    expect(clock.due(120_000, "turn", 16)).toBe(0);
  });
});

describe("the playback", () => {
  it("holds steps back while one is under way, and stops at the end", async () => {
    const made: number[] = [];
    let finish: (goesOn: boolean) => void = () => {};
    const playback = createPlayback({
      pace: () => ({ step: "turn", speed: 1 }),
      begin: () => {},
      advance: (steps) => {
        made.push(steps);
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    playback.frame(0);
    playback.toggle();
    // Frames 200 ms apart: the sixth completes the second that a turn takes.
    for (let frame = 0; frame <= 12; frame++) playback.frame(frame * 200);
    expect(made).toEqual([1]);
    finish(true);
    await Promise.resolve();
    await Promise.resolve();
    for (let frame = 13; frame <= 20; frame++) playback.frame(frame * 200);
    expect(made).toEqual([1, 1]);
    finish(false);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(playback.get()).toBe(false);
    playback.frame(10_000);
    expect(made).toEqual([1, 1]);
  });

  it("stops where a step fails", async () => {
    const playback = createPlayback({
      pace: () => ({ step: "turn", speed: 16 }),
      begin: () => {},
      advance: () => Promise.reject(new Error("gone")),
    });
    playback.toggle();
    for (let frame = 0; frame < 4; frame++) playback.frame(frame * 200);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(playback.get()).toBe(false);
  });
});

describe("playing from the end", () => {
  const pager = { total: 40, indexOf: (id: string) => (id === LAST ? 39 : 7) };
  const LAST = "01J8ZQ4T7K0000000000000039";
  const OTHER = "01J8ZQ4T7K0000000000000007";
  it.each([
    [{}, { turn: 0 }],
    [{ follow: "1" }, { turn: 0 }],
    [{ at: "12" }, { turn: 0 }],
    [{ at: "99" }, { turn: 0 }],
    [{ at: `12@${LAST}` }, { turn: 0 }],
    [{ at: `12@${LAST}`, step: "event" }, { turn: 0 }],
    [{ at: `9@${LAST}`, step: "event" }, { turn: 0 }],
    [
      { at: `12@${OTHER}`, step: "event" },
      { turn: 12, eventId: OTHER },
    ],
    [{ at: "11" }, { turn: 11 }],
  ])("%o begins at %o", (address, playhead) => {
    const view = createViewStore(address);
    let begun = 0;
    const playback = createPlayback({
      pace: () => view.get(),
      begin() {
        begun++;
        rewindAtEnd(view, 12, pager);
      },
      advance: () => true,
    });
    playback.toggle();
    expect(view.get()).toMatchObject({ playhead, follow: false });
    playback.toggle();
    expect([begun, playback.get()]).toEqual([1, false]);
  });
});

describe("the playhead", () => {
  const run = fakeRun({ turns: 12 });
  const api = createApiClient({
    baseUrl: "",
    fetch: fakeApi({ m: run }).fetch,
    token: () => undefined,
    onReachable: () => {},
  });

  it("moves by turns within the run, from its end where it stands nowhere", () => {
    const view = createViewStore({});
    expect(moveByTurns(view, 12, -1)).toBe(true);
    expect(view.get().playhead).toEqual({ turn: 11 });
    expect(moveByTurns(view, 12, 5)).toBe(false);
    expect(view.get().playhead).toEqual({ turn: 12 });
    expect(moveByTurns(view, 12, -99)).toBe(false);
    expect(view.get().playhead).toEqual({ turn: 0 });
    view.set({ playhead: { turn: 9999 } });
    moveByTurns(view, 12, -1);
    expect(view.get().playhead).toEqual({ turn: 11 });
  });

  it.each([{}, { event_types: ["ACTION" as const] }])(
    "moves by events of the list, selecting each: %o",
    async (criteria) => {
      const { events } = await api.events({ id: "m", ...criteria, limit: 10_000 });
      const pager = createEventPager(
        (paging, signal) => api.events({ id: "m", ...criteria, ...paging }, signal),
        20,
      );
      const view = createViewStore({ at: "5" });
      const where = { api, run: "m", criteria, pager, view };
      const first = events.findIndex((event) => event.turn_number === 6);
      for (const step of [0, 1, 2]) {
        await moveByEvents(where, 1);
        expect(view.get().selected).toBe(events[first + step]?.event_id);
      }
      await moveByEvents(where, -3);
      expect(view.get().selected).toBe(events[first - 1]?.event_id);
      expect(await moveByEvents(where, 100_000)).toBe(false);
      expect(view.get().playhead?.eventId).toBe(events.at(-1)?.event_id);
    },
  );
});
