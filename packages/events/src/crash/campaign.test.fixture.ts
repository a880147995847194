import { type Plan, type PlannedSession, planOf } from "./plan.test.fixture.ts";
import { COUNTED, type Counts, noCounts, simulate, type Verdict } from "./simulation.test.fixture.ts";

export { planOf, simulate };

/** What a round of seeds came to. */
export interface Round {
  seeds: number;
  counts: Counts;
  failed: Verdict | undefined;
  last: Verdict | undefined;
}

/** Plays the histories of so many seeds, until one shows what should not be. */
export async function playSeeds(
  first: number,
  seeds: number,
  onSeed?: (seed: number) => void,
): Promise<Round> {
  const counts = noCounts();
  let last: Verdict | undefined;
  for (let seed = first; seed < first + seeds; seed++) {
    onSeed?.(seed);
    const verdict = await simulate(planOf(seed));
    for (const name of COUNTED) counts[name] += verdict.counts[name];
    if (verdict.violation !== undefined)
      return { seeds: seed - first + 1, counts, failed: verdict, last: verdict };
    last = verdict;
  }
  return { seeds, counts, failed: undefined, last };
}

const MOST_TRIES = 400;

/** The same violation in a shorter history, as far as a few hundred tries find one: with fewer sessions, acts and faults. */
export async function shrunk(failed: Verdict): Promise<Verdict> {
  let least = failed;
  let tries = 0;
  for (let isShorter = true; isShorter && tries < MOST_TRIES; ) {
    isShorter = false;
    for (const plan of shorter(least.plan)) {
      if (++tries > MOST_TRIES) break;
      const verdict = await simulate(plan);
      if (kindOf(verdict) !== kindOf(failed)) continue;
      least = verdict;
      isShorter = true;
      break;
    }
  }
  return least;
}

/** What is wrong, whatever the numbers. */
function kindOf({ violation }: Verdict): string | undefined {
  return violation
    ?.split("\n")[0]
    ?.replaceAll(/[^a-z ]/g, "")
    .slice(0, 60);
}

/** Plans with something less, the shortest first. */
function* shorter(plan: Plan): Generator<Plan> {
  const { sessions } = plan;
  for (const index of sessions.keys())
    if (sessions.length > 1) yield { ...plan, sessions: sessions.toSpliced(index, 1) };
  const { repairs } = plan;
  for (const index of repairs.keys())
    if (repairs.length > 1) yield { ...plan, repairs: repairs.toSpliced(index, 1) };
  for (const [index, repair] of repairs.entries())
    for (const at of repair.faults.keys())
      yield { ...plan, repairs: repairs.with(index, { ...repair, faults: repair.faults.toSpliced(at, 1) }) };
  const withSession = (index: number, changed: Partial<PlannedSession>): Plan => ({
    ...plan,
    sessions: sessions.map((session, at) => (at === index ? { ...session, ...changed } : session)),
  });
  for (const [index, session] of sessions.entries()) {
    const { acts, faults } = session;
    for (
      let length = Math.ceil(acts.length / 2);
      length >= 1;
      length = length === 1 ? 0 : Math.ceil(length / 2)
    )
      for (let at = 0; at < acts.length; at += length)
        yield withSession(index, { acts: acts.toSpliced(at, length) });
    for (const at of faults.keys()) yield withSession(index, { faults: faults.toSpliced(at, 1) });
    if (session.cut !== undefined) yield withSession(index, { cut: undefined });
    for (const [at, act] of acts.entries())
      if (act.do === "emit" && act.times > 1)
        yield withSession(index, { acts: acts.with(at, { ...act, times: Math.ceil(act.times / 2) }) });
  }
  if (plan.compress === "gzip") yield { ...plan, compress: "none" };
}
