import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { paletteSource } from "../palette/index.ts";
import { loadPart } from "../session/index.ts";
import type { RunSession } from "./session.ts";

/** While a run's page is open, the palette knows what there is in it. */
export function useRunPalette(session: RunSession): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const now = useRef(session);
  now.current = session;
  useEffect(() => {
    const load = async () => {
      const { runPalette } = await loadPart(() => import("./run-palette.ts"));
      return runPalette(
        () => now.current,
        client,
        (agentId) =>
          void navigate({
            to: "/runs/$runId/agents/$agentId",
            params: { runId: now.current.id, agentId },
            search: {},
          }),
      );
    };
    paletteSource.set(load);
    return () => {
      if (paletteSource.get() === load) paletteSource.set(undefined);
    };
  }, [client, navigate]);
}
