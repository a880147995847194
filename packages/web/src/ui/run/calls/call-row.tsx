import type { ModelCall } from "@llm-sim/api";
import { usdText } from "@llm-sim/events/words";
import { memo, type RefCallback } from "react";
import {
  askerText,
  errorWords,
  latencyText,
  markWords,
  purposeText,
  tokensText,
} from "../../../logic/calls/index.ts";
import { formatCompact } from "../../../logic/format/index.ts";

interface CallRowProps {
  index: number;
  /** `undefined` while it is on its way. */
  call: ModelCall | undefined;
  selected: boolean;
  onPick: (call: ModelCall) => void;
  buttonRef: RefCallback<HTMLButtonElement> | undefined;
}

export const CallRow = memo(
  function CallRow({ index, call, selected, onPick, buttonRef }: CallRowProps) {
    if (!call)
      return (
        <tr>
          <td colSpan={9}>
            <span className="skeleton" />
          </td>
        </tr>
      );
    const { usage, marks = [], served_model, model } = call;
    const answered = served_model !== undefined && served_model !== model ? ` (${served_model})` : "";
    const outcome = errorWords(call) ?? (marks.length > 0 ? markWords(marks) : "answered");
    const classes = [index % 2 === 1 && "odd", selected && "selected", call.status !== "success" && "vain"];
    return (
      <tr
        className={classes.filter(Boolean).join(" ")}
        data-row={index}
        aria-current={selected || undefined}
        onClick={() => onPick(call)}
      >
        <td className="call-turn">{call.turn}</td>
        <th scope="row" className="call-agent" title={askerText(call)}>
          <button ref={buttonRef} type="button" dir="auto">
            {askerText(call)}
          </button>
        </th>
        <td className="call-purpose" title={purposeText(call)}>
          <bdi>{purposeText(call)}</bdi>
        </td>
        <td className="call-model" title={`${model}${answered}`}>
          {model}
          {answered}
        </td>
        <td className="call-attempt">{call.attempt}</td>
        <td className="call-tokens" title={usage && tokensText(usage)}>
          {usage &&
            `${usage.estimated ? "≈ " : ""}${side(usage.input_tokens)} → ${side(usage.output_tokens)}`}
        </td>
        <td className="call-took">{latencyText(call.latency_ms)}</td>
        <td className="call-cost" title={costTitle(call)}>
          {call.cost_usd === undefined ? usage && "–" : usdText(call.cost_usd)}
        </td>
        <td className="call-outcome" title={call.error ?? outcome}>
          {outcome}
        </td>
      </tr>
    );
  },
  (before, after) =>
    before.call === after.call &&
    before.selected === after.selected &&
    before.index === after.index &&
    before.buttonRef === after.buttonRef,
);

function side(tokens: number | undefined): string {
  return tokens === undefined ? "?" : formatCompact(tokens);
}

function costTitle({ cost_usd, usage }: ModelCall): string | undefined {
  return usage && cost_usd === undefined ? "No price is known for this model" : undefined;
}
