// Each place where it is noted what was read or written, and how it is taken out. What a change of the code no longer matches
// is an error: the list is one with the code.

/** @typedef {{ name: string, file: string, take: string, put: string }} Mutation `file` below packages/simulation/src */

const drop = (name, file, take, put = "") => ({ name, file, take, put });

/** @type {readonly Mutation[]} */
export const MUTATIONS = [
  drop(
    "a look: value",
    "observation/tracked-world.ts",
    `    frame.add(this.#writes.value(this.#below(key)));
    // An array`,
    "    // An array",
  ),
  drop(
    "a look: an array's value",
    "observation/tracked-world.ts",
    "    frame.add(this.#writes.value(this.#below(key)));\n    // An array",
    "    if (!Array.isArray(member)) frame.add(this.#writes.value(this.#below(key)));\n    // An array",
  ),
  drop(
    "a look: presence of a member",
    "observation/tracked-world.ts",
    "    this.#writes.presence(this.#below(key), Object.hasOwn(this.value, key), this.#watching.frame);",
  ),
  drop(
    "a look: keys",
    "observation/tracked-world.ts",
    "    this.#writes.keys(this.#name, this.#watching.frame);",
  ),
  drop("a look: a node that is handed out", "observation/tracked-world.ts", "      frame.handOut(node);"),
  drop(
    "a look: which agents there are",
    "observation/tracked-world.ts",
    '    this.#watching.frame.check("agents");\n    this.#watching.writes.agents(this.#watching.frame);',
    '    this.#watching.frame.check("agents");',
  ),
  drop(
    "a look: an agent that is handed out",
    "observation/tracked-world.ts",
    "    if (agentId !== self) frame.handOut(shown);",
  ),
  drop(
    "a look: an agent that is not there",
    "observation/tracked-world.ts",
    "    this.#watching.writes.agent(agentId, this.#watching.frame);",
  ),
  drop(
    "a look: everything, shown",
    "observation/tracked-world.ts",
    "    if (isPlainObject(value)) revealNode(value, this.#writes, this.#name, this.#watching.frame);",
  ),
  drop(
    "observe: what it worked out",
    "observation/observation.ts",
    "    this.#reads.check(key);\n    this.#reads.learn();",
    "    this.#reads.check(key);",
  ),
  drop("observe: a number or a text", "observation/observation.ts", "  reads.know();\n", ""),
  drop(
    "observe: what a function knows",
    "observation/observation.ts",
    "    this.#reads.check(called.name);\n    this.#reads.learn();",
    "    this.#reads.check(called.name);",
  ),
  drop(
    "observe: what a function or a getter reads",
    "observation/reads.ts",
    "    return this.tracker.within(\n      others.length === 0 ? this : new SharedReads([this.#reading, ...others], this.sighted),\n      body,\n    );",
    "    return this.tracker.within(new Frame(), body);",
  ),
  drop(
    "observe: what it reads by this.world",
    "observation/reads.ts",
    "    return this.tracker.holding(this, body);",
    "    return this.tracker.holding(new Frame(), body);",
  ),
  drop("reads that belong to nobody", "observation/reads.ts", "    this.tracker.open(this, this.#reading);"),
  drop(
    "another agent's observation",
    "observation/reads.ts",
    "    for (const other of this.tracker.readersBesides(this)) other.add(write);",
  ),
  drop(
    "another agent's observation: what was worked out",
    "observation/reads.ts",
    "      for (const write of this.#shown.writes()) other.add(write);",
  ),
  drop(
    "another agent's observation: who reads after an await",
    "observation/tracker.ts",
    "    const reader = deciding.getStore();",
    "    if (this.#current === undefined) return NOBODY;\n    const reader = deciding.getStore();",
  ),
  drop(
    "a hook that waits",
    "engine/readable-state.ts",
    "    return noting && frame ? noting.holding(frame, body) : body();",
    "    return noting && frame ? noting.within(frame, body) : body();",
  ),
  drop(
    "a validator that waits",
    "engine/base-engine.ts",
    "noting.holding(frame, body)",
    "noting.within(frame, body)",
  ),
  drop(
    "observe that waits",
    "observation/reads.ts",
    "    return this.tracker.holding(this, body);",
    "    return this.tracker.within(this, body);",
  ),
  drop(
    "a piece of a hook that waits",
    "engine/hooks.ts",
    "result !== undefined || isAsync",
    "result !== undefined",
  ),
  drop("isActive", "engine/base-engine.ts", "    return frame?.writes() ?? NOTHING;", "    return NOTHING;"),
  drop(
    "isActive of who does not decide",
    "engine/base-engine.ts",
    "      if (frame) this.#inactive.push(...frame.writes());",
  ),
  drop(
    "a draft: value",
    "world/node-draft.ts",
    "      this.#reads?.value(this.#below(key));\n      return member;",
    "      return member;",
  ),
  drop(
    "a draft: array",
    "world/node-draft.ts",
    "    this.#reads?.value(this.#below(key));\n    const array",
    "    const array",
  ),
  drop("a draft: presence", "world/node-draft.ts", "    this.#reads?.presence(this.#below(key), isThere);"),
  drop("a draft: keys", "world/node-draft.ts", "    this.#reads?.keys(this.#name);"),
  drop(
    "a draft: a node that is handed out",
    "world/node-draft.ts",
    "    if (!this.#isRead && !this.#isWorld) this.#reads?.presence(this.#name, true);",
    "    if (!this.#isRead && !this.#isWorld && !this.#name) this.#reads?.presence(this.#name, true);",
  ),
  drop("a draft: which agents there are", "world/transaction.ts", "    this.#reads?.agents();"),
  drop("a draft: an agent that is not there", "world/transaction.ts", '      reads?.presence("", false);'),
  drop(
    "a draft: an agent that is handed out",
    "world/node-draft.ts",
    "    if (!this.#isRead && !this.#isWorld) this.#reads?.presence(this.#name, true);",
    "    if (!this.#isRead && !this.#isWorld && this.#name) this.#reads?.presence(this.#name, true);",
  ),
  drop(
    "an assignment that changes nothing",
    "engine/state-recorder.ts",
    "    if (scope.cause && assigned.length > 0) this.#writes.assign(assigned, scope.cause);",
  ),
  drop(
    "an empty object's coming",
    "observation/last-writes.ts",
    "      if (isNode) this.#setNode(agent_id, name, writer, false, isGone);",
    "      if (isNode) continue;",
  ),
  drop(
    "a write",
    "observation/last-writes.ts",
    "      part.setVariable(variable_name, write);",
  ),
  drop(
    "a node's coming or going",
    "observation/last-writes.ts",
    "      if (node !== undefined) this.#recordNodes(change, write, last);",
    "",
  ),
  drop(
    "a member's coming or going",
    "observation/last-writes.ts",
    '    if (node !== "") part.setMember(node, write, isGone);\n    else if',
    "    if",
  ),
  drop(
    "an agent's coming or going",
    "observation/last-writes.ts",
    "    else if (agentId !== undefined) this.#agents.set(agentId, write);",
  ),
  drop(
    "an effect",
    "engine/applied-actions.ts",
    "const read = () => given(together(reads, frame?.writes()));",
    "const read = () => given(reads);",
  ),
  drop(
    "a rule",
    "engine/engine-run.ts",
    "caused_by: given(together(together(causesOf(caused_by), this.conditions()), frame?.writes())),",
    "caused_by: given(together(causesOf(caused_by), this.conditions())),",
  ),
  drop(
    "a hook's conditions, for its rules",
    "engine/engine-run.ts",
    "caused_by: given(together(together(causesOf(caused_by), this.conditions()), frame?.writes())),",
    "caused_by: given(together(causesOf(caused_by), frame?.writes())),",
  ),
  drop(
    "a hook's conditions, for phases and the end",
    "engine/engine-run.ts",
    "    } else emission(this.course.scope, this.conditions());",
    "    } else emission(this.course.scope, []);",
  ),
  drop(
    "a phase, a detail or the end in an effect",
    "engine/engine-run.ts",
    "      const read = [...(frame?.writes() ?? [])];",
    "      const read: EventHandle[] = frame ? [] : [];",
  ),
  drop(
    "partners",
    "engine/applied-actions.ts",
    'this.#readable.noting?.part(id).presence("", isThere);',
    "this.#readable.noting?.part(id);",
  ),
  drop(
    "a refusal by the engine",
    "engine/applied-actions.ts",
    "{ ...more, caused_by: read() });",
    "{ ...more });",
  ),
  drop(
    "what apart returns",
    "engine/hooks.ts",
    "      if (result !== undefined || isAsync) carryOut();",
    "      if (isAsync) carryOut();",
  ),
  drop(
    "what an engine's error rests on",
    "engine/engine-run.ts",
    "      course.failing ??= [...causesOf(course.scope.cause), ...this.conditions(), ...(frame?.writes() ?? [])];",
    "      course.failing ??= [...causesOf(course.scope.cause)];",
  ),
  drop(
    "combine: the state",
    "engine/combining.ts",
    "    const state = this.frame.writes();",
    "    const state: readonly EventHandle[] = [];",
  ),
  drop(
    "combine: the actions",
    "engine/combining.ts",
    "    const all = this.#isRead ? [...state, ...new Set(decided())] : state;",
    "    const all = state;",
  ),
  drop(
    "combine: who did nothing",
    "engine/combining.ts",
    "...this.#actions.flatMap(({ causes }) => causesOf(causes)), ...this.#silent];",
    "...this.#actions.flatMap(({ causes }) => causesOf(causes))];",
  ),
  drop("combine: who failed, went or sits out", "run/orchestrator.ts", "...this.#roster.missing()"),
  drop(
    "a validator that lets pass",
    "run/review.ts",
    "causes: writes.length === 0 ? handle : [handle, ...writes]",
    "causes: handle",
  ),
  drop(
    "a validator that refuses",
    "run/review.ts",
    "        const caused_by = writes.length === 0 ? undefined : writes;",
    "        const caused_by = undefined;",
  ),
  drop(
    "memory: a key",
    "agent/memory.ts",
    "    this.#noter?.add(this.#writes.written.get(key) ?? this.#writes.start);",
    "    this.#noter?.add(this.#writes.start);",
  ),
  drop(
    "memory: what was never written",
    "agent/memory.ts",
    "    this.#noter?.add(this.#writes.written.get(key) ?? this.#writes.start);",
    "    this.#noter?.add(this.#writes.written.get(key));",
  ),
  drop(
    "memory: keys",
    "agent/memory.ts",
    "    for (const write of this.#writes.written.values()) this.#noter?.add(write);",
  ),
  drop(
    "memory that is not tracked",
    "run/deciding.ts",
    "    if (decided?.handle && remembersUnseen(running.memoryKind)) this.#steps.push(decided.handle);",
  ),
  drop(
    "a failure before a decision",
    "run/deciding.ts",
    "    if (running.failed) this.#steps.push(running.failed);",
  ),
  drop(
    "what an agent recorded on its way",
    "run/deciding.ts",
    "    const step = emit(this.#scope, this.#causes());",
    "    const step = emit(this.#scope, []);",
  ),
  drop(
    "a decision's reads",
    "run/deciding.ts",
    "    const read = this.#reads?.causes();",
    "    const read: readonly EventHandle[] = [];",
  ),
  drop(
    "a rule's own random numbers",
    "engine/engine-draws.ts",
    "    const streamBefore = this.#random.follow(stream);\n    const goingBefore = this.#going;",
    "    const streamBefore = this.#random.follow(stream);\n    this.#random.follow(streamBefore);\n    const goingBefore = this.#going;",
  ),
  drop(
    "why a run failed",
    "run/ending.ts",
    'ended("failed", "error", description).close, caused_by }',
    'ended("failed", "error", description).close }',
  ),
];
