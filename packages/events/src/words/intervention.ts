import type { Intervention, LeftOut } from "../run/index.ts";
import { listText } from "./text.ts";
import { valueText } from "./value.ts";

/** Characters of a value that is set. */
const MAX_SHOWN = 40;

/** What is made otherwise in a turn: `alice.wealth = 5 and another decision of bob`. */
export function interventionText({ set = [], decide = [], without = [], config = [] }: Intervention): string {
  return listText([
    ...set.map(({ variable, value }) => `${variable} = ${valueText(value, MAX_SHOWN)}`),
    ...decide.map(({ agent_id }) => `another decision of ${agent_id}`),
    ...without.map((leftOut) => `without ${leftOutText(leftOut)}`),
    ...config.map(({ path, value }) => `${path}: ${valueText(value, MAX_SHOWN)}`),
  ]);
}

/** What is left out: `buy of bob (number 2)`, `rule interest`, `the decision of alice`. */
export function leftOutText({ event_type, agent_id, name = "", number }: LeftOut): string {
  const which = number === 0 ? "" : ` (number ${number + 1})`;
  switch (event_type) {
    case "DECISION":
      return `the decision of ${agent_id}`;
    case "ACTION":
      return `${name} of ${agent_id}${which}`;
    case "DETAIL":
      return `rule ${name}${which}`;
    case "MILESTONE":
      return `phase ${name}${which}`;
  }
}
