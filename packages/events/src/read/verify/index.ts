export {
  LOSS_KINDS,
  LOSS_TYPES,
  type LossKind,
  type LossType,
  type RecordedLoss,
  VERIFY_RESULTS,
  type VerifyReport,
  type VerifyResult,
  type Violation,
} from "./report.ts";
export { VERIFY_RULES, type VerifyRule } from "./rules.ts";
export { type VerifyOptions, verifyRun } from "./verify-run.ts";
