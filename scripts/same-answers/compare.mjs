// One suite for whatever answers for runs: every route's question is asked of two stores over the same runs, and the answers are equal.
import { buildServer } from "@llm-sim/server";
import { knownOf, questionsOf, questionsOfAll } from "./questions.mjs";

const QUESTION_MS = 60_000;
/** What may differ: how a place in the list of events is named. */
const OPAQUE = /"next_cursor":"[^"]*"/g;
/** How fast a search came on is its own business. */
const PROGRESS = /^event: progress\ndata: .*\n\n/gm;
/** Said of an answer, in this order. */
const HEADERS = ["content-type", "x-skipped-lines", "x-gaps"];
const FIRST_EVENTS = 400;

/**
 * @param one the store that is right
 * @param other the store that is to answer alike
 * @param many how many questions are drawn of each run
 * @param only runs with this in their id
 * @param alike leaves out of an answer's text what may differ
 * @returns {Promise<{ asked: number, runs: number, differences: string[] }>}
 */
export async function compareStores(
  one,
  other,
  { seed = 1, many = 60, only = "", alike = (text) => text } = {},
) {
  const servers = [await serving(one), await serving(other)];
  const differences = [];
  let asked = 0;
  const compare = async (question) => {
    asked++;
    const [left, right] = await Promise.all(servers.map((server) => server.ask(question.path, question)));
    if (alike(left.told) !== alike(right.told))
      differences.push(differenceIn(question.path, left.told, right.told));
    const cursors = [left, right].map(({ cursor }) => cursor);
    if ((question.pages ?? 0) > 0 && cursors.every(Boolean)) {
      asked++;
      const paths = cursors.map((cursor) => `${question.path}&cursor=${cursor}`);
      const pages = await Promise.all(servers.map((server, at) => server.ask(paths[at], question)));
      if (alike(pages[0].told) !== alike(pages[1].told))
        differences.push(differenceIn(`${question.path}&cursor=…`, pages[0].told, pages[1].told));
    }
  };
  try {
    // First: a list says more of a run whose log has been read since.
    for (const question of questionsOfAll(await knownBatches(one))) await compare(question);
    const runs = (await one.listRuns()).map(({ id }) => id);
    const named = runs.filter((id) => id.includes(only));
    for (const [at, id] of named.entries()) {
      const page = await servers[0].ask(
        `/simulations/${encodeURIComponent(id)}/events?limit=${FIRST_EVENTS}`,
      );
      const events = page.status === 200 ? JSON.parse(page.text).events : [];
      const options = { seed: seed * 1000 + at, many };
      for (const question of questionsOf(id, knownOf(events), runs, options)) await compare(question);
    }
    return { asked, runs: named.length, differences };
  } finally {
    for (const server of servers) await server.close();
  }
}

async function knownBatches(store) {
  const batches = [];
  for (const { id } of await store.listBatches()) {
    const { variables = [] } = await store.batch(id);
    batches.push({ id, variables: variables.map(({ variable }) => variable).slice(0, 4) });
  }
  return batches;
}

/** The routes of the API over a store. */
async function serving(store) {
  const app = await buildServer({ store });
  const address = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    async ask(path, { headers = {} } = {}) {
      const answer = await fetch(address + path, { headers, signal: AbortSignal.timeout(QUESTION_MS) });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const text = bytes.toString("latin1");
      const said = HEADERS.map((name) => `${name}: ${answer.headers.get(name)}`).join("\n");
      const body = text.replaceAll(OPAQUE, '"next_cursor":"…"').replaceAll(PROGRESS, "");
      const cursor = /"next_cursor":"([^"]*)"/.exec(text)?.[1];
      return {
        status: answer.status,
        text: bytes.toString("utf8"),
        cursor,
        told: `${answer.status}\n${said}\n\n${body}`,
      };
    },
    close: () => app.close(),
  };
}

function differenceIn(path, left, right) {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  const from = Math.max(0, at - 60);
  const show = (text) => JSON.stringify(text.slice(from, at + 140));
  return `${path}\n  ${show(left)}\n  ${show(right)}`;
}
