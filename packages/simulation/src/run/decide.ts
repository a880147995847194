import { type Answer, after, inOrder, isThenable, settled } from "../answer/index.ts";
import type { Shown } from "../engine/index.ts";
import type { RunningAgent } from "../roster/index.ts";
import { type DecisionTurn, PendingDecision, type RecordedDecision } from "./pending-decision.ts";

/**
 * Shows every active agent what it sees, one after the other, then asks all at once, and records each decision when it comes.
 * Resolves to them in the order of the agents; one that failed or took too long is missing, and a SYSTEM failure tells of it.
 * Where all code answers at once, so does this.
 *
 * @throws NeverSettled where nothing is left in the process that could make an agent answer
 */
export function decideAll(agents: readonly RunningAgent[], turn: DecisionTurn): Answer<RecordedDecision[]> {
  const seeing: Seeing[] = [];
  const shown = inOrder(agents, (agent) => {
    const activity = turn.engine.askIsActive(agent.id);
    if (!activity) return;
    return after(turn.engine.show(agent.id, activity), (sees) => {
      seeing.push({ agent, sees });
    });
  });
  // While somebody was shown something the run may have been interrupted.
  return after(shown, () =>
    turn.signal.aborted ? [] : turn.engine.duringDecisions(() => askAll(seeing, turn)),
  );
}

/** An agent, and what it is shown. */
interface Seeing {
  agent: RunningAgent;
  sees: Shown;
}

function askAll(seeing: readonly Seeing[], turn: DecisionTurn): Answer<RecordedDecision[]> {
  const { signal } = turn;
  /** Those that wait for something: what the others needed to decide is not kept until the last has. */
  const pending: PendingDecision[] = [];
  const answers = seeing.map(({ agent, sees }) => {
    const decision = new PendingDecision(agent, turn, sees);
    const answer = turn.engine.asking(agent.id, () => decision.ask());
    if (isThenable(answer)) pending.push(decision);
    return answer;
  });
  const direct: (RecordedDecision | undefined)[] = [];
  for (const answer of answers) {
    if (isThenable(answer)) {
      const interrupt = () => {
        for (const decision of pending) decision.interrupt();
      };
      signal.addEventListener("abort", interrupt, { once: true });
      const all = Promise.all(answers.map((other) => Promise.resolve(other)));
      return settled(all, () => neverDecided(pending))
        .then(present)
        .finally(() => signal.removeEventListener("abort", interrupt));
    }
    direct.push(answer);
  }
  return present(direct);
}

/** Records of each agent that did not answer that it did not, and says so in one line. */
function neverDecided(pending: readonly PendingDecision[]): string {
  const silent = pending.filter((decision) => decision.isOpen);
  const [first = "an agent"] = silent.map((decision) => decision.giveUp());
  const others = silent.length > 1 ? ` and ${silent.length - 1} more` : "";
  return `${first}${others} never decided, and nothing is left in the process that could settle the promise of decide; let decide return or throw, whatever comes of what it awaits`;
}

function present(answers: readonly (RecordedDecision | undefined)[]): RecordedDecision[] {
  return answers.filter((answer) => answer !== undefined);
}
