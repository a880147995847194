/** Where a line of a run stands: `offset` in bytes of the uncompressed segment, `line` from 1. */
export interface Place {
  /** The segment's name. */
  file: string;
  line: number;
  offset: number;
}
