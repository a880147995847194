const STEP = /^~*\.{1,2}$/;

/** An agent as a part of an address: `.` and `..`, which browsers take for steps along the path however they are escaped, are `~.` and `~..`. */
export function agentToPath(agent: string): string {
  return STEP.test(agent) ? `~${agent}` : agent;
}

export function agentFromPath(part: string): string {
  return part.startsWith("~") && STEP.test(part) ? part.slice(1) : part;
}
