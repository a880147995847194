// A run of many millions of events, written as fast as the disk takes it: the lines of one million again and again, at later times.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { generateLog } from "../../packages/store/dist/testing/generate-log.js";

const BLOCK = 1_000_000;
const SEGMENT_BYTES = 500 * 1024 * 1024;
/** The clock of a block, longer than its events take. */
const BLOCK_MS = 40_000;
const START_MS = 1_763_882_100_000;
/** Turns have as many digits in every block. */
const FIRST_TURN = 1_000_000;
const ALPHABET = Buffer.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
const TIME_LENGTH = 10; // of an id, in letters
const SECOND_LENGTH = 19; // 2025-11-23T07:15:00

/** A finished run of so many events, a whole number of millions, in `directory`; about 400 bytes each. */
export function writeVastRun(directory, events) {
  if (existsSync(join(directory, "complete"))) return;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { bytes, ids, times, turns, lastTurn } = firstBlock(directory.split("/").at(-1));
  const active = join(directory, "events.jsonl");
  let file = openSync(active, "w");
  let filled = 0;
  let segment = 0;
  const blocks = Math.round(events / BLOCK);
  for (let block = 0; block < blocks; block++) {
    const now = START_MS + block * BLOCK_MS;
    const moments = letters(now);
    for (let index = 0; index < ids.length; index += 2) {
      const [at, from] = [ids[index], ids[index + 1] * TIME_LENGTH];
      for (let letter = 0; letter < TIME_LENGTH; letter++) bytes[at + letter] = moments[from + letter];
    }
    const seconds = Array.from({ length: BLOCK_MS / 1000 }, (_, second) =>
      Buffer.from(new Date(now + second * 1000).toISOString().slice(0, SECOND_LENGTH)),
    );
    for (let index = 0; index < times.length; index += 2) {
      const [at, text] = [times[index], seconds[times[index + 1]]];
      for (let letter = 0; letter < SECOND_LENGTH; letter++) bytes[at + letter] = text[letter];
    }
    for (let index = 0; index < turns.length; index += 2) {
      let left = FIRST_TURN + block * (lastTurn + 1) + turns[index + 1];
      for (let at = turns[index] + 6; left > 0; at--, left = Math.floor(left / 10))
        bytes[at] = 0x30 + (left % 10);
    }
    // The run ends once.
    const end = block === blocks - 1 ? bytes.length : bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let from = 0; from < end; ) {
      const room = SEGMENT_BYTES - filled;
      const to = end - from <= room ? end : bytes.lastIndexOf(0x0a, from + room - 1) + 1;
      writeAll(file, bytes.subarray(from, to));
      filled += to - from;
      from = to;
      if (from === end) break;
      closeSync(file);
      renameSync(
        active,
        join(directory, `events_2025-11-23_07-15-00-${String(++segment).padStart(6, "0")}.jsonl`),
      );
      file = openSync(active, "w");
      filled = 0;
    }
  }
  closeSync(file);
  writeFileSync(join(directory, "complete"), "");
}

function writeAll(file, bytes) {
  for (let at = 0; at < bytes.length; )
    at += writeSync(file, bytes, at, Math.min(bytes.length - at, 64 * 1024 * 1024));
}

/** A million lines, and where in them there are ids (with the millisecond of each), times (with the second) and turns. */
function firstBlock(simulationId) {
  const lines = [...generateLog({ events: BLOCK, agents: 50, simulationId, start: START_MS * 1000 })].map(
    (line) =>
      line
        .replace(/"turn_number":(\d+)/, (_, turn) => `"turn_number":${FIRST_TURN + Number(turn)}`)
        // A run begins once: of the blocks, each goes on.
        .replace('"simulation_start"', '"phase_transition"'),
  );
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const [ids, times, turns] = [[], [], []];
  let lastTurn = 0;
  let at = 0;
  for (const line of lines) {
    const isPlain = Buffer.byteLength(line) === line.length;
    const placeOf = (index) => at + (isPlain ? index : Buffer.byteLength(line.slice(0, index)));
    for (const { index, 0: id } of line.matchAll(
      /(?<=")0[0-9A-HJKMNP-TV-Z]{9}0A1B2C[0-9A-HJKMNP-TV-Z]{10}(?=")/g,
    ))
      ids.push(placeOf(index), millisecondOf(id) - START_MS);
    const stamp = line.indexOf('"timestamp":"') + 13;
    times.push(at + stamp, Math.floor((Date.parse(line.slice(stamp, stamp + 27)) - START_MS) / 1000));
    const turn = line.indexOf('"turn_number":') + 14;
    lastTurn = Number(line.slice(turn, turn + 7)) - FIRST_TURN;
    turns.push(at + turn, lastTurn);
    at += Buffer.byteLength(line) + 1;
  }
  return {
    bytes,
    ids: Uint32Array.from(ids),
    times: Uint32Array.from(times),
    turns: Uint32Array.from(turns),
    lastTurn,
  };
}

function millisecondOf(id) {
  let time = 0;
  for (const letter of Buffer.from(id.slice(0, TIME_LENGTH))) time = time * 32 + ALPHABET.indexOf(letter);
  return time;
}

/** How an id begins, for each millisecond from `now` on, one behind the other. */
function letters(now) {
  const text = Buffer.alloc(BLOCK_MS * TIME_LENGTH);
  for (let millisecond = 0; millisecond < BLOCK_MS; millisecond++) {
    let left = now + millisecond;
    for (let letter = TIME_LENGTH - 1; letter >= 0; letter--) {
      text[millisecond * TIME_LENGTH + letter] = ALPHABET[left % 32];
      left = Math.floor(left / 32);
    }
  }
  return text;
}
