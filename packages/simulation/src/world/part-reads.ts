/** Is told what is read of one part of the state: the world's, or an agent's. Names are as variables are named, `""` is the part. */
export interface PartReads {
  /** The value of a variable. */
  value(name: string): void;
  /** Whether there is such a variable or node. */
  presence(name: string, isThere: boolean): void;
  /** Which members a node has. */
  keys(name: string): void;
}

/** Is told what is read of a state. Where there is nobody to tell, nothing is tracked. */
export interface StateReads {
  part(agentId: string | undefined): PartReads;
  /** Which agents there are. */
  agents(): void;
}
