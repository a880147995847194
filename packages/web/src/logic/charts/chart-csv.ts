import { type ChartData, turnsOf } from "./chart-data.ts";

/** What a chart shows as a table: a row a turn, a column a line, two a band. */
export function chartCsv(data: ChartData): string {
  const columns = [
    ...data.lines.map(({ label, values }) => ({ label, values })),
    ...data.bands.flatMap(({ label, low, high }) => [
      { label: `${label}, low`, values: low },
      { label: `${label}, high`, values: high },
    ]),
  ];
  const rows = turnsOf(data).map((turn, place) =>
    [String(turn), ...columns.map(({ values }) => String(values[place] ?? ""))].join(","),
  );
  return `${[["turn", ...columns.map(({ label }) => cell(label))].join(","), ...rows].join("\r\n")}\r\n`;
}

/** After RFC 4180: what holds a comma, a quote or a line break stands in quotes. */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
