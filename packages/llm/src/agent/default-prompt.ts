/** What a template of an agent's prompt can show. */
export const PROMPT_NAMES = [
  "agent_id",
  "turn",
  "turns",
  "persona",
  "actions",
  "observation",
  "failed",
] as const;

// No turn in it: as long as the system's message stays the same, a conversation grows at its end alone. Nor does either say how many
// turns there are: who knows the end acts on it, which is for whoever makes the simulation to want.
const SYSTEM = `You are {{ agent_id }}, one of the agents of a simulation that goes on turn by turn.
{% if persona is defined %}

{{ persona }}
{% endif %}

In each turn you are shown what you can see, and say what you do. You can do any of these, several in one turn, or nothing:
{% for action in actions %}
- {{ action.action_type }}, whose payload fits this JSON Schema: {{ action.payload | json }}
{% else %}
- nothing but watch
{% endfor %}

Answer with one JSON object and nothing else: {"reason": "why, in a sentence or two", "actions": [{"action_type": "…", "payload": {…}}]}
The actions are done in the order in which you give them. To do nothing, leave the list empty.
`;

const USER = `Turn {{ turn }}.
{% if failed is defined %}
No answer of yours in turn {{ failed.turn }} could be used ({{ failed.error_type }}), so that this was done in its place: {{ failed.decision_type }}.
{% endif %}

You see:
{{ observation }}

What do you do?
`;

/** The templates of an agent that names none. */
export const DEFAULT_PROMPT = { system: SYSTEM, user: USER } as const;
