import { join } from "node:path";
import * as z from "zod";
import { type Repair, type RepairTools, repairOver } from "../open/repair.ts";
import {
  DIRECTORY,
  linesIn,
  linesOf,
  openSimulated,
  type Session,
  segmentsOf,
  simulatedSession,
  tapeLinesOf,
} from "../open/simulated-run.test.fixture.ts";
import { cutLog, RunLock } from "../write/index.ts";
import { type DiskCall, MemoryDisk, type Weather } from "../write/memory-disk.test.fixture.ts";
import { History } from "./history.test.fixture.ts";
import { Ledger } from "./ledger.test.fixture.ts";
import { mounted } from "./mounted-disk.test.fixture.ts";
import type { Act, Plan, PlannedRepair, PlannedSession } from "./plan.test.fixture.ts";
import { Random } from "./random.test.fixture.ts";
import { type ReadBack, readBack } from "./read-back.test.fixture.ts";
import { SimulatedTime } from "./simulated-time.test.fixture.ts";

/** What came of a plan: what should not have been, the first of it; and all that happened. */
export interface Verdict {
  plan: Plan;
  violation: string | undefined;
  history: string[];
  /** What was emitted, and what became of it. */
  table: string[];
  counts: Counts;
}

export const COUNTED = [
  "sessions",
  "kills",
  "powerLosses",
  "faults",
  "mishaps",
  "torn",
  "rotations",
  "repairs",
] as const;
export type Counts = Record<(typeof COUNTED)[number], number>;

export function noCounts(): Counts {
  return { sessions: 0, kills: 0, powerLosses: 0, faults: 0, mishaps: 0, torn: 0, rotations: 0, repairs: 0 };
}

/** Something that should not have been. */
class Violation extends Error {}

const HOST = { host: "simulated" };
// Above what any system gives: nobody's.
const DEAD_PID = 4_194_305;
const CALL_MS = 0.02;
const SYNC_MS = 0.4;
const EMIT_MS = 0.01;
// As in the drain's thread.
const LINGER_MS = 4;
const FIRST_RETRY_MS = 10;
const LONGEST_RETRY_MS = 1_000;
/** What a kill may cost while the disk does what it is asked. */
const LOST_BY_KILL_MS = 100;
/** A lock of whom nothing was heard for so long is a silent one's. */
const SILENCE_MS = 61_000;
// The limit of 10 s, which begins anew once where the disk took something at last, and what goes on until it is looked at.
const LONGEST_CLOSE_MS = 21_000;

/** What others put in the place of a file. */
const OF_OTHERS = "something else\n";
/** What lost events break where nothing tells of them. */
const TOLD_BY_RUN_JSON = ["cause-exists", "run-start", "turns", "state-continuity", "state-hash", "run-end"];

/** Plays a plan. */
export async function simulate(plan: Plan): Promise<Verdict> {
  const simulation = new Simulation(plan);
  let violation: string | undefined;
  try {
    await simulation.play();
  } catch (error) {
    violation = error instanceof Violation ? error.message : `it threw: ${stackOf(error)}`;
    simulation.history.add("VIOLATION", violation);
  }
  const { history, ledger, counts } = simulation;
  return { plan, violation, history: history.lines(), table: ledger.table(), counts };
}

