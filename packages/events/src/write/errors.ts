import { basename } from "node:path";
import { isErrorNamed } from "../errors.ts";
import type { LockHolder } from "../run/index.ts";

export const WRITE_ERROR_CODES = [
  "RUN_LOCKED",
  "RUN_ENDED",
  "RUN_FOREIGN",
  "RUN_NEWER",
  "RUN_NOT_WRITABLE",
  "FLUSH_FAILED",
  "TAPE_ENDED",
] as const;
export type WriteErrorCode = (typeof WRITE_ERROR_CODES)[number];

/** A run that cannot be written, or not now. */
export class WriteError extends Error {
  readonly code: WriteErrorCode;
  /** The run's directory. */
  readonly directory: string;
  /** Who holds the lock, for RUN_LOCKED. */
  readonly holder: LockHolder | undefined;

  constructor(
    code: WriteErrorCode,
    directory: string,
    message: string,
    options: { holder?: LockHolder; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "WriteError";
    this.code = code;
    this.directory = directory;
    this.holder = options.holder;
  }
}

/** What the system said of a file, which `run.json` keeps: without the machine's paths, which the file's own name stands for. */
export function refusalText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const paths = [Reflect.get(error, "path"), Reflect.get(error, "dest")];
  return paths.reduce<string>(
    (text, path) => (typeof path === "string" && path !== "" ? text.replaceAll(path, basename(path)) : text),
    error.message,
  );
}

export function isWriteError(error: unknown, code?: WriteErrorCode): error is WriteError {
  return isErrorNamed(error, "WriteError", code);
}
