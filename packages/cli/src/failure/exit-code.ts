/** What a shell sees. */
export const EXIT = {
  done: 0,
  failed: 1,
  wrongCall: 2,
  /** With `--strict`: the answer may not be the whole truth. */
  incomplete: 3,
  /** 128 + the signal's number, as shells do it; SIGINT is 2. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
