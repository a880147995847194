// The recipe of CONTRIBUTING for a new kind of event, followed for one that is invented: SIGNAL, by which an agent lets another know of
// something. Each step names its file and what it changes there; a place that moves is to be followed here.
const events = (path) => `packages/events/src/${path}`;

/**
 * By step: `create` is a whole file; else `at` is a text that stands once in the file, and the new text goes before it, behind it
 * or `instead` of it.
 */
export const RECIPE = [
  {
    file: events("schema/event-type.ts"),
    at: '"DETAIL", "SYSTEM"]',
    instead: '"DETAIL", "SYSTEM", "SIGNAL"]',
  },
  {
    file: events("schema/signal.ts"),
    create: `import * as z from "zod";
import { agentIdSchema, envelope, envelopeEnd } from "./envelope.ts";
import { jsonObjectSchema } from "./json-value.ts";

/** An agent lets another know of something. */
export const signalEventSchema = z.looseObject({
  ...envelope,
  event_type: z.literal("SIGNAL"),
  agent_id: agentIdSchema,
  signal_type: z.string(),
  signal_payload: jsonObjectSchema,
  channel: z.string().optional(),
  strength: z.int().min(0).optional(),
  receiver_agent_id: agentIdSchema.optional(),
  ...envelopeEnd,
});
export type SignalEvent = z.infer<typeof signalEventSchema>;
`,
  },
  {
    file: events("schema/event.ts"),
    at: "import { stateEventSchema }",
    before: 'import { signalEventSchema } from "./signal.ts";\n',
  },
  { file: events("schema/event.ts"), at: "  systemEventSchema,\n", behind: "  signalEventSchema,\n" },
  {
    file: events("schema/members.ts"),
    at: "import { stateEventSchema }",
    before: 'import { signalEventSchema } from "./signal.ts";\n',
  },
  {
    file: events("schema/members.ts"),
    at: "  SYSTEM: [systemEventSchema],\n",
    behind: "  SIGNAL: [signalEventSchema],\n",
  },
  {
    file: events("schema/members.ts"),
    at: '  SYSTEM: { name: "status", label: "error_type" },\n',
    behind: '  SIGNAL: { name: "signal_type", payload: "signal_payload", label: "channel" },\n',
  },
  {
    file: events("schema/verbosity.ts"),
    at: '  if (kind !== "SYSTEM") return kind;\n',
    before: '  if (kind === "SIGNAL") return "ACTION";\n',
  },
  {
    file: events("schema/index.ts"),
    at: "export { STATE_CHANGES",
    before: 'export { type SignalEvent, signalEventSchema } from "./signal.ts";\n',
  },
  {
    file: events("emit/kinds.ts"),
    at: 'export const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");\n',
    behind: 'export const SIGNAL = EVENT_TYPES.indexOf("SIGNAL");\n',
  },
  {
    file: events("emit/fields.ts"),
    at: "export interface SystemFields",
    before: `export interface SignalFields extends CommonFields {
  channel?: string | undefined;
  strength?: number | undefined;
  receiver_agent_id?: string | undefined;
}

`,
  },
  { file: events("emit/draft.ts"), at: "  DetailFields,\n", behind: "  SignalFields,\n" },
  {
    file: events("emit/draft.ts"),
    at: "MILESTONE, STATE, SYSTEM }",
    instead: "MILESTONE, SIGNAL, STATE, SYSTEM }",
  },
  {
    file: events("emit/draft.ts"),
    at: "Partial<StateFields> & SystemFields;",
    instead: "Partial<StateFields> & SystemFields & SignalFields;",
  },
  {
    file: events("emit/draft.ts"),
    at: "  subjectAgentId: string | undefined;\n",
    behind: "  strength: number | undefined;\n  receiverAgentId: string | undefined;\n",
  },
  {
    file: events("emit/draft.ts"),
    at: "  #begin(kind: number",
    before: `  signal(agentId: string, type: string, payload: object, fields?: SignalFields): this {
    this.#begin(SIGNAL, type, fields);
    this.agentId = agentId;
    this.payload = payload;
    return this;
  }

`,
  },
  {
    file: events("emit/draft.ts"),
    at: "    switch (this.kind) {\n",
    instead: `    this.strength = undefined;
    this.receiverAgentId = undefined;
    switch (this.kind) {
      case SIGNAL:
        this.label = fields.channel;
        this.strength = fields.strength;
        this.receiverAgentId = fields.receiver_agent_id;
        break;
`,
  },
  {
    file: events("emit/event-encoder.ts"),
    at: "NAME_FIELDS, STATE, SYSTEM }",
    instead: "NAME_FIELDS, SIGNAL, STATE, SYSTEM }",
  },
  {
    file: events("emit/event-encoder.ts"),
    at: "const NAME = Buffer.from",
    before: `const SIGNAL_PAYLOAD = Buffer.from(',"signal_payload":');
const CHANNEL = Buffer.from(',"channel":');
const STRENGTH = Buffer.from(',"strength":');
const RECEIVER = Buffer.from(',"receiver_agent_id":');
`,
  },
  {
    file: events("emit/event-encoder.ts"),
    at: "      case MILESTONE:\n        this.#optional(NAME",
    before: `      case SIGNAL:
        this.bytes(SIGNAL_PAYLOAD);
        this.value(draft.payload);
        this.#optional(CHANNEL, draft.label);
        this.#optional(STRENGTH, draft.strength);
        this.#optional(RECEIVER, draft.receiverAgentId);
        break;
`,
  },
  {
    file: events("emit/validate.ts"),
    at: "NAME_FIELDS, STATE, SYSTEM }",
    instead: "NAME_FIELDS, SIGNAL, STATE, SYSTEM }",
  },
  { file: events("emit/validate.ts"), at: "    kind === ACTION ||\n", behind: "    kind === SIGNAL ||\n" },
  {
    file: events("emit/validate.ts"),
    at: "    case SYSTEM:\n      return systemProblem",
    before: `    case SIGNAL:
      return signalProblem(draft, encoder);
`,
  },
  {
    file: events("emit/validate.ts"),
    at: "function systemProblem",
    before: `function signalProblem({ payload, label, strength, receiverAgentId }: Draft, encoder: EventEncoder): string | undefined {
  if (!isObject(payload)) return "signal_payload is not an object";
  if (label !== undefined && typeof label !== "string") return "channel is not a string";
  if (strength !== undefined && !(Number.isInteger(strength) && strength >= 0)) return "strength is not an integer from 0";
  return receiverAgentId === undefined || encoder.isAgentId(receiverAgentId)
    ? undefined
    : \`receiver_agent_id is not \${AGENT_RULE}\`;
}

`,
  },
  {
    file: events("emit/description.ts"),
    at: "MILESTONE, STATE, SYSTEM }",
    instead: "MILESTONE, SIGNAL, STATE, SYSTEM }",
  },
  { file: events("emit/description.ts"), at: "    case DETAIL:\n", before: "    case SIGNAL:\n" },
  {
    file: events("emit/scope.ts"),
    at: "  StateFields,\n",
    before: "  SignalFields,\n",
  },
  { file: events("emit/scope.ts"), at: "STATE } from", instead: "SIGNAL, STATE } from" },
  {
    file: events("emit/scope.ts"),
    at: "  /** Something about the machinery",
    before: `  /** An agent lets another know: \`scope.signal("alice", "alarm", { of: "fire" }, { receiver_agent_id: "bob" })\` */
  signal(agentId: string, signalType: string, payload: object = {}, fields?: SignalFields): EventHandle {
    const emitter = this.emitter;
    if (!emitter.records(SIGNAL)) return emitter.suppress(this.cause, fields);
    return emitter.emit(emitter.draft().signal(agentId, signalType, payload, fields), this.cause);
  }

`,
  },
  {
    file: events("line/is-event.ts"),
    at: '    case "SYSTEM":\n',
    before: `    case "SIGNAL":
      return (
        isAgentId(event.agent_id) &&
        isString(event.signal_type) &&
        isObject(event.signal_payload) &&
        isStringIfAny(event.channel) &&
        (event.strength === undefined || isCount(event.strength)) &&
        (event.receiver_agent_id === undefined || isAgentId(event.receiver_agent_id))
      );
`,
  },
  {
    file: events("canonical/content.ts"),
    at: '  subject_agent_id: "same",\n',
    behind: `  signal_type: "same",
  signal_payload: "same",
  channel: "same",
  strength: "same",
  receiver_agent_id: "same",
`,
  },
  {
    file: events("words/describe.ts"),
    at: '    case "DETAIL":\n',
    before: `    case "SIGNAL":
      return subject(event.agent_id, event.signal_type);
`,
  },
  {
    file: events("words/event-name.ts"),
    at: '    case "DETAIL":\n',
    before: `    case "SIGNAL":
      return event.signal_type;
`,
  },
  {
    file: "packages/store/src/explain/why/sentence.ts",
    at: '    case "SYSTEM":\n      return system(event);\n',
    behind: `    case "SIGNAL":
      return \`in turn \${event.turn_number} \${event.agent_id} gave the signal \${event.signal_type}\`;
`,
  },
  { file: "packages/store/src/sidecar/header-file.ts", at: "const VERSION = ", behind: "100 + " },
  { file: "packages/store/src/sidecar/log-facts.ts", at: "SYSTEM: 0 }", instead: "SYSTEM: 0, SIGNAL: 0 }" },
  {
    file: "packages/cli/src/terminal/palette.ts",
    at: '  SYSTEM: "',
    before: '  SIGNAL: "#5f5fd7", // indigo\n',
  },
  {
    file: "packages/web/src/logic/palette/kind-style.ts",
    at: '"dot" | "cross";',
    instead: '"dot" | "cross" | "bar";',
  },
  {
    file: "packages/web/src/logic/palette/kind-style.ts",
    at: '"gray" | "red";',
    instead: '"gray" | "red" | "cyan";',
  },
  {
    file: "packages/web/src/logic/palette/kind-style.ts",
    at: "  SYSTEM: {\n",
    before: `  SIGNAL: {
    light: "#4b2e83",
    dark: "#f2f0ff",
    shape: "bar",
    glyph: "▬",
    terminal: "cyan",
    meaning: "An agent lets another know of something",
  },
`,
  },
  {
    file: "packages/web/src/styles/tokens.css",
    at: "  --kind-system: #c2410c;\n",
    before: "  --kind-signal: #4b2e83;\n",
  },
  {
    file: "packages/web/src/styles/tokens.css",
    at: "  --kind-system: #ff7a45;\n",
    before: "  --kind-signal: #f2f0ff;\n",
  },
  {
    file: "packages/web/src/ui/parts/kind-mark.tsx",
    at: '  square: "',
    before: '  bar: "M0 3h10v4H0z",\n',
  },
  {
    file: "packages/web/src/ui/run/timeline/mark-shapes.ts",
    at: "  square(context",
    before: `  bar(context, x, y, r) {
    context.rect(x - r, y - r * 0.4, 2 * r, r * 0.8);
  },
`,
  },
  {
    file: "packages/web/src/logic/event-text/event-fields.ts",
    at: '    subject_agent_id: "Concerns",\n',
    behind: `    signal_type: "Signal",
    signal_payload: "Payload",
    channel: "Channel",
    strength: "Strength",
    receiver_agent_id: "To",
`,
  },
  {
    file: "docs/events.md",
    at: "| `stream.system(status, {",
    before:
      "| `stream.signal(agent, type, payload, { channel?, strength?, receiver_agent_id? })` | SIGNAL |\n",
  },
  // The tests' examples of each kind.
  {
    file: events("schema/events.test.fixture.ts"),
    at: '  SYSTEM: { ...base, event_type: "SYSTEM"',
    before:
      '  SIGNAL: { ...base, event_type: "SIGNAL", agent_id: "alice", signal_type: "alarm", signal_payload: {} },\n',
  },
  {
    file: events("emit/say.test.fixture.ts"),
    at: "  SYSTEM: (stream, event)",
    before: `  SIGNAL: (stream, event) =>
    stream.signal(
      wronglyTyped(event.agent_id),
      wronglyTyped(event.signal_type),
      wronglyTyped(event.signal_payload),
      wronglyTyped(event),
    ),
`,
  },
  {
    file: events("schema/verbosity.test.ts"),
    at: 'EVENT_TYPES.filter((type) => type !== "SYSTEM")',
    instead: 'EVENT_TYPES.filter((type) => type !== "SYSTEM" && type !== "SIGNAL")',
  },
  {
    file: events("words/words.test.ts"),
    at: '      "warning",\n    ]);',
    instead: '      "warning",\n      "alice: alarm",\n    ]);',
  },
];
