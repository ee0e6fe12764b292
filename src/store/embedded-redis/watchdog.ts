/** The exit code with which the script says that another Redis holds the folder. */
export const FOLDER_IN_USE = 73;

/**
 * Starts Redis so that it cannot outlive us, however we end: `sh -c WATCHDOG sh <lock file> <program> <settings>`.
 *
 * A shell in the background reads from descriptor 3, a pipe of which only our process holds the other end. When we are gone the
 * kernel closes it and the shell ends Redis; `done` on the pipe means that we have seen Redis end and there is nothing to do.
 * The foreground shell becomes Redis by `exec`, so its pid and exit code are what Node sees.
 * The lock on descriptor 9 goes on to Redis and ends with it: it cannot be stale. Where there is no `flock` (macOS) the answer to
 * PING on the socket must do.
 */
export const WATCHDOG = `
lock=$1; shift
if command -v flock >/dev/null 2>&1; then
  exec 9>>"$lock" || exit 74
  flock -n 9 || exit ${FOLDER_IN_USE}
fi
redis=$$
(
  exec 9>&-
  read -r word <&3 && exit 0
  kill -TERM "$redis" 2>/dev/null
  tries=0
  while kill -0 "$redis" 2>/dev/null && [ "$tries" -lt 50 ]; do sleep 0.2; tries=$((tries + 1)); done
  kill -KILL "$redis" 2>/dev/null
) </dev/null >/dev/null 2>&1 &
exec 3<&-
exec "$@"
`;
