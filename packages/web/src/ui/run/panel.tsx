import type { ReactNode } from "react";
import type { Panel as PanelName } from "../../logic/view/index.ts";
import { ErrorBoundary, Icon } from "../parts/index.ts";
import { useRun, useView } from "./session.ts";

interface PanelProps {
  name: PanelName;
  title: string;
  /** Between the title and the button that maximises. */
  tools?: ReactNode;
  children: ReactNode;
}

/** One of the four parts: a head with its tools, and what it shows. */
export function Panel({ name, title, tools, children }: PanelProps) {
  const { view } = useRun();
  const maximised = useView(({ maximised: panel }) => panel === name);
  const label = maximised ? "Show all parts again" : `Show only the ${title.toLowerCase()}`;
  return (
    <section className={`panel panel-${name}`} aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        <div className="panel-tools">{tools}</div>
        <button
          type="button"
          className="button icon-button quiet"
          title={label}
          aria-label={label}
          onClick={() => view.set({ maximised: maximised ? undefined : name })}
        >
          <Icon name={maximised ? "minimise" : "maximise"} />
        </button>
      </header>
      <div className="panel-body">
        <ErrorBoundary>{children}</ErrorBoundary>
      </div>
    </section>
  );
}