class Simulation {
  readonly history: History;
  readonly ledger: Ledger;
  readonly #tape: Ledger;
  /** Lines of the present session's tape that are in that ledger. */
  #taped = 0;
  readonly counts = noCounts();
  readonly #plan: Plan;
  readonly #disk = new MemoryDisk();
  readonly #time = new SimulatedTime();
  readonly #random: Random;
  #planned: PlannedSession | undefined;
  /** Of the present session: calls that change the disk. */
  #calls = 0;
  #isCalm = false;
  /** Of those since a close began, how many the disk did as it was asked, counted from all before. */
  #taken = 0;
  #isCutRefused = false;
  /** When the disk last did anything else than it was asked at once. */
  #lastTrouble = Number.NEGATIVE_INFINITY;
  /** Milliseconds that it took beyond what it usually does. */
  #delays = 0;
  #drainDue = 0;
  #retry = 0;
  #turn = 0;
  #answers = 0;
  #value: string | null = null;
  #values = 0;
  /** Power was lost, and what was not forced to the medium has holes: then a log may not hold to its rules. */
  #isUnproven = false;
  /** Power was lost where nothing at all was forced to the medium. */
  #isScattered = false;
  #isTapeMeddled = false;
  #wasSetBack = false;
  /** What a run.json told that others took, and that no writer lived to write once more, nobody knows. */
  #isWordLost = false;
  /** A repair went on with a run whose run.json is gone, and with it the word on how long a segment may be. */
  #isLimitUnknown = false;
  /** Other hands took or altered run.json, and the writer has not written it since. */
  #isManifestMeddled = false;
  /** Other hands took events. */
  #isLogMeddled = false;
  #wasClosed = false;
  /** Other hands took a whole directory, with all that was set aside. */
  #isSetAsideLost = false;
  /** What stood torn behind the log's last line. */
  readonly #torn: string[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = new Random(plan.seed + 0x5eed);
    this.history = new History(() => this.#time.passed);
    this.ledger = new Ledger(() => this.#time.passed, "event");
    this.#tape = new Ledger(() => this.#time.passed, "line of the tape");
    this.#disk.now = () => Math.floor(this.#time.wall);
    this.#disk.weather = (call) => this.#weather(call);
    this.#disk.onCall = (call) => this.#noted(call);
  }

  async play(): Promise<void> {
    const { sessions } = this.#plan;
    for (const [index, planned] of sessions.entries()) {
      this.#planned = planned;
      this.#calls = 0;
      await this.#session(planned);
      const read = await this.#read();
      if (read.hasEnded && sessions[index + 1]?.cut === undefined) break;
    }
    await this.#finish();
  }

  #weather(call: string): Weather | undefined {
    const isLook = call.startsWith("look ");
    if (!isLook) {
      this.#calls++;
      this.#time.passes(call.startsWith("sync") ? SYNC_MS : CALL_MS);
    }
    if (this.#isCalm) return undefined;
    const at = this.#calls;
    const found = this.#planned?.faults.find((fault) => at >= fault.at && at < fault.at + fault.calls);
    if (!found) return undefined;
    if (found.code === "EMFILE" && found.fault.includes("fail") && !/^(?:look|open|create) /.test(call))
      return undefined;
    if (isLook && !(found.code === "EMFILE" && found.fault === "fail")) return undefined;
    if (found.ms > 0 && !isLook) {
      this.#time.passes(found.ms);
      this.#delays += found.ms;
      this.history.add("disk", `takes ${found.ms.toFixed(1)} ms for what follows`);
    }
    if (found.fault === "ok" && found.ms < 1) return undefined;
    this.#lastTrouble = this.#time.passed;
    this.counts.faults++;
    return { fault: found.fault, code: found.code };
  }

  #noted(call: DiskCall): void {
    const path = call.path
      .replaceAll(`${DIRECTORY}/`, "")
      .replaceAll(DIRECTORY, "the directory")
      // By process and chance.
      .replace(/\.\d+-[0-9a-f]{8}\.tmp/, ".tmp");
    if (call.outcome === "ENOSPC") this.#lastTrouble = this.#time.passed;
    if (call.name === "rename" && call.path.endsWith(" to run.json") && call.outcome.startsWith("ok"))
      this.#isManifestMeddled = false;
    if (call.outcome === "ok") this.#taken++;
    else if (call.name === "truncate") this.#isCutRefused = true;
    // Whoever cannot read whose the run is writes no end.
    else if (call.name === "open to read") this.#taken = Number.NaN;
    const where = call.position === undefined ? "" : ` at ${call.position}`;
    const what = call.bytes ? `, ${call.bytes.length} bytes${this.ledger.named(call.bytes)}` : "";
    this.history.add("disk", `${call.name} ${path}${where}${what}: ${call.outcome}`);
  }

