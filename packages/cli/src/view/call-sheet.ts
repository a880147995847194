import type { CallAnswer, ModelCall } from "@llm-sim/api";
import { usdText } from "@llm-sim/events/words";
import type { Output } from "../context/index.ts";
import { counted, displayWidth, formatDuration, Paint, pad, plainText } from "../terminal/index.ts";
import { outcomeText, whoAsked } from "./call-list.ts";

/** Cells that roles take. */
const ROLE_WIDTH = 12;
/** Lines of a text that are shown without `--full`: of what is longer the rest is counted. */
const FOLDED_LINES = 16;

/** One call: what it cost and came to, what was said that was not said in the asker's call before, the answer. */
export function callSheet(
  answer: CallAnswer,
  isFull: boolean,
  { color, columns, isTerminal }: Pick<Output, "color" | "columns" | "isTerminal">,
): string[] {
  const sheet = new Sheet(new Paint(color), isTerminal ? columns : Number.POSITIVE_INFINITY, isFull);
  sheet.head(answer);
  for (const message of answer.messages ?? []) {
    if (message.item === "same") sheet.same(answer, message.to - message.from);
    else if (message.content === undefined) sheet.absent(message.role ?? "message", message.hash);
    else sheet.said(named(message), message.content);
  }
  if (answer.reasoning !== undefined) sheet.said("thinking", answer.reasoning);
  if (answer.text !== undefined) sheet.said("answer", answer.text, true);
  if (isFull && answer.schema !== undefined) sheet.said("schema", JSON.stringify(answer.schema, null, 2));
  if (answer.call.error !== undefined) sheet.said("error", answer.call.error);
  return sheet.lines;
}

function named({ role = "message", name }: { role?: string | undefined; name?: string | undefined }): string {
  return name === undefined ? role : `${role} ${name}`;
}

class Sheet {
  readonly lines: string[] = [];
  readonly #paint: Paint;
  readonly #columns: number;
  readonly #isFull: boolean;

  constructor(paint: Paint, columns: number, isFull: boolean) {
    this.#paint = paint;
    this.#columns = columns;
    this.#isFull = isFull;
  }

  head({ call, attempts }: CallAnswer): void {
    const paint = this.#paint;
    const { usage, latency_ms, cost_usd, status } = call;
    const tokens =
      usage === undefined
        ? "no tokens"
        : `${usage.estimated === true ? "about " : ""}${counted(usage.input_tokens ?? 0, "token")} in, ${usage.output_tokens ?? 0} out`;
    const price =
      cost_usd === undefined ? (usage === undefined ? [] : ["price not known"]) : [usdText(cost_usd)];
    this.#add(paint.bold(plainText(titleOf(call, attempts.length))), 0);
    this.#add(plainText([modelText(call), tokens, formatDuration(latency_ms), ...price].join("  ")), 2);
    const outcome = outcomeText(call);
    this.#add(`${status === "success" ? outcome : paint.caution(outcome)}  ${paint.dim(call.event_id)}`, 2);
  }

  same({ previous, call }: CallAnswer, messages: number): void {
    const before = previous?.event_id === undefined ? "" : `, ${previous.event_id}`;
    const whose = call.actor === "agent" ? `${whoAsked(call)}'s` : `the ${call.actor}'s`;
    this.#add(
      this.#paint.dim(plainText(`… ${counted(messages, "message")} as in ${whose} call before${before}`)),
      2,
    );
  }

  absent(role: string, hash: string): void {
    this.#add(`${this.#label(role)}${this.#paint.dim(`(not on the tape) ${hash}`)}`, 2);
  }

  /** Line breaks stay where they are; a line that is too long goes on below, a word that is, too. */
  said(role: string, text: string, stands = false): void {
    const indent = 2 + ROLE_WIDTH;
    const all = text.split(/\r?\n/).flatMap((line) => wrapped(plainText(line), this.#columns - indent));
    const isFolded = !this.#isFull && all.length > FOLDED_LINES;
    const shown = isFolded ? all.slice(0, FOLDED_LINES - 1) : all;
    for (const [at, line] of shown.entries()) {
      const label = at === 0 ? this.#label(role) : " ".repeat(ROLE_WIDTH);
      const words = stands && line !== "" ? this.#paint.bold(line) : line;
      this.lines.push(`  ${this.#paint.dim(label)}${words}`.trimEnd());
    }
    if (isFolded)
      this.#add(
        this.#paint.dim(`${" ".repeat(ROLE_WIDTH)}… ${all.length - shown.length} more lines (--full)`),
        2,
      );
  }

  #label(role: string): string {
    return pad(plainText(role), ROLE_WIDTH);
  }

  #add(line: string, indent: number): void {
    this.lines.push(`${" ".repeat(indent)}${line}`);
  }
}

/** In rows of at most so many cells, broken at spaces, and within a word that is longer than a row, as JSON's are. */
function wrapped(line: string, cells: number): string[] {
  const words = line
    .split(/(?<=\s)(?=\S)/)
    .flatMap((word) => (displayWidth(word) <= cells ? [word] : cut(word, cells)));
  const rows: string[] = [];
  let row = "";
  for (const word of words) {
    if (row !== "" && displayWidth(`${row}${word}`.trimEnd()) > cells) {
      rows.push(row.trimEnd());
      row = "";
    }
    row += word;
  }
  return [...rows, row.trimEnd()];
}

function cut(word: string, cells: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (displayWidth(piece + character) > cells) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}

/** `alice asked for offer (bob), 2nd of 2 attempts` */
function titleOf(call: ModelCall, attempts: number): string {
  const { purpose, key, attempt } = call;
  const about = key === undefined ? "" : ` (${key})`;
  const nth = attempts > 1 || attempt > 1 ? `, attempt ${attempt} of ${Math.max(attempts, attempt)}` : "";
  return `${whoAsked(call)} asked for ${purpose}${about}${nth}`;
}

function modelText({ model, served_model }: ModelCall): string {
  return served_model === undefined || served_model === model ? model : `${model} (${served_model})`;
}
