// Rounds in which shipping is disturbed, by a seed each, after which the lake has to hold the log, exactly.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openLake } from "@llm-sim/lake";
import { generateLog } from "../../packages/store/dist/testing/generate-log.js";
import { Draw } from "../draws.mjs";
import { startEngine } from "./engine.mjs";
import { MISHAPS, QUESTION_MISHAPS, startFaultyProxy } from "./faulty-proxy.mjs";

export const DISTURBANCES = [
  "killed shippers",
  "killed server",
  "cut connections",
  "cut answers",
  "three at once",
  "all of it",
];
const TABLES = ["events", "edges", "variables", "marks"];

/** Writes a log of lines of many kinds, some of which are no events. @returns the run's directory */
export function writeLog(folder, id, events) {
  const directory = join(folder, id);
  mkdirSync(directory, { recursive: true });
  const lines = [...generateLog({ events, simulationId: id, agents: 20 })];
  const odd = lines.flatMap((line, at) => (at % 1000 === 500 ? [line, "no event", "", line] : [line]));
  writeFileSync(join(directory, "events.jsonl"), `${odd.join("\n")}\n`);
  return directory;
}

const OF_NEWEST = " AND (run, edition) IN (SELECT run, max(edition) FROM editions GROUP BY run)";

/**
 * SHA-256 of what the lake holds of a run's log, line by line by place, and how often a place is there.
 *
 * @param newest leave out what was begun by somebody who was killed, and begun anew by another
 */
export async function digestOf(lake, run, { newest = false } = {}) {
  const hash = createHash("sha256");
  const which = `run = {run:String}${newest ? OF_NEWEST : ""}`;
  const sql = `SELECT bytes FROM (
SELECT place, concat(line, if(ending = 'lf', '\\n', '')) AS bytes FROM events WHERE ${which}
UNION ALL SELECT place, bytes FROM marks WHERE ${which}) ORDER BY place, length(bytes) FORMAT RawBLOB`;
  for await (const piece of lake.bytes(sql, { parameters: { run } })) hash.update(piece);
  const facts = {};
  for (const table of TABLES) {
    // What a row says, in whichever order rows lie.
    const [found] = await lake.select(
      `SELECT count() AS rows, toString(sum(cityHash64(* EXCEPT edition))) AS sum FROM ${table} WHERE ${which}`,
      { parameters: { run } },
    );
    facts[table] = `${found.rows} rows, ${found.sum}`;
  }
  return { sha256: hash.digest("hex"), ...facts };
}

export const digestOfFile = (directory) =>
  createHash("sha256")
    .update(readFileSync(join(directory, "events.jsonl")))
    .digest("hex");

/**
 * Plays one round.
 *
 * @param seed by which all is drawn; the moments at which something is killed are the machine's
 * @param directories of the runs, of so many `events` each
 * @returns what the lake holds of each, and how often it was disturbed
 */
export async function playRound({ directories, seed, disturbance, folder, events }) {
  const draw = new Draw(seed);
  const isOne = directories.length === 1;
  const is = (...kinds) => disturbance === "all of it" || kinds.includes(disturbance);
  let engine = await startEngine({ folder });
  const port = engine.port;
  let disturbed = 0;
  const probability = disturbance === "all of it" ? 0.04 : 0.12;
  const proxy = is("cut connections", "cut answers")
    ? await startFaultyProxy(port, (isInsert) => {
        // A ship asks some twenty questions before it puts anything in.
        const most = isInsert ? probability : probability / 5;
        if (!is(isInsert ? "cut connections" : "cut answers") || !draw.chance(most)) return "none";
        disturbed++;
        return draw.one(isInsert ? MISHAPS : QUESTION_MISHAPS);
      })
    : undefined;
  const address = `clickhouse://default@127.0.0.1:${proxy?.port ?? port}/round_${seed}`;
  const batch = draw.whole(Math.ceil(events / 40), Math.ceil(events / 6));
  let isOver = false;

  const ship = async (most) => {
    for (let kills = 0; ; ) {
      const args = [
        join(import.meta.dirname, "shipper.mjs"),
        address,
        String(batch + draw.whole(0, 50)),
        ...directories,
      ];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
      let said = "";
      child.stderr.on("data", (text) => {
        said += text;
      });
      const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
      const isKilled = kills < most;
      if (isKilled) {
        await Promise.race([pause(draw.whole(150, 1200)), ended]);
        child.kill("SIGKILL");
      }
      const { code, signal } = await ended;
      if (/is shipped anew/.test(said)) throw new Error(`seed ${seed}: nobody changed the log, and ${said}`);
      if (code === 0) return;
      if (signal === null)
        throw new Error(`seed ${seed}: a shipper ended with ${code}: ${said.slice(0, 2000)}`);
      kills++;
      disturbed++;
    }
  };
  const killServer = async () => {
    for (let kills = 0; kills < 4; kills++) {
      await pause(draw.whole(300, 1500));
      if (isOver) return;
      await engine.kill();
      disturbed++;
      engine = await startEngine({ folder, port });
    }
  };
  const shippers = is("three at once") ? 3 : 1;
  const kills = is("killed shippers") ? (disturbance === "all of it" ? 2 : 4) : 0;
  const shipping = Promise.all(Array.from({ length: shippers }, () => ship(kills))).finally(() => {
    isOver = true;
  });
  await Promise.all([shipping, ...(is("killed server") ? [killServer()] : [])]);
  const lake = openLake(`clickhouse://default@127.0.0.1:${port}/round_${seed}`);
  const digests = [];
  for (const directory of directories)
    digests.push(await digestOf(lake, directory.split("/").at(-1), { newest: !isOne }));
  await lake.command(`DROP DATABASE round_${seed}`);
  await lake.close();
  await proxy?.close();
  await engine.stop();
  return { digests, disturbed };
}
