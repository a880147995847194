/** What leads a run that is played again along its log. A run of its own has none of it. */
export interface AlongLog {
  /** Whether what happens is new by now: it is written, with all that stands beside the log. */
  readonly isLive: boolean;
  /** Before a turn. @returns whether to play it */
  beginTurn(turn: number): Promise<boolean>;
  /**
   * The run has come to its end, of which nothing is on record yet.
   *
   * @param isCutShort whether it was interrupted, rather than came to an end of its own
   */
  beforeEnd(isCutShort: boolean): Promise<void>;
  /**
   * Whether an agent's `decide` took too long, as the log has it: no clock decides that again. Then a promise that resolves when
   * all has come that the agent recorded before its time was up.
   */
  timesOut(agentId: string): Promise<void> | undefined;
}
