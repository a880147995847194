import type { Gap, StateAnswer } from "@llm-sim/api";
import { describe, expect, it } from "vitest";
import { withMemory } from "./with-memory.ts";

const ID = "01K6SXW550GKJVH2GKEFTDNN55";
const OTHER = "01K6SXW550DD3F6J9Q0W00DS01";

const cut = (event_id: string): Gap => ({ kind: "lossy", message: "The value was altered.", event_id });

function stateWith(gaps: Gap[]): StateAnswer {
  return { simulation_id: "lake", turn: 1, global: {}, agents: {}, check: "none", exact: false, gaps };
}

describe("a state with what agents remember", () => {
  it("names a reason that holds for both once, and one in the same words about another event by itself", () => {
    const known = { memory: {}, gaps: [cut(ID), cut(OTHER)] };
    expect(withMemory(stateWith([cut(ID)]), known, undefined).gaps).toEqual([cut(ID), cut(OTHER)]);
  });
});
