/** What became of several requests. */
export interface Outcome {
  done: string[];
  failed: string[];
  /** Why the first that failed did. */
  error: Error | null;
}

/** Does it with one after the other; one that fails keeps none of the others from it. */
export async function inTurn(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: [], error: null };
  for (const id of ids) {
    try {
      await act(id);
      outcome.done.push(id);
    } catch (error) {
      outcome.failed.push(id);
      outcome.error ??= error as Error;
    }
  }
  return outcome;
}
