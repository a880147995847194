// A run that asks models is killed at random moments, resumed until it ends, and held to what it would have been without.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import { coordinateText, readTape } from "@llm-sim/events/tape";
import { startModelServer } from "@llm-sim/llm/testing";
import { canonicalLog } from "@llm-sim/simulation";
import { root } from "../install.mjs";

const CLI = join(root, "packages", "cli", "bin", "llm-sim.js");

const CODE = `
import { BaseEngine } from "@llm-sim/simulation";
import * as z from "zod";
export class Pool extends BaseEngine {
  actions = {
    put: this.action(z.object({ amount: z.number() }), (draft, { agent_id, payload }) => {
      draft.agents[agent_id].given += payload.amount;
      draft.global.pool += payload.amount;
      if (payload.amount > 7) this.refuse("too much");
    }),
  };
  initialState(agents) { return { ...super.initialState(agents), global: { pool: 0 } }; }
  afterActions() { this.rule("interest", ({ global }) => { global.pool += this.random.integer(0, 2); }); }
}
export class Giver {
  #turns = 0;
  async decide({ world }, context) {
    this.#turns++;
    const asked = (key) => context.ask({
      purpose: "offer", key, schema: z.object({ amount: z.int() }),
      messages: [{ role: "user", content: \`\${context.agent_id}/\${context.turn}/\${key} pool \${world.pool} turns \${this.#turns}\` }],
    });
    const first = await asked("one");
    const second = await asked("two");
    const amount = first.value.amount + (second.value.amount > 5 ? 1 : 0);
    context.memory.last = amount;
    return { decision_type: "give", new_value: amount, actions: [{ action_type: "put", payload: { amount } }] };
  }
}
`;

const config = (base_url, turns) => `
simulation: { name: pool, turns: ${turns}, seed: 5, checkpoint_interval: 4 }
events: { verbosity: DETAIL, max_file_size: 64KB, compress: gzip }
engine: { type: ./pool.ts#Pool }
llm: { base_url: "${base_url}", model: test, concurrency: 4, retry: { first_delay: 10ms } }
agents:
${["ann", "bob", "cy"].map((name) => `  - { name: ${name}, type: ./pool.ts#Giver, initial_state: { given: 0 } }`).join("\n")}
`;

/** The last message's text: what is asked, by which the server knows what to say. */
const textOf = ({ body }) => body.messages.map(({ content }) => content).join("\n");

/** Says the same to the same, now and then what does not fit. */
function answer(request) {
  const text = textOf(request);
  const number = createHash("sha256").update(text).digest().readUInt32BE();
  const isFirst = request.body.messages.length === 1;
  if (isFirst && number % 7 === 0) return { text: "well, about three", delay_ms: number % 20 };
  return { json: { amount: number % 9 }, delay_ms: number % 25 };
}

async function canonicalOf(directory) {
  const events = [];
  for await (const { event } of readEvents(directory)) if (event.error_type !== "resumed") events.push(event);
  return canonicalLog(events);
}

/** What was asked and is answered on the tape, whatever became of the answer. */
async function asksOnTape(directory) {
  const asks = [];
  if (!existsSync(join(directory, "tape.jsonl"))) return asks;
  for await (const item of readTape(directory, { onUnreadable: () => {} }))
    if (item.line === "attempt") asks.push(item.coordinate);
  return asks;
}

/** How a coordinate's first attempt begins, as the code above asks it. */
const promptOf = ({ actor, turn, key }) => `${actor.agent_id}/${turn}/${key} `;

/**
 * @param kills how often to kill
 * @param random draws from [0, 1)
 * @param turns of each run
 * @returns runs that were made, and what was asked more than once as its answer was not on the tape yet
 */
export async function campaign({ kills, random, turns = 40, say = () => {} }) {
  const home = await mkdtemp(join(tmpdir(), "llm-sim-resume-"));
  await symlink(join(root, "node_modules"), join(home, "node_modules"));
  const server = await startModelServer(answer);
  const start = (...args) => {
    const child = spawn(process.execPath, [CLI, ...args, "--quiet"], {
      cwd: home,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (bytes) => (said += bytes));
    return { child, ended: once(child, "close").then(([code]) => ({ code, said })) };
  };
  try {
    await writeFile(join(home, "pool.ts"), CODE);
    await writeFile(join(home, "pool.yaml"), config(server.base_url, turns));
    const begun = performance.now();
    const { code, said } = await start("run", "pool.yaml", "--id", "whole").ended;
    const duration = performance.now() - begun;
    assert.equal(code, 0, said);
    const whole = await canonicalOf(join(home, "output", "whole"));
    let killed = 0;
    let runs = 0;
    let twice = 0;
    let answered = 0;
    // On a machine that others keep busy a kill may come before anything was answered: then there are some more.
    const isEnough = () => killed >= kills && (answered > 0 || killed >= kills * 5);
    while (!isEnough()) {
      const id = `killed-${++runs}`;
      const directory = join(home, "output", id);
      for (let isOver = false; !isOver; ) {
        const known = (await asksOnTape(directory)).filter(({ attempt }) => attempt === 1);
        answered += known.length;
        const before = server.requests.length;
        const verb = existsSync(join(directory, "run.json"))
          ? ["resume", id]
          : ["run", "pool.yaml", "--id", id];
        const { child, ended } = start(...verb);
        const mayKill = !isEnough();
        const moment = random() * duration * 0.6;
        const result = await Promise.race([ended, ...(mayKill ? [wait(moment)] : [])]);
        if (result === undefined) {
          child.kill("SIGKILL");
          killed++;
        }
        const end = await ended;
        const asked = server.requests.slice(before).map((request) => textOf(request));
        const again = known.filter((one) =>
          asked.some((text) => text.startsWith(promptOf(one)) && !text.includes("\n")),
        );
        assert.deepEqual(again.map(coordinateText), [], `${id}: what is on its tape was asked again`);
        if (result === undefined) continue;
        if (end.code !== 0 && /begin it anew|no run/.test(end.said)) await rm(directory, { recursive: true });
        else {
          // A kill may come when all is written.
          if (!/has come to its end/.test(end.said)) assert.equal(end.code, 0, end.said);
          isOver = true;
        }
      }
      const coordinates = (await asksOnTape(directory)).map(coordinateText);
      twice += coordinates.length - new Set(coordinates).size;
      assert.equal(twice, 0, `${id}: a call is on its tape twice`);
      assert.deepEqual(await canonicalOf(directory), whole, `${id}: another canonical log`);
      const { result, violations } = await verifyRun(directory);
      assert.deepEqual([result, violations], ["ok", []], id);
      say(`${id}: the same as without, ${killed} kills so far`);
    }
    // Else nothing could have been asked again.
    assert.ok(answered > 0, "no kill left an answer on a tape");
    return { runs, killed, answered, requests: server.requests.length };
  } finally {
    await server.close();
    await rm(home, { recursive: true, force: true });
  }
}
