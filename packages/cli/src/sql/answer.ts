/** What bounds a statement. */
export interface SqlLimits {
  rows: number;
  /** Of what is printed. */
  bytes: number;
  seconds: number;
}

/** What a statement answers, a row at a time. */
export interface SqlAnswer {
  columns: string[];
  /** Values as JSON has them; numbers beyond a double's are texts. */
  rows: AsyncIterable<readonly unknown[]>;
}