  /** What is asked of the disk is done. */
  #calmly<T>(work: () => T): T {
    const { capacity } = this.#disk;
    const before = this.#isCalm;
    this.#isCalm = true;
    this.#disk.capacity = Number.POSITIVE_INFINITY;
    try {
      return work();
    } finally {
      this.#isCalm = before;
      this.#disk.capacity = capacity;
    }
  }

  async #session(planned: PlannedSession): Promise<void> {
    const giveBack = this.#time.hold();
    try {
      await this.#played(planned);
    } finally {
      giveBack();
    }
  }

  async #played(planned: PlannedSession): Promise<void> {
    this.#disk.restart();
    this.#time.forget();
    if (planned.cut !== undefined) {
      this.#cut(planned.cut);
      if (this.#disk.isDead) return this.#died("while the log was cut");
    }
    const session = this.#open(planned);
    if (!session) {
      if (this.#disk.isDead) this.#died("while the run was opened");
      return;
    }
    this.counts.sessions++;
    for (const act of planned.acts) {
      if (this.#disk.isDead) break;
      await this.#act(session, act);
      this.#noteTape(session);
      await this.#heard();
      if (!this.#disk.isDead) this.#conserved(session);
    }
    if (!this.#disk.isDead && (planned.end === "close" || planned.end === "close now"))
      await this.#close(session, planned.end);
    else if (!this.#disk.isDead && planned.end === "taken over") await this.#takenOver(session);
    if (this.#disk.isDead) this.#died("in a call of the disk", session);
    else if (planned.end === "kill" || planned.end === "power") this.#killed(session, planned.end);
    session.sink.close = async () => 0; // nothing of it does anything any more
  }

  /** What happened to files is told of in a turn of its own. */
  async #heard(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
  }

  #open(planned: PlannedSession): Session | undefined {
    const { compress, durability, limit, driver, verbosity } = this.#plan;
    this.#holderDies(planned.isElsewhere);
    this.history.add(
      "session",
      `opens the run (${driver}, ${compress}, ${durability}, segments of ${limit} bytes)`,
    );
    const before = linesOf(this.#disk).filter((line) => line.endsWith("\n"));
    this.#lookWhetherClosed();
    try {
      const held = RunLock.acquire(this.#disk, DIRECTORY, { from: HOST, takeOver: planned.isElsewhere });
      const time = { now: 0 };
      Object.defineProperty(time, "now", { get: this.#time.clock.now });
      const options = {
        compress,
        durability,
        verbosity,
        maxFileSize: limit,
        maxEventSize: "16KB",
        queueSize: "64KB",
      };
      const session = openSimulated(this.#disk, time, options, { held, byTimers: driver === "inline" });
      this.#follow(session);
      this.#turn = session.stream.turnNumber;
      this.#drainDue = this.#time.passed;
      this.#retry = 0;
      this.history.add("session", `is open: ${session.recovered.counts.written} events were found`);
      this.#lostSessionIsTold(session, before);
      return session;
    } catch (error) {
      if (error instanceof Violation) throw error;
      this.history.add("session", `cannot open the run: ${messageOf(error)}`);
      // A cut that was refused may have left the end where it was.
      const hasEnded = messageOf(error) === "the run has ended";
      const isCalm = this.#lastTrouble === Number.NEGATIVE_INFINITY && !this.#disk.isDead;
      if (isCalm && !this.#isUnproven && !hasEnded)
        throw new Violation(`a run cannot be opened although the disk refuses nothing: ${stackOf(error)}`);
      return undefined;
    }
  }

  /** A session that was closed and lost events has said so; dying with its lock was the last that it did. */
  #lookWhetherClosed(): void {
    const manifest = this.#disk.text(join(DIRECTORY, "run.json")) ?? "";
    if (manifest.includes('"loss"') && !manifest.includes('"status": "running"')) this.#wasClosed = true;
  }

  /** Every line that gets into the queue from now on; those of the beginning are there already. */
  #follow({ admitted, sink }: Session): void {
    this.ledger.session();
    this.#tape.session();
    this.#taped = 0;
    for (const line of admitted) this.ledger.emitted(line);
    const commit = sink.commit.bind(sink);
    sink.commit = (length) => {
      const isTaken = commit(length);
      const line = admitted.at(-1);
      if (line !== undefined) this.ledger.emitted(line);
      return isTaken;
    };
  }

  #noteTape({ tape }: Session): void {
    for (const line of tape.admitted.slice(this.#taped)) this.#tape.emitted(line);
    this.#taped = tape.admitted.length;
  }

  /** The lock that a dead process left names one that is not there, or is elsewhere. */
  #holderDies(isElsewhere: boolean): void {
    for (const name of ["writer.lock", "writer.lock.takeover"]) {
      const path = join(DIRECTORY, name);
      const text = this.#disk.text(path);
      if (text === undefined) continue;
      const altered = isElsewhere
        ? text.replace(/"host":"[^"]*"/, '"host":"elsewhere"')
        : text.replace(/"pid":\d+/, `"pid":${DEAD_PID}`).replace(/"host":"[^"]*"/, `"host":"${HOST.host}"`);
      this.#disk.meddle(path, { bytes: Buffer.from(altered) });
    }
    if (isElsewhere) this.#time.passes(SILENCE_MS);
  }

  /** @param found the lines that the log had before */
  #lostSessionIsTold({ admitted, recovered }: Session, found: readonly string[]): void {
    const told = lossesIn(admitted);
    if (told.length < (recovered.loss?.untold?.length ?? 0))
      throw new Violation("run.json tells of a loss, and the session that follows does not");
    const before = new Set(lossesIn(found));
    const again = told.find((loss) => before.has(loss));
    // Of two losses from a clock that stands still, nobody can say which is which.
    if (again !== undefined && !this.#wasSetBack)
      throw new Violation(`a loss is told of that the log told of before: ${again}`);
    const lost = admitted.find((line) => line.includes('"error_type":"session_lost"'));
    const isOdd = this.#isUnproven || this.counts.mishaps > 0;
    if (this.#wasClosed || isOdd || recovered.counts.written === 0) return;
    if (lost === undefined) throw new Violation("a session was lost, and the next one does not say so");
    const written = Number(/"written":(\d+)/.exec(lost)?.[1]);
    if (written !== recovered.counts.written || written < found.length)
      throw new Violation(`session_lost tells of ${written} events, the log has ${found.length}`);
  }

  async #act(session: Session, act: Act): Promise<void> {
    const { stream, sink, tape } = session;
    switch (act.do) {
      case "emit":
        for (let time = 0; time < act.times && !this.#disk.isDead; time++) {
          this.#emit(session, act.kind, act.bytes);
          this.#time.passes(EMIT_MS);
          this.#drainUntil(session, this.#time.passed);
        }
        return;
      case "turn":
        stream.startTurn(++this.#turn);
        return;
      case "ask": {
        const call = tape.append(
          this.#turn,
          `question ${this.#answers % 5}`,
          `answer ${this.#answers++} ${"x".repeat(act.bytes)}`,
        );
        if (call !== undefined)
          stream.decision("alice", "answer", { new_value: this.#answers, details: { call } });
        return;
      }
      case "rest":
        return this.#rest(session, act.ms);
      case "steps":
        for (let step = 0; step < act.steps && !this.#disk.isDead; step++) sink.step();
        return;
      case "flush":
        return this.#flush(session);
      case "clock":
        this.history.add("clock", `is set by ${act.ms} ms`);
        this.#time.wall += act.ms;
        if (act.ms < 0) this.#wasSetBack = true;
        return;
      case "outside":
        return this.#meddle(act);
      case "room":
        this.history.add("disk", act.bytes === undefined ? "has room" : `is full but for ${act.bytes} bytes`);
        this.#disk.capacity =
          act.bytes === undefined ? Number.POSITIVE_INFINITY : this.#disk.usedBytes + act.bytes;
        this.#disk.takesParts = this.#random.chance(0.5);
        return;
    }
  }

  #emit({ stream }: Session, kind: "action" | "state" | "phase" | "warning", bytes: number): void {
    if (kind === "action") stream.action("alice", "buy", { filler: "x".repeat(bytes) });
    else if (kind === "state") {
      const new_value = `${++this.#values} ${"ÿ".repeat(bytes / 2)}`;
      stream.state("v", { old_value: this.#value, new_value });
      this.#value = new_value;
    } else if (kind === "phase") stream.phase("p", { details: { filler: "z".repeat(bytes) } });
    else stream.system("warning", { error_type: "noise", details: { filler: "w".repeat(bytes) } });
  }

  async #rest(session: Session, ms: number): Promise<void> {
    const until = this.#time.passed + ms;
    if (this.#plan.driver === "inline")
      while (this.#time.next(until) && !this.#disk.isDead) await this.#heard();
    else {
      this.#drainUntil(session, until);
      this.#time.passes(Math.max(0, until - this.#time.passed));
    }
  }

  /** The drain's thread has its turns, as its loop would give them. */
  #drainUntil({ sink, stream }: Session, until: number): void {
    if (this.#plan.driver !== "thread") return;
    while (this.#drainDue <= until && !this.#disk.isDead) {
      this.#time.passes(Math.max(0, this.#drainDue - this.#time.passed));
      const isIdle = sink.step();
      const { last_error, pending } = stream.stats();
      if (last_error !== undefined) {
        this.#retry = Math.min(this.#retry === 0 ? FIRST_RETRY_MS : this.#retry * 2, LONGEST_RETRY_MS);
        this.#drainDue = this.#time.passed + this.#retry;
        continue;
      }
      this.#retry = 0;
      this.#drainDue = this.#time.passed + (isIdle || pending === 0 ? LINGER_MS : 0);
    }
  }

  async #flush({ stream }: Session): Promise<void> {
    const before = this.ledger.mark();
    const tapeBefore = this.#tape.mark();
    this.history.add("session", "flushes");
    const result = await this.#time.settled(stream.flush().then(() => "flushed" as const, messageOf));
    if (this.#disk.isDead) return;
    this.history.add("session", result === "flushed" ? "has flushed" : `could not flush: ${result}`);
    if (result !== "flushed") {
      if (this.#lastTrouble === Number.NEGATIVE_INFINITY && this.#disk.capacity === Number.POSITIVE_INFINITY)
        throw new Violation(`a flush fails although the disk refuses nothing: ${result}`);
      return;
    }
    const { pending } = stream.stats();
    if (pending !== 0) throw new Violation(`${pending} events are pending after a flush`);
    this.ledger.flushed(before);
    this.#tape.flushed(tapeBefore);
    this.#promisedAreThere("after a flush");
  }

  /** What was promised to be in the file is in the file. */
  #promisedAreThere(when: string): void {
    const missing =
      this.ledger.missingOf(new Set(linesOf(this.#disk))) ??
      this.#tape.missingOf(new Set(tapeLinesOf(this.#disk)));
    if (missing !== undefined) throw new Violation(`${missing} is not in the file ${when}`);
  }

  #meddle({ what, file }: Extract<Act, { do: "outside" }>): void {
    this.counts.mishaps++;
    this.history.add("outside", `${what}s ${file}`.replace("deletes the", "empties the"));
    const before = linesOf(this.#disk);
    const tape = tapeLinesOf(this.#disk);
    const paths = file === "the directory" ? [...this.#disk.files().keys()] : [join(DIRECTORY, file)];
    for (const path of paths) {
      const size = this.#disk.bytes(path)?.length ?? 0;
      if (what === "cut" && file !== "the directory")
        this.#disk.meddle(path, { size: Math.floor(size * this.#random.part()) });
      else if (what === "replace" && file !== "the directory") {
        if (size > 0) this.#disk.meddle(path, { replace: Buffer.from(OF_OTHERS) });
      } else this.#disk.meddle(path, { remove: true });
    }
    if (file === "the directory") this.#isSetAsideLost = true;
    if (file === "run.json" || file === "the directory") this.#isManifestMeddled = true;
    if (file === "events.jsonl" || file === "the directory") this.#isLogMeddled = true;
    if (file === "tape.jsonl" || file === "the directory") {
      this.#isTapeMeddled = true;
      const why = `taken by others (${what} ${file})`;
      this.#tape.excuse(tape, why);
      const last = tape.at(-1);
      if (last?.endsWith("\n") === false) this.#tape.excuseBeginning(last, why);
    }
    const after = new Set(linesOf(this.#disk));
    this.ledger.excuse(
      before.filter((line) => !after.has(line)),
      `taken by others (${what} ${file})`,
    );
  }

  /** emitted = written + dropped + suppressed + pending, whatever has happened. */
  #conserved({ stream }: Session): void {
    const { emitted, written, dropped, suppressed, pending } = stream.stats();
    if (emitted !== written + dropped + suppressed + pending || pending < 0 || written < 0)
      throw new Violation(
        `${emitted} emitted are not ${written} written + ${dropped} dropped + ${suppressed} suppressed + ${pending} pending`,
      );
  }

  async #close(session: Session, end: "close" | "close now"): Promise<void> {
    const { stream } = session;
    const began = this.#time.passed;
    const delays = this.#delays;
    session.tape.goOn();
    this.#noteTape(session);
    const before = this.ledger.mark();
    const tapeBefore = this.#tape.mark();
    this.#taken = this.#calls;
    this.#isCutRefused = false;
    this.history.add("session", end === "close" ? "closes" : "closes at once");
    if (end === "close now") stream.closeNow({ status: "completed" });
    else if ((await this.#time.settled(stream.close({ status: "completed" }))) === "never")
      throw new Violation("close does not come to an end");
    if (this.#disk.isDead) return;
    const took = this.#time.passed - began - (this.#delays - delays);
    if (took > LONGEST_CLOSE_MS) throw new Violation(`close took ${Math.round(took)} ms`);
    this.#hasClosed(session, before, tapeBefore);
  }

  /** @param before what of the log and of the tape was emitted when the close began */
  #hasClosed(session: Session, before: number, tapeBefore: number): void {
    const stats = session.stream.stats();
    const { emitted, written, dropped, suppressed, pending } = stats;
    this.history.add(
      "session",
      `is closed: ${emitted} emitted, ${written} written, ${dropped} dropped, ${suppressed} suppressed`,
    );
    this.#conserved(session);
    if (pending !== 0) throw new Violation(`${pending} events are pending after close`);
    if (dropped === 0) {
      this.ledger.flushed(before);
      if (stats.last_error === undefined) this.#tape.flushed(tapeBefore);
    }
    this.ledger.closed({ dropped });
    this.#wasClosed = true;
    this.#forgetNothing(linesOf(this.#disk));
    this.#saysWhatThereIs();
    this.#promisedAreThere("after close");
  }

  /** What a run that was closed says of its log is so. */
  #saysWhatThereIs(): void {
    const lines = linesOf(this.#disk);
    // Of a closed segment that was not forced to the medium, a power loss may have left a part, which nobody takes away.
    const torn = segmentsOf(this.#disk).find(
      ({ name, text }) => !text.endsWith("\n") && (name === "events.jsonl" || !this.#isScattered),
    );
    if (torn && !this.#isCutRefused && this.counts.mishaps === 0)
      throw new Violation(`${torn.name} of a run that was closed ends in the middle of a line`);
    const manifest = this.#disk.text(join(DIRECTORY, "run.json"));
    if (manifest === undefined || this.#calls !== this.#taken || this.#isUnproven) return;
    const { counts, status } = z
      .object({ counts: z.object({ written: z.number() }), status: z.string() })
      .parse(JSON.parse(manifest));
    const known = lines.filter((line) => this.ledger.knows(line)).length;
    if (status === "running" || counts.written !== known)
      throw new Violation(`run.json is ${status}, ${counts.written} written; the log has ${known} events`);
    const closed = segmentsOf(this.#disk).flatMap(({ name }) =>
      name === "events.jsonl" ? [] : [name.replace(/\.gz$/, "")],
    );
    const listed = [
      ...(this.#disk.text(join(DIRECTORY, "segments.jsonl")) ?? "").matchAll(/"file":"([^"]+)"/g),
    ].map(([, file]) => file);
    if (closed.join() !== listed.join())
      throw new Violation(
        `segments.jsonl lists ${listed.join(", ") || "nothing"}; there are ${closed.join(", ")}`,
      );
  }

  /** Somebody else takes the run over while this writer goes on: of that nothing may come to the disk. */
  async #takenOver(session: Session): Promise<void> {
    this.#holderDies(true);
    this.history.add("session", "was silent for a minute; another takes the run over");
    const thief = this.#calmly(() => RunLock.acquire(this.#disk, DIRECTORY, { from: HOST, takeOver: true }));
    const before = this.#everything();
    this.#emit(session, "action", 10);
    for (let step = 0; step < 8 && !this.#disk.isDead; step++) session.sink.step();
    if (!this.#disk.isDead) session.stream.closeNow();
    const after = this.#everything();
    if (before !== after && !this.#disk.isDead)
      throw new Violation("a writer goes on in a run that was taken over");
    this.#conserved(session);
    void thief; // it dies without a word
    this.#disk.isDead = true;
  }

  #everything(): string {
    return [...this.#disk.files()]
      .map(([path, { inode, bytes }]) => `${path} ${inode} ${bytes.toString("latin1")}`)
      .join("\n");
  }

  #died(how: string, session?: Session): void {
    this.counts.kills++;
    this.history.add("process", `dies ${how}`);
    this.#stopped(session);
  }

  #killed(session: Session, by: "kill" | "power"): void {
    if (by === "kill") {
      this.counts.kills++;
      this.history.add("process", "is killed");
      this.#killCostsLittle();
      this.#stopped(session);
      return;
    }
    this.counts.powerLosses++;
    this.#stopped(session, by);
    const isForced = this.#plan.durability === "fsync";
    const before = linesOf(this.#disk);
    const tape = tapeLinesOf(this.#disk);
    const kept = this.#random.oneOf([0, 0.5, 0.9, 1]);
    // What comes to the medium in the order in which it was written leaves no holes; the systems promise it of nothing but names.
    const isInOrder = this.#random.chance(0.5);
    const ended = new Set<string>();
    this.#disk.losePower((what) => {
      const order = what.startsWith("name") ? "names" : what;
      const isKept = !ended.has(order) && this.#random.chance(kept);
      const isInPart = !isKept && !ended.has(order) && what.startsWith("bytes") && this.#random.chance(0.3);
      if (!isKept && isInOrder) ended.add(order);
      const part = isKept ? 1 : isInPart ? this.#random.part() : 0;
      this.history.add("power", `is lost: ${what}: ${part === 1 ? "kept" : part === 0 ? "lost" : "in part"}`);
      return part;
    });
    this.#noteTorn();
    if (!isForced) this.#isScattered = true;
    if (!isForced || !isInOrder) this.#isUnproven = true;
    // Of what was not forced to the medium, an event may be there and the answer that it rests on may not.
    if (tapeLinesOf(this.#disk).join("") !== tape.join("") || !isForced) this.#isTapeMeddled = true;
    const tapeAfter = new Set(tapeLinesOf(this.#disk));
    this.#tape.powerLost(
      tape.filter((line) => !tapeAfter.has(line)),
      isForced,
    );
    const after = new Set(linesOf(this.#disk));
    this.ledger.powerLost(
      before.filter((line) => !after.has(line)),
      isForced,
    );
  }

  /** What had been emitted for long enough, while the disk did what it was asked, is in the file. */
  #killCostsLittle(): void {
    if (this.#plan.driver !== "thread" || this.#disk.capacity !== Number.POSITIVE_INFINITY) return;
    const since = this.#time.passed - LOST_BY_KILL_MS;
    if (this.#lastTrouble > since - 2 * LONGEST_RETRY_MS) return;
    const late = this.ledger.lateOf(new Set(linesOf(this.#disk)), since);
    if (late !== undefined)
      throw new Violation(`${late} is not in the file, more than ${LOST_BY_KILL_MS} ms later`);
  }

  #stopped(session: Session | undefined, by: "kill" | "power" = "kill"): void {
    this.#wasClosed = false;
    this.#isWordLost ||= this.#isManifestMeddled && this.#isLogMeddled;
    this.#disk.isDead = false;
    this.#calmly(() => {
      const lines = linesOf(this.#disk);
      if (session) {
        this.#noteTape(session);
        this.ledger.written(lines);
        this.#tape.written(tapeLinesOf(this.#disk));
      }
      this.#forgetNothing(lines);
    });
    if (by !== "power") this.#noteTorn();
  }

  /** Of a run that has left nothing, nobody can know. */
  #forgetNothing(lines: readonly string[]): void {
    if (lines.length === 0 && !this.#disk.files().has(join(DIRECTORY, "run.json"))) this.ledger.forget();
  }

  /** What stands torn behind the last line has to be somewhere for good once the run is opened again. */
  #noteTorn(): void {
    const last = linesOf(this.#disk).at(-1);
    if (last === undefined || last.endsWith("\n") || last.includes("\0") || isWhole(last)) return;
    this.counts.torn++;
    this.#torn.push(last);
  }

  #cut(part: number): void {
    const segments = this.#calmly(() => this.#segments());
    const lines = segments.flatMap(({ file, lines: held }) =>
      held.map((line, index) => ({ file, line, next: held.slice(0, index + 1) })),
    );
    const place = lines[Math.floor(lines.length * part)];
    if (!place) return;
    const offset = Buffer.byteLength(place.next.join(""));
    const kept = lines.slice(0, lines.indexOf(place) + 1).map(({ line }) => line);
    this.history.add(
      "session",
      `cuts the log behind ${offset} bytes of ${place.file}: behind ${this.ledger.nameOf(place.line)}`,
    );
    try {
      cutLog(this.#disk, DIRECTORY, { file: place.file, offset });
    } catch (error) {
      this.history.add("session", `could not cut it: ${messageOf(error)}`);
    }
    const isDead = this.#disk.isDead;
    this.#disk.isDead = false;
    const after = new Set(linesOf(this.#disk));
    const gone = lines.map(({ line }) => line).filter((line) => !after.has(line));
    const early = kept.find((line) => !after.has(line));
    if (early !== undefined)
      throw new Violation(`cutting the log took ${this.ledger.nameOf(early)}, which stands before the place`);
    const aside = this.#disk
      .list(DIRECTORY)
      .filter((name) => /^cut-\d+\.jsonl$/.test(name))
      .map((name) => this.#disk.text(join(DIRECTORY, name)) ?? "")
      .join("");
    const lost = gone.find((line) => !aside.includes(line));
    if (lost !== undefined)
      throw new Violation(`cutting the log took ${this.ledger.nameOf(lost)}, which is not set aside`);
    this.ledger.excuse(gone, "cut off");
    this.#wasClosed = false;
    this.#disk.isDead = isDead;
  }

  /**
   * Ends what is left by repairs, each under what is planned for it; then by one that nothing disturbs, after which another finds
   * nothing to do.
   *
   * @returns whether there is a run that was repaired
   */
  async #repaired(): Promise<boolean> {
    const files = this.#disk.list(DIRECTORY);
    if (!files.includes("run.json") && !files.includes("events.jsonl")) return false;
    for (const planned of this.#plan.repairs) {
      this.#isCalm = false;
      await this.#repair(planned);
      this.#isCalm = true;
      await this.#read();
    }
    if ((await this.#repair(UNDISTURBED)) === undefined) return false;
    const read = await this.#read();
    if (!read.hasEnded && this.counts.mishaps === 0 && !this.#isUnproven && read.lines.length > 0)
      throw new Violation("a run that was repaired has no end");
    const before = this.#everything();
    const again = await this.#repair(UNDISTURBED);
    if (again?.repaired !== false || before !== this.#everything())
      throw new Violation("a run that was repaired is repaired once more");
    return true;
  }

  /** @returns `undefined` where it failed, or its process died */
  async #repair({ faults, isElsewhere }: PlannedRepair): Promise<Repair | undefined> {
    this.counts.repairs++;
    this.#planned = { acts: [], faults, end: "close", cut: undefined, isElsewhere };
    this.#calls = 0;
    this.#lastTrouble = Number.NEGATIVE_INFINITY;
    this.#disk.restart();
    this.#time.forget();
    this.#holderDies(isElsewhere);
    this.#lookWhetherClosed();
    this.#isLimitUnknown ||=
      this.#isManifestMeddled || !isWhole(this.#disk.text(join(DIRECTORY, "run.json")) ?? "");
    this.history.add("session", "repairs the run");
    const found = linesOf(this.#disk).filter((line) => line.endsWith("\n"));
    let session: Session | undefined;
    const tools: RepairTools = {
      disk: this.#disk,
      lock: (directory) => {
        const held = RunLock.acquire(this.#disk, directory, { from: HOST, takeOver: isElsewhere });
        this.#taken = this.#calls;
        return held;
      },
      open: (options, { lock, recovered }) => {
        const time = { now: 0 };
        Object.defineProperty(time, "now", { get: this.#time.clock.now });
        const small = { ...options, queueSize: "64KB", maxEventSize: "16KB" };
        session = simulatedSession(this.#disk, time, small, { recovered, held: lock, byTimers: true });
        this.#follow(session);
        this.#lostSessionIsTold(session, found);
        return session.stream;
      },
    };
    this.#isCutRefused = false;
    const result = await this.#timely(tools);
    if (session) session.sink.close = async () => 0;
    if (this.#disk.isDead) {
      this.#died("in a repair", session);
      return undefined;
    }
    if (result instanceof Error) {
      if (result instanceof Violation) throw result;
      this.history.add("session", `cannot repair the run: ${result.message}`);
      const isCalm = this.#lastTrouble === Number.NEGATIVE_INFINITY;
      if (isCalm && !this.#isUnproven && this.counts.mishaps === 0)
        throw new Violation(`a run cannot be repaired although the disk refuses nothing: ${stackOf(result)}`);
      this.#stopped(session);
      return undefined;
    }
    this.history.add(
      "session",
      `has repaired the run: ${result.repaired ? result.written : "nothing to do"}`,
    );
    if (session) this.#hasClosed(session, this.ledger.mark(), this.#tape.mark());
    else this.#saysWhatThereIs();
    return result;
  }

  /** In simulated time, over files that are those of the simulated disk. */
  async #timely(tools: RepairTools): Promise<Repair | Error> {
    const giveBack = this.#time.hold();
    const unmount = mounted(this.#disk, DIRECTORY);
    try {
      const work = repairOver(DIRECTORY, tools).catch((error: unknown) =>
        error instanceof Error ? error : new Error(String(error)),
      );
      const result = await this.#time.settled(work);
      if (result === "never") throw new Violation("a repair does not come to an end");
      return result;
    } finally {
      unmount();
      giveBack();
    }
  }

  #segments(): { file: string; lines: string[] }[] {
    return segmentsOf(this.#disk).map(({ name, text }) => ({
      file: name,
      lines: linesIn(text).filter((line) => line.endsWith("\n")),
    }));
  }

  async #read(): Promise<ReadBack> {
    const read = await readBack(this.#disk);
    this.counts.rotations = Math.max(this.counts.rotations, read.closedSegments);
    this.history.add(
      "reader",
      `${read.lines.length} events in ${read.closedSegments + 1} segments; verify: ${read.said}`,
    );
    const tape = tapeLinesOf(this.#disk).filter((line) => this.#tape.knows(line));
    const wrong =
      this.ledger.compare(read.lines, !this.#isScattered) ?? this.#tape.compare(tape, !this.#isUnproven);
    if (wrong !== undefined) throw new Violation(wrong);
    const rules = read.rules.filter((rule) => !this.#isBrokenByOthers(rule));
    if (!this.#isUnproven && rules.length > 0) throw new Violation(`verify: ${read.said}`);
    const large = read.segments.find(({ bytes, events }) => bytes > this.#plan.limit && events > 1);
    if (large && !this.#isLimitUnknown)
      throw new Violation(`${large.file} has ${large.bytes} bytes, the limit is ${this.#plan.limit}`);
    if (!this.#isTapeMeddled) {
      const unanswered = read.callsOf.find((call) => !read.calls.has(call));
      if (unanswered !== undefined)
        throw new Violation(`a decision rests on ${unanswered}, which is not on the tape`);
    }
    return read;
  }

  /** What other hands took of the tape is missing on it; of what they did to run.json, nobody else can tell, nor of what it told. */
  #isBrokenByOthers(rule: string): boolean {
    if (rule.startsWith("tape-")) return this.#isTapeMeddled;
    if (rule === "line") return linesOf(this.#disk).includes(OF_OTHERS);
    if (rule === "run-json" || rule === "torn-line") return this.#isManifestMeddled;
    const hasLost = this.#isLogMeddled || this.ledger.hasLost !== undefined;
    const isUntold = this.#isWordLost || (this.#isManifestMeddled && hasLost);
    return isUntold && TOLD_BY_RUN_JSON.includes(rule);
  }

  /** Whoever comes last finds a run that can be opened, ended and read. */
  async #finish(): Promise<void> {
    this.#planned = undefined;
    this.#isCalm = true;
    this.#disk.capacity = Number.POSITIVE_INFINITY;
    const read = await this.#read();
    if (this.#plan.repairs.length > 0) {
      if (!(await this.#repaired())) return;
    } else if (!read.hasEnded) {
      const giveBack = this.#time.hold();
      try {
        this.#disk.restart();
        this.#time.forget();
        this.#lastTrouble = Number.NEGATIVE_INFINITY;
        const session = this.#open({
          acts: [],
          faults: [],
          end: "close",
          cut: undefined,
          isElsewhere: false,
        });
        // Of what others have put in the place of its log, a writer keeps off.
        if (!session && this.counts.mishaps > 0) return;
        if (!session) throw new Violation("the run cannot be opened any more");
        await this.#close(session, "close now");
      } finally {
        giveBack();
      }
    }
    const last = await this.#read();
    if (this.#isUnproven) return;
    const hasLost = this.ledger.hasLost;
    if (last.result === "ok" && hasLost !== undefined) throw new Violation(`verify says ok, but ${hasLost}`);
    if (!this.#isSetAsideLost) {
      // In a file of its own, or with what was cut off.
      const texts = this.#disk
        .list(DIRECTORY)
        .filter((name) => /^(?:torn-line|cut)-/.test(name))
        .map((name) => this.#disk.text(join(DIRECTORY, name)) ?? "");
      const gone = this.#torn.find((torn) => !texts.some((text) => text.endsWith(torn)));
      if (gone !== undefined) throw new Violation(`a torn line is nowhere any more: ${gone.slice(0, 100)}`);
    }
  }
}

const UNDISTURBED: PlannedRepair = { faults: [], isElsewhere: false };

/** Of the warnings among the lines, which events they say were lost. */
function lossesIn(lines: readonly string[]): string[] {
  return lines
    .filter((line) => line.includes('"events_dropped"'))
    .map((line) =>
      [/"dropped":\d+/, /"first_timestamp":"[^"]*"/, /"last_timestamp":"[^"]*"/]
        .map((member) => member.exec(line)?.[0])
        .join(),
    );
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
