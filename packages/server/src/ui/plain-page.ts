/** At `/` where there is no built UI: what there is to ask, as links. */
export const PLAIN_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>llm-sim</title><meta name="viewport" content="width=device-width"></head>
<body>
<h1>llm-sim</h1>
<p>The API answers here; the web UI was not built into this server.</p>
<ul>
<li><a href="/docs">/docs</a>: the API, readable</li>
<li><a href="/openapi.json">/openapi.json</a>: the same for programs</li>
<li><a href="/simulations">/simulations</a>: the runs</li>
<li><code>/simulations/{id}/events</code>, <code>/simulations/{id}/events/{event_id}</code>,
<code>/simulations/{id}/causality/{event_id}</code>, <code>/simulations/{id}/timeline</code>,
<code>/simulations/{id}/stream</code>, <code>/simulations/{id}/integrity</code></li>
<li><a href="/schema/event">/schema/event</a>: an event's JSON Schema</li>
<li><a href="/health">/health</a></li>
</ul>
</body>
</html>
`;
