import type { Phase } from "@llm-sim/api";

/** A phase that a run was in once or, under the same name, again and again. */
export interface PhaseSpan {
  name: string;
  times: number;
  /** Of the first time. */
  first: Phase;
  /** Of the last time. */
  last: Phase;
}

/** So many phases are listed one by one. */
const LISTED = 12;

/** Each phase by itself, or, where there are very many, those of a name together; in the order of their first. */
export function phaseSpans(phases: readonly Phase[]): PhaseSpan[] {
  const single = phases.map((phase) => ({ name: phase.name, times: 1, first: phase, last: phase }));
  if (single.length <= LISTED) return single;
  const byName = new Map<string, PhaseSpan>();
  for (const span of single) {
    const known = byName.get(span.name);
    if (known === undefined) byName.set(span.name, span);
    else {
      known.times++;
      known.last = span.last;
    }
  }
  return [...byName.values()];
}

/** `turn 12`, `turns 3–7`, `7 times, turns 3–90` */
export function spanText({ times, first, last }: PhaseSpan): string {
  const turns =
    first.turn_start === last.turn_end
      ? `turn ${first.turn_start}`
      : `turns ${first.turn_start}–${last.turn_end}`;
  return times === 1 ? turns : `${times} times, ${turns}`;
}
