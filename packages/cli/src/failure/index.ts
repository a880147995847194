export { failed, wrongCall } from "./cli-error.ts";
export { EXIT, type ExitCode } from "./exit-code.ts";
export { explain, stackOf } from "./explain.ts";
export { OutputClosed } from "./output-closed.ts";
