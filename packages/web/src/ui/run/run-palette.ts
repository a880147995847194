import { anyonesText, variableText } from "@llm-sim/events/naming";
import { describe } from "@llm-sim/events/words";
import type { QueryClient } from "@tanstack/react-query";
import { byName, plural } from "../../logic/format/index.ts";
import {
  once,
  type PaletteGroup,
  type PaletteItem,
  type PaletteSource,
  typedPlace,
  viewCommands,
} from "../../logic/palette-commands/index.ts";
import { toggle } from "../../logic/view/index.ts";
import { eventQueries, stateQueries } from "../queries/index.ts";
import { api } from "../run-api.ts";
import { goToMoment } from "./condition/index.ts";
import { saveEvents, saveTimeline } from "./export-run.ts";
import { printRun } from "./print/index.ts";
import type { RunSession } from "./session.ts";
import { goToEvent, stepEvent, stepPlayhead } from "./step-playhead.ts";

/** Events and variables that are found for a text. */
const FOUND = 6;

/** What a run's page gives the palette: its agents, variables and events, turns, and all that its buttons do. */
export function runPalette(
  session: () => RunSession,
  client: QueryClient,
  openAgent: (agent: string) => void,
): PaletteSource {
  return {
    groups: () => [
      { heading: "Agents", items: agentItems(session()) },
      { heading: "Commands", items: [...actionItems(session(), client), ...viewItems(session())] },
    ],
    async search(text, signal) {
      const { id, summary } = session();
      const [variables, events] = await Promise.all([
        client.fetchQuery(stateQueries.variablesNamed(id, text, FOUND, summary.event_count)).catch(() => []),
        api
          .events({ id, q: text, limit: FOUND }, signal)
          .then((page) => page.events)
          .catch(() => []),
      ]);
      return [
        { heading: "Places", items: await placeItems(session(), text, client) },
        { heading: "Pages", items: pageItems(session(), text, openAgent) },
        { heading: "Variables", items: once(variables.flatMap((one) => variableItems(session(), one))) },
        {
          heading: "Events",
          items: events.map((event) => ({
            id: `event ${event.event_id}`,
            label: describe(event),
            hint: `turn ${event.turn_number}`,
            run: () => goToEvent(session(), event),
          })),
        },
      ].filter(({ items }) => items.length > 0) satisfies PaletteGroup[];
    },
  };
}

function agentItems({ view, agents }: RunSession): PaletteItem[] {
  const { filter } = view.get();
  return [...agents]
    .sort(([one], [other]) => byName(one, other))
    .map(([agent, events]) => ({
      id: `agent ${agent}`,
      label: agent,
      hint: filter.agents.includes(agent) ? "take out of the filter" : plural(events, "event"),
      words: "agent",
      run: () => view.setFilter({ agents: toggle(filter.agents, agent) }),
    }));
}

/** The pages of agents whose names hold what is typed. */
function pageItems({ agents }: RunSession, text: string, openAgent: (agent: string) => void): PaletteItem[] {
  const wanted = text.toLowerCase();
  return [...agents.keys()]
    .filter((agent) => agent.toLowerCase().includes(wanted))
    .sort(byName)
    .slice(0, FOUND)
    .map((agent) => ({
      id: `page ${agent}`,
      label: agent,
      hint: "its page",
      run: () => openAgent(agent),
    }));
}

async function placeItems(session: RunSession, text: string, client: QueryClient): Promise<PaletteItem[]> {
  const { id, view, summary, playback } = session;
  const place = typedPlace(text, summary.turns);
  if (place === undefined) return [];
  if (place.kind === "turn")
    return [
      {
        id: "place turn",
        label: `Go to turn ${place.turn}`,
        keys: "g",
        run: () => {
          playback.stop();
          view.set({ playhead: { turn: place.turn }, follow: false });
        },
      },
    ];
  if (place.kind === "turns")
    return [
      {
        id: "place turns",
        label: `Filter by turns ${place.from} to ${place.to}`,
        run: () => view.setFilter({ turns: { from: place.from, to: place.to } }),
      },
    ];
  if (place.kind === "condition")
    return [
      {
        id: "place condition",
        label: place.condition,
        hint: "when did it become true?",
        run: () => view.set({ condition: place.condition }),
      },
    ];
  const event = await client.fetchQuery(eventQueries.event(id, place.eventId)).catch(() => undefined);
  if (event === undefined) return [];
  return [
    {
      id: "place event",
      label: describe(event),
      hint: `turn ${event.turn_number}`,
      run: () => goToEvent(session, event),
    },
  ];
}

