import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FilesNeeded, openStore, type RunOnDisk, type Store, type StoreOnDisk } from "@llm-sim/store";
import { AskingRun } from "@llm-sim/store/port";
import { afterEach, describe, expect, it } from "vitest";
import { writeLake } from "../lake-runs.test.fixture.ts";
import { QUESTIONS } from "../routes/index.ts";
import { giveBack, outputDirectory } from "../served-runs.test.fixture.ts";
import { Gate } from "./gate.ts";
import type { FinishedAnswer, Question } from "./question.ts";

const given: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const giveUp of given.splice(0)) await giveUp();
  await giveBack();
});

/** A run that lies elsewhere, which is asked by `ask` alone. */
class FarRun extends AskingRun {
  readonly id: string;
  readonly #run: RunOnDisk;
  readonly ask: AskingRun["ask"];

  constructor(run: RunOnDisk, ask: AskingRun["ask"]) {
    super(run.id, new AbortController().signal);
    this.id = run.id;
    this.#run = run;
    this.ask = ask;
  }

  asItIs() {
    return this.#run.asItIs();
  }

  files = () => this.#unasked();
  summary = () => this.#unasked();
  details = () => this.#unasked();
  notes = () => this.#unasked();
  integrity = () => this.#unasked();
  cursor = () => this.#unasked();

  #unasked(): Promise<never> {
    return this.ask(() => undefined).then(() => Promise.reject(new Error("nobody asks this of a gate")));
  }
}

interface Elsewhere {
  /** How a run is asked without its files. */
  ask?: (run: RunOnDisk) => AskingRun["ask"];
  /** Called before files come to lie here. */
  beforeFiles?: (signal: AbortSignal | undefined) => Promise<void>;
}

const takesFiles = (run: RunOnDisk) => () => Promise.reject(new FilesNeeded(run.id));
const notHere = () => () => Promise.reject(new Error("files are asked in the server's own thread"));

/** A store of runs that lie under `far` and, while they are held, under `near`. */
function storeElsewhere(
  far: StoreOnDisk,
  near: string,
  { ask = takesFiles, beforeFiles = async () => undefined }: Elsewhere,
): Store {
  const opening = (asked: (run: RunOnDisk) => AskingRun["ask"]) => async (id: string) => {
    const run = await far.openRun(id);
    return new FarRun(run, asked(run));
  };
  const alike = {
    directory: near,
    listRuns: () => far.listRuns(),
    resolveRun: (reference: string) => far.resolveRun(reference),
    listBatches: () => far.listBatches(),
    batch: (id: string) => far.batch(id),
    batchCurves: far.batchCurves.bind(far),
    resolveBatch: (reference: string) => far.resolveBatch(reference),
    holdFiles: async <T>(ids: readonly string[], use: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
      await beforeFiles(signal);
      for (const id of ids) cpSync(join(far.directory, id), join(near, id), { recursive: true });
      try {
        return await use();
      } finally {
        for (const id of ids) rmSync(join(near, id), { recursive: true });
      }
    },
    close: () => far.close(),
  };
  return { ...alike, openRun: opening(notHere), withoutFiles: { ...alike, openRun: opening(ask) } };
}

interface AskOptions {
  gone?: AbortSignal;
  onPiece?: (piece: Uint8Array) => void;
}

function asking(gate: Gate) {
  return (
    asked: string | Question,
    request: object,
    { gone = new AbortController().signal, onPiece }: AskOptions = {},
  ) =>
    gate.ask(
      typeof asked === "string" ? question(asked) : asked,
      { params: {}, query: {}, ...request },
      { client: "me", gone, ...(onPiece && { onPiece }) },
    );
}

function question(name: string): Question {
  const found = QUESTIONS.find(({ endpoint }) => endpoint.operationId === name);
  if (found === undefined) throw new Error(`there is no question ${name}`);
  return found;
}

