export {
  askerText,
  errorWords,
  latencyText,
  markWords,
  purposeText,
  tokensText,
} from "./call-words.ts";
export { type CallsCriteria, callsCriteria, leavesCallsOut, OUTCOME_CHOICES } from "./calls-query.ts";
