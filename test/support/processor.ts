/** How long this process has computed so far, whatever else the machine does: for what must not take for ever on hostile words. */
export const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
