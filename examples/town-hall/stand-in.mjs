// Answers in place of a language model, by rules, from what the prompt says and nothing else. It is no model, and what it says no
// model's: it is there so that the example can be recorded, and tried, without one.

/** What is said for and against the motion, by what one cares about. */
const ARGUMENTS = {
  trade: [
    "For trade it is good: people stop where no cars pass, and buy.",
    "For trade it is bad: no customer carries flour or a sofa home on foot.",
  ],
  time: [
    "It saves time: the bus no longer stands in the queue.",
    "It costs time: the other bridge is twenty minutes away.",
  ],
  safety: [
    "It is about safety: last spring a child was hit on the bridge.",
    "It is no safety: the cars will then race through Kiln Lane.",
  ],
  air: ["It is about the air: on the bridge one can taste it.", "The air will be no better, only elsewhere."],
};

/** How far an argument moves who hears it: more where it is about what one cares about most. */
const MOVES = { own: 3, other: 1 };

/** @returns what the server does with a request that one of the citizens' prompts makes */
export function answer({ messages }) {
  const citizen = citizenOf(messages);
  const heard = citizen.heard.map(({ from, says }) => ({ from, ...argumentIn(says) }));
  const moved = heard.reduce((sum, { topic, sign }) => sum + sign * movesBy(citizen, topic), 0);
  const stance = Math.max(-10, Math.min(10, citizen.stance + moved));
  const because = heard.filter(({ topic }) => topic === citizen.cares).map(({ from }) => from);
  const reason =
    because.length > 0
      ? `${because.join(" and ")} talked of ${citizen.cares}, which I care about: from ${citizen.stance} to ${stance}.`
      : `Nothing that I heard was about ${citizen.cares}: from ${citizen.stance} to ${stance}.`;
  if (citizen.isVote) {
    const choice = stance > 0 ? "yes" : "no";
    return said(reason, "vote", { choice, says: `I vote ${choice}.` });
  }
  const says = ARGUMENTS[citizen.cares][stance > 0 ? 0 : 1];
  return said(reason, "talk", { with: partnerOf(citizen), says, stance });
}

const said = (reason, action_type, payload) => ({ json: { reason, actions: [{ action_type, payload }] } });

/** What the prompts say: the last of what is seen now, those before of whom one has talked to. */
function citizenOf(messages) {
  const [{ content: system }] = messages;
  const prompt = messages.findLast(({ content }) => content.startsWith("Turn ")).content;
  const spoken = messages.flatMap(({ role, content }) =>
    role === "assistant" ? JSON.parse(content).actions.map(({ payload }) => payload.with) : [],
  );
  return {
    name: /^You are (\w+),/.exec(system)[1],
    cares: /You care most about (\w+)\./.exec(system)[1],
    stance: Number(/you think (-?\d+)/.exec(prompt)[1]),
    heard: [...prompt.matchAll(/^(\w+) said to you: (.*)$/gm)].map(([, from, says]) => ({ from, says })),
    others: /There are (.*)\.$/m.exec(prompt)?.[1].split(", ") ?? [],
    isVote: prompt.includes("Now the town votes."),
    spoken,
  };
}

function argumentIn(says) {
  for (const [topic, [pro, contra]] of Object.entries(ARGUMENTS)) {
    if (says === pro) return { topic, sign: 1 };
    if (says === contra) return { topic, sign: -1 };
  }
  return { sign: 0 };
}

const movesBy = ({ cares }, topic) => (topic === cares ? MOVES.own : MOVES.other);

/** The next by name whom it has not talked to, as far as it remembers. */
function partnerOf({ name, others, spoken }) {
  const after = [...others.filter((other) => other > name), ...others];
  return after.find((other) => !spoken.includes(other)) ?? after[0];
}
