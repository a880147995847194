/** What a shell sees. */
export const EXIT = {
  done: 0,
  failed: 1,
  wrongCall: 2,
  /** With `--strict`: the answer may not be the whole truth. */
  incomplete: 3,
  /** Of a shard: other processes are at some of its runs, and it is to be started again; EX_TEMPFAIL of sysexits(3). */
  notYet: 75,
  /** 128 + the signal's number, as shells do it; SIGINT is 2. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
