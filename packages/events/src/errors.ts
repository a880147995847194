/**
 * Whether `error` is of the class called `name` and, where that is given, of this `code`. By what it says of itself, not by
 * `instanceof`: it may come from another copy of its package, or out of a thread.
 */
export function isErrorNamed(error: unknown, name: string, code?: string): error is Error {
  if (!(error instanceof Error) || error.name !== name || !("code" in error)) return false;
  return code === undefined ? typeof error.code === "string" : error.code === code;
}

/** An error's code: a stable one of this project's (`EVENT_NOT_FOUND`), or the system's (`ENOENT`). */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** An error on its way out of a thread: what the system's own copy of one would lose. */
export interface SentError {
  name: string;
  message: string;
  stack: string | undefined;
  /** Its code, and what else it says in fields of its own. */
  fields: Record<string, unknown>;
}

/** @param error whose fields a structured clone can carry */
export function sentError(error: Error): SentError {
  const { name, message, stack } = error;
  const fields = Object.fromEntries(Object.entries(error).filter(([field]) => field !== "name"));
  return { name, message, stack, fields };
}

export function receivedError({ name, message, stack, fields }: SentError): Error {
  return Object.assign(new Error(message), fields, { name, stack });
}
