import type { Prompt, PromptsAnswer } from "@llm-sim/api";
import type { Output } from "../context/index.ts";
import { Paint, plainText } from "../terminal/index.ts";

/**
 * Prompts for a person: each message under its role, its line breaks kept. Nothing is left out or cut, also where the same was said
 * in the prompt before.
 */
export function promptsText({ prompts }: PromptsAnswer, { color }: Pick<Output, "color">): string {
  const paint = new Paint(color);
  return prompts.map((prompt) => promptLines(prompt, paint).join("\n")).join("\n\n\n");
}

function promptLines({ call, model, sampling, messages, schema }: Prompt, paint: Paint): string[] {
  const how = Object.entries(sampling).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const title = [plainText(call), plainText(model), ...how.map(plainText)].join(" · ");
  return [
    paint.dim(title),
    ...messages.flatMap(({ role, name, content }) => [
      "",
      paint.bold(`# ${role}${name === undefined ? "" : ` (${plainText(name)})`}`),
      "",
      ...lines(content),
    ]),
    ...(schema === undefined
      ? []
      : ["", paint.bold("# JSON Schema of the answer"), "", ...lines(JSON.stringify(schema))]),
    "",
  ];
}

function lines(text: string): string[] {
  return text.split(/\r?\n/).map(plainText);
}
