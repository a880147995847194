// What the examples' pages ask of their runs is answered in few steps, and the one that decided it comes early.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { WhyAnswer } from "@llm-sim/api";
import type { DetailEvent, Event, JsonValue } from "@llm-sim/events/schema";
import { loadConfig, runSimulation } from "@llm-sim/simulation";
import { openStore, type Run, type Store } from "@llm-sim/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const PAGES = [
  "examples/README.md",
  "docs/explain.md",
  "docs/querying.md",
  "docs/simulation.md",
  "README.md",
];
let output: string;
let store: Store;
/** The run of the loop of one's own, which names it by the time. */
let predators: string;

const CONFIGS: Record<string, string> = {
  market: "market/simulation.yaml",
  tournament: "prisoners-dilemma/simulation.yaml",
  commons: "commons/simulation.yaml",
  restraint: "commons/restraint.yaml",
  epidemic: "epidemic/simulation.yaml",
  negotiation: "negotiation/simulation.yaml",
  "town-hall": "town-hall/simulation.yaml",
};

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), "llm-sim-questions-"));
  for (const [id, config] of Object.entries(CONFIGS)) {
    const simulation = await loadConfig(join(import.meta.dirname, config));
    await runSimulation(simulation, { outputDir: output, simulationId: id, signals: false });
  }
  const own = join(output, "own");
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, "own-loop/predators.mjs"), own]);
  const [made = ""] = await readdir(own);
  await rename(join(own, made), join(output, made));
  predators = made;
  store = openStore(output, { sidecar: false });
}, 120_000);

afterAll(async () => {
  await store.close();
  await rm(output, { recursive: true, force: true });
});

interface Question {
  run: string;
  /** A variable, or which event. */
  about: string | ((run: Run) => Promise<string>);
  turn?: number;
  /** What decided it. */
  decidedBy: RegExp;
}

const first =
  (type: Event["event_type"], is: (event: Event) => boolean) =>
  async (run: Run): Promise<string> =>
    (await run.query({ event_types: [type], limit: 10_000 })).events().find(is)?.event_id ?? "";

