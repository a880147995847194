// Questions for short lists out of long runs: model calls, variables, phases, who acts on whom. Each with every filter, and by pages.

/** What there is to ask for in lists, as a run's events tell. */
export function knownOfLists(events) {
  const unique = (list) => [...new Set(list.filter((item) => item !== undefined))];
  const calls = events.flatMap(({ details }) =>
    details?.system_event_type === "model_call" ? [details] : [],
  );
  const actions = events.filter(({ event_type }) => event_type === "ACTION");
  return {
    hasCalls: calls.length > 0,
    purposes: unique(calls.map(({ purpose }) => purpose)).slice(0, 3),
    models: unique(calls.flatMap(({ model, served_model }) => [model, served_model])).slice(0, 3),
    decisions: events
      .filter(({ event_type }) => event_type === "DECISION")
      .map(({ event_id }) => event_id)
      .slice(0, 3),
    actionTypes: unique(actions.map(({ action_type }) => action_type)).slice(0, 2),
    amounts: unique(
      actions.flatMap(({ action_payload = {} }) =>
        Object.keys(action_payload).filter((name) => typeof action_payload[name] === "number"),
      ),
    ).slice(0, 1),
  };
}

/** @returns {[route: string, parameters: [string, string][], pages?: number][]} */
export function questionsOfLists({ agents, lastTurn, lists }) {
  const [agent = "alice"] = agents;
  const turns = [
    ["turn_start", "2"],
    ["turn_end", String(Math.max(2, lastTurn - 1))],
  ];
  const backwards = [
    ["turn_start", "3"],
    ["turn_end", "1"],
  ];
  return [
    ...(lists.hasCalls ? questionsOfCalls(agent, turns, backwards, lists) : []),
    ["/variables", [["q", "WEALTH"]]],
    ["/variables", [["q", `${agent}.`]]],
    ["/variables", [["agent_id", agent]]],
    ["/variables", [["agent_id", "nobody"]]],
    [
      "/variables",
      [
        ["q", "e"],
        ["points", "2"],
        ["limit", "3"],
        ["offset", "1"],
      ],
    ],
    [
      "/variables",
      [
        ["points", "0"],
        ["limit", "1"],
      ],
    ],
    ["/variables", [["offset", "100000"]]],
    ["/phases", [["limit", "2"]]],
    [
      "/phases",
      [
        ["limit", "3"],
        ["offset", "2"],
      ],
    ],
    ["/phases", [["offset", "100000"]]],
    ["/interactions", turns],
    ["/interactions", backwards],
    ["/interactions", [["agent_id", agent]]],
    ["/interactions", [["agents", "1"]]],
    ...lists.actionTypes.map((type) => ["/interactions", [["action_types", type]]]),
    ...lists.amounts.map((name) => ["/interactions", [["parameter", name]]]),
  ];
}

function questionsOfCalls(agent, turns, backwards, { purposes, models, decisions }) {
  const all = (name, values) => values.map((value) => ["/calls", [[name, value]]]);
  return [
    ["/calls", [["limit", "1"]], 3],
    ["/calls", [["limit", "2"], ...turns], 3],
    [
      "/calls",
      [
        ["limit", "2"],
        ["offset", "3"],
      ],
    ],
    ["/calls", [["offset", "100000"]]],
    ["/calls", turns],
    ["/calls", backwards],
    ["/calls", [["cursor", "nonsense"]]],
    ...all("agent_ids", [agent, "nobody", "alicia"]),
    ...all("actors", ["agent", "engine", "validator"]),
    ...all("status", ["success", "retry", "failure"]),
    ...all("outcome", ["response", "error", "invalid"]),
    ...all("purpose", [...purposes, "nothing"]),
    ...all("model", [...models, "nothing"]),
    ...all("decision_id", [...decisions, "01KAR8B1C0A1B2C000000000F7"]),
    ...decisions.slice(0, 1).map((id) => [
      "/calls",
      [
        ["decision_id", id],
        ["limit", "1"],
      ],
      3,
    ]),
    ...decisions.map((id) => [`/calls/${encodeURIComponent(id)}`, []]),
    ...decisions.map((id) => [`/calls/${encodeURIComponent(id)}`, [["delta", "true"]]]),
  ];
}
