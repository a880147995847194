import { ApiRequestError, MAX_OUTCOMES } from "@llm-sim/api";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { batchAnswer, batchRun, condition, never, turn, unknown, value } from "./batch.test.fixture.ts";
import {
  AS_MADE,
  askBatch,
  type BatchView,
  columnsOf,
  heatCells,
  heatMeasures,
  histogramBars,
  readBatchView,
  runsText,
  runWords,
  seedsText,
  settingsText,
  shortId,
  siblingsOf,
  sortRuns,
  statusCounts,
  sweptText,
  viewForSibling,
  writeBatchView,
} from "./index.ts";

describe("the address of a batch's page", () => {
  const line = fc.stringMatching(/^[a-z"<*.\d,]([a-z"<*.\d,&=+ ]*[a-z"<*.\d,])?$/);
  const id = fc.stringMatching(/^[a-z\d-]+$/);
  const view: fc.Arbitrary<BatchView> = fc.record({
    variables: fc.uniqueArray(line, { maxLength: 4 }),
    outcomes: fc.uniqueArray(line, { maxLength: 4 }),
    runs: fc.uniqueArray(id, { maxLength: 4 }),
    sort: fc.oneof(
      fc.constant(AS_MADE),
      fc.record({ column: line.map((text) => `end:${text}`), descending: fc.boolean() }),
    ),
    heat: fc.option(line, { nil: undefined }),
  });

  it("holds all of what is shown, commas in conditions included", () => {
    fc.assert(
      fc.property(view, (one) => {
        expect(readBatchView(writeBatchView(one))).toEqual(one);
      }),
    );
  });

  it("says nothing where all is as by default", () => {
    expect(writeBatchView(readBatchView({}))).toEqual({});
    expect(writeBatchView(readBatchView({ outcome: "\n  \n", runs: ",,", sort: "-" }))).toEqual({});
  });

  it("has runs as a person would write them", () => {
    expect(readBatchView({ runs: "sweep-s1,sweep-s2,sweep-s1" }).runs).toEqual(["sweep-s1", "sweep-s2"]);
  });
});

describe("asking of a batch", () => {
  const answer = batchAnswer([]);
  const refusing = (...bad: string[]) =>
    vi.fn(async (outcomes: string[]) => {
      const wrong = outcomes.find((outcome) => bad.includes(outcome));
      if (wrong === undefined) return answer;
      throw new ApiRequestError("INVALID_ARGUMENT", `outcome: no ${wrong}; did you mean fish?`, 400, {
        parameter: "outcome",
      });
    });

  it("is one question where every outcome can be asked for", async () => {
    const ask = refusing();
    expect(await askBatch(ask, ["fish", "fish < 5"])).toEqual({
      answer,
      outcomes: ["fish", "fish < 5"],
      refused: [],
    });
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("leaves out those that cannot be, each with its reason, and answers the others", async () => {
    const ask = refusing("fsh", "fish <");
    const { outcomes, refused } = await askBatch(ask, ["fsh", "fish < 5", "fish <"]);
    expect(outcomes).toEqual(["fish < 5"]);
    expect(refused).toEqual([
      { outcome: "fsh", message: "no fsh; did you mean fish?", meant: undefined },
      { outcome: "fish <", message: "no fish <; did you mean fish?", meant: undefined },
    ]);
    expect(ask).toHaveBeenLastCalledWith(["fish < 5"]);
  });

  it("tells what was probably meant, by the nearest name", async () => {
    const ask = async (outcomes: string[]) => {
      if (outcomes.length === 0) return answer;
      const text = `outcome: "price > 3 && fsh < 5", at character 14: no run of the batch has a variable fsh`;
      throw new ApiRequestError("INVALID_ARGUMENT", text, 400, {
        parameter: "outcome",
        position: 13,
        nearest: ["fish"],
      });
    };
    expect((await askBatch(ask, ["price > 3 && fsh < 5"])).refused).toEqual([
      {
        outcome: "price > 3 && fsh < 5",
        message: "at character 14: no run of the batch has a variable fsh",
        meant: "price > 3 && fish < 5",
      },
    ]);
  });

  it("leaves out what would be too many at once", async () => {
    const many = Array.from({ length: MAX_OUTCOMES + 1 }, (_, at) => `fish < ${at}`);
    const { outcomes, refused } = await askBatch(refusing(), many);
    expect(outcomes).toEqual(many.slice(0, MAX_OUTCOMES));
    expect(refused.map(({ outcome }) => outcome)).toEqual(many.slice(MAX_OUTCOMES));
  });

  it("fails where the batch does", async () => {
    const gone = new ApiRequestError("BATCH_NOT_FOUND", "There is no such batch.", 404);
    await expect(askBatch(() => Promise.reject(gone), ["fish"])).rejects.toBe(gone);
  });
});

describe("the table of runs", () => {
  const runs = [
    batchRun("sweep-s1", {
      seed: 1,
      settings: { "a.rate": 0.5 },
      outcomes: [turn(9), unknown],
      end: [value(3)],
    }),
    batchRun("sweep-s2", {
      seed: 2,
      settings: { "a.rate": 0.25 },
      outcomes: [never, value(7)],
      end: [value(20)],
    }),
    batchRun("sweep-s10", { seed: 10, settings: {}, outcomes: [unknown, value(7)], end: [unknown] }),
    batchRun("sweep-s3", {
      seed: 3,
      settings: { "a.rate": 0.5 },
      outcomes: [turn(10), value(-1)],
      end: [value(3)],
    }),
  ];
  const answer = batchAnswer(runs, {
    end_variables: [{ variable: "fish" }],
    outcomes: [condition("fish < 5", 4), { ...condition("price", 4), kind: "variable" }],
  });
  answer.batch.settings = [
    { path: "a.rate", values: [0.25, 0.5] },
    { path: "a.fixed", values: [1] },
  ];
  const columns = columnsOf(answer, ["fish < 5", "price"]);
  const column = (id: string) => columns.find((one) => one.id === id);
  const texts = (id: string) => runs.map((run) => column(id)?.cell(run).text);
  const seeds = (by: string, descending = false) =>
    sortRuns(runs, columns, { column: by, descending }).map(({ seed }) => seed);

  it("has what varies, how it ended and what was asked for, and nothing that is the same everywhere", () => {
    expect(columns.map(({ label }) => label)).toEqual([
      "Run",
      "Seed",
      "rate",
      "fish < 5",
      "price",
      "Status",
      "Why it ended",
      "Turns",
      "Refused",
      "fish",
    ]);
  });

  it("says of a condition when it came true, that it never did, or that it is not known, and why", () => {
    expect(texts("outcome:fish < 5")).toEqual(["turn 9", "never", "?", "turn 10"]);
    expect(column("outcome:fish < 5")?.cell(batchRun("x", { outcomes: [unknown] })).title).toBe(
      "There is no summary.json yet.",
    );
    expect(texts("outcome:price")).toEqual(["?", "7", "7", "-1"]);
    expect(texts("set:a.rate")).toEqual(["0.5", "0.25", "–", "0.5"]);
  });

  it("is sorted by any column: turns before never, and what is not known last either way round", () => {
    expect(seeds("outcome:fish < 5")).toEqual([1, 3, 2, 10]);
    expect(seeds("outcome:fish < 5", true)).toEqual([2, 3, 1, 10]);
    expect(seeds("seed", true)).toEqual([10, 3, 2, 1]);
    expect(seeds("run")).toEqual([1, 2, 3, 10]);
    expect(seeds("set:a.rate")).toEqual([2, 1, 3, 10]);
    expect(seeds("end:fish")).toEqual([1, 3, 2, 10]);
    expect(seeds("outcome:price")).toEqual([3, 2, 10, 1]);
    expect(seeds("no such column")).toEqual([1, 2, 10, 3]);
  });

  it("keeps every run, whatever it is sorted by", () => {
    for (const { id } of columns)
      for (const descending of [true, false])
        expect(seeds(id, descending).toSorted((a = 0, b = 0) => a - b)).toEqual([1, 2, 3, 10]);
  });
});

describe("the heat map", () => {
  const runs = [
    batchRun("a", { outcomes: [turn(4)], end: [value(1)], turns: 4 }),
    batchRun("b", { outcomes: [never], end: [value(3)] }),
    batchRun("c", { outcomes: [unknown], end: [unknown] }),
  ];
  const answer = batchAnswer(runs, {
    outcomes: [condition("fish < 5", 3)],
    end_variables: [{ variable: "fish" }],
    heat: {
      rows: { path: "x", values: [1, 2] },
      columns: { path: "y", values: [1, 2] },
      cells: [
        [["a", "b", "c"], ["c"]],
        [["b"], []],
      ],
    },
  });
  const cells = (id: string) => {
    const measure = heatMeasures(answer, ["fish < 5"]).find((one) => one.id === id);
    if (!measure) throw new Error(id);
    return heatCells(answer, measure).map((row) => row.map(({ figure, share }) => [figure?.text, share]));
  };

  it("shows how often a condition came true, of the runs of which that is known", () => {
    expect(cells("share:fish < 5")).toEqual([
      [
        ["1 of 2", 0.5],
        [undefined, undefined],
      ],
      [
        ["0 of 1", 0],
        [undefined, undefined],
      ],
    ]);
  });

  it("shows when it did, and what a variable was in the middle, from the least to the greatest", () => {
    expect(cells("turn:fish < 5")[0]?.[0]).toEqual(["4", 0.5]);
    expect(cells("end:fish")).toEqual([
      [
        ["2", 0],
        [undefined, undefined],
      ],
      [
        ["3", 1],
        [undefined, undefined],
      ],
    ]);
  });
});

it("a heat map shows of a text which value is the commonest, and of how many runs", () => {
  const season = (text: string) => ({ outcomes: [{ value: text }] });
  const runs = ["calm", "storm", "storm"].map((text, at) => batchRun(`r${at}`, season(text)));
  const answer = batchAnswer(runs, {
    outcomes: [
      { outcome: "season", kind: "variable", runs: 3, unknown: 0, values: [{ value: "storm", runs: 2 }] },
    ],
    heat: {
      rows: { path: "x", values: [1] },
      columns: { path: "y", values: [1, 2] },
      cells: [[["r0", "r1", "r2"], []]],
    },
  });
  const [measure] = heatMeasures(answer, ["season"]);
  expect(measure?.label).toBe("season at the end (commonest)");
  const [row] = measure ? heatCells(answer, measure) : [];
  expect(row?.map(({ figure }) => figure?.text)).toEqual(["storm, 2 of 3", undefined]);
});

describe("the histogram", () => {
  const curve = (id: string, end: number) => ({ id, end: 1, turns: [0, 1], values: [0, end] });

  it("divides each bar by group, and counts those in none", () => {
    const bars = histogramBars(
      { from: 0, to: 10, counts: [2, 2] },
      [curve("a", 0), curve("b", 4), curve("c", 5), curve("d", 10)],
      [new Set(["a", "b"]), new Set(["d"])],
    );
    expect(bars).toEqual([
      { from: 0, to: 5, counts: [2, 0, 0], total: 2 },
      { from: 5, to: 10, counts: [0, 1, 1], total: 2 },
    ]);
  });

  it("has one bar where all ended alike", () => {
    expect(histogramBars({ from: 3, to: 3, counts: [1] }, [curve("a", 3)], [new Set(["a"])])).toEqual([
      { from: 3, to: 3, counts: [1, 0], total: 1 },
    ]);
  });
});

describe("words for runs and settings", () => {
  const { batch } = batchAnswer([]);

  it("name one seed, or several", () => {
    expect(["7", "1..8", "1,3"].map(seedsText)).toEqual(["seed 7", "seeds 1..8", "seeds 1,3"]);
  });

  it("are short where that is clear", () => {
    expect(shortId("sweep-s7-a1b2c3", "sweep")).toBe("s7-a1b2c3");
    expect(shortId("other-s7", "sweep")).toBe("other-s7");
    expect(settingsText({ "a.rate": 0.5, "b.rate": 1, "b.name": "x" })).toBe("a.rate=0.5 b.rate=1 name=x");
    expect(sweptText({ path: "a.rate", values: [1, 2, 3, 4, 5, 6] }, ["a.rate"])).toBe(
      "rate 1, 2, 3, 4 and 2 more",
    );
  });

  it("tell a run by its seed and what varies", () => {
    const settings = [
      { path: "a.rate", values: [1, 2] },
      { path: "a.fixed", values: [1] },
    ];
    const run = batchRun("sweep-s7-x", { seed: 7, settings: { "a.rate": 2, "a.fixed": 1 } });
    expect(runWords(run, { ...batch, settings })).toBe("seed 7, rate 2");
    expect(runWords(batchRun("sweep-3"), batch)).toBe("3");
  });

  it("count what is there, and what is not yet", () => {
    expect(runsText({ runs: 24 })).toBe("24 runs");
    expect(runsText({ runs: 20, planned: 24 })).toBe("20 of 24 runs");
    expect(statusCounts({ statuses: { completed: 3, running: 1, failed: 0 } })).toEqual([
      { status: "running", count: 1 },
      { status: "completed", count: 3 },
    ]);
  });
});

describe("the siblings of a run", () => {
  const runs = [
    batchRun("a10", { seed: 10, settings: { rate: 1, size: 2 } }),
    batchRun("a2", { seed: 2, settings: { rate: 1, size: 2 } }),
    batchRun("b3", { seed: 3, settings: { rate: 2, size: 2 } }),
    batchRun("a3", { seed: 3, settings: { size: 2, rate: 1 } }),
  ];
  const ids = (id: string) => {
    const { previous, next } = siblingsOf(runs, id);
    return [previous?.id, next?.id];
  };

  it("have its settings, and the seeds before and behind its own", () => {
    expect(ids("a3")).toEqual(["a2", "a10"]);
    expect(ids("a2")).toEqual([undefined, "a3"]);
    expect(ids("b3")).toEqual([undefined, undefined]);
    expect(ids("elsewhere")).toEqual([undefined, undefined]);
  });

  it("are looked at in the same view, without an event of the run that is left", () => {
    expect(viewForSibling({ at: "12@01KAR8", event: "01KAR8", world: "charts" })).toEqual({
      at: "12",
      world: "charts",
    });
    expect(viewForSibling({ turns: "3..5" })).toEqual({ turns: "3..5" });
  });
});
