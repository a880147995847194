import type { JsonValue } from "@llm-sim/events/schema";
import type { ReactNode } from "react";
import type { Said } from "../../../logic/conversation/index.ts";
import { LongText } from "../../parts/index.ts";
import { useWanted } from "../session.ts";
import "../../../styles/conversation.css";

/** Who said what, in blocks; `tree` shows what a message holds beside its words. */
export function Chat({ said, tree }: { said: readonly Said[]; tree: (value: JsonValue) => ReactNode }) {
  const wanted = useWanted("payload");
  return (
    <ol className="conversation">
      {said.map(({ role, text, rest }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message has nothing but its place
        <li key={at} className={`part part-${role.split(" ")[0]}`}>
          <b className="part-role" dir="auto">
            {role}
          </b>
          {text !== undefined && <LongText text={text} label={`what ${role} said`} sought={wanted} />}
          {rest && tree(rest)}
        </li>
      ))}
    </ol>
  );
}
