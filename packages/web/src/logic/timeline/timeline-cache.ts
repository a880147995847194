import type { TimelineAnswer } from "@llm-sim/api";
import type { ApiClient } from "../api/index.ts";

export interface TimelineCache {
  timeline: ApiClient["timeline"];
  /** The run has grown: nothing that was counted holds. */
  clear(): void;
}

/**
 * Answers about density by what was asked. Kinds are asked one at a time, so that switching kinds on and off, and
 * coming back to an earlier filter, asks nothing anew: at a million events that is 5 answers of some 25 ms each.
 */
export function createTimelineCache(api: ApiClient, capacity = 60): TimelineCache {
  const answers = new Map<string, TimelineAnswer>();
  let generation = 0;
  return {
    async timeline(asked, signal) {
      const key = JSON.stringify(asked);
      const known = answers.get(key);
      if (known) {
        answers.delete(key);
        answers.set(key, known);
        return known;
      }
      const begun = generation;
      const answer = await api.timeline(asked, signal);
      if (begun !== generation) return answer;
      answers.set(key, answer);
      for (const oldest of answers.keys()) {
        if (answers.size <= capacity) break;
        answers.delete(oldest);
      }
      return answer;
    },
    clear() {
      generation++;
      answers.clear();
    },
  };
}
