import { eventJsonSchema } from "@llm-sim/events/schema";
import { Command } from "commander";
import { jsonOption } from "./json-option.ts";
import type { MakeCommand } from "./make-command.ts";

export const schemaCommand: MakeCommand = ({ stdout }) =>
  new Command("schema")
    .description("print the JSON Schema of an event")
    .addOption(jsonOption("document"))
    .action(() => stdout.line(JSON.stringify(eventJsonSchema(), null, 2)));
