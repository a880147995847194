import { formatCount } from "../format/index.ts";
import { length, type Range } from "./viewport.ts";

export interface Tick {
  position: number;
  label: string;
}

/** Labels want some 80 pixels each. */
const SPACING = 80;

/** Turns at round distances, never closer than one. A label stands at the start of its turn. */
export function turnTicks(range: Range, width: number): Tick[] {
  const step = stepFor(range, (length(range) / width) * SPACING);
  const ticks: Tick[] = [];
  for (let turn = Math.ceil(range.from / step) * step; turn < range.to; turn += step)
    ticks.push({ position: turn, label: formatCount(turn) });
  return ticks;
}

const SECOND = 1e6;
const TIME_STEPS = [60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * SECOND,
);

/** Moments at round distances, named as finely as the distance asks for, in UTC. */
export function timeTicks(range: Range, width: number): Tick[] {
  const wanted = (length(range) / width) * SPACING * 1.4;
  const step =
    wanted < 60 * SECOND
      ? stepFor(range, wanted)
      : (TIME_STEPS.find((one) => one >= wanted) ?? Math.ceil(wanted / (86_400 * SECOND)) * 86_400 * SECOND);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(range.from / step) * step; at <= range.to; at += step)
    ticks.push({ position: at, label: momentLabel(at, step) });
  return ticks;
}

/** A round step that is at least 1, and that leads from one number to another: of numbers above 2^53 there are not all. */
function stepFor({ from, to }: Range, wanted: number): number {
  const apart = Math.max(Math.abs(from), Math.abs(to)) * Number.EPSILON;
  return Math.max(1, roundStep(Math.max(wanted, 2 * apart)));
}

function momentLabel(micros: number, step: number): string {
  const iso = new Date(Math.floor(micros / 1000)).toISOString();
  if (step >= 86_400 * SECOND) return iso.slice(5, 10);
  if (step >= 60 * SECOND) return iso.slice(11, 16);
  if (step >= SECOND) return iso.slice(11, 19);
  const digits = step >= 100_000 ? 1 : step >= 10_000 ? 2 : step >= 1000 ? 3 : 6;
  const fraction = String(((micros % SECOND) + SECOND) % SECOND).padStart(6, "0");
  return `${iso.slice(14, 19)}.${fraction.slice(0, digits)}`;
}

/** The next 1, 2 or 5 times a power of ten. */
export function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const share = wanted / power;
  return (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10) * power;
}
