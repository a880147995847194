import type { InteractionsAnswer } from "@llm-sim/api";
import { describe, expect, it } from "vitest";
import { amountOf, matrixOf } from "./index.ts";

const cell = { taking_part: 0, event_id: "01M8CTR7KWHAF9TMVXMEDHCG4K" };
const answer: InteractionsAnswer = {
  simulation_id: "run",
  agents: ["zoe", "others", "ann"],
  others: 3,
  actions: 9,
  with_partner: 8,
  action_types: [],
  cells: [
    { ...cell, from: 0, to: 2, count: 4, sum: -40 },
    { ...cell, from: "others", to: 0, count: 2 },
    { ...cell, from: 2, to: "nobody", count: 1 },
  ],
  complete: true,
  gaps: [],
};

describe("the matrix of who acts on whom", () => {
  it("has rows for who acts and columns for on whom, the others and nobody last", () => {
    const { rows, columns, cells, greatest } = matrixOf(answer, "active");
    expect(rows).toEqual([{ agent: "zoe" }, { agent: "others" }, { agent: "ann" }, "others"]);
    expect(columns).toEqual([...rows, "nobody"]);
    expect(cells[0]?.[2]?.count).toBe(4);
    expect(cells[3]?.[0]?.count).toBe(2);
    expect(cells[2]?.[4]?.count).toBe(1);
    expect(cells.flat().filter((one) => one !== undefined)).toHaveLength(3);
    expect(greatest).toBe(40);
  });

  it("is sorted by name where that is asked for, and keeps each cell with its agents", () => {
    const { rows, cells } = matrixOf(answer, "name");
    expect(rows.slice(0, 3)).toEqual([{ agent: "ann" }, { agent: "others" }, { agent: "zoe" }]);
    expect(cells[2]?.[0]?.count).toBe(4);
  });

  it("has no column for nobody where every action has a partner, and shows sums before counts", () => {
    const { columns } = matrixOf({ ...answer, others: 0, cells: answer.cells.slice(0, 1) }, "active");
    expect(columns).toHaveLength(3);
    expect(answer.cells.map(amountOf)).toEqual([-40, 2, 1]);
  });
});
