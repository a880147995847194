import { randomUUID } from "node:crypto";

/** Milliseconds after which who claimed a run is taken to have ended: what it claims at once is shipped within a few seconds. */
const LASTS = 10_000;
/** What this process claimed and will put nothing in of. */
const dropped = new Set<string>();

/** A claim that nobody else makes, with the time of it. */
export function newClaim(): string {
  return `${Date.now()} ${randomUUID()}`;
}

/** This process puts nothing in any more under a claim: whoever comes need not wait. */
export function dropClaim(claim: string): void {
  dropped.add(claim);
}

/** Whether who made a claim is not to be waited for. Who is wrong about it ships the run a second time, as another edition. */
export function isGivenUp(claim: string): boolean {
  return dropped.has(claim) || Math.abs(Date.now() - Number(claim.split(" ")[0])) > LASTS;
}
