// Answers in place of a language model, by rules, from what the prompt says and nothing else. It is no model, and what it says no
// model's: it is there so that the example can be recorded, and tried, without one.

/** What each tries for beyond what it needs, in thousands. */
const EXTRA = { ines: 14, omar: 3, ruth: 2 };

/** @returns what the server does with a request that one of the parties' prompts makes */
export function answer({ messages }) {
  const isPrompt = ({ content }) => content.startsWith("Turn ");
  const prompt = messages.findLast(isPrompt).content;
  const party = partyOf(messages[0].content, prompt);
  return said(party, choose(party), { isRepeated: !isPrompt(messages.at(-1)) });
}

/** What the prompt says. */
function partyOf(system, prompt) {
  const name = /^You are (\S+)\./.exec(system)[1];
  const [, budget, needs] = /There are (\d+) thousand .* You need at least (\d+)\./.exec(prompt).map(Number);
  const by = /^On the table is what (\S+) offers:/m.exec(prompt)?.[1];
  const shares = Object.fromEntries(
    [...prompt.matchAll(/^- (\S+): (\d+)$/gm)].map(([, to, amount]) => [to, Number(amount)]),
  );
  const heard = [...prompt.matchAll(/^(\S+) (?:said last: (.*)|has said nothing yet\.)$/gm)];
  const others = heard.map(([, other, says = ""]) => ({ name: other, says }));
  return { name, budget, needs, by, shares, others, turn: Number(/^Turn (\d+)/.exec(prompt)[1]) };
}

function choose(party) {
  const { name, needs, by, shares } = party;
  if (by === undefined || by === name) return offer(party);
  if (shares[name] >= needs) {
    const more = shares[name] - needs;
    return {
      reason: `${shares[name]} is ${more === 0 ? "just what I need" : `${more} more than I need`}, and a rejection would cost us all.`,
      action_type: "accept",
      payload: { says: `I can live with ${shares[name]}.` },
    };
  }
  const claimed = needs + EXTRA[name];
  return {
    reason: `${shares[name]} is ${needs - shares[name]} less than the ${needs} that I need. I ask for ${claimed}, to be on the safe side.`,
    action_type: "reject",
    payload: { says: `With ${shares[name]} I would have to close. I cannot do with less than ${claimed}.` },
  };
}

/** At first half of what is left to each of the others; later what they claim, and to those who would take less, the rest. */
function offer({ name, budget, needs, others }) {
  const claims = others.map(({ name: to, says }) => ({ to, claim: claimIn(says) }));
  const claimed = claims.reduce((sum, { claim = 0 }) => sum + claim, 0);
  const mine = claimed === 0 ? needs + EXTRA[name] : needs;
  const open = claims.filter(({ claim }) => claim === undefined);
  const share = Math.max(0, Math.floor((budget - claimed - mine) / open.length));
  return {
    reason:
      claimed === 0
        ? `I need ${needs}, and begin with ${mine}: nobody has said what they need.`
        : `The others will not do with less than ${claimed}, so that I go down to the ${needs} that I need.`,
    action_type: "offer",
    payload: {
      shares: [
        { to: name, amount: mine },
        ...claims.map(({ to, claim }) => ({ to, amount: claim ?? share })),
      ],
      says:
        claimed === 0
          ? `We cannot do without ${mine}.`
          : `I have gone down to ${mine}: this is all there is.`,
    },
  };
}

const claimIn = (says) => {
  const [, claim] = /cannot do with less than (\d+)\./.exec(says) ?? [];
  return claim === undefined ? undefined : Number(claim);
};

/** Models do not always answer as they are asked to, and neither does this. */
function said({ name, turn }, { reason, action_type, payload }, { isRepeated }) {
  if (turn === 4 && !isRepeated) action_type = "propose";
  const json = { reason, actions: [{ action_type, payload }] };
  if (name !== "omar") return { json };
  return {
    text: `<think>Turn ${turn}. ${reason}</think>\n\`\`\`json\n${JSON.stringify(json, null, 2)}\n\`\`\``,
  };
}
