import type { Event } from "@llm-sim/events/schema";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { isApiError } from "../../../logic/api/index.ts";
import {
  canBeLeftOut,
  type ForkForm,
  type ForkProblems,
  forkFormAt,
  forkRequestOf,
  forkRun,
  refusalOf,
  untilThere,
} from "../../../logic/fork/index.ts";
import { Icon, useFirstFocus } from "../../parts/index.ts";
import { runQueries } from "../../queries/index.ts";
import { api } from "../../run-api.ts";
import { queryClient, server } from "../../session/index.ts";
import { useRun } from "../session.ts";
import { useNeighbours } from "../use-neighbours.ts";

interface ForkFieldsProps {
  event: Event;
  onCancel: () => void;
}

/** What a fork is to make otherwise. */
export function ForkFields({ event, onCancel }: ForkFieldsProps) {
  const neighbours = useNeighbours(event);
  // What is on record is what the form begins with.
  return neighbours && <Fields event={event} effects={neighbours.downstream} onCancel={onCancel} />;
}

type Effects = NonNullable<ReturnType<typeof useNeighbours>>["downstream"];

function Fields({ event, effects, onCancel }: ForkFieldsProps & { effects: Effects }) {
  const { id, summary, agents } = useRun();
  const navigate = useNavigate();
  const [form, setForm] = useState(() => forkFormAt(event, effects, agents.keys()));
  const [problems, setProblems] = useState<ForkProblems>({});
  const [isUnderWay, setUnderWay] = useState(false);
  const first = useFirstFocus<HTMLInputElement>();
  const change = (patch: Partial<ForkForm>) => setForm({ ...form, ...patch });

  async function submit(): Promise<void> {
    const made = forkRequestOf(form, event);
    setProblems("problems" in made ? made.problems : {});
    if ("problems" in made) return;
    setUnderWay(true);
    try {
      const { simulation_id } = await forkRun(server, id, made.request);
      await untilThere(api, simulation_id);
      void queryClient.invalidateQueries({ queryKey: runQueries.key(id) });
      await navigate({ to: "/runs/$runId", params: { runId: simulation_id }, search: {} });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      setProblems(refusalOf(message, isApiError(error) ? error.details?.parameter : undefined, form));
      setUnderWay(false);
    }
  }

  return (
    <form
      className="fork-form"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void submit();
      }}
    >
      <Field label="First turn that differs" problem={problems.turn}>
        {(described) => (
          <input
            ref={first}
            inputMode="numeric"
            value={form.turn}
            onChange={({ target }) => change({ turn: target.value })}
            {...described}
          />
        )}
      </Field>
      <p className="note">The turns before it stay as they are.</p>
      <div className="fork-row">
        <Field label="Set a variable" problem={problems.set}>
          {(described) => (
            <input
              placeholder="alice.wealth"
              value={form.variable}
              onChange={({ target }) => change({ variable: target.value })}
              {...described}
            />
          )}
        </Field>
        <Field label="to">
          {(described) => (
            <input
              placeholder="1000"
              value={form.value}
              onChange={({ target }) => change({ value: target.value })}
              {...described}
            />
          )}
        </Field>
      </div>
      {event.event_type === "DECISION" && (
        <>
          <Choice
            checked={form.decides}
            onChange={(decides) => change({ decides, leavesOut: decides ? false : form.leavesOut })}
          >
            {event.agent_id} decides otherwise
          </Choice>
          {form.decides && (
            <Field label={`What ${event.agent_id} decides, as JSON`} problem={problems.decide}>
              {(described) => (
                <textarea
                  rows={Math.min(14, form.decision.split("\n").length + 1)}
                  spellCheck={false}
                  value={form.decision}
                  onChange={({ target }) => change({ decision: target.value })}
                  {...described}
                />
              )}
            </Field>
          )}
        </>
      )}
      {canBeLeftOut(event) && (
        <Choice
          checked={form.leavesOut}
          problem={problems.without}
          onChange={(leavesOut) => change({ leavesOut, decides: leavesOut ? false : form.decides })}
        >
          Leave this event out
        </Choice>
      )}
      {summary.calls !== undefined && (
        <>
          <Field label="Another model from then on" problem={problems.model}>
            {(described) => (
              <input
                placeholder="as before"
                value={form.model}
                onChange={({ target }) => change({ model: target.value })}
                {...described}
              />
            )}
          </Field>
          <Choice checked={form.asksNobody} onChange={(asksNobody) => change({ asksNobody })}>
            Ask no model: fail where the tape has no answer
          </Choice>
        </>
      )}
      {problems.all !== undefined && (
        <p className="fork-problem" role="alert">
          <Icon name="warning" /> {problems.all}
        </p>
      )}
      <div className="row">
        <button type="submit" className="button button-primary" disabled={isUnderWay}>
          {isUnderWay ? "It begins …" : "Fork"}
        </button>
        <button type="button" className="button quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

interface Described {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

interface FieldProps {
  label: string;
  problem?: string | undefined;
  children: (described: Described) => ReactNode;
}

function Field({ label, problem, children }: FieldProps) {
  const id = useId();
  const isWrong = problem !== undefined;
  return (
    <div className="fork-field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-invalid": isWrong, "aria-describedby": isWrong ? `${id}-problem` : undefined })}
      {isWrong && (
        <p className="fork-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  checked: boolean;
  problem?: string | undefined;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}

function Choice({ checked, problem, onChange, children }: ChoiceProps) {
  return (
    <>
      <label className="menu-choice">
        <input type="checkbox" checked={checked} onChange={({ target }) => onChange(target.checked)} />
        <span>{children}</span>
      </label>
      {problem !== undefined && (
        <p className="fork-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
