import type { Parting, ReplayReport } from "@llm-sim/simulation";
import { leftText, rightText } from "@llm-sim/store/explain";
import { counted } from "../terminal/index.ts";
import { below, EMPTY, type Line, line, text } from "./line.ts";

/** What became of playing a run again. */
export function replayLines({ same, recalled, until, parting, changes, answers }: ReplayReport): Line[] {
  const compared = [
    counted(recalled.turns, "turn"),
    counted(recalled.events, "event"),
    counted(recalled.hashes, "state hash", "state hashes"),
  ].join(", ");
  return [
    text(same ? "The same." : `It parts from its log in turn ${parting?.turn ?? 0}.`),
    below(`${compared} compared${same ? "" : " before that"}`),
    ...(recalled.turns > 0 && recalled.hashes === 0
      ? [below("what becomes of the state was not: it is recorded from --verbosity STATE on")]
      : []),
    ...(answers ? answerLines(answers, same) : []),
    ...(until ? [below(`played up to turn ${until.turn - 1}: ${until.reason}`)] : []),
    ...(parting ? partingLines(parting) : []),
    ...changes.map(({ of, recorded, now }) =>
      below(`${of} is not as it was: ${short(recorded)} then, ${short(now)} now`),
    ),
  ];
}

/** So many calls that nobody asked for are named. */
const MAX_UNASKED = 5;

function answerLines({ used, of, unasked }: NonNullable<ReplayReport["answers"]>, same: boolean): Line[] {
  const named = unasked.slice(0, MAX_UNASKED).join(", ");
  const more = unasked.length > MAX_UNASKED ? ` and ${unasked.length - MAX_UNASKED} more` : "";
  return [
    below(`${used} of ${counted(of, "answer")} taken from the tape`),
    ...(same && unasked.length > 0 ? [below(`on the tape and not asked for: ${named}${more}`)] : []),
  ];
}

function partingLines({
  key,
  kind,
  suspect,
  recorded,
  now,
  difference,
  is_order,
  misses = [],
}: NonNullable<ReplayReport["parting"]>): Line[] {
  const { fields = [], causes } = difference ?? {};
  return [
    EMPTY,
    line("place", `${key} @@`),
    line(
      "left",
      ...(recorded ? [{ event_id: recorded.event_id }, `  ${recorded.description ?? ""}`] : ["nothing more"]),
    ),
    line("right", now?.description ?? "nothing more"),
    ...fields
      .filter(({ path }) => path !== "/description" || fields.length === 1)
      .map((field) =>
        below(`${field.path.slice(1).replaceAll("/", ".")}: ${leftText(field)} | ${rightText(field)}`),
      ),
    ...(causes && causes.only_recorded.length + causes.only_now.length > 0
      ? [below(`causes: ${causes.only_recorded.length} only in the log, ${causes.only_now.length} only now`)]
      : []),
    EMPTY,
    text(reasonText({ kind, suspect, is_order, difference })),
    ...misses.slice(0, 1).map((miss) => below(miss)),
  ];
}

function reasonText({
  kind,
  suspect,
  is_order,
  difference,
}: Pick<NonNullable<ReplayReport["parting"]>, "kind" | "suspect" | "is_order"> &
  Pick<Parting, "difference">): string {
  if (kind === "answer") return `The tape has no answer that fits what ${suspect.text} asks now.`;
  if (kind === "code") return `Its code has changed: ${suspect.text} does something else now.`;
  if (kind === "outside")
    return `It comes out the same each time, but not as it was recorded: ${suspect.text} rests on something outside the run, as a file, the date or the environment.`;
  const how = is_order
    ? "the order in which it does things is another each time, as of a Set that is filled by who was faster"
    : difference && difference.fields.length === 0
      ? "it reads something else each time"
      : "it comes to something else each time, as by Math.random, a clock, or what it keeps from run to run";
  return `It is not repeatable: ${suspect.text}: ${how}.`;
}

const MAX_HASH = 12;

function short(of: string | undefined): string {
  return of === undefined ? "none" : of.slice(0, MAX_HASH);
}
