import type { QueryClient } from "@tanstack/react-query";
import type { PaletteGroup } from "../../logic/palette-commands/index.ts";
import { runListQueries } from "../queries/index.ts";
import { chooseTheme, THEME_CHOICES } from "../session/index.ts";

/** What can be gone to and done wherever one is. */
export async function globalGroups(client: QueryClient, go: (path: string) => void): Promise<PaletteGroup[]> {
  const runs = await client.fetchQuery(runListQueries.all()).catch(() => []);
  return [
    {
      heading: "Runs",
      items: runs.map(({ id, status }) => ({
        id: `run ${id}`,
        label: id,
        hint: status,
        words: "run",
        run: () => go(`/runs/${encodeURIComponent(id)}`),
      })),
    },
    {
      heading: "Everywhere",
      items: [
        { id: "all-runs", label: "All runs", words: "list", run: () => go("/") },
        ...THEME_CHOICES.map((choice) => ({
          id: `theme ${choice}`,
          label: choice === "system" ? "Colours: as the system" : `Colours: ${choice}`,
          words: "theme dark light",
          run: () => chooseTheme(choice),
        })),
        {
          id: "copy-link",
          label: "Copy the link to this view",
          words: "address share",
          run: () => void navigator.clipboard.writeText(location.href),
        },
        { id: "print", label: "Print this page", run: () => print() },
      ],
    },
  ];
}
