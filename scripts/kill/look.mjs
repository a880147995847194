// What a run's directory holds, read as any reader does, beside what its writers said that they emitted.
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { parseEventLine, readEvents, verifyRun } from "@llm-sim/events/read";

/** What the stream says by itself, of which no `emit` tells the pipe. */
const OWN = new Set(["simulation_start", "simulation_end", "turn_end", "session_lost", "events_dropped"]);

const isOwn = (event) => OWN.has(event.milestone_type ?? event.error_type);

// Longer than any line that the children write.
const TAIL_BYTES = 4 * 1024 * 1024;

/** @throws Error that says what is wrong */
function hold(isTrue, what) {
  if (!isTrue) throw new Error(what());
}

/** The bytes behind the last newline of the active segment. */
function tailOf(directory) {
  let file;
  try {
    file = openSync(join(directory, "events.jsonl"));
  } catch (error) {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(bytes.lastIndexOf(0x0a) + 1);
  } finally {
    closeSync(file);
  }
}

/** The log of a run that dies again and again: what was in it once stays in it, as it was. */
export class Log {
  #directory;
  #limit;
  /** Ids, as they stood when last looked at. */
  ids = [];
  #torn = [];
  sessionsLost = 0;
  /** Whether the log has its end, behind which nothing may come. */
  hasEnd = false;

  constructor(directory, limit) {
    [this.#directory, this.#limit] = [directory, limit];
  }

  /**
   * After a session: reads all, and holds it to what was there before and to what the session emitted.
   *
   * @param emitted what the session told of, in order
   * @returns how many of these are not in the log, and when the first of them was emitted
   */
  async look(emitted) {
    const { ids, own, lost, hasEnd } = await this.#read();
    this.hasEnd = hasEnd;
    const told = new Map(emitted.map(({ event_id }, place) => [event_id, place]));
    const before = this.ids.length;
    for (let place = 0; place < before; place++)
      hold(
        ids[place] === this.ids[place],
        () => `event ${place} was ${this.ids[place]} and is ${ids[place]}`,
      );
    let expected = 0;
    let untold = 0;
    for (const id of ids.slice(before)) {
      const place = told.get(id);
      if (place !== undefined)
        hold(place === expected++, () => `${id} is the ${place}th emitted and the ${expected}th in the log`);
      else if (!own.has(id)) untold++;
    }
    // The last that was emitted may have come to the log before the pipe was told.
    hold(untold <= 1, () => `${untold} events are in the log that nobody emitted`);
    this.ids = ids;
    this.sessionsLost = lost;
    return { missing: emitted.length - expected, first: emitted[expected]?.at };
  }

  /** Whether a writer came far enough to begin a run. */
  get isThere() {
    return ["run.json", "events.jsonl"].some((name) => existsSync(join(this.#directory, name)));
  }

  async #read() {
    const directory = this.#directory;
    const ids = [];
    const known = new Set();
    const own = new Set();
    const skipped = [];
    let lost = 0;
    let time = "";
    let hasEnd = false;
    const onSkipped = ({ file, line, reason }) => skipped.push(`${file}:${line} ${reason}`);
    for await (const { event } of readEvents(directory, { onSkipped })) {
      hold(ids.length === 0 || event.event_id > ids.at(-1), () => `id ${event.event_id} does not ascend`);
      hold(event.timestamp >= time, () => `time ${event.timestamp} of ${event.event_id} does not ascend`);
      time = event.timestamp;
      for (const cause of event.caused_by ?? [])
        hold(known.has(cause), () => `${event.event_id} names ${cause}, which is not before it`);
      ids.push(event.event_id);
      known.add(event.event_id);
      if (isOwn(event)) own.add(event.event_id);
      if (event.error_type === "session_lost") lost++;
      hold(!hasEnd, () => `${event.event_id} stands behind the end`);
      hasEnd = event.milestone_type === "simulation_end";
    }
    const tail = tailOf(directory);
    const isTorn = tail.length > 0 && !parseEventLine(tail).ok;
    hold(skipped.length <= (isTorn ? 1 : 0), () => `skipped: ${skipped.slice(0, 5).join("; ")}`);
    for (const torn of this.#torn)
      hold(
        this.#setAside().some((bytes) => bytes.equals(torn)),
        () => `a torn line of ${torn.length} bytes is nowhere`,
      );
    if (isTorn) this.#torn.push(Buffer.from(tail));
    this.#holdSizes();
    return { ids, own, lost, hasEnd };
  }

  #setAside() {
    const files = readdirSync(this.#directory).filter((name) => name.startsWith("torn-line-"));
    const active = tailOf(this.#directory);
    return [...files.map((name) => readFileSync(join(this.#directory, name))), active];
  }

  #holdSizes() {
    for (const name of readdirSync(this.#directory)) {
      if (!/^events.*\.jsonl$/.test(name)) continue;
      const { size } = statSync(join(this.#directory, name));
      if (size <= this.#limit) continue;
      const text = readFileSync(join(this.#directory, name), "latin1");
      hold(
        text.trimEnd().split("\n").length === 1,
        () => `${name} has ${size} bytes, of ${this.#limit} at most`,
      );
    }
  }

  get torn() {
    return this.#torn.length;
  }

  /** @returns the result, which may not be a violation unless the line that is torn is all there is to say */
  async verify(when) {
    const { result, violations } = await verifyRun(this.#directory);
    hold(result !== "violation", () => `verify ${when}: ${JSON.stringify(violations.slice(0, 3))}`);
    return result;
  }
}