/** Gates over two runs: where they lie elsewhere, all in threads, and on disk, all in the server's own. */
async function gates(elsewhere: Elsewhere = {}) {
  const [outputDir, near] = [outputDirectory(), outputDirectory()];
  await writeLake(outputDir, "left", { turns: 3 });
  await writeLake(outputDir, "right", { turns: 3, take: () => 3 });
  const far = openStore(outputDir, { sidecar: false });
  const gate = new Gate(storeElsewhere(far, near, elsewhere), { answeredHere: 0 });
  const onDisk = new Gate(far, { answeredHere: Number.POSITIVE_INFINITY });
  given.push(async () => {
    await gate.close();
    await onDisk.close();
    await far.close();
  });
  return { ask: asking(gate), askOnDisk: asking(onDisk), near };
}

const LEFT = { params: { id: "left" } };
const text = (piece: Uint8Array): string => Buffer.from(piece).toString();
const outcome = (answer: Promise<FinishedAnswer>) =>
  answer.then(
    ({ body, ...rest }) => ({ ...rest, body: text(body) }),
    (error: { code: string; message: string; details: unknown }) => [
      error.code,
      error.message,
      error.details,
    ],
  );

describe("an answer of runs that lie elsewhere", () => {
  it("is the one of their files, from a thread, which has them for that long, where it takes them", async () => {
    const { ask, askOnDisk, near } = await gates();
    const asked: [string, object][] = [
      ["compareRuns", { query: { left: "left", right: "right" } }],
      ["getIntegrity", LEFT],
      ["getWidest", LEFT],
      ["getMoments", { ...LEFT, query: { expression: "fish < 90" } }],
      ["getMoments", { ...LEFT, query: { expression: "fisch < 90" } }],
      ["getCausality", { params: { id: "left", event_id: "none" } }],
    ];
    for (const [name, request] of asked)
      expect(await outcome(ask(name, request)), name).toEqual(await outcome(askOnDisk(name, request)));
    expect(readdirSync(near)).toEqual([]);
  });

  it("is given without them where it takes none", async () => {
    const held = { ids: 0 };
    const { ask, askOnDisk } = await gates({
      ask: (run) => (asked) => run.ask(asked),
      beforeFiles: async () => void held.ids++,
    });
    expect(await outcome(ask("getTimeline", LEFT))).toEqual(await outcome(askOnDisk("getTimeline", LEFT)));
    expect(held.ids).toBe(0);
  });

  it("is told piece by piece as of files, and nothing of it twice", async () => {
    const { ask, askOnDisk } = await gates();
    const request = { ...LEFT, query: { q: "fish", hits: 5 } };
    const [near, far]: [string[], string[]] = [[], []];
    const body = text(
      (await ask("searchEvents", request, { onPiece: (piece) => near.push(text(piece)) })).body,
    );
    const onDisk = await askOnDisk("searchEvents", request, { onPiece: (piece) => far.push(text(piece)) });
    const events = (told: string) =>
      told.split("\n\n").filter((message) => !message.startsWith("event: progress"));
    expect(events([...near, body].join(""))).toEqual(events([...far, text(onDisk.body)].join("")));
  });

  it("fails where it takes files once a piece was told, sooner than that this is told again", async () => {
    const { ask } = await gates();
    const tellsFirst: Question = {
      ...question("searchEvents"),
      answer: async (_request, { tell, store }) => {
        tell(new TextEncoder().encode("a piece"));
        const run = await store.openRun("left");
        return { body: new Uint8Array(), skipped: (await run.ask(() => undefined)).skipped };
      },
    };
    const told: string[] = [];
    const asked = ask(
      tellsFirst,
      { ...LEFT, query: { q: "fish" } },
      { onPiece: (piece) => told.push(text(piece)) },
    );
    await expect(asked).rejects.toThrow(FilesNeeded);
    expect(told).toEqual(["a piece"]);
  });

  it("is not waited for by the files when its client has gone", async () => {
    const gone = new AbortController();
    let stopped: unknown;
    const { ask } = await gates({
      beforeFiles: (signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => {
            stopped = signal.reason;
            reject(signal.reason);
          });
          gone.abort();
        }),
    });
    await expect(ask("getWidest", LEFT, { gone: gone.signal })).rejects.toThrow(/abort/);
    expect(stopped).toBeInstanceOf(Error);
  });
});
