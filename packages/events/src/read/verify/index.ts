export {
  LOSS_KINDS,
  LOSS_TYPES,
  type LossKind,
  type LossType,
  VERIFY_RESULTS,
  VERIFY_RULES,
  type VerifyResult,
  type VerifyRule,
} from "../../schema/index.ts";
export type { RecordedLoss, VerifyReport, Violation } from "./report.ts";
export { type VerifyOptions, verifyRun } from "./verify-run.ts";
