/**
 * For servers of the lab: a client may come back on the same connection for as long as anybody runs it. Node closes one that was idle for
 * five seconds, and a client on a busy machine may write to it at that very moment, and be hung up on.
 */
export const KEPT_OPEN = { keepAliveTimeout: 600_000 };
