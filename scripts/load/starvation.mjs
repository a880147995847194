// Long answers, many at once, and what is asked beside them: nobody waits for another's question.
import { Asker } from "./asker.mjs";
import { startProbe } from "./probe.mjs";
import { told } from "./queries.mjs";

const HEALTH_EVERY = 20;
const PAGE_EVERY = 40;
/** Who asks for something long stays for at most so long, in milliseconds. */
const PATIENCE = 180_000;
/** After everybody has left the server is watched until its threads rest for a second, for at most so many seconds. */
const WATCHED = 60;
/** Of a second, in milliseconds: less is rest. */
const REST = 50;
/** What it may work until then, beside answering /health: a slice of each thread, and what letting go costs. In milliseconds. */
const WORK_AFTERWARDS = 1000;

const pageOf = (run) => (count) =>
  `/simulations/${run.id}/events?limit=100&agent_ids=agent_${String(count % 50).padStart(3, "0")}&turn_start=${(count * 37) % run.turns}`;

/** Work beside which /health is asked, and pages where `hasPages`; `ask` resolves when it is done. */
async function beside({ server, run, figures }, part, ask, { hasPages = false } = {}) {
  await figures.begin(part);
  await server.takeLongestHold();
  server.takeMostMemory();
  const worked = server.work();
  const starved = server.watchStarvation();
  const health = startProbe(server.port, () => "/health", HEALTH_EVERY);
  const pages = hasPages ? startProbe(server.port, pageOf(run), PAGE_EVERY) : undefined;
  const done = await ask();
  const healthTimes = await health.stop();
  const pageTimes = await pages?.stop();
  await figures.stall(starved());
  figures.many("/health", healthTimes.times, { p99: 100 }, starved());
  if (pageTimes !== undefined) {
    figures.many("a page of 100", pageTimes.times, { p95: 150 }, starved());
    figures.holds(
      "every page is answered",
      Object.keys(pageTimes.statuses).join() === "200",
      JSON.stringify(pageTimes.statuses),
    );
  }
  await told(figures, server, worked);
  return done;
}

/** All of these at once; how each was answered. */
async function allAtOnce(server, paths) {
  return Promise.all(
    paths.map(async (path) => {
      const asker = new Asker(server.port);
      const late = setTimeout(() => asker.leave(), PATIENCE);
      try {
        return await asker.ask(path);
      } catch (error) {
        return { status: 0, ms: PATIENCE, error };
      } finally {
        clearTimeout(late);
        asker.leave();
      }
    }),
  );
}

/** That each was answered, or refused as it is to be. */
function answered(figures, answers) {
  const of = (status) => answers.filter((answer) => answer.status === status);
  const [done, refused] = [of(200), of(503)];
  const other = answers.length - done.length - refused.length;
  figures.holds(
    "each is answered, or told to come again",
    other === 0,
    `${done.length} × 200, ${refused.length} × 503, ${other} otherwise`,
  );
  if (done.length > 0) figures.one("the last is answered after", Math.max(...done.map(({ ms }) => ms)));
  if (refused.length === 0) return;
  figures.one("the last that is refused is told after", Math.max(...refused.map(({ ms }) => ms)), {
    bound: 2000,
  });
  figures.holds(
    "each that is refused is told when to come again",
    refused.every(({ retryAfter }) => retryAfter !== undefined),
  );
}

/** 200 clients ask for the widest decisions, and leave. */
export async function abandoned(about) {
  const { server, run, figures } = about;
  let afterwards;
  await beside(about, "200 clients that ask for /widest and leave", async () => {
    const askers = Array.from({ length: 200 }, (_, place) => {
      const asker = new Asker(server.port);
      asker
        .ask(`/simulations/${run.id}/widest?horizon=${place % 21}&limit=${1 + (place % 100)}`)
        .catch(() => undefined);
      return asker;
    });
    await pause(500);
    for (const asker of askers) asker.leave();
    const worked = server.work();
    const left = performance.now();
    for (let second = 0, demand = Number.POSITIVE_INFINITY; second < WATCHED && demand > REST; second++) {
      const before = server.demandOfThreads();
      await pause(1000);
      demand = server.demandOfThreads() - before;
    }
    afterwards = { work: server.work() - worked, seconds: (performance.now() - left) / 1000 };
  });
  figures.one("the server's work after they left", afterwards.work, { bound: WORK_AFTERWARDS });
  figures.one("its threads rest, a second, after", afterwards.seconds, { unit: "s" });
}

/** What fills a server: long answers of three kinds, all different, with pages and /health beside them. */
export async function longAnswers(about) {
  const { server, run, figures } = about;
  const times = Array.from({ length: 50 }, (_, place) => place);
  const paths = [
    ...times.map((place) => `/widest?horizon=${place % 21}&limit=${1 + place}`),
    ...times.map((place) => `/find?expression=${encodeURIComponent(`*.wealth < ${900 + place}`)}`),
    ...times.map((place) => `/events?limit=100&q=${encodeURIComponent(`trades ${place} with`)}`),
  ].map((path) => `/simulations/${run.id}${path}`);
  const answers = await beside(
    about,
    "50 widest, 50 find and 50 different q at once",
    () => allAtOnce(server, paths),
    { hasPages: true },
  );
  answered(figures, answers);
}

/** 50 at once of each question about causes and values. */
export async function questions(about) {
  const { server, run, figures, ids } = about;
  const agent = (place) => `agent_${String(place % 50).padStart(3, "0")}`;
  const kinds = {
    history: (place) => `/history?variable=wealth&agent_id=${agent(place)}&limit=10000`,
    causality: (place) => `/causality/${ids[place]}?depth=20`,
    timeline: (place) => `/timeline?buckets=1000&agent_ids=${agent(place)}`,
    why: (place) => `/why?variable=wealth&agent_id=${agent(place)}&depth=100&stretches=200`,
  };
  for (const [kind, path] of Object.entries(kinds)) {
    const paths = Array.from({ length: 50 }, (_, place) => `/simulations/${run.id}${path(place)}`);
    const answers = await beside(about, `50 ${kind} at once`, () => allAtOnce(server, paths));
    answered(figures, answers);
  }
}

/** A state of very many variables, several times. */
export async function largeState(about, id, variables) {
  const { server, figures } = about;
  const answers = await beside(about, `/state of ${variables} variables, five times`, async () => {
    const taken = [];
    for (let time = 0; time < 5; time++)
      taken.push(...(await allAtOnce(server, [`/simulations/${id}/state`])));
    return taken;
  });
  answered(figures, answers);
}

/** A list of very many runs, by many at once. */
export async function largeLists(about, runs) {
  const { server, figures } = about;
  const [first] = await beside(about, `the list of ${runs} runs, for the first time`, () =>
    allAtOnce(server, ["/simulations"]),
  );
  figures.one("the list, for the first time", first.ms);
  const again = [];
  const starved = server.watchStarvation();
  const twenty = await beside(about, `the list of ${runs} runs, and 20 of them at once`, async () => {
    for (let time = 0; time < 10; time++) again.push((await allAtOnce(server, ["/simulations"]))[0].ms);
    return allAtOnce(
      server,
      Array.from({ length: 20 }, () => "/simulations"),
    );
  });
  figures.many("the list again", again, { p50: 100 }, starved());
  answered(figures, twenty);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
