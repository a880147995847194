// `npm run test:load`: a server under many clients. `-- --short` is a tenth of it, `--only NAME` one part, `--seed N` draws the same questions
// again, `--events N` a run of another size.
import { parseArgs } from "node:util";
import { build } from "../build.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    short: { type: "boolean", default: false },
    only: { type: "string" },
    events: { type: "string" },
  },
});
build();
const { Figures } = await import("./figures.mjs");
const { queries } = await import("./queries.mjs");
const { abandoned, largeLists, largeState, longAnswers, questions } = await import("./starvation.mjs");
const { streams } = await import("./streams.mjs");
const { idsIn, linkBenchmarkRun, temporaryOutput, writeManyRuns, writeManyVariables } = await import(
  "./runs.mjs"
);
const { startServer } = await import("./served.mjs");
const { Asker } = await import("./asker.mjs");

const seed = Number(values.seed ?? Date.now() % 1_000_000);
const isShort = values.short;
const EVENTS = Number(values.events ?? (isShort ? 200_000 : 1_000_000));
const VARIABLES = isShort ? 50_000 : 200_000;
const RUNS = isShort ? 500 : 2000;
const figures = new Figures();
console.log(`test:load: ${EVENTS} events, seed ${seed}${isShort ? ", short" : ""}`);

/** A server over what `make` makes, for one part. */
async function over(make, measure) {
  const { output, remove } = temporaryOutput();
  const made = await make(output);
  const server = await startServer(output);
  try {
    await measure({ server, figures, output, seed, ...made });
  } finally {
    await server.close();
    remove();
  }
}

/** A server over the run of many events, which has been asked once. */
const overEvents = (measure) =>
  over(
    (output) => {
      const run = linkBenchmarkRun(output, EVENTS);
      return { run, ids: idsIn(run.log, 200) };
    },
    async (about) => {
      const { ms } = await new Asker(about.server.port).ask(`/simulations/${about.run.id}/events?limit=100`);
      console.log(`\n${EVENTS} events: the first page after ${ms.toFixed(0)} ms`);
      await measure(about);
    },
  );

const PARTS = {
  queries: () => overEvents((about) => queries({ ...about, seconds: isShort ? 8 : 60 })),
  abandoned: () => overEvents(abandoned),
  long: () => overEvents(longAnswers),
  questions: () => overEvents(questions),
  state: () =>
    over(
      async (output) => ({ id: await writeManyVariables(output, VARIABLES) }),
      async (about) => {
        await new Asker(about.server.port).ask(`/simulations/${about.id}/events?limit=1`);
        await largeState(about, about.id, VARIABLES);
      },
    ),
  lists: () =>
    over(
      (output) => writeManyRuns(output, RUNS),
      (about) => largeLists(about, RUNS),
    ),
  streams: () =>
    over(
      () => ({}),
      async (about) => {
        const { output } = about;
        await streams(about, {
          output,
          id: "slow",
          clients: 240,
          stalled: 0,
          rate: 200,
          seconds: isShort ? 3 : 10,
        });
        await streams(about, {
          output,
          id: "fast",
          clients: 500,
          stalled: 20,
          rate: 5000,
          seconds: isShort ? 3 : 20,
          memory: 300,
        });
      },
    ),
};
const wanted = values.only === undefined ? Object.keys(PARTS) : [values.only];
for (const name of wanted) await PARTS[name]();
figures.end();
for (const missed of figures.missed) console.log(`MISSED ${missed}`);
console.log(
  `\n${figures.missed.length === 0 ? "Every bound is kept." : `${figures.missed.length} bounds are missed; again: npm run test:load -- --seed ${seed}`}`,
);
process.exitCode = figures.missed.length === 0 ? 0 : 1;
