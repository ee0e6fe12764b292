/**
 * Tells a look that it is over. As much of an AbortSignal as is used here, so that one is an ending too; but an AbortController for each look
 * takes as long as a step of its conversation.
 */
export type Ending = {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted: () => void;
  addEventListener: (type: 'abort', told: () => void) => void;
  removeEventListener: (type: 'abort', told: () => void) => void;
};

/** For what has a short time of its own, and is cut no shorter. */
export const NEVER: Ending = {
  aborted: false,
  reason: undefined,
  throwIfAborted: () => {},
  addEventListener: () => {},
  removeEventListener: () => {},
};

/** An ending, and the way to bring it about: once, and the first reason counts. */
export const openEnding = (): { ending: Ending; end: (reason: unknown) => void } => {
  const listening = new Set<() => void>();
  let aborted = false;
  let reason: unknown;
  const ending: Ending = {
    get aborted() {
      return aborted;
    },
    get reason() {
      return reason;
    },
    throwIfAborted: () => {
      if (aborted) throw reason;
    },
    addEventListener: (_type, told) => void listening.add(told),
    removeEventListener: (_type, told) => void listening.delete(told),
  };
  const end = (why: unknown) => {
    if (aborted) return;
    aborted = true;
    reason = why;
    for (const told of [...listening]) told();
    listening.clear();
  };
  return { ending, end };
};
