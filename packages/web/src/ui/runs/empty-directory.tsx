import { CopyText, Empty } from "../parts/index.ts";

/** The two commands that fill an empty output directory. */
export function EmptyDirectory() {
  return (
    <Empty title="No runs yet">
      <p>This server looks into an output directory that holds no run. These two commands make one:</p>
      <ol className="commands">
        <li>
          <CopyText text="llm-sim init my-simulation" />
        </li>
        <li>
          <CopyText text="llm-sim run my-simulation/simulation.yaml" />
        </li>
      </ol>
      <p>
        It appears here by itself, while it runs. Run it with the same --output as this server was started
        with.
      </p>
    </Empty>
  );
}