/** Each `llm-sim why` of the pages has its entry here; further ones are what a reader would ask next. */
const QUESTIONS: Record<string, Question> = {
  "market price": { run: "market", about: "price", decidedBy: /decided on strategy: "buy"/ },
  "market alice.wealth": { run: "market", about: "alice.wealth", decidedBy: /alice decided on strategy/ },
  "market alice.wealth --turn 12": {
    run: "market",
    about: "alice.wealth",
    turn: 12,
    decidedBy: /decided on strategy/,
  },
  "market alice.goods": { run: "market", about: "alice.goods", decidedBy: /decided on strategy: "buy"/ },
  "market a refusal": {
    run: "market",
    about: first("SYSTEM", ({ description }) => description?.includes("offers nothing any more") === true),
    decidedBy: /'s buy with bob .* was carried out/,
  },
  "tournament EVENT_ID": {
    run: "tournament",
    about: first(
      "DECISION",
      (event) => event.turn_number === 12 && "agent_id" in event && event.agent_id === "grim-trigger",
    ),
    decidedBy: /grim-trigger remembered turn \d+ \(/,
  },
  "tournament a round": {
    run: "tournament",
    about: first(
      "ACTION",
      (event) => event.turn_number === 150 && event.description?.includes("with grim-trigger") === true,
    ),
    decidedBy: /grim-trigger decided on moves/,
  },
  "commons fish": { run: "commons", about: "fish", decidedBy: /decided on fish: 5/ },
  "commons boat-1.caught --turn 9": {
    run: "commons",
    about: "boat-1.caught",
    turn: 9,
    decidedBy: /boat-1 decided on fish: 8.7/,
  },
  "commons regrown": { run: "commons", about: "regrown", decidedBy: /decided on fish/ },
  "restraint fish": { run: "restraint", about: "fish", decidedBy: /decided on fish: 25/ },
  "epidemic infected --turn 12": {
    run: "epidemic",
    about: "infected",
    turn: 12,
    decidedBy: /decided on movement|the rule infection took effect/,
  },
  "epidemic infected": { run: "epidemic", about: "infected", decidedBy: /decided on movement/ },
  "epidemic a person": {
    run: "epidemic",
    about: first(
      "STATE",
      (event) => event.turn_number > 5 && "new_value" in event && event.new_value === "infected",
    ),
    decidedBy: /decided on movement: "out"/,
  },
  "epidemic a decision": {
    run: "epidemic",
    about: first("DECISION", (event) => event.turn_number === 6),
    decidedBy: /decided on movement/,
  },
  "negotiation ruth.answer --turn 3": {
    run: "negotiation",
    about: "ruth.answer",
    turn: 3,
    decidedBy: /ruth decided on .*26 is 12 less than the 38 that I need/,
  },
  "negotiation ruth.share": {
    run: "negotiation",
    about: "ruth.share",
    decidedBy: /ruth decided on .*40 is 2 more than I need/,
  },
  "town-hall eva.stance": {
    run: "town-hall",
    about: "eva.stance",
    decidedBy: /eva decided on .*ben talked of time, which I care about/,
  },
  "predators foxes": { run: "predators", about: "foxes", decidedBy: /foxes decided on hunt/ },
};

/** Asked for only part of what there is: cut on purpose. */
const CUT = /--depth/;

async function ask({ run: id, about, turn }: Question): Promise<WhyAnswer> {
  const run = await store.openRun(id === "predators" ? predators : id);
  return typeof about === "string"
    ? run.explain.why({ variable: about, turn })
    : run.explain.why({ event_id: await about(run) });
}

describe("why", () => {
  it.each(Object.entries(QUESTIONS))("%s is answered in at most twelve steps, whole", async (_, question) => {
    const answer = await ask(question);
    expect(answer.steps.length).toBeLessThanOrEqual(12);
    expect(answer.truncated).toBe(false);
    const early = answer.steps.slice(0, 5).map(({ sentence }) => sentence);
    expect(
      early.filter((sentence) => question.decidedBy.test(sentence)).length,
      early.join("\n"),
    ).toBeGreaterThan(0);
  });

  it("is listed here for each question that the pages ask", async () => {
    const asked = new Set<string>();
    for (const page of PAGES) {
      const text = await readFile(join(ROOT, page), "utf8");
      for (const [, question = ""] of text.matchAll(/llm-sim why ([^\n#`]+)/g)) asked.add(question.trim());
    }
    const ofExamples = [...asked].filter(
      (question) => !CUT.test(question) && !/^\S+ [0-7][0-9A-Z]{25}$/.test(question),
    );
    expect(ofExamples.length).toBeGreaterThan(6);
    for (const question of ofExamples) expect(Object.keys(QUESTIONS)).toContain(question);
  });
});

describe("in the tournament", () => {
  it("a defection long after leads to the betrayal that it remembers", async () => {
    const { steps } = await ask({
      run: "tournament",
      about: first(
        "ACTION",
        ({ turn_number, description }) =>
          turn_number === 150 && description === "always-defect: round with grim-trigger",
      ),
      decidedBy: /./,
    });
    const remembered = steps.filter(({ part }) => part === "remembered").map(({ sentence }) => sentence);
    expect(remembered[0]).toMatch(/grim-trigger remembered turn 2 \(always-defect: "betrayed me"\)/);
    expect(remembered[1]).toMatch(/always-defect's round \(.*moves: \["defect","cooperate"\]\) in turn 1/);
  });
});

describe("in the epidemic", () => {
  it("the end rests on the last infection", async () => {
    const isEnd = (event: Event) =>
      event.event_type === "MILESTONE" && event.milestone_type === "simulation_end";
    const { steps } = await ask({ run: "epidemic", about: first("MILESTONE", isEnd), decidedBy: /./ });
    const sentences = steps.map(({ sentence }) => sentence).join("\n");
    expect(sentences).toMatch(/the rule infection took effect \(from: "person-\d+", to: "person-\d+"\)/);
    expect(sentences).toMatch(/^The end rested on ill_until, which was \d+ as turn \d+ had left it/m);
  });

  it("widest names the decisions after which most fell ill, as the log itself says who infected whom", async () => {
    const run = await store.openRun("epidemic");
    const details = (await run.query({ event_types: ["DETAIL"], limit: 10_000 })).events();
    const infections = details.flatMap((event) =>
      event.event_type === "DETAIL" && event.calculation_type === "infection" ? [meeting(event)] : [],
    );
    const horizon = 3;
    const passedOn = (person: JsonValue | undefined, from: number, to: number) =>
      infections.filter(({ source, turn }) => source === person && turn >= from && turn <= to);
    const ill = (person: JsonValue | undefined, from: number, to: number, last = to): number =>
      passedOn(person, from, to).reduce((sum, { target, turn }) => sum + 1 + ill(target, turn + 1, last), 0);
    const followed = (person: JsonValue | undefined, turn: number) => ill(person, turn, turn, turn + horizon);
    const most = [...new Set(infections.map(({ source, turn }) => JSON.stringify([source, turn])))]
      .map((key): [string, number] => JSON.parse(key))
      .map(([person, turn]) => followed(person, turn))
      .sort((a, b) => b - a);

    const { decisions } = await run.explain.widest({ horizon, limit: 8 });
    const named = decisions.map(({ agent_id, turn }) => followed(agent_id, turn));
    expect(named[0]).toBe(most[0]);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
    expect(sum(named) / sum(most.slice(0, 8))).toBeGreaterThan(0.85);
    for (const { sentence } of decisions) expect(sentence).toContain('decided on movement: "out"');
  });
});

function meeting({ turn_number, intermediate_values: { from, to } }: DetailEvent) {
  return { turn: turn_number, source: from, target: to };
}
