import { connection, isAnswered } from "./api.ts";

/**
 * Loads a part of the script that is not needed at first. Where the server is away, the page is loaded anew once it is
 * back: the address holds the view, and a file that failed to load is not asked for again by every browser.
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (await isAnswered()) throw error;
    await untilBack();
    location.reload();
    // Nothing is drawn in the moment before it is.
    return new Promise(() => {});
  }
}

function untilBack(): Promise<void> {
  connection.report(false);
  return new Promise((resolve) => {
    const stop = connection.subscribe(() => {
      if (connection.get() !== "ok") return;
      stop();
      resolve();
    });
  });
}
