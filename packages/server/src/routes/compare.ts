import { type Completeness, compare, compareDifferences, compareValues } from "@llm-sim/api";
import type { Answered, AskedRun, Store } from "@llm-sim/store";
import { finished, questionOf } from "../answers/index.ts";

/** Two runs side by side: as a whole, the events that differ, and the values at their ends. */
export const compareQuestion = questionOf(compare, {
  length: "thorough",
  runs: ({ query }) => [query.left, query.right],
  answer: async ({ query }, { store, signal }) =>
    finished(await ofBoth(store, query, (one, other) => one.explain.compare(other.explain, signal))),
});

export const compareDifferencesQuestion = questionOf(compareDifferences, {
  length: "thorough",
  runs: ({ query }) => [query.left, query.right],
  answer: async ({ query }, { store, signal }) =>
    finished(
      await ofBoth(store, query, (one, other) => one.explain.differences(other.explain, query, signal)),
    ),
});

export const compareValuesQuestion = questionOf(compareValues, {
  length: "thorough",
  runs: ({ query }) => [query.left, query.right],
  answer: async ({ query }, { store, signal }) =>
    finished(
      await ofBoth(store, query, (one, other) => one.explain.valuesBeside(other.explain, query, signal)),
    ),
});

/** The lines that are no events are those of both logs. */
async function ofBoth<Answer extends Pick<Completeness, "gaps">>(
  store: Store,
  { left, right }: { left: string; right: string },
  ask: (left: AskedRun, right: AskedRun) => Answer | Promise<Answer>,
): Promise<Answered<Answer>> {
  const [one, other] = [await store.openRun(left), await store.openRun(right)];
  const { answer: of, skipped } = await one.ask((l) => other.ask((r) => ask(l, r)));
  return { answer: of.answer, skipped: skipped + of.skipped };
}