function variableItems(
  { view, agents }: RunSession,
  { variable, agent_id }: { variable: string; agent_id?: string | undefined },
): PaletteItem[] {
  const text = variableText({ agent_id, variable_name: variable }, agents);
  const chart = (label: string, hint: string, variables: string[]): PaletteItem => ({
    id: `chart ${label}`,
    label,
    hint,
    run: () => view.set({ world: "charts", variables }),
  });
  return [chart(text, "chart it", [text])].concat(
    agent_id === undefined
      ? []
      : [
          chart(anyonesText(variable), "chart everyone's", [anyonesText(variable)]),
          {
            id: `strip ${variable}`,
            label: variable,
            hint: "strip under each lane",
            run: () => view.set({ laneVariable: variable, axis: "turn" }),
          },
        ],
  );
}

function viewItems({ view, domains, summary }: RunSession): PaletteItem[] {
  return viewCommands(view.get(), { domains, asksModels: summary.calls !== undefined }).map(
    ({ to, ...command }) => ({ ...command, run: () => view.set(to) }),
  );
}

/** What buttons do that is more than another view. */
function actionItems(session: RunSession, client: QueryClient): PaletteItem[] {
  const { playback, view, places, summary } = session;
  const step = view.get().step;
  const nothing = () => {};
  return [
    { id: "play", label: playback.get() ? "Pause" : "Play", keys: "space", run: () => playback.toggle() },
    { id: "on", label: `One ${step} on`, keys: ".", run: () => void stepPlayhead(session, 1) },
    { id: "back", label: `One ${step} back`, keys: ",", run: () => void stepPlayhead(session, -1) },
    { id: "next-event", label: "Next event", keys: "j", run: () => void stepEvent(session, client, 1) },
    { id: "event-before", label: "Event before", keys: "k", run: () => void stepEvent(session, client, -1) },
    { id: "go-to-turn", label: "Go to a turn", keys: "g", run: () => places.goToTurn.current?.() },
    {
      id: "find-text",
      label: "Search in descriptions",
      keys: "/",
      run: () => places.filterText.current?.focus(),
    },
    {
      id: "condition",
      label: "When did it become true?",
      keys: "c",
      words: "condition find",
      run: () => places.condition.current?.focus(),
    },
    {
      id: "next-moment",
      label: "Next moment of the condition",
      keys: "n",
      run: () => void goToMoment(session, client, 1),
    },
    {
      id: "moment-before",
      label: "Moment of the condition before",
      keys: "p",
      run: () => void goToMoment(session, client, -1),
    },
    {
      id: "inspector",
      label: "To the inspector",
      keys: "Enter",
      run: () => places.inspector.current?.focus(),
    },
    {
      id: "follow",
      label: view.get().follow ? "Follow the run no longer" : "Follow the run",
      words: "live end",
      run: () =>
        view.get().follow
          ? view.set({ follow: false, playhead: { turn: summary.turns } })
          : view.set({ follow: true, playhead: undefined }),
    },
    {
      id: "export-jsonl",
      label: "Export events as JSON Lines",
      words: "save download",
      run: () => void saveEvents(session, "jsonl", nothing),
    },
    {
      id: "export-csv",
      label: "Export events as CSV",
      words: "save download",
      run: () => void saveEvents(session, "csv", nothing),
    },
    {
      id: "export-png",
      label: "Export the timeline as PNG",
      words: "save download picture",
      run: () => void saveTimeline(session),
    },
    {
      id: "print",
      label: "Print",
      keys: "Ctrl P",
      words: "report paper pdf",
      run: () => void printRun(session),
    },
    {
      id: "overview",
      label: "Overview: what happened in this run",
      keys: "Esc",
      words: "summary end variables notes",
      run: () => view.set({ selected: undefined }),
    },
    { id: "keys", label: "Keys", keys: "?", words: "help shortcuts", run: () => places.keys.current?.() },
  ];
}
