import { isErrorNamed } from "@llm-sim/events/errors";

/** Where in a template something stands; lines and columns from 1. */
export interface TemplatePlace {
  file: string;
  line: number;
  column: number;
}

/** A template cannot be read, or what it shows is not there. `message` is one line, with the place. */
export class TemplateError extends Error {
  readonly code = "TEMPLATE";
  readonly place: TemplatePlace;

  constructor(message: string, place: TemplatePlace) {
    super(`${place.file}:${place.line}:${place.column}: ${message}`);
    this.name = "TemplateError";
    this.place = place;
  }
}

export function isTemplateError(error: unknown): error is TemplateError {
  return isErrorNamed(error, "TemplateError");
}
