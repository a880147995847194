import { ApiRequestError, type WatchMoment } from "@llm-sim/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { momentAt, momentTurns, neighbourMoment, refusalOf, timeOfId } from "./index.ts";

const moment = (turn: number, event_id: string, agent_id?: string): WatchMoment => ({
  turn,
  event_id,
  sentence: "",
  ...(agent_id !== undefined && { agent_id }),
});

describe("the moments at which a condition became true", () => {
  const moments = [moment(2, "b"), moment(4, "f", "ann"), moment(4, "f", "bob"), moment(9, "k")];

  it("are gone through from where the playhead stands", () => {
    const from = (turn: number, eventId?: string) =>
      ([1, -1] as const).map((way) => neighbourMoment(moments, { turn, eventId }, way)?.turn);
    expect(from(0)).toEqual([2, undefined]);
    expect(from(2)).toEqual([4, 2]);
    expect(from(5)).toEqual([9, 4]);
    expect(from(9)).toEqual([undefined, 9]);
    expect(from(4, "a")).toEqual([4, 2]);
    expect(from(4, "g")).toEqual([9, 4]);
  });

  it("lead on from one of them to another event, also where several became true with one", () => {
    expect(neighbourMoment(moments, { turn: 4, eventId: "f" }, 1)?.turn).toBe(9);
    expect(neighbourMoment(moments, { turn: 4, eventId: "f" }, -1)?.turn).toBe(2);
    expect(
      neighbourMoment(
        [moments[1], moments[2]].filter((one) => one !== undefined),
        { turn: 4, eventId: "f" },
        1,
      ),
    ).toBe(undefined);
    expect(momentAt(moments, { turn: 4, eventId: "f" })).toBe(1);
  });

  it("all lie before the end of the run", () => {
    expect(neighbourMoment(moments, undefined, 1)).toBeUndefined();
    expect(neighbourMoment(moments, undefined, -1)?.turn).toBe(9);
  });

  it("are all come by, going on from the start, and back again", () => {
    const any = fc
      .uniqueArray(fc.tuple(fc.nat(9), fc.nat(99)), { maxLength: 12, selector: String })
      .map((pairs) =>
        pairs
          .sort(([a, b], [c, d]) => a - c || b - d)
          .map(([turn, id]) => moment(turn, `${turn}${String(id).padStart(2, "0")}`)),
      );
    fc.assert(
      fc.property(any, (all) => {
        for (const way of [1, -1] as const) {
          const seen: string[] = [];
          let at = neighbourMoment(all, way === 1 ? { turn: -1 } : undefined, way);
          while (at && seen.length <= all.length) {
            seen.push(at.event_id);
            at = neighbourMoment(all, { turn: at.turn, eventId: at.event_id }, way);
          }
          const ids = all.map(({ event_id }) => event_id);
          expect(seen).toEqual(way === 1 ? ids : ids.toReversed());
        }
      }),
    );
  });

  it("are ticked off by turn, each once", () => {
    expect(momentTurns(moments)).toEqual([2, 4, 9]);
  });

  it("have a time by their ids", () => {
    expect(timeOfId("01KAQS1S900A1B2C0000000000")).toBe(Date.parse("2025-11-23T07:15:00.000Z") * 1000);
    expect(timeOfId("")).toBeUndefined();
    expect(timeOfId("not an id!")).toBeUndefined();
  });
});

describe("a condition that is refused", () => {
  const error = (details: Readonly<Record<string, unknown>> | undefined) =>
    new ApiRequestError("INVALID_ARGUMENT", "expression: there is no variable", 400, details);

  it("is offered with the name put right, where it stands", () => {
    const refused = refusalOf(
      "turn > 1 and alcie.wealth < 200",
      error({ position: 13, nearest: ["alice.wealth", "bob.wealth"] }),
    );
    expect(refused).toEqual({
      message: "there is no variable",
      position: 13,
      meant: ["turn > 1 and alice.wealth < 200", "turn > 1 and bob.wealth < 200"],
    });
    expect(refusalOf("*.cought<3", error({ position: 0, nearest: ["*.caught"] })).meant).toEqual([
      "*.caught<3",
    ]);
    expect(refusalOf('"gpt 4".cost > 1', error({ position: 0, nearest: ['"gpt-4".cost'] })).meant).toEqual([
      '"gpt-4".cost > 1',
    ]);
  });

  it("is said without what stands beside it", () => {
    const message =
      'expression: "fisch < 3", at character 1: run lake has no variable fisch; the nearest: fish';
    const refused = refusalOf("fisch < 3", new ApiRequestError("INVALID_ARGUMENT", message, 400));
    expect(refused.message).toBe("run lake has no variable fisch");
  });

  it("is only said where nothing is near, or nobody knows where", () => {
    expect(refusalOf("fish <", error({ position: 6 }))).toMatchObject({ position: 6, meant: [] });
    expect(refusalOf("fish <", error(undefined))).toMatchObject({ position: undefined, meant: [] });
  });
});
