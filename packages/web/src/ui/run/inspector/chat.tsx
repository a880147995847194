import type { JsonValue } from "@llm-sim/events/schema";
import { LongText } from "../../parts/index.ts";
import { useWanted } from "../session.ts";
import "../../../styles/conversation.css";

/** A message as most programs that ask models write it. */
interface Said {
  role: string;
  content: string;
}

/** More are shown as any other list. */
const MOST = 200;

/** The messages of a chat, where a list is nothing but these. */
export function chatOf(value: JsonValue): readonly Said[] | undefined {
  if (!Array.isArray(value) || value.length > MOST) return undefined;
  const said = value.map(messageOf);
  return said.every((message) => message !== undefined) ? said : undefined;
}

function messageOf(value: JsonValue): Said | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { role, content, name, ...others } = value;
  if (typeof role !== "string" || typeof content !== "string" || Object.keys(others).length > 0)
    return undefined;
  return { role: typeof name === "string" ? `${role} (${name})` : role, content };
}

/** Who said what, in blocks. */
export function Chat({ said }: { said: readonly Said[] }) {
  const wanted = useWanted("payload");
  return (
    <ol className="conversation">
      {said.map(({ role, content }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message has nothing but its place
        <li key={at} className={`part part-${role.split(" ")[0]}`}>
          <b className="part-role" dir="auto">
            {role}
          </b>
          <LongText text={content} label={`what ${role} said`} sought={wanted} />
        </li>
      ))}
    </ol>
  );
}
