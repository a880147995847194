import { Option } from "commander";

/** `--json`, on every command that prints data. */
export function jsonOption(shape: "document" | "lines"): Option {
  const what = shape === "lines" ? "JSON Lines, one for each" : "one JSON document";
  return new Option("--json", `print ${what}, for programs`).default(false, "off");
}
