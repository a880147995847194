export { failed, wrongCall } from "./cli-error.ts";
export { describeFailure, stackOf } from "./describe-failure.ts";
export { EXIT, type ExitCode } from "./exit-code.ts";
export { OutputClosed } from "./output-closed.ts";
